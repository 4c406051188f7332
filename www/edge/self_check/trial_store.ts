// The one contact and lead that a self-check may make in an account: whether it was asked for, and what came of it.

export interface Trial extends Record<string, SqlStorageValue> {
  account: number;
  /** Unix milliseconds. */
  asked_at: number;
  /** Null: not known yet. */
  contact: number | null;
  lead: number | null;
}

export class TrialStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  of(account: number): Trial | undefined {
    return this.#sql.exec<Trial>('SELECT * FROM trials WHERE account = ?', account).toArray()[0];
  }

  asked(account: number, now: number): void {
    this.#sql.exec('INSERT OR REPLACE INTO trials VALUES (?, ?, NULL, NULL)', account, now);
  }

  made(account: number, now: number, contact: number, lead: number | null): void {
    this.#sql.exec('INSERT OR REPLACE INTO trials VALUES (?, ?, ?, ?)', account, now, contact, lead);
  }

  forget(account: number): void {
    this.#sql.exec('DELETE FROM trials WHERE account = ?', account);
  }
}
