// Workers in workerd without the product's service around them: ours, and one that does next to nothing.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Log, LogLevel, Miniflare } from 'miniflare';
import { root } from '../scripts/run.mjs';
import { SECRET, TOKEN_KEYS } from '../tests/edge/harness.ts';

type Options = ConstructorParameters<typeof Miniflare>[0];
type Kind = 'ours' | 'empty';

const dist = join(root, 'www', 'edge', 'dist');

/** Answers; a POST becomes one row. Like ours, its answer waits until that is durable: the runtime sees to it. */
const EMPTY = `
import { DurableObject } from 'cloudflare:workers';
export class Project extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    ctx.storage.sql.exec('CREATE TABLE IF NOT EXISTS events (seq INTEGER PRIMARY KEY, event TEXT NOT NULL)');
  }
  async fetch(request) {
    this.ctx.storage.sql.exec('INSERT INTO events (event) VALUES (?)', await request.text());
    return new Response('{}', { status: 202 });
  }
}
export class Accounts extends DurableObject {}
export class Roster extends DurableObject {}
export default {
  fetch(request, env) {
    if (request.method !== 'POST') return new Response('ok');
    return env.PROJECTS.getByName('bench').fetch(request);
  },
};
`;

const modules = (kind: Kind): Options['modules'] =>
  kind === 'ours'
    ? [
        { type: 'ESModule', path: join(dist, 'worker.js') },
        { type: 'CompiledWasm', path: join(dist, 'ringostat_amocrm_bg.wasm') },
      ]
    : [{ type: 'ESModule', path: join(dist, 'empty.js'), contents: EMPTY }];

export interface Runtime {
  url: URL;
  stop: () => Promise<void>;
}

/** A runtime of its own. */
export async function start(kind: Kind, storage: string): Promise<Runtime> {
  const runtime = new Miniflare({
    modules: modules(kind),
    modulesRoot: dist,
    compatibilityDate: '2026-04-01',
    bindings: { ADMIN_JWT_SECRET: SECRET, TOKEN_KEYS, FORMS_PER_SECOND: '100000' },
    durableObjects: {
      PROJECTS: { className: 'Project', useSQLite: true },
      ACCOUNTS: { className: 'Accounts', useSQLite: true },
      ROSTER: { className: 'Roster', useSQLite: true },
    },
    durableObjectsPersist: storage,
    host: '127.0.0.1',
    port: 0,
    log: new Log(LogLevel.ERROR),
    cf: false,
    telemetry: { enabled: false },
  });
  return { url: await runtime.ready, stop: () => runtime.dispose() };
}

/** A folder for the time of the work. Runtimes that are killed leave things behind: those go with it. */
export async function withFolder<T>(work: (folder: string) => Promise<T>, parent = tmpdir()): Promise<T> {
  const folder = await mkdtemp(join(parent, 'bench-'));
  process.env.TMPDIR = folder;
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
