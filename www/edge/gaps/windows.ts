// Which stretches of time are asked for. `calls/list` answers with so many rows and not more: a stretch that has more
// is asked for in halves. Unix milliseconds; an end of null is now.

export interface Window {
  from: number;
  to: number | null;
}

/** Ringostat's limit of one answer. */
export const MOST_ROWS = 6_500;
/** Nobody has as many calls within it: whatever answers so is not asked for ever smaller pieces. */
const SMALLEST_MS = 10 * 60_000;

/** Both halves share the second at which they meet. Undefined: too short to be halved. */
export function halves({ from, to }: Window, now: number): [Window, Window] | undefined {
  const end = to ?? now;
  if (end - from < 2 * SMALLEST_MS) return undefined;
  const middle = from + Math.floor((end - from) / 2_000) * 1_000;
  return [
    { from, to: middle },
    { from: middle, to },
  ];
}

/** As the API wants it: `2026-11-23 00:00:00`, by the project's clock. */
export function timeIn(zone: string, ms: number): string {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(ms);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  return `${of('year')}-${of('month')}-${of('day')} ${of('hour')}:${of('minute')}:${of('second')}`;
}
