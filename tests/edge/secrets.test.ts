// The project's own admin secret: how it takes over from the environment's, and the way back in.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { assertProblem, mint, until, World } from './harness.ts';

const OVERLAP_MS = 3_000;

describe('admin secrets', () => {
  let world: World;
  before(async () => {
    world = await World.start({
      AMOCRM_BASE_URL: 'http://127.0.0.1:9',
      SECRET_OVERLAP_MS: String(OVERLAP_MS),
    });
  });
  after(() => world?.stop());
  beforeEach(() => world.newProject(undefined, { active: false }));

  const rotate = async (token?: string, query = '') => {
    const path = `/secrets/admin/rotate${query}`;
    const answer = await world.call('POST', path, token === undefined ? {} : { token });
    assert.equal(answer.status, 200, await answer.clone().text());
    const { secret, previous_valid_until: until } = (await answer.json()) as Record<string, string>;
    return { secret: secret ?? '', until: until ?? '', token: await mint(world.project, '1h', secret) };
  };
  const events = (token?: string) => world.call('GET', '/events', token === undefined ? {} : { token });
  const over = (token?: string) =>
    until('the end of the overlap', async () => (await events(token)).status === 401);

  it('take over after an overlap', async () => {
    const first = await rotate();
    assert.match(first.secret, /^[\w-]{43}$/);
    assert.ok(Math.abs(Date.parse(first.until) - Date.now() - OVERLAP_MS) < OVERLAP_MS, first.until);
    for (const token of [undefined, first.token]) assert.equal((await events(token)).status, 200);
    await over();
    await assertProblem(await events(), 401, 'secret_rotated');
    const second = await rotate(first.token);
    for (const { token } of [first, second]) assert.equal((await events(token)).status, 200);
    await over(first.token);
    await assertProblem(await events(first.token), 401, 'unauthorized');
    assert.equal((await events(second.token)).status, 200);
  });

  it('end at once when one has leaked', async () => {
    const first = await rotate();
    const second = await rotate(first.token, '?leaked=1');
    await assertProblem(await events(), 401, 'secret_rotated');
    await assertProblem(await events(first.token), 401, 'unauthorized');
    assert.equal((await events(second.token)).status, 200);
    // Of webhooks as well.
    const { secret } = await world.rotate().catch(() => ({ secret: '' }));
    assert.equal(secret, '', 'the environment has no say any more');
    const hooks = await world.call('POST', '/secrets/webhook/rotate', { token: second.token });
    const { secret: key } = (await hooks.json()) as { secret: string };
    const call = () => world.call('POST', `/calls?key=${key}`, { body: '{"call_id":"1.1"}', token: null });
    assert.notEqual((await call()).status, 401);
    await world.call('POST', '/secrets/webhook/rotate?leaked=1', { token: second.token });
    await assertProblem(await call(), 401, 'wrong_key');
  });

  it('are good for their own project only, and for a limited time', async () => {
    const { secret } = await rotate();
    const stranger = await mint('somebody-else', '1h', secret);
    await assertProblem(await events(stranger), 401, 'unauthorized');
    await assertProblem(await events(await mint(world.project, '-1h', secret)), 401, 'unauthorized');
    const [head, body] = (await mint(world.project, '1h', secret)).split('.');
    for (const forged of [`${head}.${body}.`, `${btoa('{"alg":"none"}')}.${body}.`, `${head}.${body}`]) {
      await assertProblem(await events(forged), 401, 'unauthorized');
    }
    await world.newProject(undefined, { active: false });
    await assertProblem(await events(await mint(world.project, '1h', secret)), 401, 'unauthorized');
  });

  it('lie sealed, and survive a restart', async () => {
    const { secret, token } = await rotate(undefined, '?leaked=1');
    assert.ok(!(await world.stored()).includes(secret), 'in the open');
    await world.kill();
    await world.restart();
    assert.equal((await events(token)).status, 200);
    await assertProblem(await events(), 401, 'secret_rotated');
  });

  it('that are lost are replaced by who has the environment', async () => {
    const { token } = await rotate(undefined, '?leaked=1');
    await world.kill();
    // The keys that sealed it are gone as well.
    const TOKEN_KEYS = `other:${'C'.repeat(42)}A=`;
    await world.restart({ TOKEN_KEYS });
    await assertProblem(await events(token), 401, 'unauthorized');
    await assertProblem(await events(), 401, 'secret_rotated');
    await world.kill();
    await world.restart({ TOKEN_KEYS, ADMIN_RESCUE: `another, ${world.project}` });
    assert.equal((await events()).status, 200);
    const renewed = await rotate();
    await world.kill();
    await world.restart({ TOKEN_KEYS });
    assert.equal((await events(renewed.token)).status, 200);
    await assertProblem(await events(), 401, 'secret_rotated');
  });
});
