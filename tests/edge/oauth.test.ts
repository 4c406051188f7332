// The connection by consent: the way to amoCRM and back, and tokens that change.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { signState } from '../../www/edge/oauth_state.ts';
import { type EventView, mint, SECRET, until, World } from './harness.ts';

const client = (n: number) => ({ name: `Клиент ${n}`, phone: `067111000${n}` });
/** How JWTs and refresh tokens begin, and what the integration shares with amoCRM. */
const SECRETS = ['eyJ', 'def502', 'sandbox-secret'];
const secret = Uint8Array.from(new TextEncoder().encode(SECRET));

describe('activation by consent', () => {
  let world: World;
  before(async () => {
    world = await World.start();
  });
  after(async () => {
    await world?.stop();
    for (const mark of SECRETS) assert.ok(!world.printed.includes(mark), `logged: ${mark}`);
  });
  beforeEach(async () => {
    await world.reset();
    await world.switches({
      rate_per_second: 100_000,
      token_valid: true,
      refresh: 'grace',
      subdomain_moved: false,
    });
    await world.faults();
    await world.newProject(undefined, { active: false });
  });

  async function assertPage(answer: Response, status: number, code: string): Promise<string> {
    const page = await answer.text();
    assert.equal(answer.status, status, page);
    assert.match(answer.headers.get('content-type') ?? '', /^text\/html/);
    assert.match(answer.headers.get('content-security-policy') ?? '', /^default-src 'none'/);
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    assert.equal(page.includes(`<code>${code}</code>`), status !== 200, page);
    return page;
  }
  async function assertNothingKept(): Promise<void> {
    const { account, user, mode, state } = await world.activation();
    assert.deepEqual(
      { account, user, mode, state },
      { account: null, user: null, mode: null, state: 'inactive' },
    );
  }
  const held = (id: string, code: string): Promise<EventView> =>
    until(`${id} held`, async () => {
      const event = await world.event(id);
      return event.status === 'held' && event.reason?.code === code && event;
    });
  const refreshes = async () => {
    const { requests } = await world.state();
    return requests.filter(
      ({ path, method }) => method === 'POST' && path.startsWith('/oauth2/access_token'),
    );
  };
  /** The account answers so many requests that it does not know the token. */
  const unauthorized = (count: number) => ({
    method: '*',
    path: '/api/v4/*',
    kind: 'status',
    status: 401,
    count,
  });

  it('goes to amoCRM and back', async () => {
    const id = await world.accepted(client(0));
    const url = new URL(await world.consentUrl({ language: 'uk', resend_backlog: true }));
    assert.equal(url.searchParams.get('client_id'), 'sandbox-client');
    assert.equal(url.searchParams.get('mode'), 'popup');
    assert.ok(!url.href.includes('sandbox-secret'), url.href);
    assert.equal((await world.activation()).state, 'inactive');
    const page = await assertPage(await world.callback(await world.answered(url.href)), 200, '');
    assert.match(page, /Інтеграцію увімкнено/);
    const { state, mode, language, expires_at: expires, account, user } = await world.activation();
    assert.deepEqual([state, mode, language], ['active', 'oauth', 'uk']);
    assert.equal(account?.name, (await world.account<{ name: string }>('account')).name);
    assert.equal(typeof user?.id, 'number');
    const hours = (Date.parse(expires ?? '') - Date.now()) / 3_600_000;
    assert.ok(hours > 23 && hours <= 24, expires ?? 'no end');
    await world.delivered([id]);
  });

  it('keeps tokens sealed and tells them nobody', async () => {
    await assertPage(await world.consent(), 200, '');
    await world.delivered([await world.accepted(client(0))]);
    const told = [JSON.stringify(await world.activation()), JSON.stringify(await world.events())].join('');
    await world.kill();
    const stored = await world.stored();
    for (const mark of SECRETS) {
      assert.ok(!told.includes(mark), `told: ${mark}`);
      assert.ok(!stored.includes(mark), `stored: ${mark}`);
    }
    await world.restart();
    await world.delivered([await world.accepted(client(1))]);
  });

  it('ends where the administrator says no', async () => {
    const query = await world.answered(await world.consentUrl({ language: 'en' }), 'deny');
    const page = await assertPage(await world.callback(query), 403, 'access_denied');
    assert.match(page, /Access was not granted/);
    await assertPage(await world.callback(query), 400, 'bad_state');
    await assertNothingKept();
  });

  it('tells whoever waits for it how it ended', async () => {
    const consent = async () => (await world.activation()).consent?.code;
    assert.equal(await consent(), undefined);
    const query = await world.answered(await world.consentUrl(), 'deny');
    assert.equal(await consent(), 'asked');
    await world.callback(query);
    assert.equal(await consent(), 'access_denied');
    const again = await world.answered(await world.consentUrl());
    assert.equal(await consent(), 'asked');
    await world.callback(again);
    assert.equal(await consent(), undefined);
  });

  it('does not outlive switching off, nor a secret that leaked', async () => {
    const url = await world.consentUrl();
    await world.activation('DELETE');
    await assertPage(await world.callback(await world.answered(url)), 400, 'bad_state');
    const another = await world.consentUrl();
    const rotated = await world.call('POST', '/secrets/admin/rotate?leaked=1');
    assert.equal(rotated.status, 200);
    const { secret: now } = (await rotated.json()) as { secret: string };
    world.use(await mint(world.project, '1h', now));
    await assertPage(await world.callback(await world.answered(another)), 400, 'bad_state');
  });

  it('works once', async () => {
    const query = await world.answered(await world.consentUrl());
    await assertPage(await world.callback(query), 200, '');
    const { since } = await world.activation();
    await assertPage(await world.callback(query), 400, 'bad_state');
    assert.equal((await world.activation()).since, since);
  });

  it('believes no state but its own', async () => {
    const query = await world.answered(await world.consentUrl());
    const own = query.get('state') ?? '';
    const [payload = '', signature = ''] = own.split('.');
    const state = {
      project: world.project,
      nonce: 'x',
      exp: Date.now() + 60_000,
      language: null,
      resend: true,
    };
    const other = Buffer.from(JSON.stringify({ ...state, project: 'another' })).toString('base64url');
    const forged = [
      '',
      'x',
      payload,
      `${payload}.`,
      `${other}.${signature}`,
      `${own}.x`,
      `${payload}.${signature.slice(1)}`,
      world.admin.token ?? '',
      await signState(Uint8Array.from(new TextEncoder().encode(`${SECRET}!`)), state),
      // Signed well, and never asked for.
      await signState(secret, state),
      await signState(secret, { ...state, project: 'never-seen' }),
    ];
    for (const one of forged) {
      const answer = await world.callback({ ...Object.fromEntries(query), state: one });
      assert.ok([400, 404].includes(answer.status), `${answer.status} ${one}`);
    }
    await assertNothingKept();
    // None of them used up the real one.
    await assertPage(await world.callback(query), 200, '');
  });

  it('does not wait for ever', async () => {
    const query = await world.answered(await world.consentUrl());
    const nonce = JSON.parse(
      Buffer.from((query.get('state') ?? '').split('.')[0] ?? '', 'base64url').toString(),
    ).nonce;
    const late = { project: world.project, nonce, exp: Date.now() - 1, language: null, resend: true };
    const state = await signState(secret, late);
    const page = await assertPage(
      await world.callback({ ...Object.fromEntries(query), state }),
      400,
      'bad_state',
    );
    for (const language of ['ru', 'uk', 'en']) assert.ok(page.includes(`lang="${language}"`), language);
    await assertNothingKept();
  });

  it('sends a code nowhere but to amoCRM', async () => {
    for (const referer of ['evil.example', 'acme.amocrm.ru.evil.example', '']) {
      const query = await world.answered(await world.consentUrl());
      query.set('referer', referer);
      await assertPage(await world.callback(query), 422, 'domain_not_allowed');
    }
    assert.deepEqual(await refreshes(), []);
    await assertNothingKept();
  });

  it('takes no code that amoCRM does not know', async () => {
    const query = await world.answered(await world.consentUrl());
    query.set('code', 'another');
    await assertPage(await world.callback(query), 422, 'code_refused');
    await assertNothingKept();
  });

  it('is an administrator’s: of another user nothing is kept', async () => {
    const { _embedded } = await world.account<{
      _embedded: { users: { id: number; rights: { is_admin: boolean; is_active: boolean } }[] };
    }>('users');
    const user = _embedded.users.find(({ rights }) => rights.is_active && !rights.is_admin);
    const query = await world.answered(await world.consentUrl(), 'allow', { user: String(user?.id) });
    await assertPage(await world.callback(query), 403, 'not_admin');
    await assertNothingKept();
  });

  it('does not take an account from another project', async () => {
    await assertPage(await world.consent(), 200, '');
    const other = await world.anotherProject();
    const body = JSON.stringify({ mode: 'oauth', language: 'ru' });
    const answer = await world.callAs(other, 'POST', '/activation', { body });
    const { consent_url: url } = (await answer.json()) as { consent_url: string };
    const page = await assertPage(await world.callback(await world.answered(url)), 409, 'account_taken');
    assert.match(page, /другой проект/);
  });

  describe('tokens', () => {
    beforeEach(async () => {
      await assertPage(await world.consent(), 200, '');
      // What the account was asked so far does not count.
      await world.reset();
      await world.switches({ rate_per_second: 100_000 });
    });

    it('are renewed once, however many wait for it', async () => {
      // All that are under way at once hear their 401 before anybody has a new token; the others wait behind them.
      const slow = { method: 'POST', path: '/oauth2/access_token', kind: 'delay', delay_ms: 4_000 };
      await world.faults(slow, unauthorized(6));
      const lookups = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          world.call('POST', '/lookup', { body: JSON.stringify({ phone: `067111000${n}` }) }),
        ),
      );
      for (const answer of lookups) assert.equal(answer.status, 200, await answer.text());
      assert.equal((await refreshes()).length, 1);
      assert.equal((await world.activation()).state, 'active');
    });

    it('are renewed in the middle of a delivery, and nothing is made twice', async () => {
      await world.faults({ ...unauthorized(1), method: 'POST', path: '/api/v4/leads/complex' });
      await world.delivered([await world.accepted(client(0))]);
      assert.equal((await refreshes()).length, 1);
      const { contacts, leads } = await world.state();
      assert.deepEqual([contacts.length, leads.length], [1, 1]);
    });

    it('outlive an answer that was lost', async () => {
      const lost = { method: 'POST', path: '/oauth2/access_token', kind: 'drop_after', count: 1 };
      await world.faults(lost, unauthorized(1));
      await world.delivered([await world.accepted(client(0))]);
      assert.equal((await refreshes()).length, 2);
    });

    it('outlive a worker that was killed while it renewed them', async () => {
      await world.faults(
        { method: 'POST', path: '/oauth2/access_token', kind: 'delay', delay_ms: 2_000 },
        unauthorized(1),
      );
      const id = await world.accepted(client(0));
      await until('the request for new tokens', async () => (await refreshes()).length > 0);
      await world.kill();
      await world.restart();
      await world.delivered([id]);
    });

    it('are given up where a used one is void, and a new consent mends it', async () => {
      await world.switches({ refresh: 'strict' });
      const lost = { method: 'POST', path: '/oauth2/access_token', kind: 'drop_after', count: 1 };
      await world.faults(lost, unauthorized(1));
      const id = await world.accepted(client(0));
      await held(id, 'needs_authorization');
      assert.equal((await world.activation()).state, 'needs_authorization');
      await assertPage(await world.consent({ resend_backlog: true }), 200, '');
      await world.delivered([id]);
    });

    it('that were revoked in the middle of a delivery hold it until a new consent', async () => {
      await world.faults({ method: 'POST', path: '/api/v4/leads/complex', kind: 'delay', delay_ms: 300 });
      const ids = [await world.accepted(client(0)), await world.accepted(client(0))];
      await until('the write', async () =>
        (await world.state()).requests.some(({ path }) => path.endsWith('complex')),
      );
      const revoked = await world.control('revoke', '{}');
      assert.equal(revoked.status, 200, await revoked.text());
      const last = await world.accepted({ ...client(1), comment: 'потом' });
      await held(last, 'needs_authorization');
      await world.faults();
      await assertPage(await world.consent({ resend_backlog: true }), 200, '');
      await world.delivered([...ids, last]);
      const { contacts, leads } = await world.state();
      assert.deepEqual([contacts.length, leads.length], [2, 2]);
    });

    it('wait while nobody gives new ones', async () => {
      await world.faults(
        { method: 'POST', path: '/oauth2/access_token', kind: 'status', status: 503, count: 3 },
        unauthorized(2),
      );
      const id = await world.accepted(client(0));
      await world.delivered([id]);
      assert.ok((await world.event(id)).attempts > 1, 'it was put off');
      assert.equal((await refreshes()).length, 4);
      assert.equal((await world.activation()).state, 'active');
    });

    it('find the account where it has moved to', async () => {
      const id = await world.accepted(client(0));
      await world.delivered([id]);
      const old = new URL((await world.event(id)).lead?.url ?? '');
      const moved = `localhost:${old.port}`;
      await world.switches({ subdomain_moved: moved });
      await world.faults(unauthorized(1));
      const next = await world.accepted(client(1));
      await world.delivered([next]);
      assert.equal(new URL((await world.event(next)).lead?.url ?? '').host, moved);
    });
  });
});
