// What amoCRM is taken to know of the client: chosen, or looked up for real.
import type { LookupResult } from 'ringostat-amocrm';
import type { Session } from '../session.ts';
import { keyOfError } from './events.ts';
import { queryOf } from './query.ts';
import type { Assumed } from './run.ts';
import type { Situation } from './situation.ts';

export type Choice = 'nothing' | Situation | 'lookup';

/** Identifiers change while somebody types; amoCRM is asked once he pauses. */
const PAUSE_MS = 500;
const NOTHING: LookupResult = { contacts: [], leads: [], companies: [] };

/** Of these identifiers; `at`: when amoCRM said so. */
interface Found {
  of: string;
  at: string;
  result: LookupResult;
}

export class Knowledge {
  choice: Choice = 'nothing';
  /** Whose client somebody is in a made-up situation. Null: the account's owner's. */
  responsible: number | null = null;
  found: Found | null = null;
  looking = false;
  /** The look-up failed: the key of a text that says why. */
  failed: string | null = null;
  readonly #session: Session;
  readonly #changed: () => void;
  #wanted: string[] = [];
  #asked: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(session: Session, changed: () => void) {
    this.#session = session;
    this.#changed = changed;
  }

  get connected(): boolean {
    return this.#session.online && this.#session.connection.view?.state === 'active';
  }

  choose(choice: Choice, responsible: number | null = null): void {
    this.choice = choice;
    this.responsible = responsible;
    if (choice === 'lookup') this.again();
    this.#changed();
  }

  get assumed(): Assumed {
    if (this.choice !== 'lookup') return this.choice;
    return this.found && this.found.of === keyOf(this.#wanted) ? this.found.result : 'nothing';
  }

  /** amoCRM has not said yet what it knows of this client. */
  get waiting(): boolean {
    return this.choice === 'lookup' && this.failed === null && this.found?.of !== keyOf(this.#wanted);
  }

  /** The event that is previewed is known by these. */
  follow(identifiers: string[]): void {
    this.#wanted = identifiers;
    if (this.choice !== 'lookup' || this.#asked === keyOf(identifiers)) return;
    this.#asked = keyOf(identifiers);
    this.failed = null;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(identifiers), PAUSE_MS);
  }

  again(): void {
    clearTimeout(this.#timer);
    this.#asked = keyOf(this.#wanted);
    void this.#look(this.#wanted);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async #look(identifiers: string[]): Promise<void> {
    const session = this.#session;
    const of = keyOf(identifiers);
    this.failed = null;
    this.looking = true;
    this.#changed();
    try {
      const query = queryOf(identifiers);
      const result = query ? await session.asking(() => session.api.lookup(query)) : NOTHING;
      if (result && this.#asked === of) this.found = { of, at: new Date().toISOString(), result };
    } catch (error) {
      if (this.#asked === of) this.failed = keyOfError(error);
    } finally {
      if (this.#asked === of) this.looking = false;
      this.#changed();
    }
  }
}

const keyOf = (identifiers: string[]): string => identifiers.join('\n');
