// The account's directory as it was last read, and the state of a survey that had to wait.
import type { Directory } from 'ringostat-amocrm';
import type { Reason } from './journal.ts';

export interface PendingSurvey {
  snapshot: ArrayBuffer | null;
  status: 'retrying' | 'held' | null;
  reason: Reason | null;
  until: number | null;
}

interface Row extends Record<string, SqlStorageValue> {
  account: string;
  document: string | null;
  read_at: number | null;
  snapshot: ArrayBuffer | null;
  status: 'retrying' | 'held' | null;
  reason: string | null;
  next_attempt_at: number | null;
}

export class DirectoryStore {
  readonly #sql: SqlStorage;
  /** Kept in memory: a directory can be large and every delivery needs it. */
  #document: string | undefined;
  #readAt = 0;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    const row = this.#row();
    if (row?.document) this.#remember(row.document, row.read_at ?? 0);
  }

  get document(): string | undefined {
    return this.#document;
  }

  get readAt(): number {
    return this.#readAt;
  }

  isOfOther(account: string): boolean {
    const row = this.#row();
    return row !== undefined && row.account !== account;
  }

  /** True when the directory on file belongs to another account: then it is dropped. */
  switchTo(account: string): boolean {
    const other = this.isOfOther(account);
    if (!other && this.#row()) return false;
    this.#sql.exec('INSERT OR REPLACE INTO directory (only, account) VALUES (1, ?)', account);
    this.#document = undefined;
    this.#readAt = 0;
    return other;
  }

  write(directory: Directory, now: number): void {
    const document = JSON.stringify(directory);
    this.#sql.exec(
      `UPDATE directory SET document = ?, read_at = ?, snapshot = NULL, status = NULL, reason = NULL,
         next_attempt_at = NULL`,
      document,
      now,
    );
    this.#remember(document, now);
  }

  pending(): PendingSurvey {
    const row = this.#row();
    return {
      snapshot: row?.snapshot ?? null,
      status: row?.status ?? null,
      reason: row?.reason ? (JSON.parse(row.reason) as Reason) : null,
      until: row?.next_attempt_at ?? null,
    };
  }

  saveSnapshot(snapshot: ArrayBuffer | null): void {
    this.#sql.exec('UPDATE directory SET snapshot = ?', snapshot);
  }

  wait(status: 'retrying' | 'held', reason: Reason, until: number): void {
    this.#sql.exec(
      'UPDATE directory SET status = ?, reason = ?, next_attempt_at = ?',
      status,
      JSON.stringify(reason),
      until,
    );
  }

  #row(): Row | undefined {
    return this.#sql.exec<Row>('SELECT * FROM directory').toArray()[0];
  }

  #remember(document: string, readAt: number): void {
    this.#document = document;
    this.#readAt = readAt;
  }
}
