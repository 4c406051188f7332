// How often the journal is read again: soon while something happens, ever more rarely while nothing does.

const SOON_MS = 2_000;
const GROWTH = 1.5;
const QUIET_MS = 30_000;

export class Pace {
  #pause = SOON_MS;

  /** Somebody has done something: its result is near. */
  hurry(): void {
    this.#pause = SOON_MS;
  }

  /** Milliseconds until the next reading, after one that found this. */
  after({ changed, underWay }: { changed: boolean; underWay: boolean }): number {
    if (changed) this.#pause = SOON_MS;
    const pause = underWay ? this.#pause : QUIET_MS;
    this.#pause = Math.min(this.#pause * GROWTH, QUIET_MS);
    return pause;
  }
}
