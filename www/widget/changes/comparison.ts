// One comparison of the saved settings with those that are edited, and what it was made of: it is told apart from a
// newer state of either.
import type { Settings } from 'ringostat-amocrm';
import { keyOfError } from '../preview/events.ts';
import type { Session } from '../session.ts';
import { sameDocument } from '../state/same_document.ts';
import { compareAll, type Result } from './run.ts';
import { type Group, summarise } from './summarise.ts';
import { wholeCalls } from './whole_calls.ts';

/** The latest events, as many as are worth waiting for. */
const LATEST = 100;

export type State =
  | { is: 'reading' }
  | { is: 'running'; done: number; all: number }
  | { is: 'stopped' }
  /** The key of a text that says why. */
  | { is: 'unread'; why: string }
  | { is: 'empty' }
  /** `overtaken`: somebody else has saved meanwhile, and this compares with what was saved before. */
  | { is: 'done'; result: Result; groups: Group[]; overtaken: boolean };

export class Comparison {
  state: State = { is: 'reading' };
  readonly saved: Settings;
  readonly draft: Settings;
  readonly #session: Session;
  readonly #directory: unknown;
  readonly #changed: () => void;
  readonly #abort = new AbortController();

  constructor(session: Session, saved: Settings, changed: () => void) {
    this.saved = saved;
    this.draft = session.settings.draft;
    this.#session = session;
    this.#directory = session.account.directory;
    this.#changed = changed;
    void this.#run();
  }

  /** Settings or account are others by now. */
  get outdated(): boolean {
    const { settings, account } = this.#session;
    return (
      !sameDocument(this.saved, settings.saved) ||
      !sameDocument(this.draft, settings.draft) ||
      this.#directory !== account.directory
    );
  }

  get running(): boolean {
    return this.state.is === 'reading' || this.state.is === 'running';
  }

  stop(): void {
    if (!this.running) return;
    this.#become({ is: 'stopped' });
    this.#abort.abort();
  }

  async #run(): Promise<void> {
    const session = this.#session;
    const { signal } = this.#abort;
    try {
      const { etag } = session.settings;
      const [answer, stored] = await Promise.all([
        session.asking(() => session.api.latest(LATEST)),
        session.asking(() => session.api.readSettings()),
      ]);
      const events = wholeCalls(answer?.events ?? []);
      if (events.length === 0) return this.#become({ is: 'empty' });
      const progress = (done: number) => this.#become({ is: 'running', done, all: events.length });
      progress(0);
      const result = await compareAll(session, this, events, progress, signal);
      const overtaken = stored?.etag !== etag;
      if (result) this.#become({ is: 'done', result, groups: summarise(result.changed), overtaken });
    } catch (error) {
      this.#become({ is: 'unread', why: keyOfError(error) });
    }
  }

  /** What was stopped becomes nothing more. */
  #become(state: State): void {
    if (this.#abort.signal.aborted) return;
    this.state = state;
    this.#changed();
  }
}
