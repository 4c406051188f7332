// The connection: by a long-lived token, its states and what ends them, and what is held meanwhile.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { assertProblem, type EventView, mint, TOKEN_KEYS, until, World } from './harness.ts';

const FORM = { name: 'Иван', phone: '0671112233', email: 'ivan@example.com' };
const client = (n: number) => ({ name: `Клиент ${n}`, phone: `067111000${n}` });

describe('activation by a long-lived token', () => {
  let world: World;
  before(async () => {
    world = await World.start();
  });
  after(() => world?.stop());
  beforeEach(async () => {
    await world.reset();
    await world.switches({ rate_per_second: 100_000, admin: true, paid: true, token_valid: true });
    await world.faults();
    await world.newProject(undefined, { active: false });
  });

  const post = (body: unknown) => world.call('POST', '/activation', { body: JSON.stringify(body) });
  const state = async () => (await world.activation()).state;
  const reached = (wanted: string) =>
    until(`the state ${wanted}`, async () => (await state()) === wanted || Promise.reject(await state()));
  const held = (id: string, code: string): Promise<EventView> =>
    until(`${id} held`, async () => {
      const event = await world.event(id);
      return event.status === 'held' && event.reason?.code === code && event;
    });
  const requests = async () => (await world.state()).requests.length;

  it('is a project’s own business, and an administrator’s', async () => {
    for (const method of ['GET', 'POST', 'DELETE']) {
      await assertProblem(await world.call(method, '/activation', { token: null }), 401, 'unauthorized');
      const other = { token: await mint('somebody-else') };
      await assertProblem(await world.call(method, '/activation', other), 403, 'forbidden');
    }
    const answer = await fetch(`${world.edge}/v1/projects/nobody/activation`, {
      headers: { authorization: `Bearer ${await mint('nobody')}` },
    });
    await assertProblem(answer, 404, 'unknown_project');
  });

  it('is wanted before anything is sent: until then events are held', async () => {
    const fresh = await world.activation();
    assert.deepEqual(fresh, {
      state: 'inactive',
      since: fresh.since,
      account: null,
      user: null,
      held: 0,
      mode: null,
      language: null,
      expires_at: null,
      consent: null,
    });
    const before = await requests();
    const id = await world.accepted(FORM);
    assert.deepEqual((await held(id, 'inactive')).reason, { code: 'inactive', params: {} });
    assert.equal((await world.activation()).held, 1);
    await assertProblem(await world.call('GET', '/directory'), 503, 'inactive');
    await assertProblem(await world.call('POST', '/lookup', { body: '{"phone":"1"}' }), 503, 'inactive');
    assert.equal(await requests(), before, 'nothing is asked of anybody');
  });

  it('needs nothing that the environment says', async () => {
    const view = await world.activate();
    const account = await world.account<{ id: number; name: string; subdomain: string }>('account');
    assert.deepEqual(view, {
      state: 'active',
      since: view.since,
      account: { id: account.id, name: account.name, subdomain: account.subdomain },
      user: view.user,
      held: 0,
      mode: 'long_lived',
      language: null,
      expires_at: null,
      consent: null,
    });
    assert.equal(typeof view.user?.name, 'string');
    assert.deepEqual(await world.activation(), view);
    await world.delivered([await world.accepted(FORM)]);
  });

  it('tells every mistake with its place', async () => {
    const refused = async (body: unknown, status: number, ...expected: string[]) => {
      const { errors } = await assertProblem(await post(body), status, expected[0]?.split(' ')[0] ?? '');
      assert.deepEqual(
        errors.map(({ code, path }) => `${code} ${path}`),
        expected,
      );
    };
    const long = { mode: 'long_lived' };
    await assertProblem(await world.call('POST', '/activation', { body: '{' }), 400, 'malformed');
    await assertProblem(await world.call('POST', '/activation', { body: '[]' }), 400, 'malformed');
    await refused({}, 422, 'missing_key /mode');
    await refused({ mode: 'password' }, 422, 'unknown_value /mode');
    await refused(
      { ...long, login: 'x', language: 'de' },
      422,
      'unknown_key /login',
      'unknown_value /language',
    );
    await refused({ ...long, resend_backlog: 'yes' }, 422, 'invalid_value /resend_backlog');
    await refused({ ...long, token: 'two words' }, 422, 'invalid_value /token');
    await refused({ mode: 'oauth', token: 'x' }, 422, 'unknown_key /token');
    for (const domain of ['evil.example', 'amocrm.ru.evil.example', 'https://evil.example/.amocrm.ru']) {
      await refused({ ...long, domain }, 422, 'domain_not_allowed /domain');
    }
    await refused({ ...long, token: 'another' }, 422, 'token_refused /token');
    await refused({ ...long, domain: '127.0.0.1:9' }, 503, 'account_unreachable ');
    await world.switches({ paid: false });
    await refused(long, 409, 'unpaid ');
    await world.switches({ paid: true });
    await world.faults({ method: 'GET', path: '/api/v4/account', kind: 'html_403', count: 1 });
    await refused(long, 503, 'blocked ');
    assert.equal(await state(), 'inactive');
  });

  it('is an administrator’s of amoCRM: of another one nothing is kept', async () => {
    await world.switches({ admin: false });
    await assertProblem(await post({ mode: 'long_lived' }), 403, 'not_admin');
    const { account, state, mode } = await world.activation();
    assert.deepEqual({ account, state, mode }, { account: null, state: 'inactive', mode: null });
    await world.switches({ admin: true });
    // Nor is the account taken.
    await world.newProject(undefined, { active: false });
    assert.equal((await world.activate()).state, 'active');
  });

  it('gives an account one owner', async () => {
    await world.activate();
    const owner = world.admin;
    const other = await world.anotherProject();
    const body = { body: JSON.stringify({ mode: 'long_lived' }) };
    await assertProblem(await world.callAs(other, 'POST', '/activation', body), 409, 'account_taken');
    assert.equal((await world.activate()).state, 'active', 'its own again');
    await world.callAs(owner, 'DELETE', '/activation');
    assert.equal((await world.callAs(other, 'POST', '/activation', body)).status, 200);
    await assertProblem(await world.callAs(owner, 'POST', '/activation', body), 409, 'account_taken');
    await world.callAs(other, 'DELETE', '/activation');
  });

  it('of another account forgets the one before, which is free again', async () => {
    const first = await world.activate();
    await world.delivered([await world.accepted(FORM)]);
    // As if the same address were another account now.
    const become = async (account: Record<string, unknown>) => {
      const answer = await world.control('account', JSON.stringify(account));
      assert.equal(answer.status, 200, await answer.text());
    };
    await world.activation('DELETE');
    const waiting = await world.accepted({ ...FORM, comment: 'снова' });
    try {
      await world.reset();
      await world.switches({ rate_per_second: 100_000 });
      await become({ id: 77, subdomain: 'second', name: 'Second' });
      const second = await world.activate({ resend_backlog: true });
      assert.deepEqual(second.account, { id: 77, name: 'Second', subdomain: 'second' });
      await world.delivered([waiting]);
      assert.equal((await world.event(waiting)).contact?.created, true);
      await become({ ...first.account });
      const other = await world.anotherProject();
      const body = { body: JSON.stringify({ mode: 'long_lived' }) };
      assert.equal((await world.callAs(other, 'POST', '/activation', body)).status, 200);
      await world.callAs(other, 'DELETE', '/activation');
    } finally {
      await become({ ...first.account });
    }
  });

  it('switched off, and on again with what was held', async () => {
    await world.activate();
    await world.delivered([await world.accepted(FORM)]);
    const off = await world.activation('DELETE');
    assert.deepEqual([off.state, off.account, off.user, off.mode], ['inactive', null, null, null]);
    const before = await requests();
    const ids = [await world.accepted(client(1)), await world.accepted(client(2))];
    for (const id of ids) await held(id, 'inactive');
    assert.equal((await world.activation()).held, 2);
    assert.equal(await requests(), before);
    await world.activate({ resend_backlog: true });
    await world.delivered(ids);
    assert.equal((await world.state()).leads.length, 3);
  });

  it('without what was held, which can be sent by hand', async () => {
    const id = await world.accepted(FORM);
    await world.activate();
    assert.equal((await world.event(id)).status, 'expired');
    await world.call('POST', `/events/${id}/retry`);
    await world.delivered([id]);
  });

  it('is lost in the middle of a delivery, and found again', async () => {
    await world.activate();
    await world.faults({
      method: 'POST',
      path: '/api/v4/leads/complex',
      kind: 'status',
      status: 401,
      count: 1,
    });
    const id = await world.accepted(FORM);
    await held(id, 'needs_authorization');
    await reached('needs_authorization');
    const before = await requests();
    // Whoever sends by hand does not mend it.
    await world.call('POST', `/events/${id}/retry`);
    await held(id, 'needs_authorization');
    assert.equal(await requests(), before);
    await world.activate({ resend_backlog: true });
    await world.delivered([id]);
    const { contacts, leads } = await world.state();
    assert.deepEqual([contacts.length, leads.length], [1, 1]);
  });

  const troubles = {
    unpaid: {
      begin: () => world.switches({ paid: false }),
      end: () => world.switches({ paid: true }),
    },
    blocked: {
      begin: () => world.faults({ method: '*', path: '/api/v4/*', kind: 'html_403' }),
      end: () => world.faults(),
    },
    insufficient_rights: {
      begin: () =>
        world.faults({ method: 'POST', path: '/api/v4/leads/complex', kind: 'status', status: 403 }),
      end: () => world.faults(),
    },
  };
  for (const [code, { begin, end }] of Object.entries(troubles)) {
    it(`is ${code}, and mends by itself`, async () => {
      await world.activate();
      await begin();
      const ids = await Promise.all(Array.from({ length: 9 }, (_, n) => world.accepted(client(n))));
      for (const id of ids) await held(id, code);
      const { state, account } = await world.activation();
      assert.deepEqual([state, typeof account?.id], [code, 'number']);
      await end();
      await world.delivered(ids);
      assert.equal(await reached('active'), true);
      const { contacts, leads } = await world.state();
      assert.deepEqual([contacts.length, leads.length], [9, 9]);
    });
  }

  it('mends without an event to try it with', async () => {
    await world.activate();
    await world.switches({ paid: false });
    await assertProblem(await world.call('GET', '/directory?refresh=1'), 503, 'unpaid');
    assert.equal(await state(), 'unpaid');
    await world.switches({ paid: true });
    await reached('active');
  });

  it('tries rarely while it does not work, whatever comes in', async () => {
    await world.activate();
    await world.switches({ paid: false });
    const first = await world.accepted(client(0));
    await held(first, 'unpaid');
    const before = await requests();
    const ids = await Promise.all(Array.from({ length: 9 }, (_, n) => world.accepted(client(n + 1))));
    for (const id of ids) await held(id, 'unpaid');
    const tried = (await requests()) - before;
    assert.ok(tried <= 2, `${tried} requests`);
  });

  it('outlives the worker, sealed', async () => {
    await world.activate();
    const id = await world.accepted(FORM);
    await world.delivered([id]);
    await world.kill();
    assert.ok(!(await world.stored()).includes('sandbox'), 'the token on file');
    await world.restart();
    await world.delivered([await world.accepted(client(1))]);
    // A key that is put in front takes over from the one behind it.
    const newest = `newest:${'C'.repeat(42)}A=`;
    for (const keys of [`${newest},${TOKEN_KEYS}`, newest]) {
      await world.kill();
      await world.restart({ TOKEN_KEYS: keys });
      await world.delivered([await world.accepted({ ...client(2), comment: keys.length })]);
    }
    // Without its key the token is as good as gone.
    await world.kill();
    await world.restart();
    const last = await world.accepted(client(3));
    await held(last, 'needs_authorization');
    await world.activate({ resend_backlog: true });
    await world.delivered([last]);
  });
});

describe('a worker without anything in its environment', () => {
  it('says what an activation lacks', async () => {
    const world = await World.start({
      AMOCRM_BASE_URL: '',
      AMOCRM_TOKEN: '',
      OAUTH_CLIENT_ID: '',
      OAUTH_CLIENT_SECRET: '',
      OAUTH_REDIRECT_URL: '',
    });
    try {
      await world.newProject();
      const begin = (body: unknown) => world.call('POST', '/activation', { body: JSON.stringify(body) });
      const { errors } = await assertProblem(await begin({ mode: 'long_lived' }), 422, 'missing_key');
      assert.deepEqual(
        errors.map(({ path }) => path),
        ['/token', '/domain'],
      );
      await assertProblem(await begin({ mode: 'oauth' }), 422, 'oauth_not_configured');
      const named = { mode: 'long_lived', token: 'sandbox', domain: world.gate.url, language: 'uk' };
      assert.equal((await begin(named)).status, 200);
      assert.equal((await world.activation()).language, 'uk');
      const page = await world.account<{ _embedded: { custom_fields: { name: string }[] } }>(
        'contacts/custom_fields?limit=250',
      );
      const names = page._embedded.custom_fields.map(({ name }) => name);
      assert.ok(names.includes('Ringostat: подія'), `fields are named in its language: ${names.join(', ')}`);
      await world.delivered([await world.accepted(FORM)]);
      await world.kill();
      for (const keys of [
        '',
        'x',
        'one:AAAA',
        '{"one":1}',
        `one:${'A'.repeat(43)}=,one:${'A'.repeat(43)}=`,
      ]) {
        await world.restart({ TOKEN_KEYS: keys });
        await assertProblem(await fetch(`${world.edge}/healthz`), 500, 'misconfigured');
        await world.kill();
      }
    } finally {
      await world.stop();
    }
  });
});
