// One client whom amoCRM knows by phone and e-mail sends two forms at once, each with only one of them: they have no
// identifier in common, and still the second uses the lead that the first one made, and each has its own task.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { demoSettings, type EventView, until, World } from './harness.ts';

const PHONE = '0671112233';
const EMAIL = 'olha@example.com';
const LOST = 143;

describe('forms that meet at one contact', () => {
  let world: World;
  before(async () => {
    world = await World.start({ SETTLE_MS: '300' });
  });
  after(() => world?.stop());

  /** A known client whose only lead is closed. */
  async function knownClient(): Promise<void> {
    await world.reset();
    await world.switches({ rate_per_second: 100_000 });
    const settings = await demoSettings();
    const task = { on: true, text: 'Перезвонить', deadline_minutes: 240 };
    await world.newProject({
      ...settings,
      forms: { open_lead: 'reuse', creates: { contact: true, lead: true, note: true, task } },
    });
    const id = await world.accepted({ name: 'Ольга', phone: PHONE, email: EMAIL });
    await world.delivered([id]);
    const [lead] = (await world.state()).leads;
    assert.ok(lead);
    await world.change('leads', lead.id, { status_id: LOST, pipeline_id: lead.pipeline_id });
  }

  const post = (fields: Record<string, string>, key: string) =>
    until(`the 202 of ${key}`, () =>
      world.accepted({ name: 'Ольга', ...fields }, { 'idempotency-key': key }),
    );
  const both = (round: string) =>
    Promise.all([post({ phone: PHONE }, `phone ${round}`), post({ email: EMAIL }, `e-mail ${round}`)]);

  async function assertOneLead(): Promise<void> {
    const { contacts, leads, tasks, notes } = await world.state();
    assert.deepEqual(
      { contacts: contacts.length, leads: leads.length, tasks: tasks.length, notes: notes.length },
      { contacts: 1, leads: 2, tasks: 3, notes: 3 },
    );
  }

  const waited = ({ trace }: EventView) => trace.some(({ code }) => code === 'waited_for_client');

  it('wait for each other there', async () => {
    await knownClient();
    // Both have found the contact before either goes on.
    await world.faults({ method: '*', path: '/api/v4/*', kind: 'delay', delay_ms: 100 });
    const ids = await both('one');
    await world.delivered(ids);
    await assertOneLead();
    const events = await Promise.all(ids.map((id) => world.event(id)));
    assert.deepEqual(events.map(waited).sort(), [false, true]);
    assert.equal(events[0]?.lead?.id, events[1]?.lead?.id);
  });

  it('tell that they wait', async () => {
    await knownClient();
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    let first: string | undefined;
    world.gate.meddle = async ({ method, path }, forward) => {
      if (method === 'POST' && path === '/api/v4/leads') {
        first ??= 'is being made';
        await opened;
      }
      return forward();
    };
    try {
      const one = await post({ phone: PHONE }, 'one');
      await until('its lead on the way', async () => first);
      const other = await post({ email: EMAIL }, 'other');
      // It has asked who the client is, and goes no further.
      const waiting = await until('the other one waiting', async () => {
        const event = await world.event(other);
        return event.attempts === 1 && event.status === 'queued' && event;
      });
      assert.ok(waiting.requests.length > 0);
      assert.equal((await world.event(one)).status, 'delivering');
      open();
      await world.delivered([one, other]);
    } finally {
      open();
      world.gate.meddle = undefined;
    }
    await assertOneLead();
  });

  it('keep their tasks apart when the answer to one is lost', async () => {
    await knownClient();
    await world.faults(
      { method: 'POST', path: '/api/v4/tasks', kind: 'drop_before', count: 1 },
      { method: '*', path: '/api/v4/*', kind: 'delay', delay_ms: 100 },
    );
    await world.delivered(await both('one'));
    await assertOneLead();
  });

  it('wait for each other over a kill at every other request', async () => {
    for (let nth = 1; ; nth += 2) {
      await knownClient();
      const moment = nth % 4 === 1 ? 'before' : 'after';
      let killed: Promise<void> | undefined;
      const spring = () => {
        killed = world.kill();
        return killed;
      };
      world.gate.arm({ nth, moment, spring });
      const posted = both('one');
      const outcome = await until('the kill or the end', async () => {
        if (killed) return 'killed';
        const events = await world.events().catch(() => []);
        return events.length === 3 && events.every(({ status }) => status === 'delivered') && 'ended';
      });
      world.gate.arm();
      if (outcome === 'ended') {
        assert.ok(nth > 8, `both had ${nth - 1} requests`);
        return;
      }
      await killed;
      await world.restart();
      await world.delivered(await posted);
      await assertOneLead();
    }
  });
});
