// How many forms come from one address: a bucket each. In memory, and of the latest addresses only: it protects, it does
// not count.

/** Beyond that the one that was quiet longest is forgotten. */
const MOST = 10_000;
const MINUTE_MS = 60_000;

interface Bucket {
  left: number;
  at: number;
}

export class AddressLimit {
  readonly #perMinute: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** Seconds until there is room again; 0 when there is. A whole minute's forms may come at once. */
  take(address: string, now: number): number {
    const bucket = this.#buckets.get(address) ?? { left: this.#burst, at: now };
    const filled = (Math.max(0, now - bucket.at) / MINUTE_MS) * this.#perMinute;
    const left = Math.min(this.#burst, bucket.left + filled);
    const granted = left >= 1;
    // The latest one goes to the end.
    this.#buckets.delete(address);
    this.#buckets.set(address, { left: granted ? left - 1 : left, at: now });
    if (this.#buckets.size > MOST) this.#forgetOldest();
    return granted ? 0 : Math.ceil(((1 - left) / this.#perMinute) * (MINUTE_MS / 1000));
  }

  get #burst(): number {
    return Math.max(1, this.#perMinute);
  }

  #forgetOldest(): void {
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}
