// Names of form fields that can be suggested: those that came last, and those that most sites use.
import type { Api } from '../../api.ts';

export const COMMON_NAMES = [
  'name',
  'first-name',
  'last-name',
  'phone',
  'tel',
  'telephone',
  'email',
  'comment',
  'message',
  'city',
  'company',
];

const LATEST = 3;

/** Of the latest forms in the journal, as long as it keeps what came in. */
export async function latestNames(api: Api): Promise<string[]> {
  const { events } = await api.events({ kind: 'form', limit: `${LATEST}` });
  const forms = await Promise.all(events.map(({ event }) => api.event(event)));
  return [...new Set(forms.flatMap(({ content }) => namesOf(content?.event)))];
}

/** Of the fields of a form as the core read it. */
export function namesOf(event: unknown): string[] {
  const form = (event as { form?: { fields?: { name?: unknown }[] } } | null | undefined)?.form;
  const names = (form?.fields ?? []).map(({ name }) => name);
  return names.filter((name): name is string => typeof name === 'string' && name !== '');
}

/** What a list by commas could become: a name that is begun is finished, else one more is added. */
export function continuations(list: readonly string[], names: readonly string[]): string[] {
  const last = list.at(-1);
  const begun = last !== undefined && !names.includes(last);
  const done = begun ? list.slice(0, -1) : list;
  return names.filter((name) => !done.includes(name)).map((name) => [...done, name].join(', '));
}
