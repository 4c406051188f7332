// POST and GET /calls: every way in which Ringostat tells of a call, and every way to be refused.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { assertProblem, type EventView, World } from './harness.ts';

/** 2026-10-09 14:29:57 in Kyiv. */
const START = 1_791_545_397;
const LINE = '380441112233';

const id = (sequence: number, start = START) => `ua18_-${start}.${sequence}`;
const completed = (sequence: number, client = '380671112233') => ({
  call_id: id(sequence),
  call_type: 'in',
  caller: client,
  callee: LINE,
  status: 'ANSWERED',
  billsec: 23,
  duration: 50,
});
const pickedUp = (sequence: number, client = '380671112233') => ({
  call_id: id(sequence),
  call_type: 'in',
  caller: client,
  callee: LINE,
  event: 'pick_up',
});

describe('calls', () => {
  let world: World;
  before(async () => {
    // Nothing is delivered: what comes in is looked at where it lies.
    world = await World.start({ AMOCRM_BASE_URL: 'http://127.0.0.1:9' });
  });
  after(() => world?.stop());
  beforeEach(() => world.newProject());

  const send = (path: string, options: Parameters<World['call']>[2] = {}) =>
    world.call('POST', path, { token: null, ...options });
  const status = async (answer: Response) => {
    const text = await answer.text();
    assert.equal(answer.status, 200, text);
    return (JSON.parse(text) as { status: string }).status;
  };
  const subjects = (events: EventView[]) => [...new Set(events.map(({ subject }) => subject))];

  describe('the key', () => {
    it('is asked for', async () => {
      const body = JSON.stringify(completed(1));
      await assertProblem(await send('/calls', { body }), 401, 'wrong_key');
      const { secret } = await world.rotate();
      for (const key of ['', 'x', secret.slice(1), `${secret}x`, secret.toUpperCase()]) {
        await assertProblem(await send(`/calls?key=${key}`, { body }), 401, 'wrong_key');
        await assertProblem(
          await send('/calls', { body, headers: { 'x-webhook-key': key } }),
          401,
          'wrong_key',
        );
      }
      await assertProblem(await world.call('GET', '/calls?call_id=1', { token: null }), 401, 'wrong_key');
      // An admin is no webhook.
      await assertProblem(await world.call('POST', '/calls', { body }), 401, 'wrong_key');
      assert.deepEqual(await world.events(), []);
    });

    it('comes in the query or in a header', async () => {
      const { secret } = await world.rotate();
      assert.match(secret, /^[\w-]{43}$/);
      const headers = { 'x-webhook-key': secret };
      assert.equal(
        await status(await send(`/calls?key=${secret}`, { body: JSON.stringify(completed(1)) })),
        'queued',
      );
      assert.equal(
        await status(await send('/calls', { body: JSON.stringify(completed(2)), headers })),
        'queued',
      );
    });

    it('stays valid for a day after it was rotated', async () => {
      const first = await world.rotate();
      assert.equal(first.previous_valid_until, null);
      const second = await world.rotate();
      const left = Date.parse(second.previous_valid_until ?? '') - Date.now();
      assert.ok(Math.abs(left - 24 * 3_600_000) < 60_000, second.previous_valid_until ?? 'null');
      const third = await world.rotate();
      for (const [n, { secret }] of [first, second, third].entries()) {
        const answer = await send(`/calls?key=${secret}`, { body: JSON.stringify(completed(n)) });
        assert.equal(await status(answer), 'queued');
      }
    });

    it('is nowhere in what is kept', async () => {
      const { secret } = await world.rotate();
      const answer = await send(`/calls?key=${secret}&source=site`, {
        body: JSON.stringify({ ...completed(1), key: secret, webhook_key: secret }),
      });
      const { event } = (await answer.json()) as { event: string };
      assert.ok(!JSON.stringify(await world.event(event)).includes(secret));
      const stored = await world.stored();
      assert.ok(stored.includes(event), 'the storage was looked at');
      assert.ok(!stored.includes(secret), 'the storage has the secret');
    });
  });

  it('of an unknown project are 404', async () => {
    const nobody = (method: string) =>
      fetch(`${world.edge}/v1/projects/nobody/calls?key=x&call_id=1`, { method });
    await assertProblem(await nobody('POST'), 404, 'unknown_project');
    await assertProblem(await nobody('GET'), 404, 'unknown_project');
  });

  it('come as GET, as a form, as JSON, nested, and all are one message', async () => {
    const { secret } = await world.rotate();
    const flat = completed(1);
    const query = new URLSearchParams(
      Object.entries(flat).map(([name, value]): [string, string] => [name, String(value)]),
    );
    const { call_id, ...rest } = flat;
    const nested = JSON.stringify({ uniqueid: call_id, additional_call_data: rest });
    const bracketed = new URLSearchParams({ uniqueid: call_id });
    for (const [name, value] of Object.entries(rest)) {
      bracketed.set(`additional_call_data[${name}]`, String(value));
    }
    const answers = [
      await world.call('GET', `/calls?key=${secret}&${query}`, { token: null }),
      await send(`/calls?key=${secret}`, { body: query }),
      await send(`/calls?key=${secret}`, { body: bracketed }),
      await send(`/calls?key=${secret}`, { body: JSON.stringify(flat) }),
      await send(`/calls?key=${secret}`, { body: nested, headers: { 'content-type': 'application/json' } }),
    ];
    const told = await Promise.all(answers.map(status));
    assert.deepEqual(told, ['queued', 'duplicate', 'duplicate', 'duplicate', 'duplicate']);
    const [event, ...more] = await world.events('?kind=call');
    assert.equal(more.length, 0);
    assert.equal(event?.event, `c-${START}.1-completed`);
    assert.deepEqual([event?.kind, event?.phase, event?.subject], ['call', 'completed', `c-${START}.1`]);
    assert.deepEqual(await world.events('?kind=form'), []);
  });

  it('are not made by HEAD', async () => {
    const { secret } = await world.rotate();
    const answer = await world.call('HEAD', `/calls?key=${secret}&call_id=1.1&caller=380671112233`, {
      token: null,
    });
    assert.equal(answer.status, 405);
    assert.deepEqual(await world.events(), []);
  });

  it('are understood without a number, and while they go on', async () => {
    for (const message of [
      completed(1, 'anonymous'),
      completed(2, ''),
      { call_id: id(3), status: 'CALLING', caller: '380671112233' },
      { call_id: id(4), call_type: 'internal', caller: 'firm_ivan', callee: 'firm_mary' },
      { call_id: 'only-an-id' },
    ]) {
      assert.equal((await world.called(message)).status, 'queued', JSON.stringify(message));
    }
    const events = await world.events();
    assert.equal(events.length, 5);
    assert.equal(events.find(({ subject }) => subject === `c-${START}.3`)?.phase, null);
  });

  it('that cannot be understood are refused', async () => {
    const { secret } = await world.rotate();
    const refused = (body: string, headers: Record<string, string> = {}) =>
      send(`/calls?key=${secret}`, { body, headers });
    await assertProblem(await refused('{"call_id":'), 400, 'malformed');
    await assertProblem(await refused(''), 400, 'not_a_call');
    await assertProblem(await refused('{"utm_source":"google"}'), 400, 'not_a_call');
    await assertProblem(await refused('hello', { 'content-type': 'application/json' }), 400, 'malformed');
    await assertProblem(
      await refused(JSON.stringify({ ...completed(1), pad: 'x'.repeat(300 * 1024) })),
      413,
      'too_large',
    );
    await assertProblem(await refused('x'.repeat(5 * 1024 * 1024)), 413, 'too_large');
    assert.deepEqual(await world.events(), []);
    // Nobody without the key learns how much would be taken.
    await assertProblem(await send('/calls?key=x', { body: 'x'.repeat(300 * 1024) }), 401, 'wrong_key');
  });

  describe('a call', () => {
    it('has one event for each of its phases, whatever comes first', async () => {
      for (const message of [
        pickedUp(1),
        completed(1),
        completed(1),
        pickedUp(1),
        completed(2),
        pickedUp(2),
      ]) {
        await world.called(message);
      }
      const events = await world.events();
      const seen = events.map(({ subject, phase }) => `${subject} ${phase}`).sort();
      assert.deepEqual(seen, [
        `c-${START}.1 completed`,
        `c-${START}.1 pick_up`,
        `c-${START}.2 completed`,
        `c-${START}.2 pick_up`,
      ]);
    });

    const at = (seconds: number) => ({
      call_type: 'in',
      caller: '0671112233',
      callee: LINE,
      call_timestamp: String((START + seconds) * 1_000_000),
    });
    const unnamed = (seconds: number) => ({ ...at(seconds), status: 'ANSWERED', billsec: 23 });

    it('without an id meets the one that has it, within two seconds', async () => {
      await world.called(pickedUp(1));
      const { event, status } = await world.called(unnamed(2));
      assert.deepEqual([event, status], [`c-${START}.1-completed`, 'queued']);
      // The same message of the call by its own name, and the unnamed one again.
      assert.equal((await world.called(completed(1))).status, 'duplicate');
      assert.equal((await world.called(unnamed(2))).status, 'duplicate');
      assert.deepEqual(subjects(await world.events()), [`c-${START}.1`]);
    });

    it('without an id is found by the one that has it', async () => {
      const { event: first } = await world.called({ ...at(0), event: 'pick_up' });
      const { event, status } = await world.called(completed(1));
      assert.equal(status, 'queued');
      const [subject, ...others] = subjects(await world.events());
      assert.deepEqual(others, []);
      assert.equal(first, `${subject}-pick_up`);
      assert.equal(event, `${subject}-completed`);
      assert.equal((await world.called(completed(1))).status, 'duplicate');
      assert.equal((await world.called(pickedUp(1))).status, 'duplicate');
      // It has a name now: another id is another call, however close.
      assert.equal((await world.called(completed(2))).status, 'queued');
      assert.equal(subjects(await world.events()).length, 2);
    });

    it('without an id is another one three seconds later, of another client, on another line', async () => {
      await world.called(completed(1));
      for (const other of [
        unnamed(3),
        unnamed(-3),
        { ...unnamed(0), caller: '380671112244' },
        { ...unnamed(0), callee: '380441112244' },
      ]) {
        assert.equal((await world.called(other)).status, 'queued', JSON.stringify(other));
      }
      assert.equal(subjects(await world.events()).length, 5);
    });

    it('with an id never meets another id', async () => {
      await world.called(completed(1));
      await world.called(completed(2));
      assert.equal(subjects(await world.events()).length, 2);
    });
  });

  it('survive a kill as soon as they are answered', async () => {
    const { event } = await world.called(completed(1));
    await world.kill();
    await world.restart();
    assert.equal((await world.event(event)).subject, `c-${START}.1`);
    assert.equal((await world.called(completed(1))).status, 'duplicate');
  });
});

describe('calls of a worker with narrow limits', () => {
  let world: World;
  before(async () => {
    world = await World.start({ SECRET_OVERLAP_MS: '1', FORMS_PER_SECOND: '0.1' });
  });
  after(() => world?.stop());
  beforeEach(() => world.newProject());

  it('are never too many', async () => {
    for (let n = 0; n < 20; n += 1) assert.equal((await world.called(completed(n))).status, 'queued');
  });

  it('need the new key when the overlap is over', async () => {
    const first = await world.rotate();
    const second = await world.rotate();
    const send = (key: string) =>
      world.call('POST', `/calls?key=${key}`, { body: JSON.stringify(completed(1)), token: null });
    await assertProblem(await send(first.secret), 401, 'wrong_key');
    assert.equal((await send(second.secret)).status, 200);
  });
});
