// Reads the account's directory: before the first delivery, hourly after that, and when asked. One at a time.
import type { Directory, Report } from 'ringostat-amocrm';
import type { AccountMemory } from './account_memory.ts';
import { CoreTrap, parse } from './core.ts';
import type { DirectoryStore } from './directory_store.ts';
import type { Engine } from './engine.ts';
import type { Reason } from './journal.ts';
import { type Line, runJourney } from './journey.ts';
import { logError } from './log.ts';
import { Slice } from './pace.ts';

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
  readonly #memory: AccountMemory;
  readonly #storage: DurableObjectStorage;
  readonly #keepAlive: (work: Promise<unknown>) => void;
  #running: Promise<Unreadable | null> | undefined;
  #stale = false;

  constructor(
    store: DirectoryStore,
    engine: Engine,
    line: Line,
    memory: AccountMemory,
    storage: DurableObjectStorage,
    keepAlive: (work: Promise<unknown>) => void,
  ) {
    this.#store = store;
    this.#engine = engine;
    this.#line = line;
    this.#memory = memory;
    this.#storage = storage;
    this.#keepAlive = keepAlive;
  }

  /** Null once there is a directory; one that is too old is read again meanwhile. */
  async ensure(): Promise<Unreadable | null> {
    const now = Date.now();
    const { status, reason, until } = this.#store.pending();
    const mayAsk = until === null || until <= now;
    if (this.#store.document !== undefined) {
      if (mayAsk && this.#stale) {
        this.#stale = false;
        await this.#run();
        return null;
      }
      if (mayAsk && now - this.#store.readAt > FRESH_MS) this.#keepAlive(this.#run());
      return null;
    }
    if (!mayAsk && status && reason) return { status, reason, until };
    return this.#run();
  }

  /** The account refused a field: it is not as it was read. */
  expire(): void {
    this.#stale = true;
  }

  /** Asked for by hand: begins anew, whatever an earlier survey waits for. */
  refresh(): Promise<Unreadable | null> {
    if (!this.#running) this.#store.saveSnapshot(null);
    return this.#run();
  }

  #run(): Promise<Unreadable | null> {
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
    const { snapshot } = this.#store.pending();
    const journey = snapshot ? this.#engine.resume(snapshot) : this.#engine.survey();
    try {
      const save = async (bytes: ArrayBuffer) => {
        this.#store.saveSnapshot(bytes);
        await this.#storage.sync();
      };
      const outcome = await runJourney(journey, this.#line, new Slice(200, 60_000), save);
      if (outcome.end === 'wait') return this.#wait(outcome.status, outcome.reason, outcome.until);
      if (outcome.end === 'paused') {
        return this.#wait('retrying', { code: 'slow_account', params: {} }, Date.now());
      }
      const report = parse<Report>(journey.use((j) => j.report()));
      if (report.status === 'failed') {
        this.#store.saveSnapshot(null);
        const reason = report.reason ?? { code: 'survey_failed', params: {} };
        return this.#wait('held', reason, Date.now() + AGAIN_MS);
      }
      const directory = parse<Directory>(journey.use((j) => j.result()));
      this.#store.write(directory, Date.now());
      this.#memory.learn({ memory: [], watermarks: directory.watermarks }, Date.now());
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
