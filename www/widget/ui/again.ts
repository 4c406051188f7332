// Reads something again and again, from `start` to `stop`, and at once whenever somebody wishes so.

/** Reads once and tells after how many milliseconds to read again. Must not throw. */
export type Read = () => Promise<number>;

export class Again {
  readonly #read: Read;
  #going = false;
  #reading: Promise<void> | undefined;
  #wished = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(read: Read) {
    this.#read = read;
  }

  /** At once, and then as each reading says. */
  start(): void {
    if (this.#going) return;
    this.#going = true;
    void this.now();
  }

  stop(): void {
    this.#going = false;
    clearTimeout(this.#timer);
  }

  /** What is being read already may be older than this wish: then it is read once more. */
  now(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#reading) this.#wished = true;
    this.#reading ??= this.#readOn().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readOn(): Promise<void> {
    let pause: number;
    do {
      this.#wished = false;
      pause = await this.#read();
    } while (this.#wished);
    if (this.#going) this.#timer = setTimeout(() => void this.now(), pause);
  }
}
