// Everything that is known of one event: what became of it, why, and what amoCRM was asked.
import { html, nothing, type TemplateResult } from 'lit';
import type { EntityLink, EventView } from '../../api.ts';
import { explanation } from '../../preview/explanation.ts';
import type { Session } from '../../session.ts';
import { shownTime } from '../../ui/time.ts';
import { requests } from './requests.ts';
import { BADGES, canBeSent } from './statuses.ts';
import { nameOf, reasonOf } from './words.ts';
import { worldOfDirectory } from './world.ts';

export interface Acts {
  busy: boolean;
  onAgain: () => void;
  onPreview: () => void;
}

export function eventView(session: Session, event: EventView, acts: Acts): TemplateResult {
  const { t } = session;
  const reason = reasonOf(session, event);
  return html`<h3 id="opened" tabindex="-1">${nameOf(session, event)}</h3>
    <p class="row" role="status">
      <span class="badge ${BADGES[event.status]}">${t(`status.${event.status}`)}</span> ${reason}
    </p>
    ${buttons(session, event, acts)}
    ${facts(session, event)}
    ${
      event.trace.length > 0
        ? explanation(session, event.trace, worldOfDirectory(session.account.directory), 'did')
        : html`<p class="muted">${t('journal.no_trace')}</p>`
    }
    ${requests(session, event.requests)}`;
}

function buttons(session: Session, event: EventView, { busy, onAgain, onPreview }: Acts) {
  const { t } = session;
  if (event.content === null) return html`<p class="muted">${t('journal.erased')}</p>`;
  return html`<div class="row acts">
    ${
      canBeSent(event)
        ? html`<button id="again" type="button" class="primary" ?disabled=${busy} @click=${onAgain}>
            ${t('journal.again')}
          </button>`
        : nothing
    }
    <button id="preview" type="button" @click=${onPreview}>${t('journal.preview')}</button>
  </div>`;
}

function facts(session: Session, event: EventView): TemplateResult {
  const { t } = session;
  const time = (at: string) => shownTime(session, at, true);
  const numbers = (all: { id: number }[]) => all.map(({ id }) => t('journal.number', { id })).join(', ');
  const fact = (label: string, value: unknown) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`;
  return html`<dl>
    ${fact(t('journal.received'), time(event.received_at))}
    ${event.delivered_at ? fact(t('journal.delivered'), time(event.delivered_at)) : nothing}
    ${event.attempts > 0 ? fact(t('journal.attempts'), event.attempts) : nothing}
    ${event.next_attempt_at ? fact(t('journal.next'), time(event.next_attempt_at)) : nothing}
    ${event.contact ? fact(t('step.contact'), entity(session, event.contact)) : nothing}
    ${event.lead ? fact(t('step.lead'), entity(session, event.lead)) : nothing}
    ${event.unsorted ? fact(t('step.unsorted'), t('journal.unsorted')) : nothing}
    ${event.tasks.length > 0 ? fact(t('journal.tasks'), numbers(event.tasks)) : nothing}
    ${event.notes.length > 0 ? fact(t('journal.notes'), numbers(event.notes)) : nothing}
    ${event.kind === 'call' ? fact(t('journal.call_id'), html`<code>${event.subject.replace(/^c-/, '')}</code>`) : nothing}
    ${fact(t('journal.event_id'), html`<code>${event.event}</code>`)}
  </dl>`;
}

/** Where it is in amoCRM. Without an account there is no address. */
function entity({ t }: Session, { id, url, created }: EntityLink) {
  const text = t(created ? 'journal.created' : 'journal.used', { id });
  if (!/^https?:/.test(url)) return text;
  return html`<a href=${url} target="_blank" rel="noopener">${text}</a>`;
}
