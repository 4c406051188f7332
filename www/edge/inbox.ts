// Everything that comes in passes here: it is journalled, made durable, and its delivery is arranged.
import type { Accepted } from 'ringostat-amocrm';
import type { Journal } from './journal.ts';
import type { Scheduler } from './scheduler.ts';

export class Inbox {
  readonly #journal: Journal;
  readonly #scheduler: Scheduler;
  readonly #storage: DurableObjectStorage;

  constructor(journal: Journal, scheduler: Scheduler, storage: DurableObjectStorage) {
    this.#journal = journal;
    this.#scheduler = scheduler;
    this.#storage = storage;
  }

  /** Stores an event, or finds the one that this message repeats. */
  accept(accepted: Accepted): { id: string; duplicate: boolean } {
    return this.#journal.accept(accepted, Date.now());
  }

  /** Returns when everything accepted is durable, and the alarm that delivers it is set. */
  async settle(): Promise<void> {
    await this.#scheduler.kick();
    await this.#storage.sync();
  }
}
