// The events, newest first. Each leads to everything that is known of it.
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { EventBrief } from '../../api.ts';
import type { Session } from '../../session.ts';
import { shownTime } from '../../ui/time.ts';
import { BADGES } from './statuses.ts';
import { nameOf, reasonOf } from './words.ts';

export function list(
  session: Session,
  rows: readonly EventBrief[],
  onOpen: (id: string) => void,
): TemplateResult {
  return html`<ul class="events">
    ${repeat(
      rows,
      ({ event }) => event,
      (row) => html`<li>${line(session, row, onOpen)}</li>`,
    )}
  </ul>`;
}

function line(session: Session, row: EventBrief, onOpen: (id: string) => void): TemplateResult {
  const at = shownTime(session, row.received_at, true);
  const name = nameOf(session, row);
  const reason = reasonOf(session, row);
  return html`<span class="at muted small" aria-hidden="true">${at}</span>
    <button
      type="button"
      class="link"
      data-event=${row.event}
      aria-label=${`${name}, ${at}`}
      @click=${() => onOpen(row.event)}
    >${name}</button>
    <span class="badge ${BADGES[row.status]}">${session.t(`status.${row.status}`)}</span>
    ${reason ? html`<span class="why small">${reason}</span>` : nothing}`;
}
