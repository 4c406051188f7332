// Who is still to be told of what. One row per cause and channel, written in the same turn as what caused it: a cause
// that is known already is not told again.
import type { NoticeTicket } from 'ringostat-amocrm';
import type { State } from './gate.ts';

export const CAUSES = ['state_changed', 'first_failed', 'held_more_than'] as const;

/** What `notify.url` gets, but for the project's name. Nothing in it speaks of a client. */
export interface Post {
  id: string;
  cause: (typeof CAUSES)[number];
  at: string;
  state: State;
  /** Code of why the event failed. */
  reason?: string;
  /** The event that failed, unless its id is made of a client's number. */
  event?: string;
  held: number;
}

export interface Documents {
  post: Post;
  task: NoticeTicket;
}
export type Channel = keyof Documents;

export interface NoticeRow extends Record<string, SqlStorageValue> {
  cause: string;
  channel: Channel;
  document: string;
  at: number;
  due: number | null;
  attempts: number;
  begun: number;
  error: string | null;
  snapshot: ArrayBuffer | null;
}

/** Of `GET /backlog`. */
export interface NoticesView {
  pending: number;
  given_up: number;
  last_error: string | null;
}

const ONE = 'cause = ? AND channel = ?';

export class Notices {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    // Nothing is under way in a process that has just begun.
    sql.exec('UPDATE notices SET due = 0, begun = 0 WHERE begun = 1 AND due IS NOT NULL');
  }

  /** Whether that was to be told before. */
  knows(cause: string, channel: Channel): boolean {
    return this.#sql.exec(`SELECT 1 FROM notices WHERE ${ONE}`, cause, channel).toArray().length > 0;
  }

  add<C extends Channel>(cause: string, channel: C, document: Documents[C], now: number): void {
    this.#sql.exec(
      'INSERT OR IGNORE INTO notices (cause, channel, document, at, due) VALUES (?1, ?2, ?3, ?4, ?4)',
      cause,
      channel,
      JSON.stringify(document),
      now,
    );
  }

  /** What is to be told now, oldest first. */
  due(now: number, channels: Channel[]): NoticeRow[] {
    return this.#sql
      .exec<NoticeRow>(
        `SELECT * FROM notices WHERE due <= ? AND channel IN (SELECT value FROM json_each(?))
         ORDER BY at, cause`,
        now,
        JSON.stringify(channels),
      )
      .toArray();
  }

  nextDue(channels: Channel[]): number | null {
    return this.#sql
      .exec<{ due: number | null }>(
        `SELECT min(due) AS due FROM notices
         WHERE due IS NOT NULL AND channel IN (SELECT value FROM json_each(?))`,
        JSON.stringify(channels),
      )
      .one().due;
  }

  /** An attempt begins: should the process end with it, it is made again then. */
  begin({ cause, channel }: NoticeRow, again: number): void {
    this.#sql.exec(
      `UPDATE notices SET due = ?, attempts = attempts + 1, begun = 1 WHERE due IS NOT NULL AND ${ONE}`,
      again,
      cause,
      channel,
    );
  }

  saveSnapshot({ cause, channel }: NoticeRow, snapshot: ArrayBuffer): void {
    this.#sql.exec(`UPDATE notices SET snapshot = ? WHERE ${ONE}`, snapshot, cause, channel);
  }

  /** It still goes on. */
  prolong({ cause, channel }: NoticeRow, again: number): void {
    this.#sql.exec(`UPDATE notices SET due = ? WHERE due IS NOT NULL AND ${ONE}`, again, cause, channel);
  }

  wait({ cause, channel }: NoticeRow, error: string | null, until: number): void {
    this.#sql.exec(
      `UPDATE notices SET due = ?, error = ?, begun = 0 WHERE due IS NOT NULL AND ${ONE}`,
      until,
      error,
      cause,
      channel,
    );
  }

  /** Over: told, or given up because of the error. */
  end({ cause, channel }: NoticeRow, error: string | null): void {
    this.#sql.exec(
      `UPDATE notices SET due = NULL, begun = 0, error = ?, snapshot = NULL WHERE ${ONE}`,
      error,
      cause,
      channel,
    );
  }

  /** They spoke of an account that is no longer there. */
  dropTasks(): void {
    this.#sql.exec(
      `UPDATE notices SET due = NULL, error = 'other_account', snapshot = NULL
       WHERE channel = 'task' AND due IS NOT NULL`,
    );
  }

  view(): NoticesView {
    const { pending, given_up } = this.#sql
      .exec<{ pending: number; given_up: number }>(
        `SELECT count(due) AS pending, count(iif(due IS NULL, error, NULL)) AS given_up FROM notices`,
      )
      .one();
    const last = this.#sql
      .exec<{ error: string }>('SELECT error FROM notices WHERE error IS NOT NULL ORDER BY at DESC LIMIT 1')
      .toArray()[0];
    return { pending, given_up, last_error: last?.error ?? null };
  }
}
