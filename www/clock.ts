// What clocks showed in a time zone, from the runtime's own table of zones: the core has none.
import type { Clock } from 'ringostat-amocrm';

/** No call that Ringostat tracked is older. */
const FIRST_YEAR = 2010;
/** Zones have changed twice within a month (Ramadan), never within a week. */
const PROBE_S = 7 * 86_400;

type Transitions = Clock['transitions'];
const known = new Map<string, { year: number; transitions: Transitions }>();

/** From 2010 to the end of next year; kept per zone. */
export function clockOf(zone: string, nowMs: number): Clock {
  const year = new Date(nowMs).getUTCFullYear();
  let entry = known.get(zone);
  if (entry?.year !== year) {
    entry = { year, transitions: transitionsOf(zone, FIRST_YEAR, year + 2) };
    known.set(zone, entry);
  }
  return { transitions: entry.transitions, now: Math.floor(nowMs / 1000) };
}

/** The day that a calendar shows there, as `2026-11-23`. */
export function dayIn(zone: string, nowMs: number): string {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).formatToParts(nowMs);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  return `${of('year')}-${of('month')}-${of('day')}`;
}

/** `[from, seconds ahead of UTC]`: the offset at the begin of `first` and every change before `end`, to the second. */
function transitionsOf(zone: string, first: number, end: number): Transitions {
  const offset = offsetIn(zone);
  const until = Date.UTC(end, 0) / 1000;
  let at = Date.UTC(first, 0) / 1000;
  let current = offset(at);
  const found: Transitions = [[at, current]];
  while (at < until) {
    const next = Math.min(at + PROBE_S, until);
    const then = offset(next);
    if (then !== current) found.push([bisect(offset, at, next), then]);
    at = next;
    current = then;
  }
  return found;
}

/** The first second that has another offset than `low`. */
function bisect(offset: (at: number) => number, low: number, high: number): number {
  const before = offset(low);
  let [same, other] = [low, high];
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2);
    if (offset(middle) === before) same = middle;
    else other = middle;
  }
  return other;
}

/** Seconds ahead of UTC at a unix second. */
function offsetIn(zone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  // `6/2/2019, 09:13:43`
  return (at) => {
    const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = (
      format.format(at * 1000).match(/\d+/g) ?? []
    ).map(Number);
    return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - at;
  };
}
