// When the next request may leave: the account's token bucket, and the share of work one alarm may do.
import { core, Held } from './core.ts';

/** Requests under way at once: the runtime opens no more connections, and a token spent on waiting for one is wasted. */
const MOST_UNDER_WAY = 6;
/** What more can join lets so many others go first. */
const PATIENCE = 24;

/** How soon somebody may ask again when nothing leaves for longer than a slice. */
const SHUT_MS = 1_000;

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

/** Projects of one isolate that talk to one account share its bucket. */
const paces = new Map<string, Pace>();

/** The account's bucket, shared by everything that talks to it. */
export class Pace {
  static of(account: string, ratePerSecond: number): Pace {
    const key = `${ratePerSecond} ${account}`;
    const known = paces.get(key);
    if (known) return known;
    const made = new Pace(ratePerSecond);
    paces.set(key, made);
    return made;
  }

  readonly #rate: number;
  #bucket: Held<core.Quota> | undefined;
  #underWay = 0;
  /** How many wait that nothing can join. */
  #eager = 0;

  private constructor(ratePerSecond: number) {
    this.#rate = ratePerSecond;
  }

  /** Does it as soon as a request may leave; undefined when the slice ends first. */
  async pass<T>(slice: Slice, work: () => Promise<T>, { patient = false } = {}): Promise<T | undefined> {
    if (!(await (patient ? this.#patiently(slice) : this.#eagerly(slice)))) return undefined;
    try {
      return await work();
    } finally {
      this.#underWay -= 1;
    }
  }

  penalize(seconds: number): void {
    this.#quota().use((quota) => quota.penalize(Date.now(), seconds));
  }

  async #eagerly(slice: Slice): Promise<boolean> {
    this.#eager += 1;
    try {
      return await this.#take(slice, () => true);
    } finally {
      this.#eager -= 1;
    }
  }

  #patiently(slice: Slice): Promise<boolean> {
    const until = Date.now() + PATIENCE * this.#interval;
    return this.#take(slice, () => this.#eager === 0 || Date.now() >= until);
  }

  /** Waits for a token; false when the slice ends first. */
  async #take(slice: Slice, wanted: () => boolean): Promise<boolean> {
    while (!slice.spent) {
      const open = this.#underWay < MOST_UNDER_WAY && wanted();
      const ms = open ? this.#quota().use((quota) => quota.take(Date.now())) : this.#interval;
      if (ms <= 0) {
        this.#underWay += 1;
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

  get #interval(): number {
    return 1000 / this.#rate;
  }

  #quota(): Held<core.Quota> {
    if (!this.#bucket || this.#bucket.stale) this.#bucket = new Held(() => new core.Quota(this.#rate));
    return this.#bucket;
  }
}
