// A world whose journal grows, and what is asked of it.
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { World } from '../../tests/edge/harness.ts';
import { Clients } from '../clients.ts';
import { median, type Row, short } from '../report.ts';
import { withFolder } from '../runtime.ts';

const BEGUN = 1_790_000_000;
/** As fast as account and worker can. */
const RATE = '100000';
const MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/**
 * Does it in a world of its own, with the journal in memory where the system has a place for it: how fast a disk is
 * would hide what grows.
 */
export const inWorld = (work: (world: World) => Promise<Row[]>): Promise<Row[]> =>
  withFolder(async () => {
    const world = await World.start({ RATE_PER_SECOND: RATE, FORMS_PER_SECOND: RATE });
    try {
      return await work(world);
    } finally {
      await world.stop();
    }
  }, MEMORY);

/** Calls of the list, each of a client of its own. */
export async function importCalls(world: World, from: number, to: number): Promise<void> {
  const calls = Array.from({ length: to - from }, (_, n) => ({
    uniqueid: `ua1_-${BEGUN + from + n}.${from + n}`,
    call_type: 'in',
    caller: `38050${1_000_000 + from + n}`,
    dst: '380441112233',
    disposition: 'ANSWERED',
    billsec: 42,
    connected_with: 'firm_ivan',
  }));
  const answer = await world.importCalls(JSON.stringify(calls));
  const told = await answer.text();
  if (answer.status !== 202) throw new Error(`import: ${answer.status} ${told}`);
  const { accepted } = JSON.parse(told) as { accepted: number };
  if (accepted !== calls.length) throw new Error(`${accepted} of ${calls.length} calls were accepted`);
}

export const formsOf = (world: World): Clients =>
  new Clients(new URL(`${world.edge}/v1/projects/${world.project}/forms`), 1);

/** Milliseconds of one: the median of so many, one after another. */
export async function each(times: number, work: () => Promise<unknown>): Promise<number> {
  const spent = [];
  for (let n = 0; n < times; n += 1) {
    const begun = performance.now();
    await work();
    spent.push(performance.now() - begun);
  }
  return median(spent);
}

/** What one thing costs at each size. */
export const grown = (what: string, measured: number[], unit: string): Row => {
  const [small = Number.NaN, , large = Number.NaN] = measured;
  return {
    what,
    measured: `${measured.map(short).join(' / ')} ${unit}`,
    limit: `${(large / small).toFixed(1)} × at 100 times as many`,
  };
};
