// Starts the sandbox or the worker as a process of its own and waits until it listens.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const FILES = { sandbox: 'www/sandbox/server.ts', worker: 'www/edge/serve.ts' };

/**
 * @typedef {{ url: string, child: import('node:child_process').ChildProcess, ended: Promise<void> }} Service
 */

/**
 * @param {'sandbox' | 'worker'} name
 * @param {Record<string, string>} env
 * @param {{ group?: boolean, hear?: (text: string) => void, pass?: boolean }} [options] group: a process group of its
 *   own, so that all of it can be killed at once; hear: is told everything that it prints; pass: what it prints, but where
 *   it listens, is printed here too
 * @returns {Promise<Service>}
 */
export async function startService(name, env, { group = false, hear, pass = false } = {}) {
  const child = spawn(process.execPath, ['--import', 'tsx', FILES[name]], {
    cwd: root,
    env: { ...process.env, ...env, STOP_WITH_PARENT: '1' },
    stdio: ['pipe', 'pipe', hear ? 'pipe' : 'inherit'],
    detached: group,
  });
  if (hear) {
    child.stdout.on('data', (chunk) => hear(String(chunk)));
    child.stderr.on('data', (chunk) => hear(String(chunk))).pipe(process.stderr);
  }
  const ended = once(child, 'exit').then(() => {});
  const listening = new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const url = /^listening (\S+)$/.exec(line)?.[1];
      if (url) resolve(url);
      else if (pass) process.stdout.write(`${line}\n`);
    });
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`the ${name} ended at its start (${signal ?? code})`)),
    );
  });
  return { url: await listening, child, ended };
}

/** Refuses early, by name, when a fixed port is taken. */
export async function checkPort(variable, fallback) {
  const port = Number(process.env[variable] || fallback);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new Error(`${variable} must be a port number`);
  if (port === 0) return;
  const probe = createServer();
  probe.listen(port, '127.0.0.1');
  try {
    await once(probe, 'listening');
  } catch {
    throw new Error(`port ${port} is taken: set ${variable} to another one, or to 0 for a free one`);
  }
  probe.close();
  await once(probe, 'close');
}
