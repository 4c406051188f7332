// What a row does to a field of an existing contact or lead that has a value already.
import { html, type TemplateResult } from 'lit';
import type { Field, Policy } from 'ringostat-amocrm/sandbox';
import type { Session } from '../session.ts';
import { alwaysAdds, type Entity } from './amo_fields.ts';
import { selectField } from './field.ts';

const POLICIES: Policy[] = ['fill_if_empty', 'overwrite', 'only_on_create'];

export function policySelect(field: {
  session: Session;
  path: string;
  entity: Entity;
  of: Field | null;
  value: Policy;
  onChange: (value: Policy) => void;
}): TemplateResult {
  const { session, path, entity, of, value, onChange } = field;
  const { t } = session;
  if (of !== null && alwaysAdds(entity, of, session.account.fields(entity))) {
    return html`<div class="field">
      <span class="label">${t('forms.policy')}</span>
      <span class="muted small">${t('forms.policy.adds')}</span>
    </div>`;
  }
  return selectField({
    session,
    path,
    label: t('forms.policy'),
    value,
    options: POLICIES.map((policy) => ({ value: policy, label: t(`policy.${policy}`) })),
    onChange,
  });
}
