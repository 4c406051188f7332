// The project's alarm: runs events in slices, several clients side by side, and always knows when to come back.
import type { Delivery } from './delivery.ts';
import type { Journal } from './journal.ts';
import { logError } from './log.ts';
import { Slice } from './pace.ts';

/** More than requests at once: what waits for the quota at the same time can leave together. */
const SIDE_BY_SIDE = 24;
/** Set before anything is tried: an alarm that dies half-way comes back. */
const SAFETY_MS = 1_000;

export class Scheduler {
  readonly #storage: DurableObjectStorage;
  readonly #journal: Journal;
  readonly #delivery: Delivery;
  readonly #active = new Map<number, Promise<void>>();
  #running = false;
  /** Wakes a running slice when something new was accepted. */
  #wake: () => void = () => {};

  constructor(storage: DurableObjectStorage, journal: Journal, delivery: Delivery) {
    this.#storage = storage;
    this.#journal = journal;
    this.#delivery = delivery;
  }

  /** Something may be runnable: now, or at the time the journal says. */
  async kick(): Promise<void> {
    if (this.#running) return this.#wake();
    const due = this.#journal.nextDue();
    if (due === null) return;
    const at = Math.max(due, Date.now());
    const set = await this.#storage.getAlarm();
    if (set === null || set > at) await this.#storage.setAlarm(at);
  }

  /** Never throws: the runtime gives an alarm up after six throws. */
  async alarm(): Promise<void> {
    try {
      await this.#storage.setAlarm(Date.now() + SAFETY_MS);
      this.#running = true;
      await this.#slice();
      this.#running = false;
      await this.#goOn();
    } catch (error) {
      this.#running = false;
      logError('alarm', error);
    }
  }

  async #slice(): Promise<void> {
    const slice = new Slice();
    for (;;) {
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      if (!slice.spent) this.#startMore(slice);
      if (this.#active.size === 0) return;
      await Promise.race([woken, ...this.#active.values()]);
    }
  }

  #startMore(slice: Slice): void {
    const free = SIDE_BY_SIDE - this.#active.size;
    for (const row of this.#journal.runnable(Date.now(), free, [...this.#active.keys()])) {
      const work = this.#delivery.run(row, slice).finally(() => this.#active.delete(row.seq));
      this.#active.set(row.seq, work);
    }
  }

  /** The next alarm is the next event's, whatever was set for safety. */
  async #goOn(): Promise<void> {
    const due = this.#journal.nextDue();
    if (due === null) await this.#storage.deleteAlarm();
    else await this.#storage.setAlarm(Math.max(due, Date.now()));
  }
}
