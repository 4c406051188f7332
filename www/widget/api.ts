// The worker's HTTP interface as the widget uses it. A token that is no longer good is renewed once by the host.
import type { Diagnostic, Directory, Problem, Report, Settings } from 'ringostat-amocrm/sandbox';

export type ConnectionStateName =
  | 'inactive'
  | 'active'
  | 'needs_authorization'
  | 'insufficient_rights'
  | 'unpaid'
  | 'blocked';

/** `GET /activation`. */
export interface ActivationView {
  state: ConnectionStateName;
  since: string;
  account: { id: number; name: string; subdomain: string } | null;
  user: { id: number; name: string } | null;
  held: number;
  mode: 'oauth' | 'long_lived' | null;
  language: string | null;
  expires_at: string | null;
  /** The last consent that was asked for, until it is given: `asked`, or why nothing came of it. */
  consent: { code: string; at: string } | null;
}

export type Unsent = 'failed' | 'expired';

/** `GET /backlog`. Rate: events a minute. */
export interface BacklogView {
  /** `held`: what is left waits for the connection. */
  state: 'none' | 'sending' | 'held' | 'sent';
  held: number;
  total: number;
  sent: number;
  failed: number;
  left: number;
  expired: number;
  /** Of all time: what can be sent by hand. */
  unsent: Record<Unsent, number>;
  rate: number | null;
  expected_end: string | null;
}

/** How things of the project in Ringostat are shown: what is known, and whence. */
export type Known<T> = T & { source?: string; seen_at?: string | null };

export interface RingostatEmployee {
  staff_id: string;
  name: string;
  extension: string;
  sip: string[];
  numbers: string[];
  email: string;
}

/** `GET /directory`: the account, and what is known of the project in Ringostat. */
export interface DirectoryView {
  read_at: string;
  account: Directory['account'];
  pipelines: Pipeline[];
  fields: { contacts: AmoField[]; leads: AmoField[] };
  users: AmoUser[];
  task_types: { id: number; name: string }[];
  warnings: Problem[];
  ringostat: {
    read_at: string | null;
    lines: Known<{ number: string; sip: string }>[];
    pools: Known<{ name: string }>[];
    schemes: Known<{ name: string }>[];
    employees: Known<RingostatEmployee>[];
  };
}

export interface Pipeline {
  id: number;
  name: string;
  is_main: boolean;
  is_archive: boolean;
  statuses: { id: number; name: string }[];
}

export interface AmoField {
  id: number;
  name: string;
  code: string | null;
  type: string;
}

export interface AmoUser {
  id: number;
  name: string;
  email: string;
  is_active: boolean;
}

export interface EntityLink {
  id: number;
  url: string;
  created: boolean;
}

export type EventStatus =
  | 'queued'
  | 'delivering'
  | 'retrying'
  | 'held'
  | 'delivered'
  | 'skipped'
  | 'failed'
  | 'expired';

/** An event of the journal, as it is listed. */
export interface EventBrief {
  event: string;
  kind: 'form' | 'call';
  phase: 'pick_up' | 'completed' | null;
  /** Of a call: what all its messages share. */
  subject: string;
  status: EventStatus;
  reason: Report['reason'];
  received_at: string;
  delivered_at: string | null;
  attempts: number;
  next_attempt_at: string | null;
  contact: EntityLink | null;
  lead: EntityLink | null;
  unsorted: { uid: string } | null;
  tasks: { id: number }[];
  notes: { id: number }[];
}

export interface EventView extends EventBrief {
  requests: { method: string; path: string; status: number | null; at: string }[];
  trace: Report['trace'];
  content?: { kind: 'form' | 'call'; event: unknown; subject: string } | null;
}

export type ByKind = Record<'form' | 'call', number>;
export type Outcome = Extract<EventStatus, 'delivered' | 'skipped' | 'failed' | 'expired'>;

/** Milliseconds; null of none. */
export interface DelayView {
  events: number;
  p50: number | null;
  p95: number | null;
  p99: number | null;
}

/** `2026-11-23` and what happened on it. `delay` is of what had nothing to wait for. */
export interface DayView extends Record<'received' | Outcome, ByKind> {
  day: string;
  delay: DelayView;
  delay_waited: DelayView;
  requests: Record<'total' | '2xx' | '3xx' | '4xx' | '5xx' | 'none', number>;
}

/** `GET /stats`: days oldest first. */
export interface StatsView {
  time_zone: string;
  days: DayView[];
  held: ByKind;
}

/** `POST /self-check`: how the account differs from what is assumed of it. */
export interface SelfCheckView {
  findings: {
    code: string;
    severity: 'ok' | 'info' | 'warning' | 'error';
    params: Record<string, unknown>;
  }[];
  checked_at: string;
}

export interface Activating {
  mode: 'oauth' | 'long_lived';
  language: string;
  resend_backlog: boolean;
  token?: string;
  domain?: string;
}

/** The worker refused. */
export class Refused extends Error {
  readonly status: number;
  readonly errors: Problem[];

  constructor(status: number, errors: Problem[]) {
    super(errors[0]?.code ?? `${status}`);
    this.status = status;
    this.errors = errors;
  }

  get code(): string {
    return this.errors[0]?.code ?? 'internal';
  }
}

/** The worker could not be reached. */
export class Unreachable extends Error {}

const TIMEOUT_MS = 30_000;

export interface Host {
  endpoint: string;
  project: string;
  token: string;
  /** A new token, when the one there is was refused. */
  renew: (() => Promise<string>) | undefined;
}

export class Api {
  readonly #host: Host;
  #renewing: Promise<string> | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  get project(): string {
    return this.#host.project;
  }

  /** Null: the project is not there yet. */
  async readSettings(): Promise<{ settings: Settings; etag: string } | null> {
    try {
      const answer = await this.#send('GET', '/settings');
      return { settings: (await answer.json()) as Settings, etag: answer.headers.get('etag') ?? '' };
    } catch (error) {
      if (error instanceof Refused && error.code === 'unknown_project') return null;
      throw error;
    }
  }

  async writeSettings(document: string, etag: string | null) {
    const headers: Record<string, string> = etag === null ? {} : { 'if-match': etag };
    const answer = await this.#send('PUT', '/settings', document, headers);
    const { warnings, ...settings } = (await answer.json()) as Settings & { warnings: Diagnostic[] };
    return { settings: settings as Settings, warnings, etag: answer.headers.get('etag') ?? '' };
  }

  directory(refresh: boolean): Promise<DirectoryView> {
    return this.#json('GET', refresh ? '/directory?refresh=1' : '/directory');
  }

  activation(): Promise<ActivationView> {
    return this.#json('GET', '/activation');
  }

  activate(wanted: Activating): Promise<ActivationView & { consent_url?: string }> {
    return this.#json('POST', '/activation', JSON.stringify(wanted));
  }

  deactivate(): Promise<ActivationView> {
    return this.#json('DELETE', '/activation');
  }

  backlog(): Promise<BacklogView> {
    return this.#json('GET', '/backlog');
  }

  /** Sends again what ended so. */
  retry(status: Unsent): Promise<{ queued: number }> {
    return this.#json('POST', '/events/retry', JSON.stringify({ status }));
  }

  retryOne(id: string): Promise<{ queued: number }> {
    return this.#json('POST', `/events/${encodeURIComponent(id)}/retry`);
  }

  events(query: Record<string, string>): Promise<{ events: EventBrief[]; next_cursor: string | null }> {
    return this.#json('GET', `/events?${new URLSearchParams({ brief: '1', ...query })}`);
  }

  stats(): Promise<StatsView> {
    return this.#json('GET', '/stats');
  }

  /** The newest ones whole, with what came in. */
  latest(limit: number): Promise<{ events: EventView[] }> {
    return this.#json('GET', `/events?limit=${limit}&content=1`);
  }

  /** With what came in, as long as it is kept. */
  event(id: string): Promise<EventView> {
    return this.#json('GET', `/events/${encodeURIComponent(id)}?content=1`);
  }

  selfCheck(write: boolean): Promise<SelfCheckView> {
    return this.#json('POST', '/self-check', JSON.stringify({ write }));
  }

  lookup(identifiers: { phone?: string; email?: string; client_id?: string }) {
    return this.#json<{ contacts: unknown[]; leads: unknown[]; companies: unknown[] }>(
      'POST',
      '/lookup',
      JSON.stringify(identifiers),
    );
  }

  async #json<T>(method: string, path: string, body?: string): Promise<T> {
    return (await (await this.#send(method, path, body)).json()) as T;
  }

  async #send(method: string, path: string, body?: string, headers: Record<string, string> = {}) {
    const sent = this.#host.token;
    const answer = await this.#fetch(method, path, body, headers, sent);
    if (answer.ok) return answer;
    if (answer.status === 401 && this.#host.renew && (await this.#renewed(sent))) {
      const again = await this.#fetch(method, path, body, headers, this.#host.token);
      if (again.ok) return again;
      throw await refusal(again);
    }
    throw await refusal(answer);
  }

  /** One renewal serves all that were refused meanwhile. */
  async #renewed(refused: string): Promise<boolean> {
    const { renew } = this.#host;
    if (!renew) return false;
    if (this.#host.token !== refused) return true;
    this.#renewing ??= renew().finally(() => {
      this.#renewing = undefined;
    });
    try {
      this.#host.token = await this.#renewing;
      return this.#host.token !== refused;
    } catch {
      return false;
    }
  }

  async #fetch(
    method: string,
    path: string,
    body: string | undefined,
    headers: Record<string, string>,
    token: string,
  ): Promise<Response> {
    const { endpoint, project } = this.#host;
    try {
      return await fetch(`${endpoint}/v1/projects/${encodeURIComponent(project)}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
        credentials: 'omit',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(body === undefined ? {} : { body }),
      });
    } catch (cause) {
      throw new Unreachable('unreachable', { cause });
    }
  }
}

async function refusal(answer: Response): Promise<Error> {
  // A gateway in front answers for a worker that is down.
  const isProblem = (answer.headers.get('content-type') ?? '').startsWith('application/problem+json');
  if (!isProblem && answer.status >= 500) return new Unreachable(`${answer.status}`);
  const body = (await answer.json().catch(() => null)) as { code?: string; errors?: Problem[] } | null;
  const errors = body?.errors ?? [{ code: body?.code ?? 'internal', path: '', params: {} }];
  return new Refused(answer.status, errors);
}
