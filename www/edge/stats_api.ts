// `GET /stats`: the last days as an administrator sees them.
import { countOf, type Histogram, percentile } from './delays.ts';
import { type Journal, KINDS } from './journal.ts';
import { type Count, OUTCOMES, type PaceOf, type Stats } from './stats.ts';

type ByKind = Record<string, number>;

/** Milliseconds; at most an eighth too long. Null: there were none. */
interface Delay {
  events: number;
  p50: number | null;
  p95: number | null;
  p99: number | null;
}

const CLASSES = ['2xx', '3xx', '4xx', '5xx', 'none'] as const;

export function readStats(stats: Stats, journal: Journal, timeZone: string, now: number): Response {
  const days = stats.shown(now);
  const byDay = new Map<string, Count[]>(days.map((day) => [day, []]));
  for (const count of stats.since(days[0] ?? '')) byDay.get(count.day)?.push(count);
  const held = Object.fromEntries(KINDS.map((kind) => [kind, journal.count('held', kind)]));
  return Response.json({
    time_zone: timeZone,
    days: [...byDay].map(([day, counts]) => ({ day, ...dayOf(counts) })),
    held,
  });
}

function dayOf(counts: Count[]) {
  const events = OUTCOMES.map((outcome): [string, ByKind] => [
    outcome,
    Object.fromEntries(KINDS.map((kind) => [kind, sum(counts, outcome, (label) => label === kind)])),
  ]);
  const requests = CLASSES.map((name): [string, number] => [
    name,
    sum(counts, 'request', (label) => label === name || `${label[0]}xx` === name),
  ]);
  return {
    ...Object.fromEntries(events),
    delay: delayOf(counts, 'prompt'),
    delay_waited: delayOf(counts, 'waited'),
    requests: { total: sum(counts, 'request', () => true), ...Object.fromEntries(requests) },
  };
}

const sum = (counts: Count[], what: string, wanted: (label: string) => boolean): number =>
  counts
    .filter((count) => count.what === what && wanted(count.label))
    .reduce((all, { count }) => all + count, 0);

export const histogramOf = (counts: Count[], pace: PaceOf): Histogram =>
  new Map(
    counts.filter(({ what }) => what === `delay_${pace}`).map(({ label, count }) => [Number(label), count]),
  );

function delayOf(counts: Count[], pace: PaceOf): Delay {
  const histogram = histogramOf(counts, pace);
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentile(histogram, share));
  return { events: countOf(histogram), p50: p50 ?? null, p95: p95 ?? null, p99: p99 ?? null };
}
