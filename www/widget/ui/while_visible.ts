// Reads something again and again as long as somebody can see it: the part is shown, and so is its page.
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { Again, type Read } from './again.ts';

export class WhileVisible implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #again: Again;
  #shown = false;

  constructor(host: ReactiveControllerHost, read: Read) {
    this.#host = host;
    this.#again = new Again(read);
    host.addController(this);
  }

  hostConnected(): void {
    // It begins once the part is drawn: only then it knows its session.
    this.#host.requestUpdate();
  }

  hostUpdated(): void {
    if (this.#shown) return;
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
