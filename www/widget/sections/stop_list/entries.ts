// The stop-list as it is: every entry, what it stops, and entries by hand.
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { StopEntry } from 'ringostat-amocrm/sandbox';
import type { Session } from '../../session.ts';
import { findings } from '../../ui/findings.ts';
import { lineName } from './lines.ts';
import { stops } from './stopped.ts';

interface Entries {
  session: Session;
  onRemove: (index: number) => void;
}

export function entries({ session, onRemove }: Entries): TemplateResult {
  const { t, settings } = session;
  const { stop_list: known, lines } = settings.draft;
  const values = (key: 'sip' | 'number') => [...new Set(lines.map((line) => line[key]).filter(Boolean))];
  return html`<div data-path="/stop_list">
    ${findings(session, '/stop_list')}
    ${known.length === 0 ? html`<p class="muted">${t('stop_list.empty')}</p>` : nothing}
    <ul class="plain stack">
      ${known.map((entry, index) => one(session, entry, index, () => onRemove(index)))}
    </ul>
    <datalist id="known-sip">${values('sip').map((value) => html`<option value=${value}></option>`)}</datalist>
    <datalist id="known-number">
      ${values('number').map((value) => html`<option value=${value}></option>`)}
    </datalist>
  </div>`;
}

function one(session: Session, entry: StopEntry, index: number, onRemove: () => void): TemplateResult {
  const { t, settings } = session;
  const path = `/stop_list/${index}`;
  const kind = 'sip' in entry ? 'sip' : 'number';
  const value = 'sip' in entry ? entry.sip : entry.number;
  const stopped = settings.draft.lines.filter((line) => stops(entry, line));
  const set = (next: StopEntry) =>
    settings.edit((draft) => {
      draft.stop_list[index] = next;
    });
  const entryOf = (by: string, text: string): StopEntry => (by === 'sip' ? { sip: text } : { number: text });
  const name = value || index + 1;
  const remove = t('stop_list.remove_entry', { name });
  return html`<li class="card" data-path=${path} data-entry=${index}>
    <div class="row entry">
      <select
        aria-label=${t('stop_list.by', { name })}
        @change=${(event: Event) => set(entryOf((event.target as HTMLSelectElement).value, value))}
      >
        ${(['sip', 'number'] as const).map(
          (by) =>
            html`<option value=${by} .selected=${live(by === kind)}>${t(`stop_list.by.${by}`)}</option>`,
        )}
      </select>
      <input
        type="text"
        autocomplete="off"
        aria-label=${t(`stop_list.by.${kind}`)}
        list=${`known-${kind}`}
        .value=${live(value)}
        @input=${(event: Event) => set(entryOf(kind, (event.target as HTMLInputElement).value))}
      />
      <button type="button" class="icon" data-act="remove" aria-label=${remove} title=${remove} @click=${onRemove}>
        ✕
      </button>
    </div>
    ${
      stopped.length > 0
        ? html`<span class="muted small">${t('stop_list.stops', { lines: stopped.map(lineName).join(', ') })}</span>`
        : nothing
    }
    ${findings(session, path, { deep: true })}
  </li>`;
}
