// What the worker can ask at all, whatever it was told to: the runtime's own limit.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Service, startService } from '../../scripts/service.mjs';
import { around, type Reach } from './around.ts';

/** Asks whatever it is told to. */
const MODULE = `
export { Accounts, Project, Roster } from './worker.js';
export default {
  async fetch(request) {
    const wanted = new URL(request.url).searchParams.get('url');
    return fetch(wanted).catch((error) => new Response('refused: ' + error));
  },
};
`;

describe('the reach of the worker', () => {
  let folder: string;
  const services: Service[] = [];
  const inside = createServer((_, answer) => answer.end('inside'));
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reach-'));
    inside.listen(0, '127.0.0.1');
    await once(inside, 'listening');
  });
  after(async () => {
    for (const { child } of services) if (child.pid) process.kill(-child.pid, 'SIGKILL');
    await Promise.all(services.map(({ ended }) => ended));
    inside.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Asks one that can reach so far for what is inside, by each of these names. */
  async function asked(reach: Reach, hosts: string[]): Promise<string[]> {
    const env = {
      PORT: '0',
      STORAGE: join(folder, reach),
      WORKERD_CONFIG: await around(folder, MODULE, reach),
    };
    const service = await startService('worker', env, { group: true });
    services.push(service);
    const { port } = inside.address() as AddressInfo;
    const answers: string[] = [];
    for (const host of hosts) {
      const query = new URLSearchParams({ url: `http://${host}:${port}/` });
      answers.push(await (await fetch(`${service.url}/?${query}`)).text());
    }
    return answers;
  }

  it('ends at this machine in production, by number and by name', async () => {
    for (const answer of await asked('internet', ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]']))
      assert.match(answer, /^refused/);
  });

  it('goes further in development', async () => {
    assert.deepEqual(await asked('everywhere', ['127.0.0.1', 'localhost']), ['inside', 'inside']);
  });
});
