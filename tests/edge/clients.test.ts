// DELETE /clients: what is erased of a client, what stays, and that the storage's files have forgotten him.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { assertProblem, until, values, World } from './harness.ts';

/** 2026-10-09 14:29:57 in Kyiv. */
const START = 1_791_545_397;
const PHONE = '380671112233';
const EMAIL = 'taras.unmistakable@example.com';
const NAME = 'Unmistakable-Taras';

const called = (client: string, more: Record<string, unknown> = {}) => ({
  call_id: `ua18_-${START}.77`,
  call_type: 'in',
  caller: client,
  callee: '380441112233',
  status: 'ANSWERED',
  billsec: 23,
  duration: 50,
  ...more,
});

interface Answer {
  erased: Record<string, number>;
  stopped: number;
  also_known_by: string[];
  overwritten: boolean;
}

describe('clients', () => {
  let world: World;
  before(async () => {
    world = await World.start();
  });
  after(() => world?.stop());
  beforeEach(async () => {
    await world.reset();
    await world.faults();
    await world.switches({ rate_per_second: 100_000 });
    await world.newProject();
  });

  const erase = async (query: string): Promise<Answer> => {
    const answer = await world.call('DELETE', `/clients?${query}`);
    const text = await answer.text();
    assert.equal(answer.status, 200, text);
    return JSON.parse(text) as Answer;
  };
  const nothing = { events: 0, calls: 0, identifiers: 0, memory: 0, talks: 0, missed_tasks: 0 };

  it('are erased to the last byte', async () => {
    const form = await world.accepted({ name: NAME, phone: '+38 (067) 111-22-33', email: EMAIL });
    const other = await world.accepted({ name: 'Olha', phone: '0502223344' });
    await world.delivered([form, other]);
    const { event: call } = await world.called(called('0671112233'));
    // Without an id a call goes by its numbers.
    const { event: nameless } = await world.called(
      called(PHONE, { call_id: '', calldate: '2026-10-01 10:00:00', status: 'NO ANSWER', billsec: 0 }),
    );
    await world.delivered([call]);
    await world.ended(nameless);
    assert.ok(nameless.includes(PHONE), nameless);
    assert.ok((await world.stored()).includes(NAME), 'the storage was looked at');

    const told = await erase('phone=067-111-22-33');
    assert.equal(told.erased.events, 3);
    assert.equal(told.erased.calls, 2);
    assert.ok((told.erased.memory ?? 0) >= 2, JSON.stringify(told));
    assert.equal(told.stopped, 0);
    assert.deepEqual(told.also_known_by, [`email:${EMAIL}`]);
    assert.equal(told.overwritten, true);
    assert.deepEqual((await erase('phone=067-111-22-33')).erased, nothing);

    const shell = await world.event(form);
    assert.equal(shell.status, 'delivered');
    assert.deepEqual(shell.reason, { code: 'erased', params: {} });
    assert.equal(shell.contact, null);
    assert.deepEqual([shell.requests, shell.trace], [[], []]);
    const kept = await world.event(other);
    assert.equal(kept.reason, null);
    assert.notEqual(kept.trace.length, 0);
    const shells = (await world.events()).filter(({ reason }) => reason?.code === 'erased');
    assert.equal(shells.length, 3);
    assert.ok(!JSON.stringify(shells).includes(PHONE), 'an id tells the number');

    // The log of the storage goes when the project comes to rest.
    const traces = [PHONE, '671112233', '067) 111', '067-111', EMAIL, NAME];
    await until('a storage that has forgotten', async () => {
      const stored = await world.stored();
      const left = traces.filter((trace) => stored.includes(trace));
      if (left.length > 0) throw new Error(`still there: ${left}`);
      return stored.includes('Olha');
    });
    // And everything works as before.
    await world.delivered([await world.accepted({ name: 'Ivan', phone: '0671112233' })]);
    assert.equal((await world.events()).length, 5);
  });

  it('are not counted among what can be sent by hand', async () => {
    const unsent = async () => {
      const answer = await world.call('GET', '/backlog');
      return ((await answer.json()) as { unsent: Record<string, number> }).unsent;
    };
    await world.faults({ method: 'POST', path: '/api/v4/leads/complex', kind: 'status', status: 400 });
    for (const phone of ['0671112233', '0671112244'])
      assert.equal((await world.ended(await world.accepted({ name: NAME, phone }))).status, 'failed');
    await world.activation('DELETE');
    await world.accepted({ name: NAME, phone: '0671112233', email: EMAIL });
    assert.deepEqual(await unsent(), { failed: 2, expired: 0 });
    await erase('phone=0671112233');
    assert.deepEqual(await unsent(), { failed: 1, expired: 0 });
    const body = JSON.stringify({ status: 'failed' });
    const again = await world.call('POST', '/events/retry', { body });
    assert.deepEqual(await again.json(), { queued: 1 });
  });

  it('are not sent any more when they are on their way', async () => {
    await world.faults({ method: '*', path: '/api/v4/*', kind: 'status', status: 503 });
    const id = await world.accepted({ name: NAME, phone: PHONE });
    const behind = await world.accepted({ name: 'Olha', phone: PHONE, email: 'olha@example.com' });
    const told = await erase(`phone=${PHONE}`);
    assert.equal(told.stopped, 2);
    for (const one of [id, behind]) {
      const event = await world.event(one);
      assert.equal(event.status, 'expired');
      assert.deepEqual(event.reason, { code: 'erased', params: {} });
    }
    await world.faults();
    const again = await world.call('POST', `/events/${id}/retry`);
    assert.deepEqual(await again.json(), { queued: 0 });
    await world.delivered([await world.accepted({ name: 'Ivan', phone: '0509998877' })]);
    assert.equal((await world.state()).contacts.length, 1);
  });

  it('stop in the middle of a delivery', async () => {
    await world.faults({ method: 'GET', path: '/api/v4/*', kind: 'delay', delay_ms: 1_000, count: 1 });
    world.gate.arm();
    await world.accepted({ name: NAME, phone: PHONE });
    await until('its first question', async () => world.gate.seen === 1);
    assert.equal((await erase(`phone=${PHONE}`)).stopped, 1);
    // The answer comes, and nothing follows from it.
    const erased = Date.now();
    await until('the answer', async () => Date.now() - erased > 2_000);
    assert.equal(world.gate.seen, 1);
    const [shell] = await world.events();
    assert.equal(shell?.status, 'expired');
    assert.deepEqual([shell?.attempts, shell?.trace], [0, []]);
    await world.delivered([await world.accepted({ name: 'Ivan', phone: PHONE })]);
    assert.deepEqual(
      (await world.state()).contacts.map(({ name }) => name),
      ['Ivan'],
    );
  });

  it('stay one contact when they are erased while it is being made, and come again', async () => {
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    let writing = false;
    world.gate.meddle = async ({ method }, forward) => {
      if (method === 'POST' && !writing) {
        writing = true;
        await opened;
      }
      return forward();
    };
    try {
      await world.accepted({ name: NAME, phone: PHONE });
      await until('its contact on the way', async () => writing);
      const erasing = erase(`phone=${PHONE}`);
      await until('the erasure', async () => (await world.events())[0]?.status === 'expired');
      const again = await world.accepted({ name: 'Taras', phone: PHONE });
      const other = await world.accepted({ name: 'Olha', phone: '0502223344' });
      // Whoever is not concerned does not wait.
      await world.delivered([other]);
      assert.equal((await world.event(again)).attempts, 0);
      open();
      assert.equal((await erasing).stopped, 1);
      await world.delivered([again]);
    } finally {
      open();
      world.gate.meddle = undefined;
    }
    const phones = (await world.state()).contacts.flatMap((contact) => values(contact, 'PHONE'));
    assert.deepEqual(phones.map((phone) => phone.replace(/\D/g, '').slice(-9)).sort(), [
      '502223344',
      '671112233',
    ]);
  });

  it('are found by e-mail and client id as well', async () => {
    await world.delivered([await world.accepted({ name: NAME, email: EMAIL })]);
    assert.equal((await erase(`email=${EMAIL.toUpperCase()}&client_id=1.2`)).erased.events, 1);
    assert.deepEqual((await erase('client_id=1.2&phone=0501112233')).erased, nothing);
  });

  it('have to be named', async () => {
    const refused = async (query: string) => world.call('DELETE', `/clients${query}`);
    await assertProblem(await refused(''), 422, 'required');
    const body = await assertProblem(await refused('?phone=abc'), 422, 'unreadable_phone');
    assert.equal(body.errors[0]?.path, '/phone');
    assert.ok(!JSON.stringify(body).includes('abc'));
    await assertProblem(await refused('?phone=0671112233&email=nobody'), 422, 'unreadable_email');
    await assertProblem(await refused(`?${'phone=0671112233&'.repeat(21)}`), 422, 'too_many');
    await assertProblem(await world.call('DELETE', '/clients?phone=1', { token: null }), 401, 'unauthorized');
  });
});
