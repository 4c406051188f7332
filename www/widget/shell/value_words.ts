// What stands at a place of the settings, as the section that shows it would say it.
import type { Field, Settings, Variable } from 'ringostat-amocrm/sandbox';
import { LANGUAGE_NAMES, type Language } from '../../i18n/index.ts';
import type { Session } from '../session.ts';
import { keysOf } from '../state/pointer.ts';
import { fieldName } from '../ui/amo_field.ts';
import { taskTypeOptions, unknownUser, variableName } from '../ui/choices.ts';
import { nameOf } from './place_names.ts';

const MOST_LETTERS = 160;
/** Values that are codes, by the area of their texts. */
const CODES: Record<string, string> = {
  'responsible/kind': 'form_responsible',
  responsible: 'responsible',
  kind: 'line',
  open_lead: 'open_lead',
  policy: 'policy',
  call: 'call',
  client: 'client',
  answered_by: 'answered_by',
  moment: 'moment',
  recording_link: 'recording_link',
  means: 'call_key',
};
const USERS = ['senior_user', 'amocrm_user', 'responsible/id', 'responsible/user', 'responsible/users'];

/** `path` is inside of `part`. Undefined: nothing stands there. */
export function valueWords(session: Session, part: keyof Settings, path: string, value: unknown): string {
  if (value === undefined) return session.t('conflict.absent');
  const text = told(session, [part, ...keysOf(path)], value) || session.t('conflict.nothing');
  return text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS)}…` : text;
}

function told(session: Session, keys: string[], value: unknown): string {
  const named = keys.filter((key) => !/^\d+$/.test(key));
  const last = named.at(-1) ?? '';
  const known = special(session, named.slice(-2).join('/'), last, keys, value);
  if (known !== undefined) return known;
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return session.t(`value.${value}`);
  if (Array.isArray(value)) {
    const plain = value.every((one) => typeof one !== 'object');
    return value.map((one, at) => told(session, [...keys, `${at}`], one)).join(plain ? ', ' : ' | ');
  }
  if (typeof value === 'object') return members(session, keys, value);
  return String(value);
}

/** What is set in it, with names. */
function members(session: Session, keys: string[], value: object): string {
  return Object.entries(value)
    .filter(([, one]) => one !== false && one !== null)
    .map(([key, one]) => {
      const inner = [...keys, key];
      const name = nameOf(inner);
      const text = told(session, inner, one);
      if (!text || !name) return text;
      // What is simply on needs no "yes".
      return one === true ? session.t(name) : `${session.t(name)}: ${text}`;
    })
    .filter(Boolean)
    .join('; ');
}

/** What its number or code stands for; undefined: it stands for itself. */
function special(
  session: Session,
  pair: string,
  last: string,
  keys: string[],
  value: unknown,
): string | undefined {
  const { t, account } = session;
  if (typeof value === 'number') {
    if (USERS.includes(pair) || USERS.includes(last)) {
      return account.users.find(({ id }) => id === value)?.name ?? unknownUser(session)(value);
    }
    if (last === 'pipeline')
      return account.pipelines.find(({ id }) => id === value)?.name ?? t('pipelines.unknown', { id: value });
    if (last === 'status') {
      const stages = account.pipelines.flatMap(({ statuses }) => statuses);
      return stages.find(({ id }) => id === value)?.name ?? t('pipelines.stage.unknown', { id: value });
    }
    if (last === 'type') return taskTypeOptions(session).find((one) => one.value === value)?.label;
    if (pair === 'field/id')
      return fieldName(session, keys[1] === 'lead' ? 'lead' : 'contact', { id: value });
  }
  if (value === null && last === 'status') return t('pipelines.stage.first');
  if (value === null && last === 'senior_user') return t('choice.nobody');
  if (last === 'field') return fieldName(session, keys[1] === 'lead' ? 'lead' : 'contact', value as Field);
  if (last === 'variable') return variableName(session, value as Variable);
  if (typeof value !== 'string') return undefined;
  if (last === 'language') return LANGUAGE_NAMES[value as Language];
  if (last === 'default_country') return countryName(session, value);
  const area = CODES[pair] ?? CODES[last];
  return area && session.knows(`${area}.${value}`) ? t(`${area}.${value}`) : undefined;
}

function countryName({ language }: Session, code: string): string {
  try {
    return new Intl.DisplayNames(language, { type: 'region' }).of(code) ?? code;
  } catch {
    // It is none.
    return code;
  }
}
