// `npm run serve`: the worker on a machine of one's own, killed and started again on its folder.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { demoSettings, mint, SECRET, TOKEN_KEYS } from './harness.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Served {
  child: ChildProcess;
  url: string;
  told: () => string;
}

describe('npm run serve', () => {
  let folder: string;
  const running = new Set<ChildProcess>();
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'serve-'));
  });
  after(async () => {
    for (const child of running) kill(child);
    await rm(folder, { recursive: true, force: true });
  });

  const kill = (child: ChildProcess) => {
    running.delete(child);
    if (child.pid) process.kill(-child.pid, 'SIGKILL');
  };

  /** Its address, or nothing when it has ended instead. */
  async function serve(env: Record<string, string> = {}): Promise<Served> {
    const child = spawn(process.execPath, ['scripts/serve.mjs'], {
      cwd: root,
      env: { ...process.env, PORT: '0', STORAGE: folder, ADMIN_JWT_SECRET: SECRET, TOKEN_KEYS, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    running.add(child);
    let told = '';
    child.stderr?.on('data', (chunk) => {
      told += chunk;
    });
    const url = await Promise.race([
      new Promise<string>((listening) => {
        createInterface({ input: child.stdout as NonNullable<typeof child.stdout> }).on('line', (line) => {
          const address = /^listening (\S+)$/.exec(line)?.[1];
          if (address) listening(address);
        });
      }),
      once(child, 'close').then(() => ''),
    ]);
    if (!url) running.delete(child);
    return { child, url, told: () => told };
  }

  it('keeps everything through kill -9, and its folder to itself', async () => {
    const token = await mint('own');
    const headers = { authorization: `Bearer ${token}`, connection: 'close' };
    const ask = (url: string, path: string, more: RequestInit = {}) =>
      fetch(`${url}/v1/projects/own${path}`, { ...more, headers: { ...headers, ...more.headers } });
    const first = await serve();
    const put = { method: 'PUT', body: JSON.stringify(await demoSettings()) };
    assert.equal((await ask(first.url, '/settings', put)).status, 200);
    const events: string[] = [];
    for (const name of ['Ann', 'Bea', 'Cid']) {
      const json = { 'content-type': 'application/json' };
      const answer = await ask(first.url, '/forms', {
        method: 'POST',
        body: JSON.stringify({ name }),
        headers: json,
      });
      assert.equal(answer.status, 202);
      events.push(((await answer.json()) as { event: string }).event);
    }
    const second = await serve();
    assert.equal(second.url, '');
    assert.match(second.told(), /in use by process/);

    kill(first.child);
    await once(first.child, 'close');
    const again = await serve();
    const answer = await ask(again.url, '/events');
    const { events: kept } = (await answer.json()) as { events: { event: string; status: string }[] };
    assert.deepEqual(new Set(kept.map(({ event }) => event)), new Set(events));
    assert.ok(kept.every(({ status }) => status === 'held'));
    kill(again.child);
    await once(again.child, 'close');
  });

  it('says at once which variable is wrong', async () => {
    const { url, told } = await serve({ TOKEN_KEYS: 'x' });
    assert.equal(url, '');
    assert.match(told(), /"variable":"TOKEN_KEYS"/);
  });
});
