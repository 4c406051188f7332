// Nothing that the worker prints, and no error that it answers, tells who a client is or lets anybody in.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { mint, SECRET, TOKEN_KEYS, until, World } from './harness.ts';

const PHONES = ['380671234567', '0671234567', '671234567', '067 123'];
const [PHONE = '', NATIONAL] = PHONES;
const EMAIL = 'private.person@example.com';
const NAME = 'Privatnaya-Person';
const COMMENT = 'confidential-comment';
const TOKEN = 'a-token-that-must-not-be-told';
const WRONG_KEY = 'a-key-that-is-wrong';
const CODE = 'a-code-of-consent';

const FORM = { name: NAME, phone: '067 123 45 67', email: EMAIL, comment: COMMENT };
const call = (more: Record<string, unknown> = {}) => ({
  call_id: 'ua18_-1791545397.7',
  call_type: 'in',
  caller: PHONE,
  callee: '380441112233',
  employee_fio: NAME,
  status: 'ANSWERED',
  billsec: 23,
  ...more,
});

describe('privacy', () => {
  let world: World;
  const secrets = new Set([
    ...PHONES,
    EMAIL,
    NAME,
    COMMENT,
    TOKEN,
    WRONG_KEY,
    CODE,
    SECRET,
    'sandbox-secret',
  ]);
  const errors: string[] = [];

  before(async () => {
    world = await World.start({ AMOCRM_TOKEN: TOKEN, RINGOSTAT_AUTH_KEY: TOKEN, RINGOSTAT_PROJECT_ID: '1' });
    for (const pair of TOKEN_KEYS.split(',')) secrets.add(pair.split(':')[1] ?? '');
    await world.newProject(undefined, { active: false });
  });
  after(() => world?.stop());

  /** An answer that is no success is kept to be searched. */
  const ask = async (method: string, path: string, body?: string, more: Record<string, unknown> = {}) => {
    const answer = await world.call(method, path, { ...(body === undefined ? {} : { body }), ...more });
    if (!answer.ok) errors.push(await answer.text());
    return answer.status;
  };
  const form = (body: string, type = 'application/json') =>
    ask('POST', '/forms', body, { token: null, headers: { 'content-type': type } });
  const hook = (body: string, key: string, type = 'application/json') =>
    ask('POST', `/calls?key=${key}&caller=${PHONE}`, body, {
      token: null,
      headers: { 'content-type': type },
    });

  it('survives everything that goes wrong at the door', async () => {
    for (const body of ['{"name":', `{"phone":"${PHONE}","name":"${NAME}"`, `"${EMAIL}"`, `[${PHONE}]`]) {
      await form(body);
      await form(body, 'text/strange');
      await form(body, 'multipart/form-data; boundary=x');
      await hook(body, WRONG_KEY);
    }
    await form(`name=${NAME}&phone=%zz${PHONE}`, 'application/x-www-form-urlencoded');
    await ask('POST', '/forms', JSON.stringify(FORM), { headers: { 'idempotency-key': EMAIL.repeat(99) } });
    const { secret } = await world.rotate();
    secrets.add(secret);
    for (const body of ['{', JSON.stringify({ caller: PHONE, key: secret }), `caller=${PHONE}`, EMAIL]) {
      await hook(body, secret);
      await hook(body, secret, 'application/x-www-form-urlencoded');
    }
    await ask('POST', '/calls/import', `[{"caller":"${PHONE}"},{"oops":"${EMAIL}"`);
    await ask('POST', '/lookup', `{"phone":"${PHONE}","nonsense":"${NAME}"}`);
    await ask('DELETE', `/clients?phone=x${NAME}&email=${NAME}`);
    for (const token of [TOKEN, await mint(world.project, '-1h'), `${await mint(world.project)}x`]) {
      secrets.add(token);
      assert.equal(await ask('GET', '/events', undefined, { token }), 401);
    }
    await ask('POST', '/activation', JSON.stringify({ mode: 'long_lived', token: TOKEN }));
    await ask('POST', '/activation', JSON.stringify({ mode: 'long_lived', token: `${TOKEN}\n`, x: NAME }));
    errors.push(await (await world.callback({ state: TOKEN, code: CODE, referer: EMAIL })).text());
    const consent = await world.answered(await world.consentUrl());
    consent.set('code', CODE);
    errors.push(await (await world.callback(consent)).text());
    const admin = (await (await world.call('POST', '/secrets/admin/rotate')).json()) as { secret: string };
    secrets.add(admin.secret);
  });

  it('survives everything that goes wrong in the account', async () => {
    await world.newProject(undefined, { active: false });
    const answer = await world.consent();
    assert.equal(answer.status, 200, await answer.clone().text());
    const fault = (kind: string, more = {}) => ({ method: '*', path: '/api/v4/*', kind, count: 3, ...more });
    for (const faults of [
      [fault('status', { status: 500 })],
      [fault('status', { status: 400 })],
      [fault('html_502')],
      [fault('drop_before'), fault('drop_after')],
      [fault('commit_then_504', { method: 'POST' })],
    ]) {
      await world.faults(...faults);
      const id = await world.accepted({ ...FORM, comment: `${COMMENT} ${faults[0]?.kind}` });
      await world.called(call({ call_id: `ua18_-1791545397.${secrets.size}` }));
      await world.ended(id);
    }
    await world.faults();
    await world.switches({ token_valid: false });
    const id = await world.accepted({ ...FORM, comment: `${COMMENT} at last` });
    await until('a broken connection', async () => (await world.event(id)).status === 'held');
    await ask('POST', '/lookup', JSON.stringify({ phone: PHONE, email: EMAIL }));
    await ask('GET', '/directory?refresh=1');
    await world.switches({ token_valid: true });
    await ask('DELETE', `/clients?phone=${NATIONAL}&email=${EMAIL}`);
  });

  it('is kept in all that was printed and refused', () => {
    const told = [...secrets].filter((secret) => world.printed.includes(secret));
    assert.deepEqual(told, [], world.printed);
    const refused = errors.join('\n');
    assert.ok(errors.length > 20, 'errors were looked at');
    assert.deepEqual(
      [...secrets].filter((secret) => refused.includes(secret)),
      [],
      refused,
    );
    assert.match(world.printed, /listening/);
  });
});
