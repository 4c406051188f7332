// Reads something again and again as long as somebody can see it: the part is shown, and so is its page.
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { Again, type Read } from './again.ts';

export class WhileVisible implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #isReady: () => boolean;
  readonly #again: Again;
  #shown = false;
  #ready = false;

  /** `isReady`: whether reading can succeed; as soon as it can again, what was read is old. */
  constructor(host: ReactiveControllerHost, isReady: () => boolean, read: Read) {
    this.#host = host;
    this.#isReady = isReady;
    this.#again = new Again(read);
    host.addController(this);
  }

  hostConnected(): void {
    // It begins once the part is drawn: only then it knows its session.
    this.#host.requestUpdate();
  }

  hostUpdated(): void {
    const before = this.#ready;
    this.#ready = this.#isReady();
    if (this.#shown) {
      if (this.#ready && !before) void this.now();
      return;
    }
    this.#shown = true;
    document.addEventListener('visibilitychange', this.#turn);
    this.#turn();
  }

  hostDisconnected(): void {
    this.#shown = false;
    document.removeEventListener('visibilitychange', this.#turn);
    this.#again.stop();
  }

  readonly #turn = () => {
    if (document.visibilityState === 'visible') this.#again.start();
    else this.#again.stop();
  };

  now(): Promise<void> {
    return this.#again.now();
  }
}
