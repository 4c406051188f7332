// The figures of days as they are shown: of forms, of calls or of both, from the first day on which anything happened.
import type { ByKind, DayView, Outcome, StatsView } from '../../api.ts';

export type Kind = '' | keyof ByKind;
/** From the bottom of a bar to its top. */
export const OUTCOMES: readonly Outcome[] = ['delivered', 'skipped', 'failed', 'expired'];
export const COUNTS = ['received', ...OUTCOMES] as const;
export type Counts = Record<(typeof COUNTS)[number], number>;

export interface DayCounts extends Counts {
  day: string;
}

export const countOf = (counts: ByKind, kind: Kind): number =>
  kind === '' ? counts.form + counts.call : counts[kind];

export const countsOf = (days: readonly DayView[], kind: Kind): DayCounts[] =>
  days.map((day) => ({
    day: day.day,
    ...(Object.fromEntries(COUNTS.map((of) => [of, countOf(day[of], kind)])) as Counts),
  }));

export function totalOf(days: readonly Counts[]): Counts {
  const sum = (of: keyof Counts) => days.reduce((all, day) => all + day[of], 0);
  return Object.fromEntries(COUNTS.map((of) => [of, sum(of)])) as Counts;
}

/** Whether anything was counted on it. */
const isLively = (day: DayView): boolean =>
  COUNTS.some((of) => countOf(day[of], '') > 0) || day.requests.total > 0;

/** Newest first, none of the days before anything happened. */
export function livelyDays({ days }: StatsView): DayView[] {
  const first = days.findIndex(isLively);
  return first === -1 ? [] : days.slice(first).reverse();
}

/** How high a bar is of what ended on a day. */
export const endedOf = (day: Counts): number => OUTCOMES.reduce((all, of) => all + day[of], 0);

/** The top of the scale: 1, 2 or 5 and zeros, not below anything that is shown. */
export function scaleOf(days: readonly Counts[]): number {
  const most = Math.max(1, ...days.map((day) => Math.max(day.received, endedOf(day))));
  const power = 10 ** Math.floor(Math.log10(most));
  return ([1, 2, 5, 10].find((step) => step * power >= most) ?? 10) * power;
}
