// A world for a test: the sandbox account and the real worker, on free ports and a folder of their own.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SignJWT } from 'jose';
import { type Service, startService } from '../../scripts/service.mjs';
import { around } from './around.ts';
import { Gate } from './gate.ts';
import { workerAt } from './worker_at.ts';

export const SECRET = 'a secret of the tests, long enough to sign with';
const settingsFile = new URL('../../scripts/demo/settings.json', import.meta.url);

/** The parts of raw API v4 objects that tests look at. */
export interface Entity {
  id: number;
  name: string;
  responsible_user_id: number;
  pipeline_id?: number;
  custom_fields_values: { field_code: string | null; values: { value: unknown }[] }[] | null;
  _embedded: { tags?: { name: string }[]; contacts?: { id: number }[] };
}

export interface State {
  contacts: Entity[];
  leads: Entity[];
  tasks: { id: number; is_completed: boolean; responsible_user_id: number }[];
  notes: {
    id: number;
    entity_id: number;
    note_type: string;
    params: { text?: string; uniq?: string; duration?: number };
  }[];
  requests: { method: string; path: string; status: number }[];
}

export interface EventView {
  event: string;
  kind: string;
  phase: string | null;
  subject: string;
  status: string;
  reason: { code: string; params: Record<string, unknown> } | null;
  received_at: string;
  delivered_at: string | null;
  attempts: number;
  requests: { method: string; path: string; status: number | null; at: string }[];
  contact: { id: number; url: string; created: boolean } | null;
  lead: { id: number; url: string; created: boolean } | null;
  tasks: { id: number }[];
  notes: { id: number }[];
  trace: { step: string; rule: string; path: string; code: string; params: Record<string, unknown> }[];
}

export interface ActivationView {
  consent: { code: string; at: string } | null;
  state: string;
  since: string;
  account: { id: number; name: string; subdomain: string } | null;
  user: { id: number; name: string } | null;
  held: number;
  mode: 'oauth' | 'long_lived' | null;
  language: string | null;
  expires_at: string | null;
}

export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  code: string;
  errors: { code: string; path: string; params: Record<string, unknown> }[];
}

export interface Admin {
  project: string;
  token: string | null;
}

export interface CallOptions {
  body?: string | Uint8Array | FormData | URLSearchParams;
  headers?: Record<string, string>;
  token?: string | null;
}

/** Two, as while one is being replaced. */
export const TOKEN_KEYS = `new:${'A'.repeat(43)}=,old:${'B'.repeat(42)}A=`;
const REDIRECT = 'https://app.example/v1/oauth/callback';
const FINAL = ['delivered', 'skipped', 'failed', 'expired'];

/** Asks again until the answer is there; tells what was seen last when it never comes. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  ms = 60_000,
): Promise<T> {
  const deadline = Date.now() + ms;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const answer = await ask();
      if (answer) return answer;
    } catch (error) {
      last = error;
    }
    await sleep(25);
  }
  throw new Error(`${what}: not within ${ms} ms`, { cause: last });
}

export function mint(project: string, expires: string | number = '1h', secret = SECRET): Promise<string> {
  return new SignJWT({ project })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(expires)
    .sign(new TextEncoder().encode(secret));
}

export const demoSettings = async (): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(settingsFile, 'utf8'));

export async function assertProblem(answer: Response, status: number, code: string): Promise<ProblemBody> {
  const text = await answer.text();
  assert.equal(answer.status, status, text);
  assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
  const body = JSON.parse(text) as ProblemBody;
  assert.equal(body.code, code, text);
  assert.equal(body.status, status);
  assert.equal(body.errors[0]?.code, code);
  assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
  return body;
}

/** All values of a field, by its code. */
export const values = (entity: Entity | undefined, code: string): string[] =>
  (entity?.custom_fields_values ?? [])
    .filter((field) => field.field_code === code)
    .flatMap((field) => field.values.map(({ value }) => String(value)));

export class World {
  readonly gate: Gate;
  readonly #folder: string;
  readonly #env: Record<string, string>;
  readonly #sandbox: Service;
  #worker: Service | undefined;
  #printed = '';
  #project = 'none';
  #token = '';
  #key = '';

  private constructor(folder: string, sandbox: Service, gate: Gate, env: Record<string, string>) {
    this.#folder = folder;
    this.#sandbox = sandbox;
    this.gate = gate;
    this.#env = env;
  }

  /** Starts everything; `env` overrides the worker's environment. */
  static async start(env: Record<string, string> = {}): Promise<World> {
    const folder = await mkdtemp(join(tmpdir(), 'edge-'));
    const sandbox = await startService('sandbox', { SANDBOX_PORT: '0' }, { group: true });
    const gate = new Gate(sandbox.url);
    await gate.listen();
    const world = new World(folder, sandbox, gate, {
      PORT: '0',
      STORAGE: join(folder, 'worker'),
      AMOCRM_BASE_URL: gate.url,
      AMOCRM_TOKEN: 'sandbox',
      ADMIN_JWT_SECRET: SECRET,
      TOKEN_KEYS,
      OAUTH_CLIENT_ID: 'sandbox-client',
      OAUTH_CLIENT_SECRET: 'sandbox-secret',
      OAUTH_REDIRECT_URL: REDIRECT,
      // The sandbox does not know where its client wants people back.
      OAUTH_CONSENT_URL: `${sandbox.url}/oauth?${new URLSearchParams({ redirect_uri: REDIRECT })}`,
      DEVELOPMENT: '1',
      RATE_PER_SECOND: '500',
      FORMS_PER_SECOND: '1000',
      SETTLE_MS: '500',
      RETRY_BASE_MS: '50',
      ...env,
    });
    await world.restart();
    await world.switches({ rate_per_second: 100_000 });
    return world;
  }

  get edge(): string {
    if (!this.#worker) throw new Error('the worker is not running');
    return this.#worker.url;
  }

  /** Everything that the worker has printed. */
  get printed(): string {
    return this.#printed;
  }

  get project(): string {
    return this.#project;
  }

  /** A project that was never seen before, with the demo's settings, connected where there is an account. */
  async newProject(settings?: Record<string, unknown>, { active = true } = {}): Promise<void> {
    // An account has one owner.
    if (this.#project !== 'none') await this.activation('DELETE');
    this.#project = `p-${randomUUID()}`;
    this.#token = await mint(this.#project);
    const answer = await this.call('PUT', '/settings', {
      body: JSON.stringify(settings ?? (await demoSettings())),
    });
    if (answer.status !== 200) throw new Error(`settings: ${answer.status} ${await answer.text()}`);
    this.#key = '';
    if (active && this.#env.AMOCRM_BASE_URL === this.gate.url) await this.activate();
  }

  /** Goes on as the admin of a project that does not exist yet. */
  async strangeProject(): Promise<void> {
    this.#project = `p-${randomUUID()}`;
    this.#token = await mint(this.#project);
    this.#key = '';
  }

  /** Connects the project by the environment's long-lived token. */
  activate(more: Record<string, unknown> = {}): Promise<ActivationView> {
    return this.activation('POST', { mode: 'long_lived', ...more });
  }

  /** Asks for consent; where an administrator is sent. */
  async consentUrl(more: Record<string, unknown> = {}): Promise<string> {
    const body = JSON.stringify({ mode: 'oauth', ...more });
    const answer = await this.call('POST', '/activation', { body });
    if (!answer.ok) throw new Error(`activation: ${answer.status} ${await answer.text()}`);
    return ((await answer.json()) as { consent_url: string }).consent_url;
  }

  /** What his browser brings back once he has answered. */
  async answered(
    consentUrl: string,
    answer: 'allow' | 'deny' = 'allow',
    more: Record<string, string> = {},
  ): Promise<URLSearchParams> {
    const query = new URLSearchParams({ answer, ...more });
    const redirect = await fetch(`${consentUrl}&${query}`, { redirect: 'manual' });
    const location = redirect.headers.get('location');
    if (!location) throw new Error(`consent: ${redirect.status} ${await redirect.text()}`);
    return new URL(location).searchParams;
  }

  callback(query: URLSearchParams | Record<string, string>): Promise<Response> {
    return fetch(`${this.edge}/v1/oauth/callback?${new URLSearchParams(query)}`);
  }

  /** Connects the project by consent. */
  async consent(more: Record<string, unknown> = {}): Promise<Response> {
    return this.callback(await this.answered(await this.consentUrl(more)));
  }

  async activation(method = 'GET', body?: Record<string, unknown>): Promise<ActivationView> {
    const answer = await this.call(method, '/activation', body ? { body: JSON.stringify(body) } : {});
    if (!answer.ok) throw new Error(`activation: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as ActivationView;
  }

  /** A new secret for webhooks. */
  async rotate(): Promise<{ secret: string; previous_valid_until: string | null }> {
    const answer = await this.call('POST', '/secrets/webhook/rotate');
    if (answer.status !== 200) throw new Error(`rotate: ${answer.status} ${await answer.text()}`);
    const rotated = (await answer.json()) as { secret: string; previous_valid_until: string | null };
    this.#key = rotated.secret;
    return rotated;
  }

  /** Goes on as the project's admin with another token. */
  use(token: string): void {
    this.#token = token;
  }

  /** Who may administrate the project. */
  get admin(): Admin {
    return { project: this.#project, token: this.#token };
  }

  /** A second project beside this one, with the demo's settings. */
  async anotherProject(): Promise<Admin> {
    const project = `p-${randomUUID()}`;
    const admin = { project, token: await mint(project) };
    const body = JSON.stringify(await demoSettings());
    const answer = await this.callAs(admin, 'PUT', '/settings', { body });
    if (answer.status !== 200) throw new Error(`settings: ${answer.status} ${await answer.text()}`);
    return admin;
  }

  /** A call to the project as its admin, or with another token, or with none. */
  call(method: string, path: string, { token, ...options }: CallOptions = {}): Promise<Response> {
    const bearer = token === undefined ? this.#token : token;
    return this.callAs({ project: this.#project, token: bearer }, method, path, options);
  }

  async callAs(
    { project, token: bearer }: Admin,
    method: string,
    path: string,
    { body, headers }: CallOptions = {},
  ): Promise<Response> {
    // The local runtime closes connections that are kept at times of its own: a request may meet that.
    const own = { connection: 'close', ...(bearer ? { authorization: `Bearer ${bearer}` } : {}) };
    return fetch(`${this.edge}/v1/projects/${project}${path}`, {
      method,
      headers: { ...own, ...headers },
      ...(body === undefined ? {} : { body }),
    });
  }

  /** A form as a site's script sends it. */
  post(body: CallOptions['body'], headers: Record<string, string> = {}): Promise<Response> {
    const json = typeof body === 'string' ? { 'content-type': 'application/json' } : {};
    return this.call('POST', '/forms', { body: body ?? '', headers: { ...json, ...headers }, token: null });
  }

  /** An accepted form's event id. */
  async accepted(fields: Record<string, unknown>, headers: Record<string, string> = {}): Promise<string> {
    const answer = await this.post(JSON.stringify(fields), headers);
    if (answer.status !== 202) throw new Error(`form: ${answer.status} ${await answer.text()}`);
    return ((await answer.json()) as { event: string }).event;
  }

  /** A call as a webhook tells it: JSON in a body, with the project's key. */
  async webhook(parameters: Record<string, unknown>): Promise<Response> {
    if (!this.#key) await this.rotate();
    return this.call('POST', `/calls?key=${this.#key}`, {
      body: JSON.stringify(parameters),
      headers: { 'content-type': 'application/json' },
      token: null,
    });
  }

  /** What became of it. */
  async called(parameters: Record<string, unknown>): Promise<{ event: string; status: string }> {
    const answer = await this.webhook(parameters);
    if (answer.status !== 200) throw new Error(`call: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { event: string; status: string };
  }

  /** A `calls/list` document. A runtime of its own closes connections that were busy for long: none is used again. */
  importCalls(body: CallOptions['body'], type = 'application/json'): Promise<Response> {
    const headers = { 'content-type': type, connection: 'close' };
    return this.call('POST', '/calls/import', { body: body ?? '', headers });
  }

  /** The newest events, newest first. */
  async events(query = ''): Promise<EventView[]> {
    const answer = await this.call('GET', `/events${query}`);
    if (!answer.ok) throw new Error(`events: ${answer.status} ${await answer.text()}`);
    return ((await answer.json()) as { events: EventView[] }).events;
  }

  async event(id: string): Promise<EventView> {
    const answer = await this.call('GET', `/events/${encodeURIComponent(id)}`);
    if (!answer.ok) throw new Error(`event: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as EventView;
  }

  /** The event once it has come to an end. */
  ended(id: string, ms?: number): Promise<EventView> {
    return until(
      `the end of ${id}`,
      async () => {
        const event = await this.event(id);
        return FINAL.includes(event.status) && event;
      },
      ms,
    );
  }

  /** All given events, delivered. */
  async delivered(ids: string[], ms = 240_000): Promise<void> {
    const open = new Set(ids);
    await until(
      `${ids.length} deliveries`,
      async () => {
        for (const id of open) {
          const { status, reason } = await this.event(id);
          if (status === 'failed' || status === 'skipped')
            throw new Error(`${id}: ${status} ${JSON.stringify(reason)}`);
          if (status !== 'delivered') return false;
          open.delete(id);
        }
        return true;
      },
      ms,
    );
  }

  /** Nothing of the project is under way any more. */
  async idle(): Promise<void> {
    await until('idleness', async () => {
      for (const status of ['queued', 'delivering', 'retrying', 'held']) {
        const answer = await this.call('GET', `/events?limit=1&status=${status}`);
        if (((await answer.json()) as { events: unknown[] }).events.length > 0) return false;
      }
      return true;
    });
  }

  async state(): Promise<State> {
    return (await (await fetch(`${this.#sandbox.url}/_sandbox/state`)).json()) as State;
  }

  /** A GET of the account's own API. */
  async account<T>(path: string): Promise<T> {
    const headers = { authorization: 'Bearer sandbox' };
    return (await (await fetch(`${this.#sandbox.url}/api/v4/${path}`, { headers })).json()) as T;
  }

  /** A manager changes an entity. */
  async change(collection: string, id: number, changes: Record<string, unknown>): Promise<void> {
    const answer = await fetch(`${this.#sandbox.url}/api/v4/${collection}/${id}`, {
      method: 'PATCH',
      headers: { authorization: 'Bearer sandbox', 'content-type': 'application/json' },
      body: JSON.stringify(changes),
    });
    if (!answer.ok) throw new Error(`${collection}/${id}: ${answer.status} ${await answer.text()}`);
  }

  reset = (seed: Record<string, unknown> = {}) => this.#control('reset', seed);
  switches = (named: Record<string, unknown>) => this.#control('switches', named);
  faults = (...faults: Record<string, unknown>[]) => this.#control('faults', { seed: 1, faults });

  /** Takes back every token of the account, and makes another. */
  async replaceToken(): Promise<string> {
    await this.#control('revoke', { long_lived: true });
    const answer = await this.control('long_lived_token', '{}');
    return ((await answer.json()) as { token: string }).token;
  }

  /** A raw control call, for its errors. */
  control(what: string, body: string): Promise<Response> {
    return fetch(`${this.#sandbox.url}/_sandbox/${what}`, { method: 'POST', body });
  }

  async #control(what: string, body: Record<string, unknown>): Promise<void> {
    const answer = await this.control(what, JSON.stringify(body));
    if (!answer.ok) throw new Error(`${what}: ${answer.status} ${await answer.text()}`);
  }

  /** Every byte of the worker's storage, as text. */
  async stored(): Promise<string> {
    const folder = join(this.#folder, 'worker');
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const texts = files.map((file) => readFile(join(file.parentPath ?? file.path, file.name), 'latin1'));
    return (await Promise.all(texts)).join('\n');
  }

  /** The most memory the runtime has held since the last question, in bytes. Undefined where the system does not tell. */
  async peakMemory(): Promise<number | undefined> {
    const runtime = await this.#runtime();
    if (runtime === undefined) return undefined;
    const status = await readFile(`/proc/${runtime}/status`, 'utf8');
    await writeFile(`/proc/${runtime}/clear_refs`, '5');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
  }

  /** The process that runs the worker, in the group that was started for it (Linux). */
  async #runtime(): Promise<string | undefined> {
    if (process.platform !== 'linux') return undefined;
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      const [, name, rest] = /\((.*)\) (.*)/s.exec(stat) ?? [];
      if (name === 'workerd' && rest?.split(' ')[2] === String(this.#worker?.child.pid)) return pid;
    }
    return undefined;
  }

  /** kill -9 for the worker with everything it started. */
  async kill(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    if (!worker?.child.pid) return;
    process.kill(-worker.child.pid, 'SIGKILL');
    await worker.ended;
  }

  /** Starts the worker on the same storage with its clock set, which must not be ahead of ours. */
  async setClock(time: string): Promise<void> {
    await this.kill();
    await this.restart({ WORKERD_CONFIG: await around(this.#folder, workerAt(Date.parse(time))) });
  }

  /** Starts the worker on the same storage. */
  async restart(env: Record<string, string> = {}): Promise<void> {
    this.#worker = await startService(
      'worker',
      { ...this.#env, ...env },
      {
        group: true,
        hear: (text) => {
          this.#printed += text;
        },
      },
    );
  }

  async stop(): Promise<void> {
    await this.kill();
    this.#sandbox.child.kill('SIGKILL');
    this.gate.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
