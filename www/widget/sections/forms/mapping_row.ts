// One row: field of amoCRM, type, value; what happens to a field that is filled; what it gives for the previewed event.
import { html, type TemplateResult } from 'lit';
import type { Row } from 'ringostat-amocrm/sandbox';
import type { Session } from '../../session.ts';
import { amoFieldSelect, fieldName } from '../../ui/amo_field.ts';
import type { Entity } from '../../ui/amo_fields.ts';
import { selectField } from '../../ui/field.ts';
import { findings } from '../../ui/findings.ts';
import { policySelect } from '../../ui/policy.ts';
import { rowResult } from '../../ui/row_result.ts';
import { typeOf, VALUE_TYPES, type ValueType } from './typed_values.ts';
import { valueCell } from './value_cell.ts';

export interface RowActions {
  edit(change: (row: Row) => void): void;
  switchType(type: ValueType): void;
  move(by: -1 | 1): void;
  remove(): void;
}

export function mappingRow(
  session: Session,
  entity: Entity,
  row: Row,
  { index, count }: { index: number; count: number },
  names: readonly string[],
  actions: RowActions,
): TemplateResult {
  const { t } = session;
  const path = `/mapping/${entity}/${index}`;
  const label = fieldName(session, entity, row.field);
  const button = (action: 'up' | 'down' | 'remove', sign: string, act: () => void, disabled = false) =>
    html`<button
      type="button"
      class="icon"
      data-action=${action}
      aria-label=${t(`forms.row.${action}`, { field: label })}
      title=${t(`forms.row.${action}`, { field: label })}
      ?disabled=${disabled}
      @click=${act}
    >
      <span aria-hidden="true">${sign}</span>
    </button>`;
  return html`<li class="card" data-path=${path} aria-label=${t('forms.row', { number: index + 1, field: label })}>
    <div class="cells">
      ${amoFieldSelect({
        session,
        path: `${path}/field`,
        label: t('forms.row.field'),
        entity,
        value: row.field,
        onChange: (field) =>
          actions.edit((draft) => {
            draft.field = field;
          }),
      })}
      ${selectField<ValueType>({
        session,
        path: `${path}/type`,
        label: t('forms.row.type'),
        value: typeOf(row.value),
        options: VALUE_TYPES.map((type) => ({ value: type, label: t(`value_kind.${type}`) })),
        onChange: actions.switchType,
      })}
      ${valueCell({
        session,
        path: `${path}/value`,
        value: row.value,
        names,
        onChange: (value) =>
          actions.edit((draft) => {
            draft.value = value;
          }),
      })}
    </div>
    <div class="foot">
      <div class="policy">
        ${policySelect({
          session,
          path: `${path}/policy`,
          entity,
          of: row.field,
          value: row.policy,
          onChange: (policy) =>
            actions.edit((draft) => {
              draft.policy = policy;
            }),
        })}
      </div>
      <div class="row buttons">
        ${button('up', '↑', () => actions.move(-1), index === 0)}
        ${button('down', '↓', () => actions.move(1), index === count - 1)}
        ${button('remove', '✕', () => actions.remove())}
      </div>
    </div>
    ${rowResult(session, path)} ${findings(session, path)} ${findings(session, `${path}/value`)}
  </li>`;
}
