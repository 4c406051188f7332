// What goes wrong on the way to the account: by the number of the request, so that a seed names the whole plan.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Meddle, Wire } from '../edge/gate.ts';
import { below, chance, nth, pick } from './random.ts';

/** How late a write may still happen: the worker is told to expect no later ones. */
export const SETTLE_MS = 3_000;
const LATEST_COMMIT_MS = 1_800;
const SLOWEST_MS = 400;

/** By weight. A ban of 403 and a 429 without a time stop everything for a while, so they are rare. */
const KINDS = [
  [1, 'too_many'],
  [8, 'too_many_for_no_time'],
  [12, 'server_error'],
  [12, 'html_502'],
  [14, 'commit_then_504'],
  [10, 'commit_late'],
  [12, 'drop_before'],
  [14, 'drop_after'],
  [16, 'slow'],
  [0.4, 'ban'],
] as const;
export type Fault = (typeof KINDS)[number][1];

const USUAL = 0.06;
/** So often, for so many requests, it is far worse. */
const STORM_EVERY = 1_500;
const STORM = 120;
const IN_STORM = 0.4;

const page = (status: number, text: string): Wire => ({
  status,
  headers: { 'content-type': 'text/html' },
  body: `<html><body>${text}</body></html>`,
});
const refusal = (status: number, more: Record<string, string> = {}): Wire => ({
  status,
  headers: { 'content-type': 'application/problem+json', ...more },
  body: JSON.stringify({ title: 'Trouble', status }),
});

/** What befalls that request; the same for the same seed. */
export function faultOf(seed: number, request: number): Fault | undefined {
  const random = nth(seed, request);
  const storm = request % STORM_EVERY >= STORM_EVERY - STORM;
  return chance(random, storm ? IN_STORM : USUAL) ? pick(random, KINDS) : undefined;
}

/** Strikes by plan, and counts. */
export class Faults {
  readonly struck = new Map<string, number>();
  readonly #seed: number;
  readonly #late = new Set<Promise<unknown>>();
  /** Nothing more goes wrong. */
  over = false;

  constructor(seed: number) {
    this.#seed = seed;
  }

  count(what: string): void {
    this.struck.set(what, (this.struck.get(what) ?? 0) + 1);
  }

  readonly meddle: Meddle = async ({ nth: request, method }, forward) => {
    const kind = this.over ? undefined : faultOf(this.#seed, request);
    if (!kind) return forward();
    // A read commits nothing.
    this.count(kind.startsWith('commit_') && method === 'GET' ? 'timeout_504' : kind);
    const random = nth(~this.#seed, request);
    switch (kind) {
      case 'too_many':
        return refusal(429);
      case 'too_many_for_no_time':
        return refusal(429, { 'retry-after': '0' });
      case 'server_error':
        return refusal(500 + 3 * below(random, 2));
      case 'html_502':
        return page(502, 'Bad Gateway');
      case 'ban':
        return page(403, 'Forbidden');
      case 'commit_then_504':
        await forward();
        return refusal(504);
      case 'commit_late':
        if (method === 'GET') await forward();
        else this.#later(below(random, LATEST_COMMIT_MS), forward);
        return refusal(504);
      case 'drop_before':
        return undefined;
      case 'drop_after':
        await forward();
        return undefined;
      case 'slow':
        await sleep(below(random, SLOWEST_MS));
        return forward();
    }
  };

  #later(ms: number, forward: () => Promise<unknown>): void {
    const work = sleep(ms)
      .then(forward)
      .finally(() => this.#late.delete(work));
    this.#late.add(work);
  }

  /** Every late write has happened. */
  async settled(): Promise<void> {
    await Promise.all(this.#late);
  }
}
