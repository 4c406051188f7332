// A row of the matrix as it is read at a glance: its marks can be switched right there.
import { html, nothing, type TemplateResult } from 'lit';
import type { MatrixRow } from 'ringostat-amocrm/sandbox';
import type { Session } from '../../session.ts';
import { unknownResponsible } from '../../ui/choices.ts';
import { findings } from '../../ui/findings.ts';
import { hasResponsible, isOn, TASKS, THINGS, type Thing } from './creates.ts';
import { rowName, rowPath, whenParts } from './words.ts';

interface ReadRow {
  session: Session;
  row: MatrixRow;
  index: number;
  open: boolean;
  onToggle: (thing: Thing) => void;
  onOpen: () => void;
  /** Shown below when the row is open. */
  editor: () => TemplateResult;
}

/** Columns of the table. */
export const COLUMNS = 5 + THINGS.length;

export function matrixRow({ session, row, index, open, onToggle, onOpen, editor }: ReadRow): TemplateResult {
  const { t } = session;
  const name = rowName(session, index);
  const path = rowPath(index);
  const [call, ...more] = whenParts(session, row.when);
  const found = open
    ? [findings(session, path), findings(session, `${path}/creates`)]
    : [findings(session, path, { deep: true })];
  return html`<tbody data-path=${path} data-row=${index}>
    <tr>
      <td class="number" aria-label=${name}>${index + 1}</td>
      <th scope="row" class="when">
        ${call}
        ${more.map((part) => html`<span class="muted">${part}</span>`)}
      </th>
      <td class="moment">${t(`moment.${row.moment}`)}</td>
      ${THINGS.map((thing) => mark(session, row, thing, name, () => onToggle(thing)))}
      <td class="who">${who(session, row)}</td>
      <td class="more">
        <button
          type="button"
          class="icon"
          data-act="open"
          aria-expanded=${open}
          aria-label=${t('matrix.edit', { name })}
          title=${t('matrix.edit', { name })}
          @click=${onOpen}
        >
          ${open ? '▴' : '▾'}
        </button>
      </td>
    </tr>
    ${
      found.some((one) => one !== nothing)
        ? html`<tr class="said">
            <td colspan=${COLUMNS}>${found}</td>
          </tr>`
        : nothing
    }
    ${
      open
        ? html`<tr class="editor">
            <td colspan=${COLUMNS}>${editor()}</td>
          </tr>`
        : nothing
    }
  </tbody>`;
}

function mark(
  session: Session,
  row: MatrixRow,
  thing: Thing,
  name: string,
  onClick: () => void,
): TemplateResult {
  const what = session.t(`creates.${thing}`);
  const on = isOn(row.creates, thing);
  return html`<td class="mark">
    <button
      type="button"
      class=${on ? 'on' : 'off'}
      data-act=${thing}
      aria-pressed=${on}
      aria-label=${`${what}: ${name}`}
      title=${what}
      @click=${onClick}
    >
      <span aria-hidden="true">${on ? '✓' : '·'}</span>
      <span class="what" aria-hidden="true">${what}</span>
    </button>
  </td>`;
}

/** Who becomes responsible for what is created, and who gets the tasks. */
function who(session: Session, { creates, responsible }: MatrixRow) {
  const nameOf = unknownResponsible(session);
  const told = (value: MatrixRow['responsible']) =>
    typeof value === 'string' ? nameOf(value) : session.account.userName(value.user);
  const tasks = TASKS.flatMap((key) => creates[key] ?? []).map((task) => told(task.responsible));
  if (!hasResponsible(creates) && tasks.length === 0) return '—';
  return html`${hasResponsible(creates) ? told(responsible) : nothing}
  ${
    tasks.length > 0
      ? html`<span class="muted small">
          ${session.t('matrix.task_for', { who: [...new Set(tasks)].join(', ') })}
        </span>`
      : nothing
  }`;
}
