// The groups of a comparison, each of which opens to its events.
import { html, nothing, type TemplateResult } from 'lit';
import type { Session } from '../session.ts';
import { shownTime } from '../ui/time.ts';
import { assumedOf } from './assumed.ts';
import { usersOf } from './run.ts';
import type { Case, Group } from './summarise.ts';
import { lineOf, sidesOf } from './wording.ts';

export const groupList = (session: Session, groups: Group[]): TemplateResult =>
  html`<ul class="groups">
    ${groups.map(
      (group) =>
        html`<li>
          <details>
            <summary>${lineOf(session, group)}</summary>
            <ul class="cases">
              ${group.cases.map((one) => html`<li>${caseRow(session, one)}</li>`)}
            </ul>
          </details>
        </li>`,
    )}
  </ul>`;

function caseRow(session: Session, { event, difference }: Case): TemplateResult {
  const { t } = session;
  const assumed = assumedOf(event, usersOf(session));
  const known = assumed.situation === 'nothing' ? null : t(`situation.${assumed.situation}`);
  const name = `${t(`preview.kind.${event.kind}`)} · ${shownTime(session, event.received_at)}`;
  const { was, becomes } = sidesOf(session, difference);
  return html`<span>
      ${name}${known ? html`<br /><span class="muted small">${known}</span>` : nothing}
    </span>
    <span class="sides">
      <span class="visually-hidden">${t('preview.was')}</span> <del>${was}</del>
      <span aria-hidden="true">→</span>
      <span class="visually-hidden">${t('preview.becomes')}</span> <ins>${becomes}</ins>
    </span>
    <button
      type="button"
      class="link"
      aria-label=${`${t('changes.show')}: ${name}`}
      @click=${() => session.preview(event, assumed)}
    >
      ${t('changes.show')}
    </button>`;
}
