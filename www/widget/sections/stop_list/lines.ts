// The project's own lines, each with a tick that stops it.
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Line } from 'ringostat-amocrm/sandbox';
import type { Session } from '../../session.ts';
import { selectField, textField } from '../../ui/field.ts';
import { findings } from '../../ui/findings.ts';
import { sharing, stops } from './stopped.ts';

interface Lines {
  session: Session;
  onStop: (index: number, stop: boolean) => void;
  onRemove: (index: number) => void;
}

export const lineName = ({ label, number, sip }: Line): string => label || number || sip;

export function lines({ session, onStop, onRemove }: Lines): TemplateResult {
  const known = session.settings.draft.lines;
  return html`<ul class="plain stack">
    ${known.map((line, index) =>
      row(
        session,
        line,
        index,
        (stop) => onStop(index, stop),
        () => onRemove(index),
      ),
    )}
  </ul>`;
}

function row(
  session: Session,
  line: Line,
  index: number,
  onStop: (stop: boolean) => void,
  onRemove: () => void,
): TemplateResult {
  const { t, settings } = session;
  const path = `/lines/${index}`;
  const edit = (change: (line: Line) => void) =>
    settings.edit((draft) => {
      const written = draft.lines[index];
      if (written) change(written);
    });
  const name = lineName(line) || index + 1;
  const stopped = settings.draft.stop_list.some((entry) => stops(entry, line));
  const text = (key: 'number' | 'sip' | 'label') =>
    textField({
      session,
      path: `${path}/${key}`,
      label: t(`stop_list.${key}`),
      value: line[key],
      ...(key === 'number' ? { type: 'tel' as const } : {}),
      onInput: (value) =>
        edit((draft) => {
          draft[key] = value;
        }),
    });
  return html`<li class="card" data-path=${path} data-line=${index}>
    ${findings(session, path)}
    <div class="line">
      ${text('label')} ${text('number')}
      ${selectField({
        session,
        path: `${path}/kind`,
        label: t('stop_list.kind'),
        value: line.kind,
        options: (['sip', 'fmc'] as const).map((value) => ({ value, label: t(`line.${value}`) })),
        onChange: (kind) =>
          edit((draft) => {
            draft.kind = kind;
          }),
      })}
      ${text('sip')}
    </div>
    <div class="row foot">
      <label class="check">
        <input
          type="checkbox"
          data-act="stop"
          .checked=${live(stopped)}
          @change=${(event: Event) => onStop((event.target as HTMLInputElement).checked)}
        />
        <span>${t('stop_list.stop')}<span class="visually-hidden">: ${name}</span></span>
      </label>
      <button
        type="button"
        class="icon"
        data-act="remove"
        aria-label=${t('stop_list.remove_line', { name })}
        title=${t('stop_list.remove_line', { name })}
        @click=${onRemove}
      >
        ✕
      </button>
    </div>
    ${together(session, line)}
  </li>`;
}

/** The seed's warning where it applies: FMC numbers under one login. */
function together(session: Session, line: Line) {
  const { lines: known } = session.settings.draft;
  const others = sharing(line, known);
  if (others.length === 0 || ![line, ...others].some(({ kind }) => kind === 'fmc')) return nothing;
  return html`<div class="finding warning">
    <span aria-hidden="true">!</span>
    <span>
      ${session.t('stop_list.together', { sip: line.sip, others: others.map(lineName).join(', ') })}
    </span>
  </div>`;
}
