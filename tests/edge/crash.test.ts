// kill -9 at every step of an activation and a journey, the account's survey included: nothing is lost, nothing is doubled.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Moment } from './gate.ts';
import { until, World } from './harness.ts';

const FORM = { name: 'Иван', phone: '0671112233', email: 'ivan@example.com', comment: 'Перезвоните' };

describe('a killed worker', () => {
  let world: World;
  before(async () => {
    world = await World.start({ SETTLE_MS: '300' });
  });
  after(() => world?.stop());

  /** Kills the worker at the n-th request, starts it again and waits for the end. False when n is past the end. */
  async function killedAt(nth: number, moment: Moment): Promise<boolean> {
    await world.reset();
    await world.switches({ rate_per_second: 100_000 });
    await world.newProject(undefined, { active: false });
    let killed: Promise<void> | undefined;
    const spring = () => {
      killed = world.kill();
      return killed;
    };
    world.gate.arm({ nth, moment, spring });
    const post = () => world.accepted(FORM, { 'idempotency-key': 'one' });
    // The worker may die before its 202 arrives: then a site repeats the form under the same key.
    const id = await post().catch(() => undefined);
    const activate = () => world.activate({ resend_backlog: true });
    await activate().catch(() => {});
    const ended = async () => id !== undefined && (await world.event(id)).status === 'delivered';
    const outcome = await until('the kill or the end', async () =>
      killed ? 'killed' : (await ended().catch(() => false)) && 'ended',
    );
    if (outcome === 'ended') {
      world.gate.arm();
      return false;
    }
    await killed;
    await world.restart();
    world.gate.arm();
    if ((await world.activation()).state !== 'active') await activate();
    const event = await world.ended(id ?? (await post()));
    assert.equal(event.status, 'delivered', JSON.stringify(event.reason));
    return true;
  }

  async function assertOneOfEach(): Promise<void> {
    const { contacts, leads, notes, tasks } = await world.state();
    assert.deepEqual(
      { contacts: contacts.length, leads: leads.length, notes: notes.length, tasks: tasks.length },
      { contacts: 1, leads: 1, notes: 1, tasks: 0 },
    );
    for (const collection of ['contacts', 'leads']) {
      const page = await world.account<{ _embedded: { custom_fields: { name: string }[] } }>(
        `${collection}/custom_fields?limit=250`,
      );
      const all = page._embedded.custom_fields.map(({ name }) => name);
      const names = all.filter((name) => name.startsWith('Ringostat'));
      assert.ok(names.length > 0, `${collection}: no field of our own`);
      assert.equal(new Set(names).size, names.length, `${collection}: a field made twice`);
    }
  }

  for (const moment of ['before', 'after'] as const) {
    it(`${moment} the account saw the request, at every request`, async () => {
      let nth = 1;
      while (await killedAt(nth, moment)) {
        try {
          await assertOneOfEach();
        } catch (error) {
          throw new Error(`killed ${moment} request ${nth}`, { cause: error });
        }
        nth += 1;
      }
      assert.ok(nth > 3, `the journey had ${nth - 1} requests`);
    });
  }

  it('in the middle of many clients, several times', async () => {
    await world.reset();
    await world.switches({ rate_per_second: 100_000 });
    await world.newProject();
    const clients = Array.from({ length: 30 }, (_, n) => ({
      ...FORM,
      name: `Клиент ${n}`,
      phone: `06711100${10 + n}`,
      email: `c${n}@example.com`,
    }));
    const kills = async () => {
      for (const nth of [7, 11, 5, 13, 3]) {
        const killed = new Promise<void>((resolve) => {
          const spring = () => world.kill().then(resolve);
          world.gate.arm({ nth, moment: nth % 3 ? 'after' : 'before', spring });
        });
        await killed;
        await world.restart();
      }
      world.gate.arm();
    };
    const posts = clients.map((form, n) =>
      until(`the 202 of client ${n}`, () => world.accepted(form, { 'idempotency-key': `client-${n}` })),
    );
    const [ids] = await Promise.all([Promise.all(posts), kills()]);
    await world.delivered(ids);
    const { contacts, leads, notes } = await world.state();
    assert.deepEqual(
      { contacts: contacts.length, leads: leads.length, notes: notes.length },
      { contacts: clients.length, leads: clients.length, notes: clients.length },
    );
  });
});
