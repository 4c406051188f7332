// Things of one kind that calls told of, in memory: bounded, and changed only when there is something new to say.
import type { Sort } from './ringostat_people.ts';

const DAY_MS = 86_400_000;
const MOST = 2_000;

export interface Entry<T> {
  thing: T;
  seenAt: number;
}

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
