// Things of one kind that calls told of, in memory: bounded, and changed only when there is something new to say. And
// how they are shown beside those that Ringostat names.
import type { Sort } from './ringostat_people.ts';

const DAY_MS = 86_400_000;
const MOST = 2_000;

export interface Entry<T> {
  thing: T;
  seenAt: number;
}

type Source = 'calls' | 'ringostat';
/** As administrators see it: who named it, and when. */
export type Shown<T> = T & { source: Source; seen_at: string };

/** What has to be written: a document of null is one to be deleted. */
export interface Change {
  key: string;
  document: string | null;
  seenAt: number;
}

export class Shelf<T> {
  readonly #sort: Sort<T>;
  readonly #most: number;
  readonly #entries = new Map<string, Entry<T>>();

  constructor(sort: Sort<T>, most = MOST) {
    this.#sort = sort;
    this.#most = most;
  }

  /** As it was written. */
  load(key: string, document: string, seenAt: number): void {
    this.#entries.set(key, { thing: JSON.parse(document) as T, seenAt });
  }

  clear(): void {
    this.#entries.clear();
  }

  all(): Entry<T>[] {
    return [...this.#entries.values()];
  }

  learn(thing: T, now: number): Change[] {
    if (!this.#sort.key(thing)) return [];
    const alike = [...this.#entries].filter(([, entry]) => this.#sort.same(entry.thing, thing));
    const known = alike.filter(([, entry]) => this.#sort.id(entry.thing) !== '');
    // Several could be meant: whose it is cannot be told.
    if (known.length > 1) return [];
    const [first, ...others] = [...alike.filter((one) => !known.includes(one)), ...known].map(
      ([, entry]) => entry.thing,
    );
    const merge = (older: T, newer: T) => this.#sort.merge(older, newer);
    const merged = first === undefined ? thing : merge(others.reduce(merge, first), thing);
    const key = this.#sort.key(merged);
    const old = this.#entries.get(key);
    const document = JSON.stringify(merged);
    const fresh = old !== undefined && now - old.seenAt < DAY_MS;
    if (fresh && alike.length === 1 && JSON.stringify(old.thing) === document) return [];
    const gone = alike.map(([key]) => key).filter((one) => one !== key);
    for (const one of gone) this.#entries.delete(one);
    this.#entries.set(key, { thing: merged, seenAt: now });
    return [...[...gone, ...this.#overflow()].map(deleted), { key, document, seenAt: now }];
  }

  /** The oldest make room. */
  #overflow(): string[] {
    if (this.#entries.size <= this.#most) return [];
    const [oldest] = [...this.#entries].reduce((a, b) => (b[1].seenAt < a[1].seenAt ? b : a));
    this.#entries.delete(oldest);
    return [oldest];
  }
}

const deleted = (key: string): Change => ({ key, document: null, seenAt: 0 });

export const time = (ms: number) => new Date(ms).toISOString();

/** What the API names, with what calls told of the same; then what only calls told of. In the order of keys. */
export function shown<T>(sort: Sort<T>, named: T[], at: number, met: Entry<T>[]): Shown<T>[] {
  const own = new Map<string, Entry<T> & { source: Source }>();
  for (const thing of named) own.set(sort.key(thing), { thing, seenAt: at, source: 'ringostat' });
  const listed = [...own];
  for (const { thing, seenAt } of met) {
    const alike = listed.filter(([, entry]) => sort.same(entry.thing, thing));
    const entry = alike[0]?.[1];
    if (!entry) own.set(sort.key(thing), { thing, seenAt, source: 'calls' });
    // Of several it cannot be told which one was met.
    else if (alike.length === 1) entry.thing = sort.merge(thing, entry.thing);
  }
  return [...own]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { thing, seenAt, source }]) => ({ ...thing, source, seen_at: time(seenAt) }));
}
