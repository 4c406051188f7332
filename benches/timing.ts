// How long calls take that are too short for a clock: many at once, contenders in turn, so that a machine that slows
// down for a while slows all of them down.
import { median } from './report.ts';

type Work = () => unknown;

const ROUNDS = 21;
const WARM_UP_MS = 300;
const ROUND_MS = 20;

async function repeat(work: Work, calls: number): Promise<number> {
  const begun = performance.now();
  for (let i = 0; i < calls; i += 1) {
    const answer = work();
    // Waiting for what is there already would cost more than some of the contenders.
    if (answer instanceof Promise) await answer;
  }
  return performance.now() - begun;
}

/** Calls that fill a round once the engine has compiled them. */
async function warmUp(work: Work): Promise<number> {
  let calls = 1;
  for (let spent = 0, last = 0; spent < WARM_UP_MS; spent += last) {
    last = await repeat(work, calls);
    if (last < ROUND_MS) calls *= 2;
  }
  return calls;
}

/** Microseconds of one call of each: the median of rounds. */
export async function race<Name extends string>(
  contenders: Record<Name, Work>,
): Promise<Record<Name, number>> {
  const lanes = [];
  for (const [name, work] of Object.entries<Work>(contenders)) {
    lanes.push({ name, work, calls: await warmUp(work), spent: [] as number[] });
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { work, calls, spent } of lanes) spent.push(((await repeat(work, calls)) * 1000) / calls);
  }
  return Object.fromEntries(lanes.map(({ name, spent }) => [name, median(spent)])) as Record<Name, number>;
}
