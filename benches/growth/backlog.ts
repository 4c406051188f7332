// What a backlog costs as it grows: taking a form in behind it, letting it go, and each event's way to the account. The
// account grows with it and looks its contacts through, so how fast it answers is told beside.
import { setTimeout as sleep } from 'node:timers/promises';
import type { World } from '../../tests/edge/harness.ts';
import { median, type Row, report } from '../report.ts';
import { each, formsOf, grown, importCalls, inWorld } from './world.ts';

const SIZES = [48, 480, 4_800];
const FORMS = 20;
const LOOK_MS = 200;

interface Progress {
  state: string;
  total: number;
  sent: number;
  began_at: string;
  ended_at: string | null;
}

/** When nothing is left of it. Looked at seldom: each look counts the events. */
async function sent(world: World): Promise<Progress> {
  for (;;) {
    const progress = (await (await world.call('GET', '/backlog')).json()) as Progress;
    if (progress.state === 'sent') return progress;
    await sleep(LOOK_MS);
  }
}

interface Spent {
  accept: number;
  release: number;
  deliver: number;
  account: number;
}

/** Milliseconds with so many held. */
async function measure(world: World, size: number): Promise<Spent> {
  await world.reset();
  await world.switches({ rate_per_second: 100_000 });
  await world.newProject();
  await world.activation('DELETE');
  await importCalls(world, 0, size - FORMS);
  const clients = formsOf(world);
  const accept = await each(FORMS, () => clients.one());
  clients.close();

  const answers: number[] = [];
  world.gate.meddle = async (_, forward) => {
    const begun = performance.now();
    const wire = await forward();
    answers.push(performance.now() - begun);
    return wire;
  };
  const begun = performance.now();
  await world.activate({ resend_backlog: true });
  const release = performance.now() - begun;
  const { total, sent: through, began_at, ended_at } = await sent(world);
  world.gate.meddle = undefined;
  if (total !== size || through !== size || ended_at === null)
    throw new Error(`${through} of ${total} were sent, ${size} were held`);
  const deliver = (Date.parse(ended_at) - Date.parse(began_at)) / size;
  return { accept, release, deliver, account: median(answers) };
}

async function rows(world: World): Promise<Row[]> {
  const all: Spent[] = [];
  for (const size of SIZES) all.push(await measure(world, size));
  const row = (what: string, part: keyof Spent): Row =>
    grown(
      `backlog of 48 / 480 / 4,800: ${what}`,
      all.map((spent) => spent[part]),
      'ms',
    );
  return [
    row('accepting a form', 'accept'),
    row('letting it go', 'release'),
    row('delivering, an event', 'deliver'),
    row("the account's answer to one request", 'account'),
  ];
}

report(await inWorld(rows));
