// What the journal shows: which events, the one that is open, and since when that is known. It outlives its section:
// whoever followed a line of a trace to a setting comes back to where he was.
import { type EventBrief, type EventView, Refused, type Unsent } from '../../api.ts';
import type { Session } from '../../session.ts';
import { Pace } from './pace.ts';
import { isUnderWay } from './statuses.ts';

export type Kind = EventBrief['kind'];

/** What is asked for. */
export interface Filter {
  status: string;
  kind: '' | Kind;
  /** An id that is searched; null: none. */
  find: string | null;
}

/** What came of something that was asked for by hand: the key of a text and its params. */
export interface Told {
  key: string;
  params?: Record<string, unknown>;
  wrong?: boolean;
  /** As long as that is so of the event it is told of. */
  lasts?: (event: EventView) => boolean;
}

const PAGE = 25;
/** The worker lists no more at once. */
const MOST = 200;
const EVERYTHING: Filter = { status: '', kind: '', find: null };

export class Journal {
  filter: Filter = EVERYTHING;
  /** Null: not read yet. */
  rows: EventBrief[] | null = null;
  /** Where the next page begins; null: there is none. */
  cursor: string | null = null;
  opened: string | null = null;
  event: EventView | null = null;
  /** What is shown could not be read again: the key of a text that says why. */
  failed: string | null = null;
  told: Told | null = null;
  /** Something that somebody asked for is on its way. */
  busy = false;
  #listedAt: number | null = null;
  #openedAt: number | null = null;
  readonly #session: Session;
  readonly #pace = new Pace();
  /** Answers to earlier questions come too late. */
  #question = 0;
  changed: () => void = () => {};

  constructor(session: Session) {
    this.#session = session;
  }

  /** Reads what is shown once more; milliseconds until the next time. */
  async read(): Promise<number> {
    if (this.#session.settings.saved === null) return this.#pace.after({ changed: false, underWay: false });
    const before = this.#shown;
    const question = this.#question;
    try {
      await this.#session.asking(() => (this.opened === null ? this.#list() : this.#open(this.opened)));
    } catch (error) {
      if (question === this.#question) this.failed = keyOf(error);
    }
    const changed = before !== this.#shown;
    // How many can be sent by hand has changed with them.
    if (changed) void this.#session.asking(() => this.#session.connection.read()).catch(() => {});
    this.changed();
    const seen = this.opened === null ? (this.rows ?? []) : this.event ? [this.event] : [];
    return this.#pace.after({ changed, underWay: this.failed !== null || seen.some(isUnderWay) });
  }

  get #shown(): string {
    return JSON.stringify(this.opened === null ? this.rows : this.event);
  }

  /** As many as are shown, from the newest on. */
  async #list(): Promise<void> {
    const question = this.#question;
    const wanted = Math.max(this.rows?.length ?? 0, PAGE);
    const rows: EventBrief[] = [];
    let cursor: string | null = null;
    do {
      const page = await this.#page(Math.min(MOST, wanted - rows.length), cursor);
      rows.push(...page.events);
      cursor = page.next_cursor;
    } while (cursor !== null && rows.length < wanted);
    if (question !== this.#question) return;
    this.rows = rows;
    this.cursor = cursor;
    this.failed = null;
    this.#listedAt = Date.now();
  }

  async #open(id: string): Promise<void> {
    const question = this.#question;
    const event = await this.#session.api.event(id);
    if (question !== this.#question) return;
    this.event = event;
    if (this.told?.lasts?.(event) === false) this.told = null;
    this.failed = null;
    this.#openedAt = Date.now();
  }

  /** When the worker told what is shown. */
  get readAt(): number | null {
    return this.opened === null ? this.#listedAt : this.#openedAt;
  }

  #page(limit: number, cursor: string | null) {
    const { status, kind, find } = this.filter;
    return this.#session.api.events({
      limit: String(limit),
      ...(status && { status }),
      ...(kind && { kind }),
      ...(find !== null && { find }),
      ...(cursor !== null && { cursor }),
    });
  }

  /** Older ones too; the first of them, if any. */
  async more(): Promise<string | undefined> {
    const { rows, cursor } = this;
    let first: string | undefined;
    await this.#doing(async () => {
      const question = this.#question;
      const page = await this.#page(PAGE, cursor);
      if (question !== this.#question || !rows) return;
      const known = new Set(rows.map(({ event }) => event));
      const older = page.events.filter(({ event }) => !known.has(event));
      first = older[0]?.event;
      this.rows = [...rows, ...older];
      this.cursor = page.next_cursor;
    });
    return first;
  }

  /** Another question: what was shown answers it no more. */
  #ask(): void {
    this.#question += 1;
    this.#pace.hurry();
    this.failed = null;
    this.told = null;
    this.changed();
  }

  show(filter: Partial<Filter>): void {
    this.filter = { ...this.filter, ...filter };
    this.rows = null;
    this.cursor = null;
    this.#listedAt = null;
    this.#ask();
  }

  everything(): void {
    this.show(EVERYTHING);
  }

  get filtered(): boolean {
    return this.filter.status !== '' || this.filter.kind !== '' || this.filter.find !== null;
  }

  open(id: string): void {
    this.opened = id;
    this.event = null;
    this.#openedAt = null;
    this.#ask();
  }

  close(): void {
    this.opened = null;
    this.event = null;
    this.#ask();
  }

  /** One event once more. */
  async sendAgain(id: string): Promise<void> {
    await this.#doing(async () => {
      const { queued } = await this.#session.api.retryOne(id);
      await this.#open(id);
      if (queued === 0) {
        this.told = { key: 'journal.again.none' };
        return;
      }
      this.told =
        this.event?.status === 'held'
          ? { key: 'journal.again.held', lasts: ({ status }) => status === 'held' }
          : { key: 'journal.again.queued', lasts: isUnderWay };
    });
  }

  /** All that ended so. */
  async sendAll(status: Unsent): Promise<void> {
    await this.#doing(async () => {
      const { queued } = await this.#session.api.retry(status);
      this.told = { key: 'journal.all', params: { count: queued } };
      await this.#list();
      await this.#session.connection.read();
      this.#session.connection.hurry();
    });
  }

  async #doing(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.told = null;
    // Whatever is being read already is older than what is done now.
    this.#question += 1;
    this.#pace.hurry();
    this.changed();
    try {
      await this.#session.asking(work);
    } catch (error) {
      this.told = { key: keyOf(error), wrong: true };
    } finally {
      this.busy = false;
      this.#question += 1;
      this.changed();
    }
  }
}

const keyOf = (error: unknown): string =>
  error instanceof Refused ? `problem.${error.code}` : 'journal.unreachable';

const journals = new WeakMap<Session, Journal>();

export function journalOf(session: Session): Journal {
  const journal = journals.get(session) ?? new Journal(session);
  journals.set(session, journal);
  return journal;
}
