// What has grown old goes by itself. A day is a fraction of a second here.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { demoSettings, until, World } from './harness.ts';

const DAY_MS = 40;
/** 2026-10-09 14:29:57 in Kyiv. */
const START = 1_791_545_397;

describe('retention', () => {
  let world: World;
  before(async () => {
    world = await World.start({ RETENTION_DAY_MS: String(DAY_MS) });
  });
  after(() => world?.stop());
  beforeEach(async () => {
    await world.reset();
    await world.faults();
  });

  const project = async (days: number) =>
    world.newProject({ ...(await demoSettings()), backlog: { days: 1, retention_days: days } });
  const forgotten = () => until('an empty journal', async () => (await world.events()).length === 0);

  it('deletes what has ended, with everything that was kept beside it', async () => {
    await project(20);
    const form = await world.accepted({ name: 'Olha', phone: '0671112233', email: 'olha@example.com' });
    const { event: call } = await world.called({
      call_id: `ua18_-${START}.7`,
      call_type: 'in',
      caller: '380671112233',
      callee: '380441112233',
      status: 'ANSWERED',
      billsec: 23,
    });
    const began = Date.now();
    await until('the delivery', async () => (await world.state()).contacts.length === 1);
    await forgotten();
    assert.ok(Date.now() - began >= 15 * DAY_MS, 'too early');
    for (const id of [form, call]) {
      const answer = await world.call('GET', `/events/${encodeURIComponent(id)}`);
      assert.equal(answer.status, 404);
    }
    const told = (await (await world.call('DELETE', '/clients?phone=0671112233')).json()) as {
      erased: Record<string, number>;
    };
    // Which contact was written is remembered from then on, not since the form came.
    const { memory: _, ...rest } = told.erased;
    assert.deepEqual([...new Set(Object.values(rest))], [0], JSON.stringify(told));
    // Lines that calls told of go too, but later.
    await until('forgotten lines', async () => {
      const answer = await world.call('GET', '/directory');
      return ((await answer.json()) as { ringostat: { lines: [] } }).ringostat.lines.length === 0;
    });
  });

  it('comes back for what is left, and goes on with what is new', async () => {
    await project(5);
    const list = Array.from({ length: 1_200 }, (_, n) => ({
      uniqueid: `ua18_-${START}.${n}`,
      calldate: '2026-10-09 14:29:57',
      caller: '',
      disposition: 'NO ANSWER',
      call_type: 'in',
    }));
    const answer = await world.importCalls(JSON.stringify(list));
    assert.equal(answer.status, 202, await answer.clone().text());
    assert.equal(((await answer.json()) as { accepted: number }).accepted, 1_200);
    await forgotten();
    await until('another one', async () => {
      const id = await world.accepted({ name: 'Ivan', phone: '0509998877' });
      return id !== '';
    });
    await until('its contact', async () => (await world.state()).contacts.length === 1);
    await forgotten();
  });

  it('leaves alone what is still under way', async () => {
    await project(2);
    await world.faults({ method: '*', path: '/api/v4/*', kind: 'status', status: 503 });
    const id = await world.accepted({ name: 'Olha', phone: '0671112233' });
    const began = Date.now();
    await until('age', async () => Date.now() - began > 15 * DAY_MS && (await world.event(id)));
    assert.ok(['retrying', 'delivering', 'queued'].includes((await world.event(id)).status));
    await world.faults();
    await until('the delivery', async () => (await world.state()).contacts.length === 1);
    await forgotten();
  });
});
