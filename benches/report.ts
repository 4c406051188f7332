// What a measurement hands over to `npm run bench`: rows of its table, as JSON on stdout.

export interface Row {
  what: string;
  measured: string;
  /** The budget, or what the figure is to be read beside. */
  limit: string;
}

export const report = (rows: Row[]): void => void process.stdout.write(`${JSON.stringify(rows)}\n`);

export const median = (all: number[]): number => {
  const sorted = [...all].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

/** As long as it must be to tell two measurements apart. */
export const short = (value: number): string =>
  value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3);

/** A budget, and whether it is kept. */
export const atMost = (measured: number, limit: number, unit: string): string =>
  `<= ${limit} ${unit}${measured > limit ? ': **over**' : ''}`;

export const times = (spent: number, floor: number): string =>
  `${short(spent / floor)} × (${short(spent)} µs)`;
