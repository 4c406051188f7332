// Everything that comes in passes here: it is journalled, made durable, and its delivery is arranged.
import type { Accepted } from 'ringostat-amocrm';
import type { Gate } from './gate.ts';
import type { Journal } from './journal.ts';
import type { RingostatDirectory } from './ringostat_directory.ts';
import type { Scheduler } from './scheduler.ts';

export class Inbox {
  readonly #journal: Journal;
  readonly #gate: Gate;
  readonly #scheduler: Scheduler;
  readonly #storage: DurableObjectStorage;
  readonly #ringostat: RingostatDirectory;

  constructor(
    journal: Journal,
    gate: Gate,
    scheduler: Scheduler,
    storage: DurableObjectStorage,
    ringostat: RingostatDirectory,
  ) {
    this.#journal = journal;
    this.#gate = gate;
    this.#scheduler = scheduler;
    this.#storage = storage;
    this.#ringostat = ringostat;
  }

  /**
   * Stores an event and what it tells of the project, or finds the one that this message repeats. `later`: it fills a
   * gap, so what happens now is delivered before it.
   */
  accept(accepted: Accepted, later = false): { id: string; duplicate: boolean } {
    const now = Date.now();
    const stored = this.#journal.accept(accepted, now, this.#gate.reason, later);
    if (!stored.duplicate) this.#ringostat.learn(accepted.seen, now);
    return stored;
  }

  /** Returns when everything accepted is durable, and the alarm that delivers it is set. */
  async settle(): Promise<void> {
    await this.#scheduler.kick();
    await this.#storage.sync();
  }
}
