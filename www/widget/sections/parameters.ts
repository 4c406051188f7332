// Step three of the manual: which additional parameters of Ringostat go to which field of the contact or the lead.
// They are mapping rows, shown by themselves.
import { css, html, nothing } from 'lit';
import type { Field, Policy, Row } from 'ringostat-amocrm/sandbox';
import { amoFieldSelect, fieldName } from '../ui/amo_field.ts';
import type { Entity } from '../ui/amo_fields.ts';
import { selectField, textField } from '../ui/field.ts';
import { findings } from '../ui/findings.ts';
import { Part } from '../ui/part.ts';
import { policySelect } from '../ui/policy.ts';
import { rowResult } from '../ui/row_result.ts';
import { base } from '../ui/styles.ts';
import { rowStyles } from './forms/mapping_styles.ts';
import { type TrackedRow, trackedRows } from './parameters/tracked.ts';

interface Wanted {
  name: string;
  entity: Entity;
  field: Field | null;
  policy: Policy;
}

const ENTITIES: Entity[] = ['contact', 'lead'];
const EMPTY: Wanted = { name: '', entity: 'lead', field: null, policy: 'fill_if_empty' };

export class ParametersSection extends Part {
  static override styles = [
    base,
    rowStyles,
    css`
      details {
        margin-bottom: 0.75rem;
      }
      form {
        margin-top: 1rem;
      }
      .add {
        margin-top: 0.75rem;
      }
    `,
  ];
  static override properties = { ...Part.properties, wanted: { state: true }, said: { state: true } };
  declare wanted: Wanted;
  /** What became of the last wish: a text's key. */
  declare said: { key: string } | null;

  constructor() {
    super();
    this.wanted = EMPTY;
    this.said = null;
  }

  override render() {
    const { t, settings } = this.session;
    const rows = trackedRows(settings.draft.mapping);
    return html`
      <h2 id="title">${t('parameters.title')}</h2>
      <p>${t('parameters.intro')}</p>
      <details>
        <summary>${t('parameters.how')}</summary>
        <ul>
          <li>${t('parameters.how.calls')}</li>
          <li>${t('parameters.how.forms')}</li>
          <li>${t('parameters.how.missing')}</li>
        </ul>
      </details>
      ${ENTITIES.map((entity) =>
        this.#list(
          entity,
          rows.filter((row) => row.entity === entity),
        ),
      )}
      ${rows.length === 0 ? html`<p class="muted">${t('parameters.none')}</p>` : nothing} ${this.#form()}
    `;
  }

  #list(entity: Entity, rows: TrackedRow[]) {
    if (rows.length === 0) return nothing;
    const { t } = this.session;
    return html`<h3>${t(`parameters.to.${entity}`)}</h3>
      <ul class="rows">
        ${rows.map((row) => this.#row(row))}
      </ul>`;
  }

  #edit({ entity, index }: TrackedRow, change: (row: Row) => void): void {
    this.session.settings.edit((draft) => {
      const row = draft.mapping[entity][index];
      if (row) change(row);
    });
  }

  #row(of: TrackedRow) {
    const { session } = this;
    const { t } = session;
    const { entity, path, name, row } = of;
    return html`<li class="card" data-path=${path}>
      <div class="cells">
        ${textField({
          session,
          path: `${path}/value/variable/tracked`,
          label: t('parameters.name'),
          value: name,
          onInput: (tracked) =>
            this.#edit(of, (draft) => {
              draft.value = { variable: { tracked } };
            }),
        })}
        ${amoFieldSelect({
          session,
          path: `${path}/field`,
          label: t('parameters.field'),
          entity,
          value: row.field,
          onChange: (field) =>
            this.#edit(of, (draft) => {
              draft.field = field;
            }),
        })}
        ${policySelect({
          session,
          path: `${path}/policy`,
          entity,
          of: row.field,
          value: row.policy,
          onChange: (policy) =>
            this.#edit(of, (draft) => {
              draft.policy = policy;
            }),
        })}
      </div>
      ${name.trim() === '' ? html`<div class="finding warning">${t('parameters.name.empty')}</div>` : nothing}
      ${rowResult(session, path)} ${findings(session, path)} ${findings(session, `${path}/value`)}
      <div class="foot">
        <span></span>
        <button
          type="button"
          data-action="remove"
          aria-label=${t('parameters.remove.one', { name, field: fieldName(session, entity, row.field) })}
          @click=${() => this.#remove(of)}
        >
          ${t('parameters.remove')}
        </button>
      </div>
    </li>`;
  }

  #form() {
    const { session, wanted } = this;
    const { t } = session;
    const wish = (change: Partial<Wanted>) => {
      this.wanted = { ...this.wanted, ...change };
      this.said = null;
    };
    return html`<form
      novalidate
      @submit=${(event: Event) => {
        event.preventDefault();
        this.#add();
      }}
    >
      <fieldset>
        <legend>${t('parameters.add.title')}</legend>
        <div class="cells">
          ${textField({
            session,
            path: 'wanted/name',
            label: t('parameters.name'),
            hint: t('parameters.name.hint'),
            placeholder: 'roistat_visit',
            value: wanted.name,
            onInput: (name) => wish({ name }),
          })}
          ${selectField<Entity>({
            session,
            path: 'wanted/entity',
            label: t('parameters.entity'),
            value: wanted.entity,
            options: ENTITIES.map((value) => ({ value, label: t(`forms.entity.${value}`) })),
            // A field of one is none of the other.
            onChange: (entity) => wish({ entity, field: null }),
          })}
          ${amoFieldSelect({
            session,
            path: 'wanted/field',
            label: t('parameters.field'),
            entity: wanted.entity,
            value: wanted.field,
            onChange: (field) => wish({ field }),
          })}
          ${policySelect({
            session,
            path: 'wanted/policy',
            entity: wanted.entity,
            of: wanted.field,
            value: wanted.policy,
            onChange: (policy) => wish({ policy }),
          })}
        </div>
        <div class="row add">
          <button type="submit">${t('parameters.add')}</button>
          <span role="status" class="small">${this.said ? t(this.said.key) : ''}</span>
        </div>
      </fieldset>
    </form>`;
  }

  #add(): void {
    const { name, entity, field, policy } = this.wanted;
    const missing = name.trim() === '' ? 'name' : field === null ? 'field' : null;
    if (missing !== null || field === null) {
      this.said = { key: `parameters.add.${missing}` };
      void this.#focus(`[data-path="wanted/${missing}"] :is(input, select)`);
      return;
    }
    this.session.settings.edit((draft) => {
      draft.mapping[entity].push({ field, value: { variable: { tracked: name.trim() } }, policy });
    });
    this.wanted = { ...EMPTY, entity };
    this.said = { key: 'parameters.added' };
    void this.#focus('[data-path="wanted/name"] input');
  }

  #remove({ entity, index, path }: TrackedRow): void {
    const paths = trackedRows(this.session.settings.draft.mapping).map((row) => row.path);
    const at = paths.indexOf(path);
    this.session.settings.edit((draft) => {
      draft.mapping[entity].splice(index, 1);
    });
    this.said = { key: 'parameters.removed' };
    const left = trackedRows(this.session.settings.draft.mapping);
    const next = left[at] ?? left.at(-1);
    void this.#focus(
      ...(next ? [`[data-path="${next.path}"] [data-action=remove]`] : []),
      '[data-path="wanted/name"] input',
    );
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

customElements.define('ringostat-amocrm-parameters', ParametersSection);
