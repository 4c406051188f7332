// The alarm comes back, however often and for whatever fraction of a millisecond it is set, and after a kill.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { demoSettings, until, World } from './harness.ts';
import { Receiver } from './receiver.ts';

/** Notices that fail side by side: their pauses end at any time. */
const CHANGES = 8;
/** So many that some pauses end within the millisecond in which the alarm comes. */
const FAILURES = 100;

describe('the alarm', () => {
  let world: World;
  const receiver = new Receiver();
  before(async () => {
    await receiver.listen();
    world = await World.start({ RETRY_BASE_MS: '1' });
    const settings = { ...(await demoSettings()), notify: { url: receiver.url, held_more_than: 100 } };
    await world.newProject(settings);
  });
  after(async () => {
    await world?.stop();
    receiver.close();
  });

  const pending = async () => {
    const answer = await world.call('GET', '/backlog');
    return ((await answer.json()) as { notices: { pending: number } }).notices.pending;
  };

  it('is not lost while somebody who is to be told does not answer', async () => {
    await until('the first notice', async () => (await pending()) === 0);
    receiver.answers = Array<number>(FAILURES).fill(500);
    for (let n = 0; n < CHANGES; n += 2) {
      await world.activation('DELETE');
      await world.activate();
    }
    await until('all of the failures', async () => receiver.answers.length === 0);
    await until('all told', async () => (await pending()) === 0);
    await world.delivered([await world.accepted({ name: 'Иван', phone: '0671112233' })]);
    const told = new Set(receiver.of(world.project, 'state_changed').map(({ notice }) => notice.id));
    assert.equal(told.size, 1 + CHANGES);
  });

  it('comes after a kill though nobody asks', async () => {
    const before = (await world.state()).leads.length;
    const killed = new Promise<void>((done) => {
      world.gate.arm({ nth: 1, moment: 'before', spring: () => world.kill().then(done) });
    });
    await world.accepted({ name: 'Ольга', phone: '0672223344' }).catch(() => {});
    await killed;
    world.gate.arm();
    await world.restart();
    // The account is asked, not the worker.
    await until('the lead', async () => (await world.state()).leads.length === before + 1);
  });
});
