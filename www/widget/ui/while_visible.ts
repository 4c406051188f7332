// Reads something again and again as long as somebody can see it: the part is shown, and so is its page.
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Reads once and tells after how many milliseconds to read again. Must not throw. */
export type Read = () => Promise<number>;

export class WhileVisible implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #read: Read;
  #begun = false;
  #reading: Promise<void> | undefined;
  #again = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost, read: Read) {
    this.#host = host;
    this.#read = read;
    host.addController(this);
  }

  hostConnected(): void {
    // It begins once the part is drawn: only then it knows its session.
    this.#host.requestUpdate();
  }

  hostUpdated(): void {
    if (this.#begun) return;
    this.#begun = true;
    document.addEventListener('visibilitychange', this.#seen);
    void this.now();
  }

  hostDisconnected(): void {
    this.#begun = false;
    document.removeEventListener('visibilitychange', this.#seen);
    clearTimeout(this.#timer);
  }

  readonly #seen = () => {
    if (document.visibilityState === 'visible') void this.now();
    else clearTimeout(this.#timer);
  };

  /** Reads at once; what is read already may be older than this wish, so it is read once more. */
  now(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#reading) this.#again = true;
    this.#reading ??= this.#go().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #go(): Promise<void> {
    let pause: number;
    do {
      this.#again = false;
      pause = await this.#read();
    } while (this.#again && this.#begun);
    if (!this.#begun || document.visibilityState !== 'visible') return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.now(), pause);
  }
}
