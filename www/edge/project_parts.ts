// What a known project consists of, and who is told what by whom.
import type { Ringostat } from './account_api.ts';
import { AccountMemory } from './account_memory.ts';
import { Ownership } from './account_owner.ts';
import { Activation } from './activation.ts';
import { ActivationApi } from './activation_api.ts';
import { AddressLimit } from './address_limit.ts';
import { AdminSecrets } from './admin_secrets.ts';
import { Backlog } from './backlog.ts';
import { CallMemory } from './call_memory.ts';
import { Connection } from './connection.ts';
import { Credentials } from './credentials.ts';
import { Delivery } from './delivery.ts';
import { DirectoryStore } from './directory_store.ts';
import { Engine } from './engine.ts';
import type { Config, Env } from './env.ts';
import { Erasure } from './erasure.ts';
import { GapFiller } from './gaps/filler.ts';
import { GapMemory } from './gaps/memory.ts';
import { Gate } from './gate.ts';
import { Inbox } from './inbox.ts';
import { IntakeLimit } from './intake_limit.ts';
import { Journal } from './journal.ts';
import { Life } from './life.ts';
import { Line } from './line.ts';
import { figuresOf } from './metrics/figures.ts';
import { Reporter } from './metrics/reporter.ts';
import { rosterOf } from './metrics/roster.ts';
import { Notices } from './notices.ts';
import { Notifier } from './notifier.ts';
import { NotifySecrets } from './notify_secrets.ts';
import { OAuthClient } from './oauth_client.ts';
import { Nonces } from './oauth_nonces.ts';
import { Pace } from './pace.ts';
import { nameIn } from './project_name.ts';
import { Retention } from './retention.ts';
import { RingostatDirectory } from './ringostat_directory.ts';
import { RingostatSurveys } from './ringostat_surveys.ts';
import { Scheduler } from './scheduler.ts';
import { migrate } from './schema.ts';
import { Secrets } from './secrets.ts';
import { SelfCheck } from './self_check/self_check.ts';
import { TrialStore } from './self_check/trial_store.ts';
import { SettingsStore } from './settings_store.ts';
import { Stats } from './stats.ts';
import { Surveys } from './surveys.ts';
import { Transport } from './transport.ts';
import { Vault } from './vault.ts';
import { Watch } from './watch.ts';

/** A connection that does not work is tried this much slower than a hiccup. */
const PROBE = 10;

/** How much slower than a hiccup is retried the figures of a project are told. */
const REPORT = 15;

export class Parts {
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
    const life = new Life(ctx.id.toString());
    const paceOf = (baseUrl: string | null) => Pace.of(baseUrl, config.ratePerSecond, life);
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
