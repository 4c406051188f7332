// What comes of each call at a glance: kinds of calls by clients, the row that takes effect and what it creates.
import { html, nothing, type TemplateResult } from 'lit';
import type { Session } from '../../session.ts';
import { created } from './creates.ts';
import { CALL_KINDS, type CallKind, CLIENTS, type Client, type Outcome, outcomes } from './effective.ts';
import { rowName, rowPath } from './words.ts';

export function overview(session: Session): TemplateResult {
  const { t } = session;
  return html`<table class="overview">
    <caption>
      ${t('matrix.overview.hint')}
    </caption>
    <thead>
      <tr>
        <th scope="col">${t('matrix.call')}</th>
        ${CLIENTS.map((client) => html`<th scope="col">${t(`client.${client}`)}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${CALL_KINDS.map(
        (call) =>
          html`<tr>
            <th scope="row">${t(`call.${call}`)}</th>
            ${CLIENTS.map((client) => cell(session, call, client))}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function cell(session: Session, call: CallKind, client: Client): TemplateResult {
  const { t } = session;
  const found = outcomes(session.settings.draft.matrix.rows, call, client);
  return html`<td>
    <span class="narrow-label" aria-hidden="true">${t(`client.${client}`)}</span>
    ${found.length > 1 ? html`<span class="muted small depends">${t('matrix.depends')}</span>` : nothing}
    ${found.map((outcome) => one(session, outcome, found.length > 1))}
  </td>`;
}

function one(session: Session, { row, answeredBy }: Outcome, depends: boolean): TemplateResult {
  const { t } = session;
  const creates = session.settings.draft.matrix.rows[row ?? -1]?.creates;
  const things = creates ? created(creates).map((thing) => t(`creates.${thing}`)) : [];
  return html`<div class="outcome">
    ${
      depends
        ? html`<span class="small muted">${answeredBy.map((by) => t(`answered_by.${by}`)).join(', ')}:</span>`
        : nothing
    }
    ${
      things.length > 0
        ? html`<span class="first">${things.join(', ')}</span>`
        : html`<span class="muted">${t('matrix.nothing')}</span>`
    }
    ${
      row === null
        ? html`<span class="small muted">${t('matrix.no_row')}</span>`
        : html`<button type="button" class="link small" @click=${() => session.reveal(rowPath(row))}>
            ${rowName(session, row)}
          </button>`
    }
  </div>`;
}
