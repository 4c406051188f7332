// The two questions above a preview: what happened, and what amoCRM already knows.
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { EventBrief } from '../api.ts';
import type { Session } from '../session.ts';
import { shownTime } from '../ui/time.ts';
import type { Events, Picked } from './events.ts';
import type { Choice, Knowledge } from './knowledge.ts';
import type { Kind } from './pasted.ts';
import { SAMPLES, type Sample } from './samples.ts';
import { SITUATIONS } from './situation.ts';

const keyOf = (picked: Picked): string =>
  'sample' in picked ? `sample:${picked.sample}` : 'event' in picked ? `event:${picked.event}` : 'pasted:';

function pickedBy(value: string): Picked {
  const colon = value.indexOf(':');
  const [kind, name] = [value.slice(0, colon), value.slice(colon + 1)];
  if (kind === 'sample') return { sample: name as Sample };
  return kind === 'event' ? { event: name } : { pasted: true };
}

export function eventChoice(session: Session, events: Events): TemplateResult {
  const { t } = session;
  const chosen = keyOf(events.picked);
  const option = (value: string, label: string) =>
    html`<option value=${value} .selected=${live(value === chosen)}>${label}</option>`;
  return html`<div class="field">
      <label for="event">${t('preview.event')}</label>
      <div class="with-button">
        <select
          id="event"
          @change=${(event: Event) => events.pick(pickedBy((event.target as HTMLSelectElement).value))}
        >
          <optgroup label=${t('preview.event.samples')}>
            ${SAMPLES.map((sample) => option(`sample:${sample}`, t(`preview.sample.${sample}`)))}
          </optgroup>
          ${
            events.journal.length > 0
              ? html`<optgroup label=${t('preview.event.journal')}>
                  ${events.journal.map((event) => option(`event:${event.event}`, labelOf(session, event)))}
                </optgroup>`
              : nothing
          }
          <optgroup label=${t('preview.event.own')}>${option('pasted:', t('preview.event.paste'))}</optgroup>
        </select>
        <button
          type="button"
          class="icon"
          aria-label=${t('preview.event.reload')}
          title=${t('preview.event.reload')}
          ?disabled=${events.reading || !session.online || !session.settings.saved}
          @click=${() => void events.read()}
        >
          <span aria-hidden="true">↻</span>
        </button>
      </div>
      ${
        events.unread
          ? html`<div class="finding warning" role="status">
              <span>${t('preview.event.unread')} ${t(events.unread)}</span>
            </div>`
          : nothing
      }
    </div>
    ${'pasted' in events.picked ? pasting(session, events) : nothing}`;
}

function labelOf(session: Session, { kind, phase, received_at, status }: EventBrief): string {
  const { t } = session;
  const what =
    phase === 'pick_up' ? `${t(`preview.kind.${kind}`)} (${t('phase.pick_up')})` : t(`preview.kind.${kind}`);
  return `${what} · ${shownTime(session, received_at)} · ${t(`status.${status}`)}`;
}

function pasting(session: Session, events: Events): TemplateResult {
  const { t } = session;
  const read = events.readPaste;
  const problem = 'problem' in read ? read.problem : null;
  return html`<div class="field">
      <label for="pasted">${t('preview.paste')}</label>
      <textarea
        id="pasted"
        rows="5"
        spellcheck="false"
        autocomplete="off"
        aria-describedby="pasted-read"
        aria-invalid=${problem !== null && problem !== 'empty'}
        .value=${live(events.pasted)}
        @input=${(event: Event) =>
          events.paste((event.target as HTMLTextAreaElement).value, events.pastedKind)}
      ></textarea>
      <span id="pasted-read" class="muted small">
        ${
          problem === null && !('problem' in read)
            ? t('preview.paste.read', {
                kind: t(`preview.kind.${read.kind}`),
                format: t(`preview.format.${read.format}`),
              })
            : t('preview.paste.hint')
        }
      </span>
    </div>
    <div class="field">
      <label for="pasted-kind">${t('preview.paste.kind')}</label>
      <select
        id="pasted-kind"
        @change=${(event: Event) =>
          events.paste(events.pasted, ((event.target as HTMLSelectElement).value || null) as Kind | null)}
      >
        ${[null, 'form' as const, 'call' as const].map(
          (kind) =>
            html`<option value=${kind ?? ''} .selected=${live(kind === events.pastedKind)}>
              ${t(`preview.kind.${kind ?? 'guess'}`)}
            </option>`,
        )}
      </select>
    </div>`;
}

export function knownChoice(session: Session, knowledge: Knowledge): TemplateResult {
  const { t } = session;
  const choices: Choice[] = ['nothing', ...SITUATIONS, 'lookup'];
  return html`<div class="field">
    <label for="known">${t('preview.known')}</label>
    <select
      id="known"
      @change=${(event: Event) => knowledge.choose((event.target as HTMLSelectElement).value as Choice)}
    >
      ${choices.map((choice) => {
        const off = choice === 'lookup' && !knowledge.connected;
        return html`<option
          value=${choice}
          ?disabled=${off}
          .selected=${live(choice === knowledge.choice)}
        >${t(`situation.${choice}`)}${off ? ` (${t('preview.known.connected_only')})` : ''}</option>`;
      })}
    </select>
    ${knowledge.choice === 'lookup' ? lookedUp(session, knowledge) : nothing}
  </div>`;
}

function lookedUp(session: Session, knowledge: Knowledge): TemplateResult {
  const { t } = session;
  const { found, failed } = knowledge;
  return html`<div class="row small" role="status">
    ${
      failed
        ? html`<span class="finding error">${t('preview.known.failed')} ${t(failed)}</span>`
        : knowledge.waiting || knowledge.looking || !found
          ? html`<span>${t('preview.known.looking')}</span>`
          : html`<span>${t('preview.known.found', {
              contacts: t('preview.count.contact', { count: found.result.contacts.length }),
              leads: t('preview.count.lead', { count: found.result.leads.length }),
              time: shownTime(session, found.at),
            })}</span>`
    }
    <button
      type="button"
      class="link"
      ?disabled=${knowledge.looking || !knowledge.connected}
      @click=${() => knowledge.again()}
    >${t('preview.known.again')}</button>
  </div>`;
}
