// Which user of amoCRM an employee of Ringostat probably is: the same e-mail, else the same name, else a similar one.
import type { AmoUser } from '../../api.ts';

export type Why = 'email' | 'name' | 'similar';
export interface Suggestion {
  user: AmoUser;
  why: Why;
}
interface Person {
  name: string;
  email: string;
}

const LATIN: Record<string, string> = {
  а: 'a',
  б: 'b',
  в: 'v',
  г: 'g',
  ґ: 'g',
  д: 'd',
  е: 'e',
  ё: 'e',
  є: 'ie',
  ж: 'zh',
  з: 'z',
  и: 'i',
  і: 'i',
  ї: 'i',
  й: 'i',
  к: 'k',
  л: 'l',
  м: 'm',
  н: 'n',
  о: 'o',
  п: 'p',
  р: 'r',
  с: 's',
  т: 't',
  у: 'u',
  ф: 'f',
  х: 'h',
  ц: 'ts',
  ч: 'ch',
  ш: 'sh',
  щ: 'sch',
  ъ: '',
  ы: 'i',
  ь: '',
  э: 'e',
  ю: 'iu',
  я: 'ia',
  y: 'i',
  j: 'i',
};

/** The words of a name, in one spelling for all alphabets and in one order. */
const words = (name: string, spell: (word: string) => string): string[] =>
  name
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .map(spell)
    .sort();

const asIs = (word: string) => word.replaceAll('ё', 'е');
const inLatin = (word: string) =>
  [...word]
    .map((letter) => LATIN[letter] ?? letter)
    .join('')
    .replaceAll('kh', 'h')
    .replaceAll(/(.)\1+/g, '$1');

const same = (a: string[], b: string[]) => a.length > 0 && a.join(' ') === b.join(' ');

/** Two words at least: one alone is shared by too many. A middle name may be missing, a letter may differ. */
function similar(a: string[], b: string[]): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (short.length < 2) return false;
  const left = [...long];
  return short.every((word) => {
    const at = left.findIndex((other) => alike(word, other));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

/** At most one letter more, less or other, in words long enough for that to be a slip. */
function alike(a: string, b: string): boolean {
  if (a === b) return true;
  if (Math.min(a.length, b.length) < 4 || Math.abs(a.length - b.length) > 1) return false;
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  let at = 0;
  while (at < short.length && short[at] === long[at]) at += 1;
  const rest = long.slice(at + 1);
  return rest === short.slice(at) || (short.length === long.length && rest === short.slice(at + 1));
}

const mail = (email: string) => email.trim().toLowerCase();

const RULES: [Why, (person: Person, user: AmoUser) => boolean][] = [
  ['email', (person, user) => mail(person.email) !== '' && mail(person.email) === mail(user.email ?? '')],
  ['name', (person, user) => same(words(person.name, asIs), words(user.name, asIs))],
  ['similar', (person, user) => similar(words(person.name, inLatin), words(user.name, inLatin))],
];

/**
 * Suggestions by position of the person. A user is suggested once, and only where exactly one person and one user
 * mean each other: a guess that could be another one is none.
 */
export function suggest(
  people: readonly Person[],
  users: readonly AmoUser[],
  linked: ReadonlySet<number>,
): Map<number, Suggestion> {
  const found = new Map<number, Suggestion>();
  let free = users.filter((user) => user.is_active && !linked.has(user.id));
  for (const [why, fits] of RULES) {
    const open = people.map((person, index) => ({ person, index })).filter(({ index }) => !found.has(index));
    const pairs = open.flatMap(({ person, index }) =>
      free.filter((user) => fits(person, user)).map((user) => ({ index, user })),
    );
    for (const { index, user } of pairs) {
      const others = pairs.filter((pair) => pair.index === index || pair.user === user);
      if (others.length === 1) found.set(index, { user, why });
    }
    const taken = new Set([...found.values()].map(({ user }) => user));
    free = free.filter((user) => !taken.has(user));
  }
  return found;
}
