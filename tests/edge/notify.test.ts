// Who is told of trouble: by a signed POST, and by a task for the senior manager once amoCRM works. Once per cause.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { assertProblem, demoSettings, until, World } from './harness.ts';
import { type Notice, Receiver, signedBy } from './receiver.ts';

const SENIOR = 504_141;
const client = (n: number) => ({ name: `Клиент ${n}`, phone: `06711100${10 + n}` });

interface Task {
  text: string;
  responsible_user_id: number;
  entity_id: number | null;
}

describe('being told', () => {
  let world: World;
  const receiver = new Receiver();
  before(async () => {
    await receiver.listen();
    world = await World.start();
  });
  after(async () => {
    await world?.stop();
    receiver.close();
  });
  beforeEach(async () => {
    receiver.answers = [];
    await world.reset();
    await world.switches({ rate_per_second: 100_000, paid: true, token_valid: true });
    await world.faults();
    await project();
  });

  async function project(notify: Record<string, unknown> = {}, more: Record<string, unknown> = {}) {
    await world.newProject(
      { ...(await demoSettings()), notify: { url: receiver.url, held_more_than: 2, ...notify }, ...more },
      { active: false },
    );
  }
  const rotate = async (query = ''): Promise<string> => {
    const answer = await world.call('POST', `/secrets/notify/rotate${query}`);
    assert.equal(answer.status, 200);
    return ((await answer.json()) as { secret: string }).secret;
  };
  const arrived = (cause?: string) => receiver.of(world.project, cause);
  const notices = async () => {
    const answer = await world.call('GET', '/backlog');
    return ((await answer.json()) as { notices: Record<string, unknown> }).notices;
  };
  /** Nothing is left to be told. */
  const told = () => until('all told', async () => (await notices()).pending === 0);
  const reached = (state: string) =>
    until(`the state ${state}`, async () => (await world.activation()).state === state);
  /** The notices that came, each named once: whoever was told knows it by its id. */
  const list = (cause?: string): Notice[] => [
    ...new Map(arrived(cause).map(({ notice }) => [notice.id, notice])).values(),
  ];
  const states = () => list('state_changed').map(({ state, held }) => `${state} ${held}`);
  const tasks = async () => (await world.state()).tasks as unknown as Task[];
  const seniorTasks = async () => (await tasks()).filter(({ text }) => text.startsWith('Ringostat: '));
  async function restarted(): Promise<void> {
    await world.kill();
    await world.restart();
    await told();
  }

  it('is signed, and comes again under the same id until it has arrived', async () => {
    const secret = await rotate();
    receiver.answers = [500, 307, 200];
    await world.activate();
    await told();
    const [first, ...more] = arrived();
    assert.ok(first);
    assert.deepEqual(first.notice, {
      id: first.notice.id,
      cause: 'state_changed',
      project: world.project,
      at: (await world.activation()).since,
      state: 'active',
      held: 0,
    });
    assert.match(first.notice.id, /^n-[0-9a-f-]{36}$/);
    assert.deepEqual(
      more.map(({ body }) => body),
      [first.body, first.body],
      'a redirect is no arrival, and is not followed',
    );
    for (const one of arrived()) assert.deepEqual(signedBy(secret, one), [1, 1]);
    assert.deepEqual(await notices(), { pending: 0, given_up: 0, last_error: null });
  });

  it('is signed by the old secret and the new one while both are valid', async () => {
    await world.activate();
    await told();
    assert.match(
      arrived()[0]?.signature ?? '',
      /^t=\d+,v1=[0-9a-f]{64}$/,
      'before anybody has asked for one',
    );
    const one = await rotate();
    const two = await rotate();
    await world.activation('DELETE');
    await told();
    const both = arrived().at(-1);
    assert.ok(both);
    assert.deepEqual(
      [signedBy(one, both), signedBy(two, both)],
      [
        [1, 3],
        [1, 3],
      ],
    );
    const three = await rotate('?leaked=1');
    await world.activate();
    await told();
    const last = arrived().at(-1);
    assert.ok(last);
    assert.deepEqual(
      [signedBy(two, last), signedBy(three, last)],
      [
        [0, 1],
        [1, 1],
      ],
    );
    const stored = await world.stored();
    for (const secret of [one, two, three]) assert.ok(!stored.includes(secret), 'it lies about in the open');
  });

  it('of a connection that ends and mends by itself, with a task of what waited', async () => {
    await world.activate();
    await world.delivered([await world.accepted(client(0))]);
    await world.switches({ paid: false });
    const ids = [await world.accepted(client(1))];
    await reached('unpaid');
    ids.push(await world.accepted(client(2)));
    await world.switches({ paid: true });
    await world.delivered(ids);
    await told();
    await restarted();
    assert.deepEqual(
      list('state_changed').map(({ state }) => state),
      ['active', 'unpaid', 'active'],
    );
    const [task, ...others] = await seniorTasks();
    assert.match(task?.text ?? '', /^Ringostat: связь с amoCRM снова работает\..*сейчас: 2\.$/);
    assert.deepEqual([task?.responsible_user_id, task?.entity_id, others.length], [SENIOR, null, 0]);
  });

  it('of a token that amoCRM takes no more, and of too many held events', async () => {
    await world.activate();
    await world.switches({ token_valid: false });
    await world.accepted(client(1));
    await reached('needs_authorization');
    for (const n of [2, 3]) await world.accepted(client(n));
    await told();
    await restarted();
    for (const n of [4, 5]) await world.accepted(client(n));
    await told();
    assert.deepEqual(states(), ['active 0', 'needs_authorization 1']);
    assert.deepEqual(
      list('held_more_than').map(({ state, held }) => [state, held]),
      [['needs_authorization', 3]],
    );
    assert.equal((await seniorTasks()).length, 0, 'nobody can be told in amoCRM');
    await world.switches({ token_valid: true });
    await world.activate({ resend_backlog: true });
    await world.idle();
    await told();
    assert.deepEqual(states().slice(2), ['active 5']);
    assert.equal(list('held_more_than').length, 1);
    assert.deepEqual(
      (await seniorTasks()).map(({ text }) => text),
      [
        'Ringostat: связь с amoCRM снова работает. События за время без связи, которые отправляются сейчас: 5.',
      ],
    );
  });

  it('in the project’s language also of what is not sent, but not of what was switched off on purpose', async () => {
    await project({}, { language: 'en' });
    await world.activate();
    await world.activation('DELETE');
    for (const n of [1, 2]) await world.accepted(client(n));
    await world.activate({ resend_backlog: true });
    await world.idle();
    await world.activation('DELETE');
    for (const n of [3, 4, 5]) await world.accepted(client(n));
    await world.activate();
    await told();
    assert.deepEqual(
      (await seniorTasks()).map(({ text }) => text),
      [
        'Ringostat: the connection to amoCRM works again. Events of the time without it that are sent now: 0. Events that can only be sent by hand: 3.',
      ],
    );
  });

  /** amoCRM takes nothing that makes a contact or a lead. */
  const refuse = (...more: Record<string, unknown>[]) =>
    world.faults(
      ...['contacts', 'leads', 'leads/complex'].map((path) => ({
        method: 'POST',
        path: `/api/v4/${path}`,
        kind: 'status',
        status: 422,
      })),
      ...more,
    );

  it('of the first failed event of a day, by one task whatever becomes of its answers', async () => {
    await world.activate();
    await refuse({ method: 'POST', path: '/api/v4/tasks', kind: 'commit_then_504', count: 1 });
    const id = await world.accepted(client(1));
    assert.equal((await world.ended(id)).status, 'failed');
    assert.equal((await world.ended(await world.accepted(client(2)))).status, 'failed');
    await told();
    await restarted();
    const [notice, ...others] = list('first_failed');
    assert.equal(others.length, 0);
    assert.deepEqual([notice?.event, notice?.reason, notice?.state], [id, 'refused', 'active']);
    const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Kyiv' }).format(
      new Date(notice?.at ?? 0),
    );
    const [task, ...more] = await seniorTasks();
    assert.equal(more.length, 0);
    assert.ok(task?.text.includes(`первое за ${day}.`), task?.text);
    assert.equal(task?.responsible_user_id, SENIOR);
    const posts = (await world.state()).requests.filter(
      ({ method, path }) => method === 'POST' && path.startsWith('/api/v4/tasks'),
    );
    assert.deepEqual(
      posts.map(({ status }) => status),
      [504],
    );
  });

  for (const only of ['GET /api/v4/tasks', 'POST /api/v4/tasks']) {
    for (const moment of ['before', 'after'] as const) {
      it(`is one task though the worker was killed ${moment} the account saw ${only}`, async () => {
        await world.activate();
        await refuse();
        const killed = new Promise<void>((resolve) => {
          const spring = () => world.kill().then(resolve);
          world.gate.arm({ nth: 1, only, moment, spring });
        });
        const id = await world.accepted(client(1));
        await killed;
        await world.restart();
        assert.equal((await world.ended(id)).status, 'failed');
        await told();
        assert.equal((await seniorTasks()).length, 1);
        assert.equal(list('first_failed').length, 1);
      });
    }
  }

  it('names no event whose id is made of a client’s number', async () => {
    await world.activate();
    await refuse();
    const call = {
      call_type: 'in',
      caller: '380671112233',
      dst: '380441112233',
      connected_with: 'firm_ivan',
    };
    const { event } = await world.called({ ...call, disposition: 'ANSWERED', billsec: 42, duration: 50 });
    assert.ok(event.includes('380671112233'), event);
    assert.equal((await world.ended(event)).status, 'failed');
    await told();
    const [failed] = arrived('first_failed');
    assert.ok(failed);
    assert.deepEqual([failed.notice.event, failed.body.includes('0671112233')], [undefined, false]);
  });

  it('is nobody’s business where the settings name nobody', async () => {
    await project({ url: null, task_for_senior: false });
    await world.activate();
    await refuse();
    assert.equal((await world.ended(await world.accepted(client(1)))).status, 'failed');
    assert.deepEqual(await notices(), { pending: 0, given_up: 0, last_error: null });
    assert.deepEqual([arrived().length, (await tasks()).length], [0, 0]);
  });

  it('keeps no event waiting for whoever does not answer', async () => {
    await project({ url: 'http://127.0.0.1:9' });
    await world.activate();
    await world.delivered([await world.accepted(client(1))]);
    const { pending, last_error } = await until('a first failure', async () => {
      const view = await notices();
      return view.last_error !== null && view;
    });
    assert.deepEqual([pending, last_error], [1, 'unreachable']);
    const { settings, etag } = await read();
    const body = JSON.stringify({ ...settings, notify: { ...settings.notify, url: receiver.url } });
    assert.equal((await world.call('PUT', '/settings', { body, headers: { 'if-match': etag } })).status, 200);
    await told();
    assert.deepEqual(states(), ['active 0']);
  });

  const read = async () => {
    const answer = await world.call('GET', '/settings');
    const settings = (await answer.json()) as { notify: Record<string, unknown> };
    return { settings, etag: answer.headers.get('etag') ?? '' };
  };

  it('goes to an address that may be asked', async () => {
    const { settings, etag } = await read();
    for (const url of ['ftp://a.example/', 'nowhere', 'https://user:pass@a.example/']) {
      const body = JSON.stringify({ ...settings, notify: { ...settings.notify, url } });
      const answer = await world.call('PUT', '/settings', { body, headers: { 'if-match': etag } });
      const { errors } = await assertProblem(answer, 422, 'url_not_allowed');
      assert.equal(errors[0]?.path, '/notify/url');
    }
  });
});
