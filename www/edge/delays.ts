// How long deliveries took, as a histogram: so fine that a percentile read from it is at most an eighth too long.

/** Renard's series R20: each about an eighth above the one before. It has 1, 2 and 5, and so have its decades. */
const STEPS = [
  100, 112, 125, 140, 160, 180, 200, 224, 250, 280, 315, 355, 400, 450, 500, 560, 630, 710, 800, 900,
];
/** From 10 ms to more than a hundred days. */
const DECADES = 9;

/** Upper bounds in milliseconds, the last one open. */
const BOUNDS: readonly number[] = [
  ...Array.from({ length: DECADES }, (_, decade) => STEPS.map((step) => (step * 10 ** decade) / 10)).flat(),
  Number.POSITIVE_INFINITY,
];

/** Counts by bucket; what is not there is 0. */
export type Histogram = ReadonlyMap<number, number>;

/** The bucket of a delay in milliseconds. */
export function bucketOf(ms: number): number {
  let [low, high] = [0, BOUNDS.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ms <= (BOUNDS[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}

export const countOf = (histogram: Histogram): number =>
  [...histogram.values()].reduce((sum, count) => sum + count, 0);

/** Milliseconds within which that share of them was over; null of none. */
export function percentile(histogram: Histogram, share: number): number | null {
  const wanted = countOf(histogram) * share;
  if (wanted === 0) return null;
  let seen = 0;
  for (const [bucket, count] of [...histogram].sort(([a], [b]) => a - b)) {
    seen += count;
    // 0.95 of 20 is not quite 19 in floating point.
    if (seen >= wanted - 1e-6) return BOUNDS[Math.min(bucket, BOUNDS.length - 2)] ?? null;
  }
  return null;
}

/** Bounds in milliseconds for whoever wants fewer of them: 1, 2, 5 from a tenth of a second to half a day. */
export const COARSE: readonly number[] = BOUNDS.filter(
  (bound) => bound >= 100 && bound <= 50_000_000 && /^[125]0+$/.test(String(bound)),
);

/** How many were over within each of them. */
export const within = (histogram: Histogram): number[] =>
  COARSE.map((bound) => {
    const last = BOUNDS.indexOf(bound);
    return [...histogram].reduce((sum, [bucket, count]) => (bucket <= last ? sum + count : sum), 0);
  });
