// Tells what is to be told, beside the delivery of events and never in its way: by a POST, and by a task in amoCRM
// while that works. What does not arrive is tried again, more and more rarely.
import type { NoticeTicket, Report } from 'ringostat-amocrm';
import { type core, type Held, isFailure, parse } from './core.ts';
import type { Engine } from './engine.ts';
import { type Gate, isTrouble } from './gate.ts';
import { type Line, runJourney } from './journey.ts';
import { logError, logGivenUp } from './log.ts';
import type { Channel, NoticeRow, Notices } from './notices.ts';
import type { NotifySecrets } from './notify_secrets.ts';
import { Slice } from './pace.ts';
import { postNotice, TIMEOUT_MS } from './post_notice.ts';
import type { Chore } from './scheduler.ts';
import type { SettingsStore } from './settings_store.ts';

const LONGEST_MS = 15 * 60_000;
const GIVE_UP_MS = 3 * 86_400_000;
/** An attempt that has not ended by then died with the process. A task looks itself up when it is begun once more. */
const LEASE_MS = TIMEOUT_MS + 20_000;

/** Null: told, or not to be told any more. Else why it is tried again, and when. */
type Outcome = { over: string | null } | { error: string | null; until: number };

export class Notifier implements Chore {
  readonly #notices: Notices;
  readonly #settings: SettingsStore;
  readonly #secrets: NotifySecrets;
  readonly #engine: Engine;
  readonly #line: Line;
  readonly #gate: Gate;
  readonly #storage: DurableObjectStorage;
  readonly #config: { development: boolean; retryBaseMs: number };
  readonly #project: () => string;
  /** Called when an attempt has ended. */
  readonly #ended: () => Promise<void>;
  readonly #keepAlive: (work: Promise<unknown>) => void;
  readonly #active = new Map<string, { channel: Channel; work: Promise<void> }>();

  constructor(
    notices: Notices,
    settings: SettingsStore,
    secrets: NotifySecrets,
    engine: Engine,
    line: Line,
    gate: Gate,
    storage: DurableObjectStorage,
    config: { development: boolean; retryBaseMs: number },
    project: () => string,
    ended: () => Promise<void>,
    keepAlive: (work: Promise<unknown>) => void,
  ) {
    this.#notices = notices;
    this.#settings = settings;
    this.#secrets = secrets;
    this.#engine = engine;
    this.#line = line;
    this.#gate = gate;
    this.#storage = storage;
    this.#config = config;
    this.#project = project;
    this.#ended = ended;
    this.#keepAlive = keepAlive;
  }

  get due(): number | null {
    return this.#notices.nextDue(this.#channels);
  }

  start(now: number): void {
    for (const row of this.#notices.due(now, this.#channels)) {
      const key = `${row.channel} ${row.cause}`;
      if (this.#active.has(key)) {
        this.#notices.prolong(row, now + LEASE_MS);
        continue;
      }
      this.#notices.begin(row, now + LEASE_MS);
      const work = this.#run(row).finally(() => {
        this.#active.delete(key);
        return this.#ended();
      });
      this.#active.set(key, { channel: row.channel, work });
      this.#keepAlive(work);
    }
  }

  /** No task is on its way to the account any more. */
  async settled(): Promise<void> {
    const tasks = [...this.#active.values()].filter(({ channel }) => channel === 'task');
    await Promise.all(tasks.map(({ work }) => work));
  }

  get #channels(): Channel[] {
    return this.#gate.state === 'active' ? ['post', 'task'] : ['post'];
  }

  async #run(row: NoticeRow): Promise<void> {
    const outcome = await this.#attempt(row);
    const now = Date.now();
    if ('over' in outcome) this.#notices.end(row, outcome.over);
    else if (now - row.at < GIVE_UP_MS) this.#notices.wait(row, outcome.error, outcome.until);
    else {
      this.#notices.end(row, outcome.error ?? 'too_late');
      logGivenUp(`notice_${row.channel}`, outcome.error ?? 'too_late');
    }
  }

  async #attempt(row: NoticeRow): Promise<Outcome> {
    try {
      return await (row.channel === 'post' ? this.#post(row) : this.#task(row));
    } catch (error) {
      // Not the document nor its error: either may come from outside.
      logError('notice', isFailure(error) ? new Error('the core refused a notice') : error);
      return { error: 'internal', until: this.#later(row) };
    }
  }

  async #post(row: NoticeRow): Promise<Outcome> {
    const { url } = this.#settings.host()?.notify ?? {};
    if (!url) return { over: 'no_url' };
    const body = JSON.stringify({ ...JSON.parse(row.document), project: this.#project() });
    const error = await postNotice(url, this.#config.development, body, this.#secrets);
    return error === null ? { over: null } : { error, until: this.#later(row) };
  }

  async #task(row: NoticeRow): Promise<Outcome> {
    const begun = Date.now();
    const journey = this.#begin(row);
    try {
      const save = async (snapshot: ArrayBuffer) => {
        this.#notices.saveSnapshot(row, snapshot);
        await this.#storage.sync();
      };
      const passage = { slice: new Slice(), rank: () => 'now' as const };
      const outcome = await runJourney(journey, this.#line, passage, save);
      if (outcome.end === 'paused') return { error: null, until: Date.now() };
      if (outcome.end === 'wait') {
        const { code } = outcome.reason;
        if (isTrouble(code)) this.#gate.learn(code, begun, Date.now());
        // What the connection keeps back goes on as soon as that is mended.
        return { error: code, until: outcome.status === 'held' ? Date.now() : outcome.until };
      }
      const { status, reason } = parse<Report>(journey.use((j) => j.report()));
      return { over: status === 'failed' ? (reason?.code ?? 'failed') : null };
    } finally {
      journey.free();
    }
  }

  #begin(row: NoticeRow): Held<core.Journey> {
    const ticket = JSON.parse(row.document) as NoticeTicket;
    if (!row.snapshot) return this.#engine.tellSenior(ticket);
    try {
      return this.#engine.resume(row.snapshot);
    } catch (error) {
      const outdated = isFailure(error) && error.errors.some(({ code }) => code === 'snapshot_version');
      if (!outdated) throw error;
      return this.#engine.tellSenior({ ...ticket, again: true });
    }
  }

  #later({ attempts }: NoticeRow): number {
    const pause = Math.min(this.#config.retryBaseMs * 2 ** attempts, LONGEST_MS);
    return Date.now() + pause * (0.5 + Math.random());
  }
}
