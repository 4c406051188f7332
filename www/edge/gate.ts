// Whether events may start, told by the state of the connection. Some troubles end by themselves: then one event goes
// ahead now and again, and when it gets through the rest follows.
import type { Report } from 'ringostat-amocrm';

/** amoCRM ends these by itself: a bill is paid, a right is given, a ban is lifted. */
const MENDING = ['insufficient_rights', 'unpaid', 'blocked'] as const;
/** These end by activation only. */
const CLOSED = ['inactive', 'needs_authorization'] as const;

type Reason = NonNullable<Report['reason']>;
export type State = 'active' | (typeof MENDING)[number] | (typeof CLOSED)[number];
export type Trouble = Exclude<State, 'active' | 'inactive'>;

/** What is on file of it. Unix milliseconds. */
export interface GateMemory {
  state: State;
  since: number;
  /** Probes in vain since then. */
  probes: number;
  /** When the next one may leave; null in states that no probe ends. */
  probe_at: number | null;
}

export interface GateStore {
  readonly gate: GateMemory;
  remember(memory: GateMemory): void;
}

/** What follows from a change. */
export interface Hooks {
  closed(reason: Reason): void;
  /** Whoever changed it: it is on file, and what it closes is closed. */
  changed(): void;
  /** amoCRM works again, and nobody had to do anything. `since`: when it ceased to, unix milliseconds. */
  mended(since: number): void;
}

/** The first pause is one base, the longest so many. */
const LONGEST = 30;

export class Gate {
  readonly #store: GateStore;
  readonly #baseMs: number;
  readonly #hooks: Hooks;

  constructor(store: GateStore, baseMs: number, hooks: Hooks) {
    this.#store = store;
    this.#baseMs = baseMs;
    this.#hooks = hooks;
  }

  get state(): State {
    return this.#store.gate.state;
  }

  /** Why events are held; null when they are not. */
  get reason(): Reason | null {
    return this.state === 'active' ? null : { code: this.state, params: {} };
  }

  /** How many events may be on their way at once. */
  mayStart(now: number): 'all' | 'one' | 'none' {
    const { state, probe_at } = this.#store.gate;
    if (state === 'active') return 'all';
    return probe_at !== null && probe_at <= now ? 'one' : 'none';
  }

  /** Why work that began then must not go on; null when it may. */
  stops(begunAt: number): Reason | null {
    return begunAt < this.#store.gate.since ? this.reason : null;
  }

  /** False: nothing can be asked of the account. */
  get connected(): boolean {
    return !isOneOf(CLOSED, this.state);
  }

  /** When one may start; null: now, or not by itself. */
  get probeAt(): number | null {
    return this.#store.gate.probe_at;
  }

  /** What a piece of work met that began at `begunAt`. What began before the last change proves nothing any more. */
  learn(met: 'works' | Trouble, begunAt: number, now: number): void {
    const { state, since, probes } = this.#store.gate;
    if (begunAt < since || isOneOf(CLOSED, state)) return;
    if (met === state) {
      const pause = this.#baseMs * Math.min(2 ** (probes + 1), LONGEST);
      this.#store.remember({ state, since, probes: probes + 1, probe_at: now + pause });
    } else if (met !== 'works') this.enter(met, now);
    else if (state !== 'active') {
      this.enter('active', now);
      this.#hooks.mended(since);
    }
  }

  /** The probe told nothing yet, or somebody wants one now. */
  probe(at: number): void {
    const memory = this.#store.gate;
    if (isOneOf(MENDING, memory.state)) this.#store.remember({ ...memory, probe_at: at });
  }

  enter(state: State, now: number): void {
    const before = this.state;
    const probe_at = isOneOf(MENDING, state) ? now + this.#baseMs : null;
    this.#store.remember({ state, since: now, probes: 0, probe_at });
    if (this.reason) this.#hooks.closed(this.reason);
    if (state !== before) this.#hooks.changed();
  }
}

/** Whether a journey's reason speaks of the connection. */
export const isTrouble = (code: string): code is Trouble =>
  code === 'needs_authorization' || isOneOf(MENDING, code);

const isOneOf = <T extends string>(list: readonly T[], text: string): text is T =>
  (list as readonly string[]).includes(text);
