// Which events the journal lists: by status, by kind, or the one that somebody has the id of.
import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Session } from '../../session.ts';
import type { Filter, Kind } from './state.ts';
import { STATUSES } from './statuses.ts';

interface Filters {
  session: Session;
  filter: Filter;
  busy: boolean;
  onShow: (filter: Partial<Filter>) => void;
  onReload: () => void;
}

export function filters({ session, filter, busy, onShow, onReload }: Filters): TemplateResult {
  const { t } = session;
  const find = (event: Event) => {
    event.preventDefault();
    const text = new FormData(event.target as HTMLFormElement).get('find')?.toString().trim() ?? '';
    // Looked for among all: what it is filtered out by is nobody's guess.
    onShow(text === '' ? { find: null } : { status: '', kind: '', find: text });
  };
  return html`<form class="filters" role="search" aria-label=${t('journal.search')} @submit=${find}>
    ${choice(t('journal.status'), 'status', filter.status, ['', ...STATUSES], (value) =>
      value === '' ? t('journal.status.any') : t(`status.${value}`),
    )((status) => onShow({ status }))}
    ${choice(t('journal.kind'), 'kind', filter.kind, ['', 'form', 'call'], (value) =>
      value === '' ? t('journal.kind.any') : t(`journal.kind.${value}`),
    )((kind) => onShow({ kind: kind as '' | Kind }))}
    <div class="field find">
      <label for="find">${t('journal.find')}</label>
      <div class="with-button">
        <input
          id="find"
          name="find"
          type="text"
          autocomplete="off"
          spellcheck="false"
          aria-describedby="find-hint"
          .value=${filter.find ?? ''}
        />
        <button type="submit">${t('journal.find.do')}</button>
      </div>
      <span id="find-hint" class="muted small">${t('journal.find.hint')}</span>
    </div>
    <button id="reload" class="reload" type="button" ?disabled=${busy} @click=${onReload}>
      ${t('journal.reload')}
    </button>
  </form>`;
}

const choice =
  (label: string, id: string, chosen: string, values: readonly string[], text: (value: string) => string) =>
  (onChange: (value: string) => void) =>
    html`<div class="field">
      <label for=${id}>${label}</label>
      <select id=${id} @change=${(event: Event) => onChange((event.target as HTMLSelectElement).value)}>
        ${values.map(
          (value) => html`<option value=${value} .selected=${live(value === chosen)}>${text(value)}</option>`,
        )}
      </select>
    </div>`;
