// "Transfer of data from the fields of your forms": three tabs, the first one locked.
import { html, nothing, type PropertyValues } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { Row } from 'ringostat-amocrm/sandbox';
import type { Session } from '../../session.ts';
import { NOT_CHOSEN } from '../../state/not_chosen.ts';
import { keysOf } from '../../state/pointer.ts';
import type { Entity } from '../../ui/amo_fields.ts';
import { Part } from '../../ui/part.ts';
import { base } from '../../ui/styles.ts';
import { COMMON_NAMES, latestNames } from './field_names.ts';
import { lockedTab } from './locked_rows.ts';
import { mappingRow, type RowActions } from './mapping_row.ts';
import { mappingStyles } from './mapping_styles.ts';
import { nextTab } from './tabs.ts';
import { TypedValues, VALUE_TYPES } from './typed_values.ts';

const TABS = ['default', 'contact', 'lead'] as const;
type Tab = (typeof TABS)[number];

/** Outlives the section: who comes back to it finds what was typed. */
const typed = new WeakMap<Session, Record<Entity, TypedValues>>();

export class MappingBlock extends Part {
  static override styles = [base, mappingStyles];
  static override properties = { ...Part.properties, tab: { state: true }, names: { state: true } };
  declare tab: Tab;
  declare names: readonly string[];
  #followed = 0;
  #said = '';

  constructor() {
    super();
    this.tab = 'contact';
    this.names = COMMON_NAMES;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.session.reachable) return;
    latestNames(this.session.api)
      .then((latest) => {
        this.names = [...new Set([...latest, ...COMMON_NAMES])];
      })
      // Suggestions only: without them everything can be typed.
      .catch(() => {});
  }

  override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    const { wish } = this.session;
    if (!wish || wish.nonce === this.#followed) return;
    this.#followed = wish.nonce;
    const [part, tab] = keysOf(wish.path);
    const wished = TABS.find((one) => one === tab);
    if (part === 'mapping' && wished) this.tab = wished;
  }

  #kept(entity: Entity): TypedValues {
    let of = typed.get(this.session);
    if (!of) {
      of = { contact: new TypedValues(), lead: new TypedValues() };
      typed.set(this.session, of);
    }
    return of[entity];
  }

  /** Changes the rows of a tab; `keep` brings what was typed along. */
  #edit(entity: Entity, change: (rows: Row[]) => void, keep: (rows: readonly Row[]) => void): void {
    const { settings } = this.session;
    settings.edit((draft) => change(draft.mapping[entity]));
    keep(settings.draft.mapping[entity]);
  }

  override render() {
    const { t } = this.session;
    return html`
      <h3 id="heading">${t('forms.mapping')}</h3>
      <p class="muted">${t('forms.mapping.how')}</p>
      <div class="tabs" role="tablist" aria-labelledby="heading" @keydown=${this.#key}>
        ${TABS.map((tab) => this.#tab(tab))}
      </div>
      <div
        id="panel"
        role="tabpanel"
        aria-labelledby="tab-${this.tab}"
        data-path=${this.tab === 'default' ? nothing : `/mapping/${this.tab}`}
      >
        ${this.tab === 'default' ? lockedTab(this.session) : keyed(this.tab, this.#rows(this.tab))}
      </div>
      <p class="visually-hidden" role="status">${this.#said}</p>
    `;
  }

  #tab(tab: Tab) {
    const { t, settings } = this.session;
    const found = tab === 'default' ? [] : settings.at(`/mapping/${tab}`).filter(loud);
    const chosen = tab === this.tab;
    return html`<button
      type="button"
      role="tab"
      id="tab-${tab}"
      aria-controls="panel"
      aria-selected=${chosen}
      tabindex=${chosen ? 0 : -1}
      @click=${() => {
        this.tab = tab;
      }}
    >
      ${t(`forms.tab.${tab}`)}${
        found.length > 0
          ? html` <span class="badge warning" aria-hidden="true">${found.length}</span
              ><span class="visually-hidden">: ${t('shell.findings', { count: found.length })}</span>`
          : nothing
      }
    </button>`;
  }

  readonly #key = (event: KeyboardEvent): void => {
    const next = nextTab(event.key, TABS.indexOf(this.tab), TABS.length);
    const tab = next === undefined ? undefined : TABS[next];
    if (!tab) return;
    event.preventDefault();
    this.tab = tab;
    this.renderRoot.querySelector<HTMLElement>(`#tab-${tab}`)?.focus();
  };

  #rows(entity: Entity) {
    const { session } = this;
    const rows = session.settings.draft.mapping[entity];
    this.#kept(entity).follow(rows);
    return html`
      <dl class="small muted">
        ${VALUE_TYPES.map(
          (type) => html`<div>
            <dt>${session.t(`value_kind.${type}`)}:</dt>
            <dd>${session.t(`forms.mapping.types.${type}`)}</dd>
          </div>`,
        )}
      </dl>
      ${rows.length === 0 ? html`<p class="muted">${session.t(`forms.rows.none.${entity}`)}</p>` : nothing}
      <ol class="rows">
        ${rows.map((row, index) =>
          mappingRow(
            session,
            entity,
            row,
            { index, count: rows.length },
            this.names,
            this.#actions(entity, index),
          ),
        )}
      </ol>
      <button type="button" id="add" @click=${() => this.#add(entity)}>${session.t('forms.row.add')}</button>
    `;
  }

  #actions(entity: Entity, index: number): RowActions {
    const kept = this.#kept(entity);
    const edit = (change: (row: Row) => void) =>
      this.#edit(
        entity,
        (rows) => {
          const row = rows[index];
          if (row) change(row);
        },
        (rows) => kept.changed(rows),
      );
    return {
      edit,
      switchType: (type) =>
        edit((row) => {
          const value = this.session.settings.draft.mapping[entity][index]?.value;
          if (value) row.value = kept.switched(index, value, type);
        }),
      move: (by) => this.#move(entity, index, by),
      remove: () => this.#remove(entity, index),
    };
  }

  #add(entity: Entity): void {
    const { draft } = this.session.settings;
    const index = draft.mapping[entity].length;
    const row: Row = {
      // A field of the account would be written to by mistake.
      field: NOT_CHOSEN,
      value: { form_fields: [] },
      policy: 'fill_if_empty',
    };
    this.#edit(
      entity,
      (rows) => rows.push(row),
      (rows) => this.#kept(entity).changed(rows),
    );
    this.#announce('forms.row.added');
    this.#focus(`[data-path="/mapping/${entity}/${index}/field"] select`);
  }

  #move(entity: Entity, index: number, by: -1 | 1): void {
    const to = index + by;
    this.#edit(
      entity,
      (rows) => {
        const [row] = rows.splice(index, 1);
        if (row) rows.splice(to, 0, row);
      },
      (rows) => this.#kept(entity).swapped(index, to, rows),
    );
    this.#announce('forms.row.moved', { number: to + 1 });
    const row = `[data-path="/mapping/${entity}/${to}"]`;
    const [first, second] = by < 0 ? ['up', 'down'] : ['down', 'up'];
    this.#focus(`${row} [data-action=${first}]:not(:disabled)`, `${row} [data-action=${second}]`);
  }

  #remove(entity: Entity, index: number): void {
    this.#edit(
      entity,
      (rows) => rows.splice(index, 1),
      (rows) => this.#kept(entity).removed(index, rows),
    );
    this.#announce('forms.row.removed');
    const near = (at: number) => `[data-path="/mapping/${entity}/${at}"] [data-action=remove]`;
    this.#focus(near(index), near(index - 1), '#add');
  }

  #announce(key: string, params?: Record<string, unknown>): void {
    this.#said = this.session.t(key, params);
    this.requestUpdate();
  }

  /** The first of those that is there. */
  async #focus(...selectors: string[]): Promise<void> {
    await this.updateComplete;
    for (const selector of selectors) {
      const target = this.renderRoot.querySelector<HTMLElement>(selector);
      if (target) return target.focus();
    }
  }
}

const loud = ({ severity }: { severity: string }): boolean => severity !== 'info';

customElements.define('ringostat-amocrm-mapping', MappingBlock);
