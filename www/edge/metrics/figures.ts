// What one project tells of itself to `GET /metrics`: counted since it began, and how things stand. No client is in it.
import { COARSE, countOf, within } from '../delays.ts';
import type { Gate } from '../gate.ts';
import { type Journal, KINDS } from '../journal.ts';
import { type Count, OUTCOMES, type Outcome, PACES, type PaceOf, type Stats } from '../stats.ts';
import { histogramOf } from '../stats_api.ts';

export const WAITING = ['queued', 'delivering', 'retrying', 'held'] as const;

export interface Figures {
  events: Record<Outcome, Record<string, number>>;
  waiting: Record<(typeof WAITING)[number], number>;
  /** `within` has one entry per bound of `COARSE`; `ms` is the sum. */
  delays: Record<PaceOf, { within: number[]; count: number; ms: number }>;
  /** By status, or `none`. */
  requests: Record<string, number>;
  active: boolean;
}

export function figuresOf(stats: Stats, journal: Journal, gate: Gate): Figures {
  const totals = stats.totals();
  const by = (what: string) => totals.filter((count) => count.what === what);
  return {
    events: keyed(OUTCOMES, (outcome) => ({ ...keyed(KINDS, () => 0), ...labelled(by(outcome)) })),
    waiting: keyed(WAITING, (status) => journal.count(status)),
    delays: keyed(PACES, (pace) => {
      const histogram = histogramOf(totals, pace);
      const ms = labelled(by('delay_ms'))[pace] ?? 0;
      return { within: within(histogram), count: countOf(histogram), ms };
    }),
    requests: labelled(by('request')),
    active: gate.state === 'active',
  };
}

const labelled = (counts: Count[]): Record<string, number> =>
  Object.fromEntries(counts.map(({ label, count }) => [label, count]));

const keyed = <K extends string, V>(keys: readonly K[], value: (key: K) => V): Record<K, V> =>
  Object.fromEntries(keys.map((key) => [key, value(key)])) as Record<K, V>;

/** In seconds, as the exposition names them. */
export const BOUNDS_S: readonly number[] = COARSE.map((ms) => ms / 1000);
