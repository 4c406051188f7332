// Sixty clients at once under a quota: their tasks, records and notes leave together, and each still comes once.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { demoSettings, type State, World } from './harness.ts';

const CALLS = 60;
const START = 1_791_545_397;
const missed = (n: number) => ({
  uniqueid: `ua18_-${START}.${n}`,
  call_type: 'in',
  caller: `38067${1_000_000 + n}`,
  dst: '380441112233',
  disposition: 'NO ANSWER',
  billsec: 0,
});
const calls = Array.from({ length: CALLS }, (_, n) => missed(n));
const rows = [{ creates: { contact: true, lead: true, call_record: true, note: true, open_task: {} } }];

describe('batching', () => {
  let world: World;
  before(async () => {
    world = await World.start({ RATE_PER_SECOND: '60' });
  });
  after(() => world?.stop());
  beforeEach(async () => {
    await world.reset();
    await world.switches({ rate_per_second: 100_000 });
    await world.newProject({ ...(await demoSettings()), matrix: { rows } });
  });
  afterEach(() => world.idle());

  async function deliver(messages: Record<string, unknown>[]): Promise<State> {
    await world.rotate();
    const told = await Promise.all(messages.map((message) => world.called(message)));
    await world.delivered(told.map(({ event }) => event));
    return world.state();
  }

  const creates = ({ requests }: State, path: string) =>
    requests.filter((request) => request.method === 'POST' && request.path.split('?')[0] === path).length;

  function assertOnce({ contacts, leads, tasks, notes }: State): void {
    assert.deepEqual([contacts.length, leads.length, tasks.length], [CALLS, CALLS, CALLS]);
    const records = notes.flatMap(({ params }) => params.uniq ?? []);
    const texts = notes.flatMap(({ params }) => params.text?.split('\n').at(-1) ?? []);
    for (const own of [records, texts]) assert.equal(own.length, CALLS);
    for (const own of [records, texts]) assert.equal(new Set(own).size, CALLS);
    for (const { id } of leads) assert.equal(notes.filter(({ entity_id }) => entity_id === id).length, 2);
  }

  it('costs far fewer requests than one for each', async () => {
    const state = await deliver(calls);
    assertOnce(state);
    const [notes, tasks] = [creates(state, '/api/v4/leads/notes'), creates(state, '/api/v4/tasks')];
    assert.ok(notes <= CALLS / 2, `${notes} requests for ${2 * CALLS} notes`);
    assert.ok(tasks <= CALLS / 4, `${tasks} requests for ${CALLS} tasks`);
  });

  it('sends at once what nothing else waits for', async () => {
    const [first] = calls;
    assert.ok(first);
    const { requests } = await deliver([first]);
    const sent = requests.slice(requests.findIndex(({ path }) => path.includes('query=')));
    assert.deepEqual(
      sent.map(({ method, path }) => `${method} ${path.split('?')[0]?.replace('/api/v4/', '')}`),
      ['GET contacts', 'POST leads/complex', 'POST tasks', 'POST leads/notes', 'POST leads/notes'],
    );
  });

  for (const kind of ['commit_then_504', 'drop_after', 'drop_before', 'commit_late']) {
    it(`brings each once when a batch ends in ${kind}`, async () => {
      const fault = { method: 'POST', kind, count: 3, ...(kind === 'commit_late' && { delay_ms: 200 }) };
      await world.faults(
        { path: '/api/v4/leads/notes', ...fault },
        { path: '/api/v4/tasks', ...fault, count: 1 },
      );
      assertOnce(await deliver(calls));
    });
  }

  it('brings the others when the account refuses one', async () => {
    await world.switches({ batch_400_stores_valid: true });
    await world.faults({
      method: 'POST',
      path: '/api/v4/leads/notes',
      kind: 'status',
      status: 400,
      count: 1,
    });
    assertOnce(await deliver(calls));
  });

  it('brings each once though the worker dies on the way', async () => {
    await world.rotate();
    const told = await Promise.all(calls.map((call) => world.called(call)));
    for (let deaths = 0; deaths < 3; deaths += 1) {
      await new Promise((resolve) => setTimeout(resolve, 700));
      await world.kill();
      await world.restart();
    }
    await world.delivered(told.map(({ event }) => event));
    assertOnce(await world.state());
  });
});
