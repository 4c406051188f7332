// A control for a field of amoCRM, and what such a field is called.
import type { Field } from 'ringostat-amocrm/sandbox';
import type { Session } from '../session.ts';
import { NOT_CHOSEN } from '../state/not_chosen.ts';
import { accountField, candidateGroups, codeOf, type Entity, NATIVE } from './amo_fields.ts';
import { type Group, selectField } from './field.ts';

function named(session: Session, entity: Entity, field: Field, name: string | null): string {
  if (name !== null) return name;
  if (typeof field !== 'string') return session.t('forms.field.unknown', { id: field.id });
  const native = field === 'responsible_user_id' ? 'responsible_user' : field;
  if (native === 'name') return session.t(`forms.field.name.${entity}`);
  if (NATIVE[entity].includes(native)) return session.t(`forms.field.${native}`);
  const code = codeOf(field) ?? field;
  return session.knows(`forms.field.${code}`) ? session.t(`forms.field.${code}`) : code;
}

export function fieldName(session: Session, entity: Entity, field: Field): string {
  if (field === NOT_CHOSEN) return session.t('forms.field.none');
  const known = accountField(entity, field, session.account.fields(entity));
  return named(session, entity, field, known?.name ?? null);
}

/** Null: none is chosen yet. */
export function amoFieldSelect(field: {
  session: Session;
  path: string;
  label: string;
  entity: Entity;
  value: Field | null;
  onChange: (value: Field) => void;
}) {
  const { session, entity, onChange } = field;
  const value = field.value === NOT_CHOSEN ? null : field.value;
  const { t } = session;
  const groups: Group<Field | null>[] = candidateGroups(entity, session.account.fields(entity), value).map(
    ({ kind, candidates }) => ({
      label: t(`forms.fields.${kind}`),
      options: candidates.map((one) => ({
        value: one.field,
        label: named(session, entity, one.field, one.name),
      })),
    }),
  );
  return selectField<Field | null>({
    session,
    path: field.path,
    label: field.label,
    value,
    groups,
    unknown: (unknown) => (unknown === null ? t('forms.field.choose') : fieldName(session, entity, unknown)),
    onChange: (chosen) => {
      if (chosen !== null) onChange(chosen);
    },
  });
}
