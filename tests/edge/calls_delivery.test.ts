// What calls become in the account: their messages meet, in whatever order and however often they come.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { demoSettings, type EventView, type State, World } from './harness.ts';

const START = 1_791_545_397;
const LINE = '380441112233';
const IVAN = 504_142;
const SENIOR = 504_141;
const CLIENT = '380671112233';

const base = (sequence: number, client = CLIENT, start = START) => ({
  uniqueid: `ua18_-${start}.${sequence}`,
  call_type: 'in',
  caller: client,
  dst: LINE,
  connected_with: 'firm_ivan',
});
const pickedUp = (...args: Parameters<typeof base>) => ({ ...base(...args), event: 'pick_up' });
const completed = (...args: Parameters<typeof base>) => ({
  ...base(...args),
  disposition: 'ANSWERED',
  billsec: 42,
  duration: 50,
  has_recording: '1',
  recording: 'https://app.ringostat.com/recordings/1.ogg?token=a',
});
const missed = (...args: Parameters<typeof base>) => ({
  ...base(...args),
  connected_with: '',
  disposition: 'NO ANSWER',
  billsec: 0,
});

describe('calls in the account', () => {
  let world: World;
  before(async () => {
    world = await World.start();
  });
  after(() => world?.stop());
  beforeEach(async () => {
    await world.reset();
    await world.switches({ rate_per_second: 100_000 });
    await world.newProject({
      ...(await demoSettings()),
      employees: [{ ringostat: { staff_id: '1', sip: ['firm_ivan'] }, amocrm_user: IVAN }],
      lines: [{ number: '380441112200', kind: 'sip', sip: 'firm_stopped', label: 'Тест' }],
      stop_list: [{ sip: 'firm_stopped' }],
      matrix: { senior_user: SENIOR },
    });
  });
  // The next test resets the account: nothing may still be on its way there.
  afterEach(() => world.idle());

  /** Tells of a call and waits for what becomes of it. */
  async function told(message: Record<string, unknown>): Promise<EventView> {
    const { event } = await world.called(message);
    return world.ended(event);
  }
  async function delivered(message: Record<string, unknown>): Promise<EventView> {
    const event = await told(message);
    assert.equal(event.status, 'delivered', JSON.stringify(event.reason));
    return event;
  }
  const records = ({ notes }: State) => notes.filter(({ note_type }) => note_type.startsWith('call_'));
  async function assertOneOfEach(calls = 1): Promise<State> {
    const state = await world.state();
    const { contacts, leads, tasks } = state;
    assert.deepEqual(
      [contacts.length, leads.length, records(state).length, tasks.length],
      [1, 1, calls, 0],
      'contacts, leads, records, tasks',
    );
    return state;
  }

  it('become one contact, one lead and one record: picked up, then completed', async () => {
    const first = await delivered(pickedUp(1));
    assert.deepEqual([first.kind, first.phase, first.subject], ['call', 'pick_up', `c-${START}.1`]);
    assert.equal(first.lead?.created, true);
    assert.equal(records(await world.state()).length, 0);
    const second = await delivered(completed(1));
    assert.deepEqual([second.phase, second.subject], ['completed', `c-${START}.1`]);
    assert.equal(second.lead?.id, first.lead?.id);
    const state = await assertOneOfEach();
    assert.equal(state.contacts[0]?.responsible_user_id, IVAN);
    const [record] = records(state);
    assert.equal(record?.params.uniq, `c-${START}.1`);
    assert.equal(record?.params.duration, 42);
  });

  it('the other way round', async () => {
    await delivered(completed(1));
    await told(pickedUp(1));
    await assertOneOfEach();
  });

  it('all at once, each message several times', async () => {
    const messages = [pickedUp(1), completed(1), pickedUp(1), completed(1), completed(1), pickedUp(1)];
    const answers = await Promise.all(messages.map((message) => world.called(message)));
    assert.equal(answers.filter(({ status }) => status === 'queued').length, 2);
    await Promise.all(answers.map(({ event }) => world.ended(event)));
    await assertOneOfEach();
  });

  it('when answers of the account are lost', async () => {
    await world.faults(
      { method: 'POST', path: '/api/v4/leads/complex', kind: 'commit_then_504', count: 1 },
      { method: 'POST', path: '/api/v4/leads/notes', kind: 'commit_then_504', count: 1 },
    );
    await world.called(pickedUp(1));
    await delivered(completed(1));
    await assertOneOfEach();
  });

  it('by webhook and by list', async () => {
    await delivered(pickedUp(1));
    await delivered(completed(1));
    const answer = await world.importCalls(JSON.stringify([completed(1)]));
    assert.equal(((await answer.json()) as { duplicates: number }).duplicates, 1);
    await assertOneOfEach();
  });

  it('when a message has no id', async () => {
    const { uniqueid: _, ...unnamed } = pickedUp(1);
    const first = await delivered({ ...unnamed, call_timestamp: (START + 1) * 1_000_000 });
    const second = await delivered(completed(1));
    assert.equal(second.subject, first.subject);
    const [record] = records(await assertOneOfEach());
    assert.equal(record?.params.uniq, first.subject);
  });

  it('when the lead was closed in between', async () => {
    const first = await delivered(pickedUp(1));
    const [lead] = (await world.state()).leads;
    await world.change('leads', lead?.id ?? 0, { pipeline_id: lead?.pipeline_id, status_id: 143 });
    const second = await delivered(completed(1));
    assert.equal(second.lead?.id, first.lead?.id);
    await assertOneOfEach();
  });

  it('when the worker was killed in between', async () => {
    await delivered(pickedUp(1));
    await world.kill();
    await world.restart();
    await delivered(completed(1));
    await assertOneOfEach();
  });

  it('begin anew in another account', async () => {
    await delivered(pickedUp(1));
    await world.kill();
    await world.reset();
    await world.switches({ rate_per_second: 100_000 });
    await world.restart({ AMOCRM_ACCOUNT: 'another' });
    try {
      await world.activate();
      const event = await delivered(completed(1));
      assert.equal(event.lead?.created, true);
      await assertOneOfEach();
    } finally {
      await world.kill();
      await world.restart();
    }
  });

  it('of one client come to one contact and one lead', async () => {
    const messages = [1, 2, 3].flatMap((n) => {
      const start = START + n * 600;
      return [pickedUp(n, CLIENT, start), completed(n, '0671112233', start)];
    });
    const answers = await Promise.all(messages.map((message) => world.called(message)));
    await Promise.all(answers.map(({ event }) => world.ended(event)));
    await assertOneOfEach(3);
  });

  const skipped: [string, Record<string, unknown>, string][] = [
    ['on a stopped line', { ...completed(1), dst: '380441112200' }, 'line_stopped'],
    ['of somebody hidden', completed(1, 'anonymous'), 'no_client_number'],
    ['in progress', { ...base(1), disposition: 'CALLING' }, 'call_in_progress'],
    ['between employees', { ...completed(1, 'firm_maria'), dst: 'firm_ivan' }, 'internal_call'],
  ];
  for (const [which, message, code] of skipped) {
    it(`${which} are skipped and stay in the journal`, async () => {
      const event = await told(message);
      assert.deepEqual([event.status, event.reason?.code], ['skipped', code]);
      assert.notEqual(event.trace.length, 0);
      const { contacts, leads, notes, tasks } = await world.state();
      assert.deepEqual([contacts, leads, notes, tasks], [[], [], [], []]);
    });
  }

  it('that were missed leave a task, and a talk later on closes it', async () => {
    const event = await delivered(missed(1));
    assert.equal(event.tasks.length, 1);
    const task = async () => (await world.state()).tasks.find(({ id }) => id === event.tasks[0]?.id);
    assert.deepEqual(
      [(await task())?.responsible_user_id, (await task())?.is_completed],
      [SENIOR, false],
      'open, for the senior',
    );
    // A talk before it, told late.
    await delivered(completed(2, CLIENT, START - 600));
    assert.equal((await task())?.is_completed, false);
    const out = { ...completed(3, CLIENT, START + 600), call_type: 'out', caller: 'firm_ivan', dst: CLIENT };
    await delivered({ ...out, outbound_number: LINE });
    assert.equal((await task())?.is_completed, true);
    // Missed before that talk, told late.
    const late = await delivered(missed(4, CLIENT, START + 300));
    assert.deepEqual(late.tasks, []);
  });

  it('of a list become one of each, every row', async () => {
    const clients = Array.from({ length: 100 }, (_, n) => `38067${2_000_000 + n}`);
    const body = JSON.stringify(clients.map((client, n) => completed(n, client, START + n)));
    const answer = await world.importCalls(body);
    assert.equal(answer.status, 202, await answer.text());
    await world.idle();
    const state = await world.state();
    assert.deepEqual([state.contacts.length, state.leads.length, records(state).length], [100, 100, 100]);
    const uniq = new Set(records(state).map(({ params }) => params.uniq));
    assert.equal(uniq.size, 100);
  });
});
