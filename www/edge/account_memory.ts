// What deliveries learned about the account: contacts written lately and the newest ids seen.
import type { Report } from 'ringostat-amocrm';

/** The account's search catches up within this time. */
const REMEMBERED_MS = 3_600_000;

export class AccountMemory {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  contactsOf(seq: number, now: number): { identifier: string; contact: number }[] {
    return this.#sql
      .exec<{ identifier: string; contact: number }>(
        `SELECT identifier, contact_id AS contact FROM memory
         WHERE written_at > ? AND identifier IN (SELECT identifier FROM event_identifiers WHERE seq = ?)`,
        now - REMEMBERED_MS,
        seq,
      )
      .toArray();
  }

  watermarks(): Record<string, number> {
    const rows = this.#sql.exec<{ collection: string; id: number }>('SELECT collection, id FROM watermarks');
    return Object.fromEntries(rows.toArray().map(({ collection, id }) => [collection, id]));
  }

  learn({ memory, watermarks }: Pick<Report, 'memory' | 'watermarks'>, now: number): void {
    for (const { identifier, contact } of memory) {
      this.#sql.exec('INSERT OR REPLACE INTO memory VALUES (?, ?, ?)', identifier, contact, now);
    }
    for (const [collection, id] of Object.entries(watermarks)) {
      this.#sql.exec(
        'INSERT INTO watermarks VALUES (?, ?) ON CONFLICT DO UPDATE SET id = max(id, excluded.id)',
        collection,
        id,
      );
    }
    this.#sql.exec('DELETE FROM memory WHERE written_at <= ?', now - REMEMBERED_MS);
  }

  forget(): void {
    this.#sql.exec('DELETE FROM memory');
    this.#sql.exec('DELETE FROM watermarks');
  }
}
