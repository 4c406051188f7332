// What is on file of reading gaps: how far it came, what is left of the reading under way, and how it went. One row.
import type { Unread } from '../ringostat_api.ts';
import type { Window } from './windows.ts';

/** Unix milliseconds. */
export interface GapRow {
  /** Calls that began before are nobody's business any more. */
  bound: number;
  /** Everything before was read; null: nothing yet. */
  read_up_to: number | null;
  /** Of the reading under way; null: there is none. */
  windows: Window[] | null;
  begun_at: number;
  due: number;
  attempts: number;
}

/** `GET /backlog`, `gaps`. `found`: calls of the latest reading, `total`: of all. */
export interface GapView {
  read_at: string | null;
  found: number;
  total: number;
  error: GapError | null;
}

export type GapError = Omit<Unread, 'reason'> & {
  reason: Unread['reason'] | 'internal' | 'no_key' | 'too_many';
};

interface Stored extends Record<string, SqlStorageValue> {
  bound: number;
  read_up_to: number | null;
  windows: string | null;
  begun_at: number | null;
  finding: number;
  due: number;
  attempts: number;
  read_at: number | null;
  found: number;
  total: number;
  error: string | null;
}

export class GapMemory {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  get row(): GapRow {
    const { bound, read_up_to, windows, begun_at, due, attempts } = this.#stored();
    return {
      bound,
      read_up_to,
      windows: windows === null ? null : (JSON.parse(windows) as Window[]),
      begun_at: begun_at ?? 0,
      due,
      attempts,
    };
  }

  get view(): GapView {
    const { read_at, found, total, error } = this.#stored();
    return {
      read_at: read_at === null ? null : new Date(read_at).toISOString(),
      found,
      total,
      error: error === null ? null : (JSON.parse(error) as GapError),
    };
  }

  /** The connection was made anew: everything since then is read at once. */
  reopen(bound: number): void {
    this.#set('bound = ?, read_up_to = NULL, windows = NULL, due = 0, attempts = 0, error = NULL', bound);
  }

  begin(bound: number, windows: Window[], now: number): void {
    const list = JSON.stringify(windows);
    this.#set('bound = ?, windows = ?, begun_at = ?, finding = 0', bound, list, now);
  }

  /** Nothing is begun before that. */
  postpone(due: number): void {
    this.#set('due = ?', due);
  }

  /** So many calls were found, and these windows are left. */
  goOn(windows: Window[], found: number, due: number): void {
    const list = JSON.stringify(windows);
    this.#set('windows = ?, finding = finding + ?, attempts = 0, due = ?', list, found, due);
  }

  /** All of it was read. `error`: what could not be, although Ringostat answered. */
  end(readUpTo: number, error: GapError | null, now: number, due: number): void {
    this.#set(
      `read_up_to = ?, windows = NULL, attempts = 0, read_at = ?, found = finding, total = total + finding,
       error = ?, due = ?`,
      readUpTo,
      now,
      error && JSON.stringify(error),
      due,
    );
  }

  fail(error: GapError, found: number, due: number): void {
    const told = JSON.stringify(error);
    this.#set('attempts = attempts + 1, finding = finding + ?, error = ?, due = ?', found, told, due);
  }

  #set(assignments: string, ...values: SqlStorageValue[]): void {
    this.#sql.exec(`UPDATE gaps SET ${assignments}`, ...values);
  }

  #stored(): Stored {
    return this.#sql.exec<Stored>('SELECT * FROM gaps').one();
  }
}
