// How many forms one project accepts: a fixed window, long enough for a burst. In memory: it protects, it does not count.

const WINDOW_MS = 10_000;

export class IntakeLimit {
  readonly #most: number;
  #window = 0;
  #count = 0;

  constructor(perSecond: number) {
    this.#most = Math.max(1, (perSecond * WINDOW_MS) / 1000);
  }

  /** Seconds until there is room again; 0 when there is. */
  take(now: number): number {
    const window = Math.floor(now / WINDOW_MS);
    if (window !== this.#window) {
      this.#window = window;
      this.#count = 0;
    }
    this.#count += 1;
    return this.#count <= this.#most ? 0 : Math.ceil(((window + 1) * WINDOW_MS - now) / 1000);
  }
}
