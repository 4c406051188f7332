// Which fields of amoCRM a value can go to, in groups, whether or not the account is known.
import type { Field } from 'ringostat-amocrm/sandbox';
import type { AmoField } from '../api.ts';

export type Entity = 'contact' | 'lead';

/** `name`: the account's own word for it; without one the widget has a text for the native one or the code. */
export interface Candidate {
  field: Field;
  name: string | null;
}

export interface CandidateGroup {
  kind: 'native' | 'reach' | 'own' | 'tracking';
  candidates: Candidate[];
}

export const NATIVE: Record<Entity, readonly string[]> = {
  contact: ['name', 'first_name', 'last_name', 'responsible_user', 'tags'],
  lead: ['name', 'price', 'responsible_user', 'tags'],
};

/** Fields with a code that every account has on its contacts. */
const REACH = ['PHONE', 'EMAIL'];

/** Our own ones: the locked tab fills them. */
const OURS = /^RINGOSTAT_/i;

/** No single text goes into these (API notes §2.4). */
const UNSUPPORTED = new Set([
  'legal_entity',
  'linked_entity',
  'chained_list',
  'file',
  'items',
  'category',
  'payer',
  'supplier',
]);

/** The seed calls the phone `telephone`. */
const CODES: Record<string, string> = { TELEPHONE: 'PHONE' };

/** The name that a row's field is compared by: codes are the same in any case. */
export function codeOf(field: Field): string | null {
  if (typeof field !== 'string') return null;
  const code = field.toUpperCase();
  return CODES[code] ?? code;
}

const nativeOf = (entity: Entity, field: Field): string | undefined => {
  const name = field === 'responsible_user_id' ? 'responsible_user' : field;
  return NATIVE[entity].find((native) => native === name);
};

/** The account's field that a row writes, however the row names it. */
export function accountField(entity: Entity, field: Field, known: AmoField[]): AmoField | undefined {
  if (typeof field !== 'string') return known.find(({ id }) => id === field.id);
  if (nativeOf(entity, field)) return undefined;
  const code = codeOf(field);
  return known.find((one) => one.code?.toUpperCase() === code);
}

/** Whether values of several rows are put together there, and nothing is ever replaced. */
export function alwaysAdds(entity: Entity, field: Field, known: AmoField[]): boolean {
  const code = accountField(entity, field, known)?.code ?? codeOf(field) ?? '';
  return entity === 'contact' && REACH.includes(code.toUpperCase());
}

/**
 * What can be chosen. The candidate that means the same as `current` is spelled like it, so that it is found among
 * them.
 */
export function candidateGroups(entity: Entity, known: AmoField[], current: Field | null): CandidateGroup[] {
  const chosen = current === null ? undefined : accountField(entity, current, known);
  const chosenNative = current === null ? undefined : nativeOf(entity, current);
  const offered = known.filter(
    (one) => one === chosen || !(OURS.test(one.code ?? '') || UNSUPPORTED.has(one.type)),
  );
  const isReach = ({ code }: AmoField) => entity === 'contact' && REACH.includes(code ?? '');
  const of = (one: AmoField): Candidate => ({
    field: one === chosen && current !== null ? current : isReach(one) ? (one.code ?? '') : { id: one.id },
    name: one.name,
  });
  const groups: CandidateGroup[] = [
    {
      kind: 'native',
      candidates: NATIVE[entity].map((native) => ({
        field: native === chosenNative && current !== null ? current : native,
        name: null,
      })),
    },
    {
      kind: 'reach',
      candidates:
        known.length > 0 || entity === 'lead'
          ? offered.filter(isReach).map(of)
          : REACH.map((code) => ({
              field: current !== null && codeOf(current) === code ? current : code,
              name: null,
            })),
    },
    {
      kind: 'own',
      candidates: offered.filter((one) => !isReach(one) && one.type !== 'tracking_data').map(of),
    },
    { kind: 'tracking', candidates: offered.filter(({ type }) => type === 'tracking_data').map(of) },
  ];
  return groups.filter(({ candidates }) => candidates.length > 0);
}
