// One project: its inbox, its settings, its journal and the alarm that delivers. A Durable Object, so there is
// exactly one of it.
import { DurableObject } from 'cloudflare:workers';
import { lookUp, type Ringostat, readDirectory } from './account_api.ts';
import { AccountMemory } from './account_memory.ts';
import { Ownership } from './account_owner.ts';
import { Activation } from './activation.ts';
import { ActivationApi, type Consent } from './activation_api.ts';
import { AddressLimit } from './address_limit.ts';
import { AdminSecrets } from './admin_secrets.ts';
import { Backlog } from './backlog.ts';
import { BrokenBody } from './body.ts';
import { CallMemory } from './call_memory.ts';
import { acceptCall, type CallMessage } from './calls.ts';
import { importCalls } from './calls_import.ts';
import { clientAddress, limitKey } from './client_address.ts';
import { eraseClient } from './clients_api.ts';
import { Connection } from './connection.ts';
import { corsHeaders, preflight, withHeaders } from './cors.ts';
import { Credentials } from './credentials.ts';
import { Delivery } from './delivery.ts';
import { DirectoryStore } from './directory_store.ts';
import { Engine } from './engine.ts';
import { type Config, type Env, readConfig } from './env.ts';
import { Erasure } from './erasure.ts';
import { type EventsQuery, listEvents, oneEvent, retryMany, retryOne } from './events_api.ts';
import { acceptForm } from './forms.ts';
import { GapFiller } from './gaps/filler.ts';
import { GapMemory } from './gaps/memory.ts';
import { Gate } from './gate.ts';
import { Inbox } from './inbox.ts';
import { IntakeLimit } from './intake_limit.ts';
import { Journal } from './journal.ts';
import { Line } from './line.ts';
import { logError } from './log.ts';
import { figuresOf } from './metrics/figures.ts';
import { Reporter } from './metrics/reporter.ts';
import { rosterOf } from './metrics/roster.ts';
import { Notices } from './notices.ts';
import { Notifier } from './notifier.ts';
import { NotifySecrets } from './notify_secrets.ts';
import { OAuthClient } from './oauth_client.ts';
import { Nonces } from './oauth_nonces.ts';
import { Pace } from './pace.ts';
import { problem, unknownProject } from './problem.ts';
import { keepName, nameIn } from './project_name.ts';
import { Retention } from './retention.ts';
import { RingostatDirectory } from './ringostat_directory.ts';
import { RingostatSurveys } from './ringostat_surveys.ts';
import { Scheduler } from './scheduler.ts';
import { exists, migrate } from './schema.ts';
import { type SecretKind, Secrets } from './secrets.ts';
import { selfCheck } from './self_check/api.ts';
import { SelfCheck } from './self_check/self_check.ts';
import { TrialStore } from './self_check/trial_store.ts';
import { readSettings, writeSettings } from './settings_api.ts';
import { SettingsStore } from './settings_store.ts';
import { Stats } from './stats.ts';
import { readStats } from './stats_api.ts';
import { Surveys } from './surveys.ts';
import { Transport } from './transport.ts';
import { Vault } from './vault.ts';
import { Watch } from './watch.ts';

/** A connection that does not work is tried this much slower than a hiccup. */
const PROBE = 10;

/** How much slower than a hiccup is retried the figures of a project are told. */
const REPORT = 15;

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

/** What a known project consists of. */
class Parts {
  readonly journal: Journal;
  readonly settings: SettingsStore;
  readonly erasure: Erasure;
  /** Of clients, as they were read seconds ago. */
  readonly forgetViews: () => void;
  readonly directory: DirectoryStore;
  readonly engine: Engine;
  readonly surveys: Surveys;
  readonly ringostat: Ringostat;
  readonly scheduler: Scheduler;
  readonly secrets: Secrets;
  readonly adminSecrets: AdminSecrets;
  readonly notifySecrets: NotifySecrets;
  readonly notices: Notices;
  readonly inbox: Inbox;
  readonly line: Line;
  readonly intake: IntakeLimit;
  readonly addresses: AddressLimit;
  readonly gate: Gate;
  readonly backlog: Backlog;
  readonly gaps: GapFiller;
  readonly stats: Stats;
  readonly activation: ActivationApi;
  readonly selfCheck: SelfCheck;
  readonly #connection: Connection;

  constructor(ctx: DurableObjectState, config: Config, env: Env) {
    const { storage } = ctx;
    migrate(storage);
    const memory = new AccountMemory(storage.sql);
    const calls = new CallMemory(storage.sql);
    this.settings = new SettingsStore(storage.sql);
    this.notices = new Notices(storage.sql);
    const connection = new Connection(storage.sql, config.accountLabel);
    this.#connection = connection;
    const name = () => nameIn(storage.sql);
    const keepAlive = (work: Promise<unknown>) => ctx.waitUntil(work);
    const restless = () => this.scheduler.kick();
    const reporter: Reporter = new Reporter(
      config.retryBaseMs * REPORT,
      config.metricsToken === undefined ? undefined : () => this.#report(env, name()),
      restless,
      keepAlive,
    );
    this.stats = new Stats(
      storage.sql,
      () => this.timeZone,
      () => reporter.changed(),
    );
    const watch: Watch = new Watch(this.notices, this.settings, connection, () => this.journal, name);
    this.journal = new Journal(storage.sql, this.stats, watch);
    this.erasure = new Erasure(storage, this.journal);
    this.directory = new DirectoryStore(storage.sql);
    this.backlog = new Backlog(storage.sql, this.journal, this.settings, (since) =>
      this.gaps.activated(since),
    );
    const kick = () => ctx.waitUntil(this.scheduler.kick());
    this.gate = new Gate(connection, config.retryBaseMs * PROBE, {
      closed: (reason) => this.backlog.hold(reason),
      changed: () => {
        watch.stateChanged();
        reporter.changed();
        kick();
      },
      mended: (since) => {
        watch.released(this.backlog.mended(since), null, Date.now());
        kick();
      },
    });
    const client = config.oauth && new OAuthClient(config.oauth, config.development);
    const lost = () => this.gate.learn('needs_authorization', Date.now(), Date.now());
    const vault = new Vault(config.tokenKeys, ctx.id.toString());
    const credentials = new Credentials(connection, vault, client, storage, config.retryBaseMs, lost);
    this.engine = new Engine(this.settings, this.directory, config.coreOptions);
    const paceOf = (baseUrl: string | null) => Pace.of(baseUrl, config.ratePerSecond);
    const meter = (status: number | null) => this.stats.request(status, Date.now());
    this.line = new Line(new Transport(credentials, meter), () => paceOf(connection.baseUrl));
    this.intake = new IntakeLimit(config.formsPerSecond);
    this.addresses = new AddressLimit(config.formsPerAddress);
    this.surveys = new Surveys(
      this.directory,
      this.engine,
      this.line,
      connection,
      this.gate,
      memory,
      storage,
      keepAlive,
    );
    const source = config.ringostat;
    const learned = new RingostatDirectory(storage.sql, source && `${source.url} ${source.projectId}`);
    this.ringostat = { directory: learned, surveys: new RingostatSurveys(learned, source, keepAlive) };
    const delivery = new Delivery(
      this.journal,
      memory,
      calls,
      this.engine,
      this.surveys,
      this.line,
      this.gate,
      storage,
      config.retryBaseMs,
    );
    this.forgetViews = () => delivery.forget();
    const retention = new Retention(storage.sql, this.journal, this.settings, learned, config.retentionDayMs);
    const look = () => this.#look();
    this.notifySecrets = new NotifySecrets(storage.sql, vault, config.secretOverlapMs);
    const notifier = new Notifier(
      this.notices,
      this.settings,
      this.notifySecrets,
      this.engine,
      this.line,
      this.gate,
      storage,
      config,
      name,
      restless,
      keepAlive,
    );
    this.gaps = new GapFiller(
      new GapMemory(storage.sql),
      this.settings,
      source,
      this.gate,
      this.engine,
      () => this.inbox,
      config,
      name,
      restless,
      keepAlive,
    );
    const chores = [notifier, this.gaps, reporter];
    this.scheduler = new Scheduler(storage, this.journal, delivery, this.gate, retention, chores, look);
    this.inbox = new Inbox(this.journal, this.gate, this.scheduler, storage, learned);
    this.secrets = new Secrets(storage.sql, config.secretOverlapMs);
    this.adminSecrets = new AdminSecrets(storage.sql, vault, config.secretOverlapMs);
    const owners = new Ownership(env.ACCOUNTS);
    const activation = new Activation(connection, credentials, this.gate, owners, this.backlog, {
      remembersOther: (account) => this.directory.isOfOther(account),
      drained: async () => {
        await Promise.all([this.scheduler.settled(), this.surveys.settled(), notifier.settled()]);
      },
      switchTo: (account) => {
        if (!this.directory.switchTo(account)) return;
        memory.forget();
        calls.forget();
        delivery.forget();
        this.journal.beginAnew();
        this.notices.dropTasks();
      },
      released: (released, after, now) => watch.released(released, after, now),
      survey: async () => {
        await this.surveys.refresh();
      },
      kick: () => this.scheduler.kick(),
      paceOf,
      meter,
    });
    this.selfCheck = new SelfCheck({
      connection,
      settings: this.settings,
      directory: this.directory,
      engine: this.engine,
      line: this.line,
      gate: this.gate,
      trials: new TrialStore(storage.sql),
      settleMs: config.settleMs,
      sync: () => storage.sync(),
    });
    const nonces = new Nonces(storage.sql);
    const held = () => this.backlog.held;
    this.activation = new ActivationApi(connection, activation, nonces, client, config, held);
    if (connection.outdated) {
      this.gate.enter('inactive', Date.now());
      credentials.erase();
    }
    // Whatever a crash left behind is held as the state says.
    if (this.gate.reason) this.backlog.hold(this.gate.reason);
  }

  async #report(env: Env, project: string): Promise<void> {
    // Projects of earlier times learn their name when their settings are written.
    if (project === '') return;
    const figures = JSON.stringify(figuresOf(this.stats, this.journal, this.gate));
    await rosterOf(env).report(project, figures, Date.now());
  }

  /** Without an event to try the connection with: whether the account can be read. */
  async #look(): Promise<void> {
    const begun = Date.now();
    const unreadable = await this.surveys.refresh();
    const now = Date.now();
    if (!unreadable) this.gate.learn('works', begun, now);
    else if (unreadable.status === 'retrying') this.gate.probe(Math.max(unreadable.until, now + 1));
  }

  /** What entities in the account are linked by. */
  get baseUrl(): string {
    return this.#connection.baseUrl ?? '';
  }

  get timeZone(): string {
    return this.settings.host()?.time_zone ?? 'UTC';
  }
}
