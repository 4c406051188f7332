// When the next request may leave: the account's token bucket, and the share of work one alarm may do.
import { core, Held } from './core.ts';

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
  /** A token that was taken and then not needed. One at most: saved up, they would make a burst over the limit. */
  #spare = false;

  private constructor(ratePerSecond: number) {
    this.#rate = ratePerSecond;
  }

  /** Waits for a token; false when the slice ends first. */
  async take(slice: Slice): Promise<boolean> {
    while (!slice.spent) {
      if (this.#spare) {
        this.#spare = false;
        return true;
      }
      const ms = this.#quota().use((quota) => quota.take(Date.now()));
      if (ms <= 0) return true;
      if (ms > slice.left) return false;
      await sleep(ms);
    }
    return false;
  }

  giveBack(): void {
    this.#spare = true;
  }

  penalize(seconds: number): void {
    this.#spare = false;
    this.#quota().use((quota) => quota.penalize(Date.now(), seconds));
  }

  #quota(): Held<core.Quota> {
    if (!this.#bucket || this.#bucket.stale) this.#bucket = new Held(() => new core.Quota(this.#rate));
    return this.#bucket;
  }
}
