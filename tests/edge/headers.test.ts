// What every answer carries, whatever it says.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { World } from './harness.ts';

const EVERY = {
  'strict-transport-security': /^max-age=\d{7,}/,
  'x-content-type-options': /^nosniff$/,
  'referrer-policy': /^no-referrer$/,
  'x-frame-options': /^SAMEORIGIN$/,
  'cache-control': /^no-store$/,
  'cross-origin-opener-policy': /^same-origin$/,
  'content-security-policy': /^default-src 'none';.*frame-ancestors 'none'$/,
};

describe('headers', () => {
  let world: World;
  before(async () => {
    world = await World.start({ AMOCRM_BASE_URL: 'http://127.0.0.1:9' });
    await world.newProject(undefined, { active: false });
  });
  after(() => world?.stop());

  const answers: Record<string, [() => Promise<Response>, number]> = {
    data: [() => world.call('GET', '/settings'), 200],
    'a form': [() => world.post('{"phone":"0671112233"}'), 202],
    health: [() => fetch(`${world.edge}/healthz`), 200],
    'a refusal': [() => world.call('GET', '/settings', { token: null }), 401],
    'a page': [() => world.callback({ state: 'x', code: 'y' }), 400],
    nothing: [() => fetch(`${world.edge}/nothing`), 404],
    'a page sent to': [() => fetch(`${world.edge}/`, { method: 'POST' }), 405],
    'a wrong verb': [() => world.call('PATCH', '/settings'), 405],
  };
  for (const [name, [ask, status]] of Object.entries(answers)) {
    it(`of ${name}`, async () => {
      const answer = await ask();
      assert.equal(answer.status, status, await answer.clone().text());
      for (const [header, wanted] of Object.entries(EVERY)) {
        assert.match(answer.headers.get(header) ?? '', wanted, header);
      }
      assert.equal(answer.headers.get('x-powered-by'), null);
      assert.equal(answer.headers.get('server'), null);
    });
  }
});
