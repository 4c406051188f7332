// One project: its inbox, its settings, its journal and the alarm that delivers. A Durable Object, so there is
// exactly one of it.
import { DurableObject } from 'cloudflare:workers';
import { lookUp, readDirectory } from './account_api.ts';
import type { Consent } from './activation_api.ts';
import { BrokenBody } from './body.ts';
import { acceptCall, type CallMessage } from './calls.ts';
import { importCalls } from './calls_import.ts';
import { clientAddress, limitKey } from './client_address.ts';
import { eraseClient } from './clients_api.ts';
import { corsHeaders, preflight, withHeaders } from './cors.ts';
import { type Config, type Env, readConfig } from './env.ts';
import { type EventsQuery, listEvents, oneEvent, retryMany, retryOne } from './events_api.ts';
import { acceptForm } from './forms.ts';
import { logError } from './log.ts';
import { problem, unknownProject } from './problem.ts';
import { keepName } from './project_name.ts';
import { Parts } from './project_parts.ts';
import { exists } from './schema.ts';
import type { SecretKind } from './secrets.ts';
import { selfCheck } from './self_check/api.ts';
import { readSettings, writeSettings } from './settings_api.ts';
import { readStats } from './stats_api.ts';

/** The longest period that a limit of the runtime may have. */
const BINDING_PERIOD_S = 60;

export class Project extends DurableObject<Env> {
  readonly #config: Config;
  /** Undefined until the first settings: an unknown project stores nothing. */
  #parts: Parts | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#config = readConfig(env);
    if (!exists(ctx.storage.sql)) return;
    this.#parts = new Parts(ctx, this.#config, env);
    // Whatever a crash interrupted goes on as soon as somebody looks.
    ctx.waitUntil(this.#parts.scheduler.kick());
  }

  /** The public side: a form, or the browser's question before it. */
  override async fetch(request: Request): Promise<Response> {
    const parts = this.#parts;
    if (!parts) return unknownProject();
    const origin = request.headers.get('origin');
    const listed = parts.settings.host()?.forms.cors_origins ?? [];
    if (request.method === 'OPTIONS') return preflight(origin, listed);
    return withHeaders(await this.#form(parts, request), corsHeaders(origin, listed));
  }

  async #form(parts: Parts, request: Request): Promise<Response> {
    const address = clientAddress(request.headers, this.#config.addressHeader);
    // One address first: whoever floods must not use up what is for everybody.
    const wait =
      (address && (await this.#crowded(parts, limitKey(address)))) || parts.intake.take(Date.now());
    if (wait > 0) return problem(429, 'too_many_requests', { 'retry-after': String(wait) });
    return this.#durably('form', parts, () => acceptForm(request, address, parts.engine, parts.inbox));
  }

  /** Seconds until that address may send again: as the runtime counts, where it does. */
  async #crowded(parts: Parts, address: string): Promise<number> {
    const limit = this.env.FORMS_LIMIT;
    if (!limit) return parts.addresses.take(address, Date.now());
    const { success } = await limit.limit({ key: `${this.ctx.id} ${address}` });
    return success ? 0 : BINDING_PERIOD_S;
  }

  /** One message about a call, from whoever knows the secret. Never limited: Ringostat does not send again. */
  async call(key: string, message: CallMessage): Promise<Response> {
    const parts = this.#parts;
    if (!parts) return unknownProject();
    if (!(await parts.secrets.accepts('webhook', key))) return problem(401, 'wrong_key');
    return this.#durably('call', parts, () => acceptCall(message, parts.engine, parts.timeZone, parts.inbox));
  }

  /** The answer leaves when what it speaks of is on file and will be delivered. */
  async #durably(what: string, parts: Parts, work: () => Response | Promise<Response>): Promise<Response> {
    try {
      const answer = await work();
      if (answer.ok) await parts.inbox.settle();
      return answer;
    } catch (error) {
      if (error instanceof BrokenBody) return problem(400, 'malformed');
      logError(what, error);
      return problem(500, 'internal');
    }
  }

  override async alarm(): Promise<void> {
    await this.#parts?.scheduler.alarm();
  }

  // The admin's side. The worker has checked the token.

  events(query: EventsQuery): Response {
    const parts = this.#parts;
    return parts ? listEvents(parts.journal, query, parts.baseUrl) : unknownProject();
  }

  event(id: string, content: boolean): Response {
    const parts = this.#parts;
    return parts ? oneEvent(parts.journal, id, parts.baseUrl, content) : unknownProject();
  }

  async retryEvent(id: string): Promise<Response> {
    return this.#retry((parts) => retryOne(parts.journal, id));
  }

  async retryEvents(body: string): Promise<Response> {
    return this.#retry((parts) => retryMany(parts.journal, body));
  }

  async importCalls(contentType: string, body: ReadableStream<Uint8Array> | null): Promise<Response> {
    const parts = this.#parts;
    if (!parts) return unknownProject();
    return importCalls(contentType, body, parts.engine, parts.timeZone, parts.inbox);
  }

  /** Who may have signed a token that the worker was shown. */
  async trusts(token: string): Promise<{ own: boolean; environment: boolean }> {
    const secrets = this.#parts?.adminSecrets;
    if (!secrets) return { own: false, environment: true };
    return { own: await secrets.signed(token), environment: secrets.environment };
  }

  async rotateSecret(kind: SecretKind | 'admin' | 'notify', leaked: boolean): Promise<Response> {
    const parts = this.#parts;
    if (!parts) return unknownProject();
    const rotate = {
      webhook: () => parts.secrets.rotate('webhook', leaked),
      admin: () => parts.adminSecrets.rotate(leaked),
      notify: () => parts.notifySecrets.rotate(leaked),
    };
    const { secret, previousValidUntil } = await rotate[kind]();
    // Whoever had the secret may have asked for a consent with it.
    if (kind === 'admin' && leaked) parts.activation.forgetConsents();
    const until = previousValidUntil === null ? null : new Date(previousValidUntil).toISOString();
    return Response.json({ secret, previous_valid_until: until });
  }

  progress(): Response {
    const parts = this.#parts;
    if (!parts) return unknownProject();
    const progress = parts.backlog.progress(Date.now());
    return Response.json({ ...progress, notices: parts.notices.view(), gaps: parts.gaps.view });
  }

  stats(): Response {
    const parts = this.#parts;
    return parts ? readStats(parts.stats, parts.journal, parts.timeZone, Date.now()) : unknownProject();
  }

  readSettings(): Response {
    const settings = this.#parts?.settings;
    return (settings && readSettings(settings)) ?? unknownProject();
  }

  async writeSettings(name: string, body: string, ifMatch: string | null): Promise<Response> {
    const create = () => {
      this.#parts ??= new Parts(this.ctx, this.#config, this.env);
      keepName(this.ctx.storage.sql, name);
      return this.#parts.settings;
    };
    const { settings, directory } = this.#parts ?? {};
    const { development } = this.#config;
    const answer = await writeSettings(
      body,
      ifMatch,
      settings?.read()?.etag,
      directory?.document,
      development,
      create,
    );
    // They may give something to do.
    await this.#parts?.scheduler.kick();
    return answer;
  }

  async directory(refresh: boolean): Promise<Response> {
    const parts = this.#parts;
    if (!parts) return unknownProject();
    return readDirectory(parts.directory, parts.surveys, parts.ringostat, parts.gaps, refresh);
  }

  async lookup(body: string): Promise<Response> {
    const parts = this.#parts;
    return parts ? lookUp(body, parts.engine, parts.surveys, parts.line, parts.gate) : unknownProject();
  }

  async selfCheck(body: string): Promise<Response> {
    const parts = this.#parts;
    return parts ? selfCheck(body, parts.selfCheck, parts.gate) : unknownProject();
  }

  activation(): Response {
    return this.#parts?.activation.read() ?? unknownProject();
  }

  async activate(project: string, body: string): Promise<Response> {
    return (await this.#parts?.activation.begin(project, body)) ?? unknownProject();
  }

  async deactivate(project: string): Promise<Response> {
    return (await this.#parts?.activation.end(project)) ?? unknownProject();
  }

  async consented(consent: Consent): Promise<Response> {
    return (await this.#parts?.activation.finish(consent)) ?? unknownProject();
  }

  async eraseClient(query: string): Promise<Response> {
    const parts = this.#parts;
    if (!parts) return unknownProject();
    const answer = await eraseClient(query, parts.settings, parts.erasure, this.ctx.storage, (seqs) =>
      parts.scheduler.rest(seqs),
    );
    parts.forgetViews();
    // Who stood behind one of his events may be free to go.
    await parts.scheduler.kick();
    return answer;
  }

  async #retry(work: (parts: Parts) => Response): Promise<Response> {
    if (!this.#parts) return unknownProject();
    const { gate, backlog, scheduler } = this.#parts;
    const answer = work(this.#parts);
    // Without a connection they are held once more; one of them tries it now.
    if (gate.reason) backlog.hold(gate.reason);
    gate.probe(Date.now());
    await scheduler.kick();
    return answer;
  }
}
