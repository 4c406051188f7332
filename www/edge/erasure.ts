// Erases a client here. Of his events a shell stays: that there was one, of which kind, when, and how it ended.
import type { ClientNames } from './client_names.ts';
import type { Journal } from './journal.ts';

export interface Erased {
  erased: {
    events: number;
    calls: number;
    identifiers: number;
    memory: number;
    talks: number;
    missed_tasks: number;
  };
  /** Of the events, those that were still under way. */
  stopped: number;
  /** What else the erased events knew him by. It may have events of its own, which stay. */
  also_known_by: string[];
}

interface Found extends Record<string, SqlStorageValue> {
  seq: number;
  subject: string;
  unfinished: number;
}

export const ERASED = { code: 'erased', params: {} };
/** The name of a call without an id is made of its numbers. */
const OF_NUMBERS = `subject LIKE 'c-~%'`;
const listed = 'IN (SELECT value FROM json_each(?))';

export class Erasure {
  readonly #storage: DurableObjectStorage;
  readonly #sql: SqlStorage;
  readonly #journal: Journal;

  constructor(storage: DurableObjectStorage, journal: Journal) {
    this.#storage = storage;
    this.#sql = storage.sql;
    this.#journal = journal;
  }

  /**
   * `rest` resolves when nothing of these events is on the wire any more: until then their locks stand, or the next
   * event of the client would look for a contact that is just being made.
   */
  async erase(names: ClientNames, now: number, rest: (seqs: number[]) => Promise<void>): Promise<Erased> {
    const { erased, seqs } = this.#storage.transactionSync(() => this.#erase(names, now));
    await rest(seqs);
    this.#journal.unlock(seqs);
    return erased;
  }

  #erase({ identifiers, numbers }: ClientNames, now: number): { erased: Erased; seqs: number[] } {
    const subjects = this.#subjects(identifiers, numbers);
    const events = this.#events([...identifiers, ...subjects.map((subject) => `call:${subject}`)]);
    const seqs = JSON.stringify(events.map(({ seq }) => seq));
    const others = this.#others(seqs, identifiers);
    for (const { seq, unfinished } of events) {
      if (unfinished) this.#journal.end(seq, 'expired', ERASED, now);
    }
    this.#sql.exec(
      `UPDATE events SET event = '', ticket = NULL, snapshot = NULL, report = NULL, reason = ?,
         id = iif(${OF_NUMBERS}, 'c-erased-' || seq, id),
         dedup_key = iif(${OF_NUMBERS}, 'c-erased-' || seq, dedup_key),
         subject = iif(${OF_NUMBERS}, 'c-erased-' || seq, subject)
       WHERE seq ${listed}`,
      JSON.stringify(ERASED),
      seqs,
    );
    const known = this.#delete('event_identifiers', 'seq', seqs);
    const orphans = others.filter((identifier) => !this.#carried(identifier));
    const gone = JSON.stringify([...identifiers, ...orphans]);
    const calls = JSON.stringify(subjects);
    this.#delete('subject_aliases', 'subject', calls);
    const erased = {
      erased: {
        events: events.length,
        calls: this.#delete('subjects', 'subject', calls),
        identifiers: known,
        memory: this.#delete('memory', 'identifier', gone),
        talks: this.#delete('talks', 'identifier', gone),
        missed_tasks: this.#delete('missed_tasks', 'identifier', gone),
      },
      stopped: events.filter(({ unfinished }) => unfinished).length,
      also_known_by: others,
    };
    return { erased, seqs: events.map(({ seq }) => seq) };
  }

  /** His calls, also those whose later messages did not name him. */
  #subjects(identifiers: string[], numbers: string[]): string[] {
    return this.#sql
      .exec<{ subject: string }>(
        `SELECT subject FROM subjects WHERE client ${listed}
         UNION SELECT subject FROM events WHERE kind = 'call'
           AND seq IN (SELECT seq FROM event_identifiers WHERE identifier ${listed})`,
        JSON.stringify(numbers),
        JSON.stringify(identifiers),
      )
      .toArray()
      .map(({ subject }) => subject);
  }

  #events(identifiers: string[]): Found[] {
    return this.#sql
      .exec<Found>(
        `SELECT seq, subject, status IN ('queued', 'delivering', 'retrying', 'held') AS unfinished FROM events
         WHERE seq IN (SELECT seq FROM event_identifiers WHERE identifier ${listed}) ORDER BY seq`,
        JSON.stringify(identifiers),
      )
      .toArray();
  }

  #others(seqs: string, given: string[]): string[] {
    return this.#sql
      .exec<{ identifier: string }>(
        `SELECT DISTINCT identifier FROM event_identifiers
         WHERE seq ${listed} AND identifier NOT ${listed} AND identifier NOT LIKE 'call:%' ORDER BY identifier`,
        seqs,
        JSON.stringify(given),
      )
      .toArray()
      .map(({ identifier }) => identifier);
  }

  /** Whether some event that stays is known by it. */
  #carried(identifier: string): boolean {
    const rows = this.#sql.exec('SELECT 1 FROM event_identifiers WHERE identifier = ? LIMIT 1', identifier);
    return rows.toArray().length > 0;
  }

  #delete(table: string, column: string, values: string): number {
    return this.#sql.exec(`DELETE FROM ${table} WHERE ${column} ${listed} RETURNING 1`, values).toArray()
      .length;
  }
}
