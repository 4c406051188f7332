// What one event costs as the journal behind it grows: taking a form in, delivering it, reading the newest page.
import type { World } from '../../tests/edge/harness.ts';
import { nextForm } from '../clients.ts';
import { median, type Row, report } from '../report.ts';
import { each, grown, importCalls, inWorld } from './world.ts';

const SIZES = [100, 1_000, 10_000];
/** Also what a page shows: always the same number of them, delivered. */
const FORMS = 50;
const PAGES = 50;

/** Events at their end: they came while the project was off, and it was switched on without them. */
async function fill(world: World, from: number, to: number): Promise<void> {
  await world.activation('DELETE');
  await importCalls(world, from, to);
  await world.activate();
}

/** Milliseconds to accept a form and to deliver it, one after another. */
async function forms(world: World): Promise<{ accept: number; deliver: number }> {
  const delivered: number[] = [];
  const accepted: number[] = [];
  for (let n = 0; n < FORMS; n += 1) {
    const fields = JSON.parse(nextForm());
    const begun = performance.now();
    const id = await world.accepted(fields);
    accepted.push(performance.now() - begun);
    const { status, delivered_at, received_at } = await world.ended(id);
    if (status !== 'delivered' || !delivered_at) throw new Error(`${id} is ${status}`);
    delivered.push(Date.parse(delivered_at) - Date.parse(received_at));
  }
  return { accept: median(accepted), deliver: median(delivered) };
}

async function measure(world: World): Promise<Row[]> {
  await world.newProject();
  await forms(world);
  const spent = { accept: [] as number[], deliver: [] as number[], page: [] as number[] };
  let size = FORMS;
  for (const wanted of SIZES) {
    await fill(world, size, wanted);
    const { accept, deliver } = await forms(world);
    spent.accept.push(accept);
    spent.deliver.push(deliver);
    spent.page.push(await each(PAGES, () => world.events()));
    size = wanted + FORMS;
  }
  return [
    grown('journal of 100 / 1,000 / 10,000: accepting a form', spent.accept, 'ms'),
    grown('journal of 100 / 1,000 / 10,000: delivering it', spent.deliver, 'ms'),
    grown('journal of 100 / 1,000 / 10,000: GET /events', spent.page, 'ms'),
  ];
}

report(await inWorld(measure));
