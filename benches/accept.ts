// Forms accepted a second, each durable before its answer, over an empty SQLite Durable Object that inserts one row,
// durable as well: as many clients, the same runtime. In short turns, since a disk is not equally fast all the time.
import { World } from '../tests/edge/harness.ts';
import { Clients } from './clients.ts';
import { median, type Row, report } from './report.ts';
import { start, withFolder } from './runtime.ts';

const CLIENTS = 16;
const ROUNDS = 11;
const ROUND_MS = 1_000;
const WARM_UP_MS = 1_000;
/** amoCRM's own limit is seven a second; the worker keeps to six. */
const REAL_RATE = '6';

/** Beside an empty object: forms a second of each, and their ratio round by round. */
async function beside(what: string, ours: Clients, empty: Clients): Promise<Row> {
  const rates = { ours: [] as number[], empty: [] as number[] };
  for (const clients of [ours, empty]) await clients.sendFor(WARM_UP_MS);
  for (let round = 0; round < ROUNDS; round += 1) {
    rates.empty.push(await empty.sendFor(ROUND_MS));
    rates.ours.push(await ours.sendFor(ROUND_MS));
  }
  const ratio = median(rates.ours.map((rate, round) => rate / (rates.empty[round] ?? 0)));
  return {
    what,
    measured: `${median(rates.ours).toFixed(0)} /s, ${ratio.toFixed(2)} × of the empty one's ${median(rates.empty).toFixed(0)} /s`,
    limit: 'an empty Durable Object that inserts',
  };
}

async function measure(folder: string): Promise<Row[]> {
  const empty = await start('empty', folder);
  const world = await World.start({ RATE_PER_SECOND: REAL_RATE, FORMS_PER_SECOND: '100000' });
  const inserts = new Clients(empty.url, CLIENTS);
  try {
    await world.newProject();
    const forms = new Clients(new URL(`${world.edge}/v1/projects/${world.project}/forms`), CLIENTS);
    const connected = await beside(`forms accepted, ${CLIENTS} clients, delivery beside it`, forms, inserts);
    await world.activation('DELETE');
    const held = await beside(`forms accepted, ${CLIENTS} clients, all are held`, forms, inserts);
    forms.close();
    return [connected, held];
  } finally {
    inserts.close();
    await world.stop();
    await empty.stop();
  }
}

report(await withFolder(measure));
