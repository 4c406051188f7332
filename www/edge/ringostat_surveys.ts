// Asks Ringostat's API for the project's employees: when an administrator wants it, and at most hourly otherwise.
import type { Problem } from 'ringostat-amocrm';
import { logError } from './log.ts';
import { one } from './problem.ts';
import { type RingostatSource, readRingostat } from './ringostat_api.ts';
import type { RingostatDirectory } from './ringostat_directory.ts';

const FRESH_MS = 3_600_000;

export class RingostatSurveys {
  readonly #directory: RingostatDirectory;
  readonly #source: RingostatSource | undefined;
  readonly #keepAlive: (work: Promise<unknown>) => void;
  #running: Promise<void> | undefined;
  #askedAt = 0;
  #failure: Problem | undefined;

  constructor(
    directory: RingostatDirectory,
    source: RingostatSource | undefined,
    keepAlive: (work: Promise<unknown>) => void,
  ) {
    this.#directory = directory;
    this.#source = source;
    this.#keepAlive = keepAlive;
  }

  /** Waits for an answer when there is none yet; what cannot be read is told as a warning, never thrown. */
  async ensure(refresh: boolean): Promise<Problem[]> {
    if (!this.#source) return [];
    const { readAt } = this.#directory;
    const due = Date.now() - Math.max(readAt, this.#askedAt) > FRESH_MS;
    if (refresh || (due && readAt === 0)) await this.#ask(this.#source);
    else if (due) this.#keepAlive(this.#ask(this.#source));
    return this.#failure ? [this.#failure] : [];
  }

  #ask(source: RingostatSource): Promise<void> {
    this.#running ??= this.#read(source).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #read(source: RingostatSource): Promise<void> {
    this.#askedAt = Date.now();
    const unreadable = (params: Record<string, unknown>) => one('ringostat_unreadable', '', params);
    try {
      const answer = await readRingostat(source);
      if ('reason' in answer) {
        this.#failure = unreadable({ ...answer });
        return;
      }
      this.#directory.replace(answer, Date.now());
      this.#failure = undefined;
    } catch (error) {
      logError('ringostat', error);
      this.#failure = unreadable({ reason: 'internal' });
    }
  }
}
