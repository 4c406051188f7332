// Runs the worker on one machine, in the same runtime as at the edge. Storage is a folder with one owner.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Log, LogLevel, Miniflare } from 'miniflare';

const VARIABLES = [
  'AMOCRM_BASE_URL',
  'AMOCRM_TOKEN',
  'ADMIN_JWT_SECRET',
  'ADMIN_RESCUE',
  'TOKEN_KEYS',
  'OAUTH_CLIENT_ID',
  'OAUTH_CLIENT_SECRET',
  'OAUTH_REDIRECT_URL',
  'OAUTH_CONSENT_URL',
  'RATE_PER_SECOND',
  'SETTLE_MS',
  'RETRY_BASE_MS',
  'FORMS_PER_SECOND',
  'FORMS_PER_MINUTE_PER_ADDRESS',
  'CLIENT_ADDRESS_HEADER',
  'SECRET_OVERLAP_MS',
  'RETENTION_DAY_MS',
  'AMOCRM_ACCOUNT',
  'RINGOSTAT_AUTH_KEY',
  'RINGOSTAT_PROJECT_ID',
  'RINGOSTAT_API_URL',
  'METRICS_TOKEN',
  'DEVELOPMENT',
  'PANEL_ORIGINS',
];

const dist = fileURLToPath(new URL('./dist', import.meta.url));
const widget = fileURLToPath(new URL('../widget/dist', import.meta.url));
const storage = resolve(process.env.STORAGE ?? '.local/worker');

/** The worker, or what a test puts around it: that module imports the worker as `./worker.js`. */
function modules(): ConstructorParameters<typeof Miniflare>[0]['modules'] {
  const own = [
    { type: 'ESModule', path: join(dist, 'worker.js') },
    { type: 'CompiledWasm', path: join(dist, 'ringostat_amocrm_bg.wasm') },
  ] as const;
  const around = process.env.WORKER_AROUND;
  if (!around) return [...own];
  return [
    { type: 'ESModule', path: join(dist, 'around.js'), contents: readFileSync(around, 'utf8') },
    ...own,
  ];
}

/** Two processes on one folder would deliver twice: the second one refuses to start. */
function own(folder: string): void {
  const lock = join(folder, 'owner');
  mkdirSync(folder, { recursive: true });
  for (;;) {
    try {
      writeFileSync(lock, `${process.pid} ${startOf(process.pid) ?? ''}`, { flag: 'wx' });
      process.once('exit', () => rmSync(lock, { force: true }));
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const [pid, start] = readFileSync(lock, 'utf8').split(' ');
      if (lives(Number(pid), start ?? '')) throw new Error(`storage ${folder} is in use by process ${pid}`);
      // Its owner was killed.
      rmSync(lock, { force: true });
    }
  }
}

/** A number alone proves nothing: after a restart, in a container above all, it may be another's, or our own. */
function lives(pid: number, start: string): boolean {
  if (!(pid > 0) || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return start === '' || start === startOf(pid);
}

/** When a process began, where the system tells (Linux); in ticks since boot. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in brackets, may hold anything: what is counted begins behind it.
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // Dead, and nobody has asked how it ended: in a container perhaps nobody ever will.
    return state === 'Z' || state === 'X' ? undefined : rest[18];
  } catch {
    return undefined;
  }
}

/** Where the system can, ties the runtime's life to ours (Linux: util-linux). */
function tieRuntime(): void {
  if (process.env.MINIFLARE_WORKERD_PATH || spawnSync('setpriv', ['--version']).status !== 0) return;
  const workerd = createRequire(import.meta.resolve('miniflare'))('workerd') as { default: string };
  process.env.WORKERD = workerd.default;
  process.env.MINIFLARE_WORKERD_PATH = fileURLToPath(new URL('./workerd.sh', import.meta.url));
}

/** Ends this process when the runtime has ended: a listener without it would look alive. */
function watchRuntime(url: URL): void {
  process.on('SIGCHLD', () => {
    const probe = connect(Number(url.port), url.hostname);
    probe.once('connect', () => probe.destroy());
    probe.once('error', () => {
      process.stderr.write('worker: the runtime ended\n');
      process.exit(1);
    });
  });
}

async function serve(): Promise<void> {
  const bindings: Record<string, string> = {};
  for (const name of VARIABLES) {
    const value = process.env[name];
    if (value !== undefined) bindings[name] = value;
  }
  own(storage);
  tieRuntime();
  const runtime = new Miniflare({
    modules: modules(),
    modulesRoot: dist,
    compatibilityDate: '2026-04-01',
    bindings,
    durableObjects: {
      PROJECTS: { className: 'Project', useSQLite: true },
      ACCOUNTS: { className: 'Accounts', useSQLite: true },
      ROSTER: { className: 'Roster', useSQLite: true },
    },
    durableObjectsPersist: storage,
    // The worker sees every call first: it gives the files their headers.
    assets: {
      directory: widget,
      binding: 'ASSETS',
      routerConfig: { invoke_user_worker_ahead_of_assets: true, has_user_worker: true },
      assetConfig: { html_handling: 'none' },
    },
    host: '127.0.0.1',
    port: Number(process.env.PORT ?? 8787),
    log: new Log(LogLevel.ERROR),
    cf: false,
    telemetry: { enabled: false },
  });
  const stop = async () => {
    process.removeAllListeners('SIGCHLD');
    await runtime.dispose();
    process.exit(0);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  // Started by another script: do not outlive it, however it ends.
  if (process.env.STOP_WITH_PARENT) process.stdin.once('close', stop).resume();
  const url = await runtime.ready;
  watchRuntime(url);
  process.stdout.write(`listening ${url.origin}\n`);
}

serve().catch((error) => {
  process.stderr.write(`worker: ${error.message}\n`);
  process.exit(1);
});
