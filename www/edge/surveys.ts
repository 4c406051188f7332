// Reads the account's directory: before the first delivery, hourly after that, and when asked. One at a time.
import type { Directory, Report } from 'ringostat-amocrm';
import type { AccountMemory } from './account_memory.ts';
import type { Connection } from './connection.ts';
import { CoreTrap, parse } from './core.ts';
import type { DirectoryStore } from './directory_store.ts';
import type { Engine } from './engine.ts';
import { type Gate, isTrouble } from './gate.ts';
import type { Reason } from './journal.ts';
import { type Line, runJourney } from './journey.ts';
import { logError } from './log.ts';
import { first, type Rank, Slice } from './pace.ts';

const FRESH_MS = 3_600_000;
const AGAIN_MS = 60_000;

/** Why there is no directory, and when to ask again. */
export interface Unreadable {
  status: 'retrying' | 'held';
  reason: Reason;
  until: number;
}

export class Surveys {
  readonly #store: DirectoryStore;
  readonly #engine: Engine;
  readonly #line: Line;
  readonly #connection: Connection;
  readonly #gate: Gate;
  readonly #memory: AccountMemory;
  readonly #storage: DurableObjectStorage;
  readonly #keepAlive: (work: Promise<unknown>) => void;
  #running: Promise<Unreadable | null> | undefined;
  #stale = false;
  /** Of the most impatient one who waits for it. */
  #rank: Rank = 'now';

  constructor(
    store: DirectoryStore,
    engine: Engine,
    line: Line,
    connection: Connection,
    gate: Gate,
    memory: AccountMemory,
    storage: DurableObjectStorage,
    keepAlive: (work: Promise<unknown>) => void,
  ) {
    this.#store = store;
    this.#engine = engine;
    this.#line = line;
    this.#connection = connection;
    this.#gate = gate;
    this.#memory = memory;
    this.#storage = storage;
    this.#keepAlive = keepAlive;
  }

  /** Null once there is a directory; one that is too old is read again meanwhile. */
  async ensure(rank: Rank): Promise<Unreadable | null> {
    const now = Date.now();
    const { status, reason, until } = this.#store.pending();
    // What waits for the connection waits for no time: whoever asks was let through.
    const mayAsk = until === null || until <= now || status === 'held';
    if (this.#store.document !== undefined) {
      if (mayAsk && this.#stale) {
        this.#stale = false;
        await this.#run(rank);
        return null;
      }
      if (mayAsk && now - this.#store.readAt > FRESH_MS) this.#keepAlive(this.#run(rank));
      return null;
    }
    if (!mayAsk && status && reason) return { status, reason, until };
    return this.#run(rank);
  }

  /** The account refused a field: it is not as it was read. */
  expire(): void {
    this.#stale = true;
  }

  /** Asked for by hand: begins anew, whatever an earlier survey waits for. */
  refresh(): Promise<Unreadable | null> {
    if (!this.#running) this.#store.saveSnapshot(null);
    return this.#run('interactive');
  }

  /** Nothing is being read any more. */
  async settled(): Promise<void> {
    await this.#running;
  }

  #run(rank: Rank): Promise<Unreadable | null> {
    const { reason, connected } = this.#gate;
    if (reason && !connected) {
      return Promise.resolve({ status: 'held', reason, until: Date.now() + AGAIN_MS });
    }
    this.#rank = this.#running ? first(this.#rank, rank) : rank;
    this.#running ??= this.#survey().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #survey(): Promise<Unreadable | null> {
    try {
      return await this.#journey();
    } catch (error) {
      logError('survey', error);
      this.#store.saveSnapshot(null);
      const code = error instanceof CoreTrap ? 'core_trap' : 'internal';
      return this.#wait('retrying', { code, params: {} }, Date.now() + AGAIN_MS);
    }
  }

  async #journey(): Promise<Unreadable | null> {
    const begun = Date.now();
    const { snapshot } = this.#store.pending();
    const journey = this.#engine.survey(snapshot, this.#connection.language);
    try {
      const save = async (bytes: ArrayBuffer) => {
        this.#store.saveSnapshot(bytes);
        await this.#storage.sync();
      };
      const passage = { slice: new Slice(200, 60_000), rank: () => this.#rank };
      const outcome = await runJourney(journey, this.#line, passage, save);
      if (outcome.end === 'wait') {
        const { status, reason, until } = outcome;
        if (status === 'held' && isTrouble(reason.code)) this.#gate.learn(reason.code, begun, Date.now());
        return this.#wait(status, reason, until);
      }
      if (outcome.end === 'paused') {
        return this.#wait('retrying', { code: 'slow_account', params: {} }, Date.now());
      }
      const report = parse<Report>(journey.use((j) => j.report()));
      if (report.status === 'failed') {
        this.#store.saveSnapshot(null);
        const reason = report.reason ?? { code: 'survey_failed', params: {} };
        return this.#wait('retrying', reason, Date.now() + AGAIN_MS);
      }
      const directory = parse<Directory>(journey.use((j) => j.result()));
      this.#store.write(directory, Date.now());
      this.#memory.learn({ memory: [], watermarks: directory.watermarks }, Date.now());
      // Who may read may not be allowed to write.
      if (this.#gate.state === 'insufficient_rights') this.#gate.probe(Date.now());
      else this.#gate.learn('works', begun, Date.now());
      return null;
    } finally {
      journey.free();
    }
  }

  #wait(status: 'retrying' | 'held', reason: Reason, until: number): Unreadable {
    this.#store.wait(status, reason, until);
    return { status, reason, until };
  }
}
