// `npm run serve`: the worker on a machine of one's own, killed and started again on its folder, or on a copy of it.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { demoSettings, mint, SECRET, TOKEN_KEYS } from './harness.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { default: workerd } = createRequire(import.meta.url)('workerd') as { default: string };

interface Served {
  child: ChildProcess;
  url: string;
  told: () => string;
}

describe('npm run serve', () => {
  let folder: string;
  let storage: string;
  const running = new Set<ChildProcess>();
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'serve-'));
    storage = join(folder, 'storage');
  });
  after(async () => {
    for (const child of running) kill(child);
    await rm(folder, { recursive: true, force: true });
  });

  const kill = (child: ChildProcess) => {
    running.delete(child);
    if (child.pid) process.kill(-child.pid, 'SIGKILL');
  };

  /** As a supervisor does. */
  async function end(child: ChildProcess): Promise<void> {
    running.delete(child);
    child.kill('SIGTERM');
    const [code, signal] = await once(child, 'exit');
    assert.deepEqual([code, signal], [0, null]);
  }

  /** Its address, or nothing when it has ended instead. */
  async function serve(env: Record<string, string> = {}): Promise<Served> {
    const child = spawn(process.execPath, ['scripts/serve.mjs'], {
      cwd: root,
      env: { ...process.env, PORT: '0', STORAGE: storage, ADMIN_JWT_SECRET: SECRET, TOKEN_KEYS, ...env },
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

  const ask = async (url: string, path: string, more: RequestInit = {}) => {
    const headers = { authorization: `Bearer ${await mint('own')}`, connection: 'close', ...more.headers };
    return fetch(`${url}/v1/projects/own${path}`, { ...more, headers });
  };
  const events = async (url: string) => {
    const answer = await ask(url, '/events');
    return ((await answer.json()) as { events: { event: string; status: string }[] }).events;
  };
  /** What must be there again. */
  const kept = async (url: string) => ({ events: await events(url), settings: await settings(url) });
  const settings = async (url: string) => (await ask(url, '/settings')).text();

  it('keeps everything through kill -9, and its folder to itself', async () => {
    const first = await serve();
    const put = { method: 'PUT', body: JSON.stringify(await demoSettings()) };
    assert.equal((await ask(first.url, '/settings', put)).status, 200);
    const accepted: string[] = [];
    for (const name of ['Ann', 'Bea', 'Cid']) {
      const headers = { 'content-type': 'application/json' };
      const form = { method: 'POST', body: JSON.stringify({ name }), headers };
      const answer = await ask(first.url, '/forms', form);
      assert.equal(answer.status, 202);
      accepted.push(((await answer.json()) as { event: string }).event);
    }
    const second = await serve();
    assert.equal(second.url, '');
    assert.match(second.told(), /in use by process/);

    kill(first.child);
    await once(first.child, 'close');
    const again = await serve();
    const found = await events(again.url);
    assert.deepEqual(new Set(found.map(({ event }) => event)), new Set(accepted));
    assert.ok(found.every(({ status }) => status === 'held'));
    await end(again.child);
  });

  it('goes on from a backup: a copy of its folder, made while it was stopped', async () => {
    const first = await serve();
    const before = await kept(first.url);
    assert.equal(before.events.length, 3);
    await end(first.child);
    const backup = join(folder, 'backup');
    await cp(storage, backup, { recursive: true });

    const later = await serve();
    const etag = (await ask(later.url, '/settings')).headers.get('etag') ?? '';
    const other = { ...(await demoSettings()), dry_run: true };
    const put = { method: 'PUT', body: JSON.stringify(other), headers: { 'if-match': etag } };
    assert.equal((await ask(later.url, '/settings', put)).status, 200);
    assert.notDeepEqual(await kept(later.url), before);
    await end(later.child);

    const restored = await serve({ STORAGE: backup });
    assert.deepEqual(await kept(restored.url), before);
    await end(restored.child);
  });

  /** The unit of the README, but for its places; workerd tells on a pipe of its own where it listens. */
  async function alone(): Promise<Served> {
    const readme = await readFile(join(root, 'README.md'), 'utf8');
    const line = /^ExecStart=(.+)$/m.exec(readme)?.[1] ?? assert.fail('no unit');
    const [program = '', ...args] = line
      .replaceAll('/var/lib/ringostat-amocrm', storage)
      .replace('./workerd', workerd)
      .split(' ');
    const own = ['--socket-addr=http=127.0.0.1:0', '--control-fd=3'];
    const child = spawn(program, [...args, ...own], {
      cwd: root,
      env: { ...process.env, ADMIN_JWT_SECRET: SECRET, TOKEN_KEYS },
      stdio: ['ignore', 'inherit', 'pipe', 'pipe'],
      detached: true,
    });
    running.add(child);
    let told = '';
    child.stderr?.on('data', (chunk) => {
      told += chunk;
    });
    const input = child.stdio[3] as Readable;
    const [first] = (await Promise.race([
      once(createInterface({ input }), 'line'),
      once(child, 'close'),
    ])) as [string | number | null];
    if (typeof first !== 'string') running.delete(child);
    const url = typeof first === 'string' ? `http://127.0.0.1:${JSON.parse(first).port}` : '';
    return { child, url, told: () => told };
  }

  it('is workerd and nothing else: that runs without Node, on the same folder, but not at the same time', async () => {
    const first = await alone();
    assert.equal((await fetch(`${first.url}/healthz`)).status, 200);
    assert.match(await (await fetch(`${first.url}/`)).text(), /^<!doctype html>/);
    assert.equal((await events(first.url)).length, 3);
    const second = await serve();
    assert.equal(second.url, '');
    assert.match(second.told(), /storage .* is in use/);
    assert.equal((await alone()).url, '');
    await end(first.child);

    const served = await serve();
    assert.equal((await alone()).url, '');
    await end(served.child);
  });

  it('says why it does not start twice without Node', async () => {
    await mkdir(storage, { recursive: true });
    const first = await alone();
    assert.notEqual(first.url, '', first.told());
    const second = await alone();
    assert.equal(second.url, '');
    assert.match(second.told(), /failed to get lock/);
    await end(first.child);
  });

  it('takes an empty variable for none, and shows its folder to nobody else', async () => {
    const own = await mkdtemp(join(folder, 'own-'));
    const child = spawn(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), join(root, 'www/edge/serve.ts')],
      {
        cwd: own,
        env: { ...process.env, PORT: '0', STORAGE: '', ADMIN_JWT_SECRET: SECRET, TOKEN_KEYS },
        stdio: ['ignore', 'pipe', 'inherit'],
        detached: true,
      },
    );
    running.add(child);
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    assert.match(String(line), /^listening /);
    assert.deepEqual(await readdir(own), ['.local']);
    assert.equal((await stat(join(own, '.local/worker'))).mode & 0o777, 0o700);
    await end(child);
  });

  it('says at once which variable is wrong', async () => {
    const { url, told } = await serve({ TOKEN_KEYS: 'x' });
    assert.equal(url, '');
    assert.match(told(), /"variable":"TOKEN_KEYS"/);
  });
});
