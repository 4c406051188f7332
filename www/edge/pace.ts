// When the next request may leave and whose it is: the account's token bucket, who goes first, and the share of work
// one alarm may do.
import { core, Held } from './core.ts';
import type { Life } from './life.ts';

/** Requests under way at once: the runtime opens no more connections, and a token spent on waiting for one is wasted. */
const MOST_UNDER_WAY = 6;
/** What more can join lets so many others go first. */
const PATIENCE = 24;

/** How soon somebody may ask again when nothing leaves for longer than a slice. */
const SHUT_MS = 1_000;

/** Whose turn it is, the first of them first: somebody waits for the answer; it happens now; it fills a gap. */
const RANKS = ['interactive', 'now', 'later'] as const;
export type Rank = (typeof RANKS)[number];
export const first = (one: Rank, other: Rank): Rank =>
  RANKS.indexOf(one) <= RANKS.indexOf(other) ? one : other;

/** What waits for a token. Its rank may rise meanwhile. */
export interface Turn {
  rank: Rank;
  /** Something may still join it: for a while others of its rank go first. */
  patient: boolean;
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** One alarm's share: then the next alarm goes on. */
export class Slice {
  #requests: number;
  readonly #until: number;

  constructor(requests = 40, ms = 20_000) {
    this.#requests = requests;
    this.#until = Date.now() + ms;
  }

  get spent(): boolean {
    return this.#requests <= 0 || this.left <= 0;
  }

  get left(): number {
    return this.#until - Date.now();
  }

  count(): void {
    this.#requests -= 1;
  }
}

/** What all have in common who talk to one account. */
interface Shared {
  rate: number;
  bucket: Held<core.Quota> | undefined;
  /** Whose they are: what an object did that was reset is nobody's any more. */
  underWay: Map<Turn, Life>;
  waiting: Map<Turn, Life>;
}

/** Projects of one isolate that talk to one account share its bucket. */
const accounts = new Map<string, Shared>();

/** One object's way to the account's bucket, which it shares with everything else that talks to it. */
export class Pace {
  /** Of the account at that address: what an address opens is only known once it was asked. */
  static of(baseUrl: string | null, rate: number, life: Life): Pace {
    const key = `${rate} ${baseUrl}`;
    const known = accounts.get(key);
    const shared = known ?? { rate, bucket: undefined, underWay: new Map(), waiting: new Map() };
    if (!known) accounts.set(key, shared);
    return new Pace(shared, life);
  }

  readonly #shared: Shared;
  readonly #life: Life;

  private constructor(shared: Shared, life: Life) {
    this.#shared = shared;
    this.#life = life;
  }

  /** Does it as soon as a request may leave; undefined when the slice ends first. */
  async pass<T>(slice: Slice, turn: Turn, work: () => Promise<T>): Promise<T | undefined> {
    const { waiting, underWay } = this.#shared;
    waiting.set(turn, this.#life);
    const taken = await this.#take(slice, turn).finally(() => waiting.delete(turn));
    if (!taken) return undefined;
    try {
      return await work();
    } finally {
      underWay.delete(turn);
    }
  }

  penalize(seconds: number): void {
    this.#quota().use((quota) => quota.penalize(Date.now(), seconds));
  }

  /** Waits for a token; false when the slice ends first. */
  async #take(slice: Slice, turn: Turn): Promise<boolean> {
    const { underWay } = this.#shared;
    const patientUntil = Date.now() + PATIENCE * this.#interval;
    while (!slice.spent) {
      if (Date.now() >= patientUntil) turn.patient = false;
      const open = living(underWay).size < MOST_UNDER_WAY && !this.#isBehind(turn);
      const ms = open ? this.#quota().use((quota) => quota.take(Date.now())) : this.#interval;
      if (ms <= 0) {
        underWay.set(turn, this.#life);
        slice.count();
        return true;
      }
      const late = ms > slice.left;
      // Not at once: the next slice would only find the same.
      await sleep(late ? Math.min(slice.left, SHUT_MS) : ms);
      if (late) return false;
    }
    return false;
  }

  /** Whether somebody else goes first. */
  #isBehind(turn: Turn): boolean {
    for (const other of living(this.#shared.waiting).keys()) {
      if (
        other.rank === turn.rank
          ? turn.patient && !other.patient
          : first(other.rank, turn.rank) === other.rank
      )
        return true;
    }
    return false;
  }

  get #interval(): number {
    return 1000 / this.#shared.rate;
  }

  #quota(): Held<core.Quota> {
    const { rate, bucket } = this.#shared;
    if (bucket && !bucket.stale) return bucket;
    this.#shared.bucket = new Held(() => new core.Quota(rate));
    return this.#shared.bucket;
  }
}

/** Without those whose object was reset. */
function living(turns: Map<Turn, Life>): Map<Turn, Life> {
  for (const [turn, life] of turns) if (life.over) turns.delete(turn);
  return turns;
}
