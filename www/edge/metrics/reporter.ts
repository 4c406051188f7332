// Tells the roster how the project stands, while there is something new to tell and not too often.
import { logError } from '../log.ts';
import type { Chore } from '../scheduler.ts';

export class Reporter implements Chore {
  readonly #pauseMs: number;
  readonly #report: (() => Promise<void>) | undefined;
  readonly #ended: () => Promise<void>;
  readonly #keepAlive: (work: Promise<unknown>) => void;
  /** What a crash kept from being told is told as soon as the project wakes. */
  #changed = true;
  #running = false;
  #next = 0;

  /** Without `report` nobody wants to know. `ended` is called after each. */
  constructor(
    pauseMs: number,
    report: (() => Promise<void>) | undefined,
    ended: () => Promise<void>,
    keepAlive: (work: Promise<unknown>) => void,
  ) {
    this.#pauseMs = pauseMs;
    this.#report = report;
    this.#ended = ended;
    this.#keepAlive = keepAlive;
  }

  /** What was told last does not hold any more. */
  changed(): void {
    this.#changed = true;
  }

  get due(): number | null {
    return this.#report && this.#changed && !this.#running ? this.#next : null;
  }

  start(now: number): void {
    const { due } = this;
    if (due === null || due > now || !this.#report) return;
    this.#running = true;
    this.#changed = false;
    this.#next = now + this.#pauseMs;
    this.#keepAlive(this.#run(this.#report));
  }

  async #run(report: () => Promise<void>): Promise<void> {
    try {
      await report();
    } catch (error) {
      logError('report', error);
      this.#changed = true;
    }
    this.#running = false;
    await this.#ended();
  }
}
