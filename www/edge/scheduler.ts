// The project's alarm: runs events in slices, several clients side by side, and always knows when to come back.
import type { Delivery } from './delivery.ts';
import type { Gate } from './gate.ts';
import type { Journal } from './journal.ts';
import { logError } from './log.ts';
import { Slice } from './pace.ts';
import type { Retention } from './retention.ts';

/** More than requests at once: what waits for the quota at the same time can leave together. */
const SIDE_BY_SIDE = 24;
/** Besides, for what happens now: it does not wait until one of a backlog has ended. */
const KEPT_FREE = 8;
/** Stands among the events that are under way for a look at the account itself. */
const PROBE = 0;
/** Set before anything is tried: an alarm that dies half-way comes back. */
const SAFETY_MS = 1_000;

/** What is done beside the delivery of events and never in its way. */
export interface Chore {
  /** When there is something to do; null: nothing, as things stand. Unix milliseconds. */
  readonly due: number | null;
  /** Begins whatever is due, and returns at once. When it has ended it says so by a kick. */
  start(now: number): void;
}

export class Scheduler {
  readonly #storage: DurableObjectStorage;
  readonly #journal: Journal;
  readonly #delivery: Delivery;
  readonly #gate: Gate;
  readonly #retention: Retention;
  readonly #chores: Chore[];
  /** Looks whether the account answers, when there is no event to try it with. */
  readonly #look: () => Promise<unknown>;
  readonly #active = new Map<number, Promise<void>>();
  #running = false;
  /** Wakes a running slice when something new was accepted. */
  #wake: () => void = () => {};

  constructor(
    storage: DurableObjectStorage,
    journal: Journal,
    delivery: Delivery,
    gate: Gate,
    retention: Retention,
    chores: Chore[],
    look: () => Promise<unknown>,
  ) {
    this.#storage = storage;
    this.#journal = journal;
    this.#delivery = delivery;
    this.#gate = gate;
    this.#retention = retention;
    this.#chores = chores;
    this.#look = look;
  }

  /** Something may be runnable: now, or at the time the journal says. */
  async kick(): Promise<void> {
    if (this.#running) return this.#wake();
    const due = this.#wakeAt();
    if (due === null) return;
    const now = Date.now();
    const at = Math.max(Math.ceil(due), now);
    const set = await this.#storage.getAlarm();
    // One that is long overdue was lost: nothing else would bring it back.
    const lost = set !== null && set < now - SAFETY_MS;
    if (set === null || set > at || lost) await this.#storage.setAlarm(at);
  }

  /** Never throws: the runtime gives an alarm up after six throws. */
  async alarm(): Promise<void> {
    try {
      await this.#storage.setAlarm(Date.now() + SAFETY_MS);
      this.#running = true;
      await this.#slice();
      this.#running = false;
      this.#tidy();
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
      for (const chore of this.#chores) chore.start(Date.now());
      if (!slice.spent) this.#startMore(slice);
      if (this.#active.size === 0) return;
      await Promise.race([woken, ...this.#active.values()]);
    }
  }

  /** Everything that is under way has come to rest. */
  async settled(): Promise<void> {
    while (this.#active.size > 0) await Promise.all(this.#active.values());
  }

  /** Of these events nothing is under way any more. */
  async rest(seqs: number[]): Promise<void> {
    await Promise.all(seqs.map((seq) => this.#active.get(seq)));
  }

  #startMore(slice: Slice): void {
    const allowed = this.#gate.mayStart(Date.now());
    if (allowed === 'one') this.#startOne(slice);
    if (allowed !== 'all') return;
    const free = SIDE_BY_SIDE + KEPT_FREE - this.#active.size;
    for (const row of this.#journal.runnable(Date.now(), free, [...this.#active.keys()])) {
      if (row.later === 1 && this.#active.size >= SIDE_BY_SIDE) break;
      this.#start(row.seq, this.#delivery.run(row, slice));
    }
  }

  /** Tries the connection with one event: one that is on its way already, else the oldest that is held. */
  #startOne(slice: Slice): void {
    if (this.#active.size > 0) return;
    const next = () => this.#journal.runnable(Date.now(), 1, [])[0];
    const row = next() ?? (this.#journal.releaseOldest() ? next() : undefined);
    if (row) this.#start(row.seq, this.#delivery.run(row, slice));
    else this.#start(PROBE, this.#look());
  }

  #start(seq: number, work: Promise<unknown>): void {
    this.#active.set(
      seq,
      work.then(() => {}).finally(() => this.#active.delete(seq)),
    );
  }

  #nextDue(): number | null {
    return this.#gate.state === 'active' ? this.#journal.nextDue() : this.#gate.probeAt;
  }

  /** Old things go while nothing else is to be done. */
  #tidy(): void {
    const now = Date.now();
    const due = this.#nextDue();
    if (due === null || due > now) this.#retention.run(now);
  }

  #wakeAt(): number | null {
    const chores = this.#chores.map(({ due }) => due);
    const all = [this.#nextDue(), ...chores, this.#retention.due(Date.now())];
    const times = all.filter((at) => at !== null);
    return times.length > 0 ? Math.min(...times) : null;
  }

  /** The next alarm is for what comes next, whatever was set for safety. */
  async #goOn(): Promise<void> {
    const due = this.#wakeAt();
    // Not for the millisecond that this alarm was for: the runtime takes it for this one, and it never comes.
    if (due === null) await this.#storage.deleteAlarm();
    else await this.#storage.setAlarm(Math.max(Math.ceil(due), Date.now() + 1));
  }
}
