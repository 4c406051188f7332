// How long something took, in one unit and no more digits than anybody reads.
import type { Language } from '../../i18n/format.ts';

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** Milliseconds in words: "0.4 sec", "12 min". */
export function shownDuration(language: Language, ms: number): string {
  const [unit, length] = UNITS.find(([, one]) => ms >= one) ?? ['second', 1_000];
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumSignificantDigits: 2,
    roundingPriority: 'morePrecision',
    maximumFractionDigits: 0,
  }).format(ms / length);
}
