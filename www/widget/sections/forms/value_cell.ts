// The third column of a mapping row: what is handed over, by its type.
import { html, nothing, type TemplateResult } from 'lit';
import type { Value, Variable, VariableInfo } from 'ringostat-amocrm/sandbox';
import type { Session } from '../../session.ts';
import { variableGroups } from '../../ui/choices.ts';
import { type Group, listField, selectField, textField } from '../../ui/field.ts';
import { continuations } from './field_names.ts';

export function valueCell(cell: {
  session: Session;
  /** Of the value. */
  path: string;
  value: Value;
  /** Names of form fields to suggest. */
  names: readonly string[];
  onChange: (value: Value) => void;
}): TemplateResult {
  const { session, path, value, names, onChange } = cell;
  const { t } = session;
  if ('constant' in value) {
    return textField({
      session,
      path: `${path}/constant`,
      label: t('forms.value.constant'),
      value: value.constant,
      onInput: (constant) => onChange({ constant }),
    });
  }
  if ('form_fields' in value) {
    const list = `names${path.replaceAll('/', '-')}`;
    return html`<div>
      ${listField({
        session,
        path: `${path}/form_fields`,
        label: t('forms.value.form_fields'),
        placeholder: 'phone, tel',
        list,
        value: value.form_fields,
        onInput: (form_fields) => onChange({ form_fields }),
      })}
      <datalist id=${list}>
        ${continuations(value.form_fields, names).map((name) => html`<option value=${name}></option>`)}
      </datalist>
    </div>`;
  }
  return variableCell(session, path, value.variable, onChange);
}

const FITS: [string, (info: VariableInfo) => boolean][] = [
  ['both', ({ calls, forms }) => calls && forms],
  ['forms', ({ calls, forms }) => forms && !calls],
  ['calls', ({ calls, forms }) => calls && !forms],
];

function variableCell(
  session: Session,
  path: string,
  variable: Variable,
  onChange: (value: Value) => void,
): TemplateResult {
  const { t } = session;
  const tracked = typeof variable === 'string' ? null : variable.tracked;
  const groups: Group<Variable>[] = [
    ...FITS.map(([kind, fits]) => ({
      label: t(`forms.variables.${kind}`),
      options: variableGroups(session, fits).flatMap(({ options }) => options),
    })),
    {
      label: t('forms.variables.tracked'),
      options: [{ value: { tracked: tracked ?? '' }, label: t('forms.variables.tracked.one') }],
    },
  ];
  return html`<div class="stack">
    ${selectField({
      session,
      path: `${path}/variable`,
      label: t('forms.value.variable'),
      value: variable,
      groups,
      unknown: (unknown) => String(unknown),
      onChange: (chosen) => onChange({ variable: chosen }),
    })}
    ${
      tracked === null
        ? nothing
        : textField({
            session,
            path: `${path}/variable/tracked`,
            label: t('parameters.name'),
            placeholder: 'roistat_visit',
            value: tracked,
            onInput: (name) => onChange({ variable: { tracked: name } }),
          })
    }
  </div>`;
}
