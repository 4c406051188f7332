// The runtime as a process of its own: workerd with a configuration, its life and its storage tied to us.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const workerd = (createRequire(import.meta.url)('workerd') as { default: string }).default;
/** Configurations may import others from here: `/www/edge/workerd.capnp`. */
const root = fileURLToPath(new URL('../../..', import.meta.url));
const CONTROL = 3;
/** The socket's name in the configuration. */
const SOCKET = 'http';
/** A killed process takes a moment to be gone. */
const LOCK_S = 5;
const LOCKED = 75;
/** For calls that are being answered; whatever else is under way goes on at the next start. */
const DRAIN_MS = 5_000;

export interface Runtime {
  /** Where it listens. */
  port: number;
  /** How it ended, whenever that is. */
  ended: Promise<string>;
  stop(): Promise<void>;
}

/** Starts it and waits until it listens. What the worker logs goes where our own output goes. */
export async function startRuntime(config: string, storage: string, port: number): Promise<Runtime> {
  const [program, ...before] = tied(storage);
  const args = [
    ...before,
    'serve',
    config,
    `--import-path=${root}`,
    `--socket-addr=${SOCKET}=127.0.0.1:${port}`,
    `--directory-path=storage=${storage}`,
    `--directory-path=widget=${join(root, 'www/widget/dist')}`,
    `--control-fd=${CONTROL}`,
  ];
  const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
  const ended = once(child, 'exit').then(([code, signal]) => String(signal ?? code));
  const listening = await Promise.race([portOf(child), ended]);
  if (typeof listening === 'string') {
    const locked = listening === String(LOCKED);
    throw new Error(
      locked ? `storage ${storage} is in use` : `the runtime ended at its start (${listening})`,
    );
  }
  const stop = async () => {
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), DRAIN_MS);
    await ended;
    clearTimeout(late);
  };
  return { port: listening, ended, stop };
}

/**
 * Where the system can (Linux: util-linux), the runtime dies with the process that started it, however that one ended,
 * and holds a lock on its storage as long as it lives, whoever else starts one.
 */
function tied(storage: string): [string, ...string[]] {
  const life = ['--pdeathsig', 'KILL'];
  if (spawnSync('setpriv', [...life, 'flock', '--version']).status !== 0) return [workerd];
  const lock = ['--no-fork', '--timeout', String(LOCK_S), '--conflict-exit-code', String(LOCKED)];
  return ['setpriv', ...life, 'flock', ...lock, join(storage, 'lock'), workerd];
}

async function portOf(child: ChildProcess): Promise<number> {
  for await (const line of createInterface({ input: child.stdio[CONTROL] as Readable })) {
    const told = JSON.parse(line) as { event: string; socket?: string; port?: number };
    if (told.event === 'listen' && told.socket === SOCKET && told.port) return told.port;
  }
  // It has ended: how is told elsewhere.
  return new Promise(() => {});
}
