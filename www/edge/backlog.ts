// Events that wait for the connection.
import type { Journal, Reason } from './journal.ts';

export class Backlog {
  readonly #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** How many wait. */
  get held(): number {
    return this.#journal.count('held');
  }

  /** Nothing starts for that reason. */
  hold(reason: Reason): void {
    this.#journal.holdAll(reason);
  }

  /** The connection works again, and nobody had to do anything: everything is sent. */
  mended(): void {
    this.#journal.releaseAll();
  }

  /** Somebody activated: what is held is sent, or left to be sent by hand. */
  activated({ resend, now }: { resend: boolean; now: number }): void {
    if (resend) this.#journal.releaseAll();
    else this.#journal.expireHeld(now);
  }
}
