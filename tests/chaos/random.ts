// mulberry32: small, known, and the same everywhere.

export type Random = () => number;

/** Numbers from 0 to below 1. */
export function mulberry32(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A generator of its own for the n-th of something: it does not matter in which order they are asked. */
export const nth = (seed: number, n: number): Random => mulberry32(Math.imul(seed + 1, 0x9e3779b1) ^ n);

export const below = (random: Random, bound: number): number => Math.floor(random() * bound);

export const chance = (random: Random, probability: number): boolean => random() < probability;

/** One of them, by weight. */
export function pick<T>(random: Random, weighted: readonly (readonly [weight: number, what: T])[]): T {
  let left = random() * weighted.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, what] of weighted) {
    left -= weight;
    if (left < 0) return what;
  }
  const last = weighted.at(-1);
  if (!last) throw new Error('nothing to pick from');
  return last[1];
}
