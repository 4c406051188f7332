// From a process that does not run yet to its first answer: the worker over an empty one in the same runtime. The
// difference is what our script, its wasm and, for a form, the project's journal take to be ready.
import { join } from 'node:path';
import { demoSettings, mint } from '../tests/edge/harness.ts';
import { median, type Row, report } from './report.ts';
import { start, withFolder } from './runtime.ts';

const TIMES = 15;
const PROJECT = 'bench';

type Ask = (url: URL, nth: number) => Promise<Response>;
const look: Ask = (url) => fetch(new URL('/healthz', url));
const post: Ask = (url, nth) =>
  fetch(new URL(`/v1/projects/${PROJECT}/forms`, url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Анна', phone: `38067${1_000_000 + nth}` }),
  });

/** So that a form finds what it finds after any other start. */
async function prepare(storage: string): Promise<void> {
  const worker = await start('ours', storage);
  const headers = { authorization: `Bearer ${await mint(PROJECT)}` };
  const body = JSON.stringify(await demoSettings());
  const answer = await fetch(new URL(`/v1/projects/${PROJECT}/settings`, worker.url), {
    method: 'PUT',
    headers,
    body,
  });
  if (answer.status !== 200) throw new Error(`settings: ${answer.status} ${await answer.text()}`);
  await worker.stop();
}

async function once(kind: 'ours' | 'empty', storage: string, ask: Ask, nth: number): Promise<number> {
  const begun = performance.now();
  const worker = await start(kind, storage);
  const answer = await ask(worker.url, nth);
  const told = await answer.text();
  const spent = performance.now() - begun;
  await worker.stop();
  if (!answer.ok) throw new Error(`${kind}: ${answer.status} ${told}`);
  return spent;
}

async function measure(what: string, ask: Ask, folder: string): Promise<Row> {
  const spent = { empty: [] as number[], ours: [] as number[] };
  // The first of each warms the disk up.
  for (let nth = 0; nth <= TIMES; nth += 1) {
    for (const kind of ['empty', 'ours'] as const) {
      const took = await once(kind, join(folder, kind), ask, nth);
      if (nth > 0) spent[kind].push(took);
    }
  }
  const [empty, ours] = [median(spent.empty), median(spent.ours)];
  const more = median(spent.ours.map((took, nth) => took - (spent.empty[nth] ?? 0)));
  return {
    what,
    measured: `${more.toFixed(0)} ms more (${ours.toFixed(0)} ms, empty ${empty.toFixed(0)} ms)`,
    limit: 'over an empty worker',
  };
}

report(
  await withFolder(async (folder) => {
    await prepare(join(folder, 'ours'));
    return [
      await measure('cold start in workerd, to the first answer', look, folder),
      await measure('cold start in workerd, to the first form stored', post, folder),
    ];
  }),
);
