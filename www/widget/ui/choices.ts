// What can be chosen from, as the account and the core know it.
import type { Responsible, Variable, VariableInfo } from 'ringostat-amocrm/sandbox';
import type { Session } from '../session.ts';
import type { Group, Option } from './field.ts';

export function userOptions(session: Session): Option<number>[] {
  return session.account.users
    .filter(({ is_active }) => is_active)
    .map(({ id, name }) => ({ value: id, label: name }));
}

export const unknownUser = (session: Session) => (id: number | null) =>
  id === null || id === 0 ? session.t('choice.nobody') : session.t('choice.unknown_user', { id });

/** Who is responsible. Of a form nobody has answered. */
export function responsibleGroups(session: Session, { calls }: { calls: boolean }): Group<Responsible>[] {
  const kinds: Responsible[] = calls
    ? ['answered', 'crm_responsible', 'senior']
    : ['crm_responsible', 'senior'];
  return [
    {
      label: '',
      options: kinds.map((kind) => ({ value: kind, label: session.t(`responsible.${kind}`) })),
    },
    {
      label: session.t('choice.users'),
      options: userOptions(session).map(({ value, label }) => ({ value: { user: value }, label })),
    },
  ];
}

export const unknownResponsible = (session: Session) => (value: Responsible) =>
  typeof value === 'string' ? session.t(`responsible.${value}`) : unknownUser(session)(value.user);

export function taskTypeOptions(session: Session): Option<number>[] {
  const types = session.account.directory?.task_types ?? [];
  const known = types.length > 0 ? types : [{ id: 1, name: session.t('choice.follow_up') }];
  return known.map(({ id, name }) => ({ value: id, label: name }));
}

export const variableName = (session: Session, variable: Variable): string =>
  typeof variable === 'string' ? session.t(`variable.${variable}`) : variable.tracked;

/** Ringostat's parameters of an event's kind. Additional ones are typed by name. */
export function variableGroups(session: Session, fits: (info: VariableInfo) => boolean): Group<Variable>[] {
  const options = session.core
    .variables()
    .filter(fits)
    .map(({ name }): Option<Variable> => ({ value: name, label: variableName(session, name) }))
    .sort((a, b) => a.label.localeCompare(b.label, session.language));
  return [{ label: '', options }];
}
