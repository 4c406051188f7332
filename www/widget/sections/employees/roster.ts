// The employees that are linked and those that Ringostat or calls told of, each person once.
import type { Employee } from 'ringostat-amocrm/sandbox';
import type { Known, RingostatEmployee } from '../../api.ts';

export interface Person {
  /** Keeps a person's row while others come and go. */
  key: string;
  /** Position among the linked ones; null: not linked. */
  index: number | null;
  /** As linked, else as learned. */
  marks: RingostatEmployee;
  /** Where it was learned from; null: added by hand. */
  known: Known<RingostatEmployee> | null;
}

const fold = (text: string) => text.trim().toLowerCase();
const digits = (text: string) => text.replaceAll(/\D/g, '') || fold(text);

/** Everything that tells a person. */
const marksOf = ({ name, extension, sip, numbers, email }: RingostatEmployee): string[] =>
  [
    ['name', fold(name)],
    ['extension', fold(extension)],
    ['email', fold(email)],
    ...sip.map((one) => ['sip', fold(one)]),
    ...numbers.map((one) => ['number', digits(one)]),
  ].flatMap(([by, value]) => (value ? [`${by}:${value}`] : []));

/** How sure it is that both are one person; 0: they are not. Staff ids decide. */
export function likeness(a: RingostatEmployee, b: RingostatEmployee): number {
  const [id, other] = [a.staff_id.trim(), b.staff_id.trim()];
  if (id !== '' && other !== '') return id === other ? 100 : 0;
  const marks = new Set(marksOf(b));
  return marksOf(a).filter((mark) => marks.has(mark)).length;
}

const keyOf = ({ staff_id, name, extension, sip, numbers }: RingostatEmployee): string =>
  JSON.stringify([staff_id, extension, name, sip[0] ?? '', numbers[0] ?? '']);

/** The key of a person who was added by hand. */
export const handKey = (index: number): string => `hand:${index}`;

/**
 * Everybody. `pinned`: a person who stays the same one while the marks that tell so are being typed.
 */
export function roster(
  linked: readonly Employee[],
  known: readonly Known<RingostatEmployee>[],
  pinned: { key: string; index: number } | null = null,
): Person[] {
  const pairs = linked
    .flatMap(({ ringostat }, index) =>
      known.map((one, at) => ({
        index,
        at,
        score: pinned?.index === index && pinned.key === keyOf(one) ? 1_000 : likeness(ringostat, one),
      })),
    )
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
  const knownOf = new Map<number, number>();
  const taken = new Set<number>();
  for (const { index, at } of pairs) {
    if (knownOf.has(index) || taken.has(at)) continue;
    knownOf.set(index, at);
    taken.add(at);
  }
  const links = linked.map(({ ringostat }, index): Person => {
    const one = known[knownOf.get(index) ?? -1];
    return { key: one ? keyOf(one) : handKey(index), index, marks: ringostat, known: one ?? null };
  });
  const others = known.flatMap((one, at): Person[] =>
    taken.has(at) ? [] : [{ key: keyOf(one), index: null, marks: marksOnly(one), known: one }],
  );
  return [...others, ...links];
}

/** Without where it was learned from. */
export function marksOnly(one: RingostatEmployee): RingostatEmployee {
  const { staff_id, name, email, extension, sip, numbers } = one;
  return { staff_id, name, email: email ?? '', extension, sip: [...sip], numbers: [...numbers] };
}

/** How a person is called: by name, else by what there is. */
export const titleOf = (marks: RingostatEmployee): string =>
  marks.name || marks.email || marks.sip[0] || marks.extension || marks.numbers[0] || marks.staff_id;

/** Those who were not linked when they were first seen come first and stay there: rows do not jump about. */
export class Order {
  readonly #first = new Map<string, boolean>();

  sort(people: Person[]): Person[] {
    for (const { key, index } of people) {
      if (!this.#first.has(key)) this.#first.set(key, index === null);
    }
    const rank = ({ key }: Person) => (this.#first.get(key) ? 0 : 1);
    const name = ({ marks }: Person) => fold(titleOf(marks));
    return people
      .map((person, at) => ({ person, at }))
      .sort((a, b) => {
        const ranks = rank(a.person) - rank(b.person);
        if (ranks !== 0) return ranks;
        // Linked ones keep the order of the settings: names are being typed there.
        if (rank(a.person) === 1) return a.at - b.at;
        return name(a.person).localeCompare(name(b.person));
      })
      .map(({ person }) => person);
  }
}
