// What has ended and grown old is deleted: once a day, in slices, and only while no delivery waits.
import type { Journal } from './journal.ts';
import type { RingostatDirectory } from './ringostat_directory.ts';
import type { SettingsStore } from './settings_store.ts';

const SLICE = 500;
const DEFAULT_DAYS = 30;
/** Lines and employees that no call has named for so long are gone. */
const SEEN_DAYS = 400;
/** Between two slices: whoever waits at the door comes first. */
const PAUSE_MS = 50;
const listed = 'IN (SELECT value FROM json_each(?))';

export class Retention {
  readonly #sql: SqlStorage;
  readonly #journal: Journal;
  readonly #settings: SettingsStore;
  readonly #ringostat: RingostatDirectory;
  readonly #dayMs: number;

  constructor(
    sql: SqlStorage,
    journal: Journal,
    settings: SettingsStore,
    ringostat: RingostatDirectory,
    dayMs: number,
  ) {
    this.#sql = sql;
    this.#journal = journal;
    this.#settings = settings;
    this.#ringostat = ringostat;
    this.#dayMs = dayMs;
  }

  /** When to look again; null when there is nothing that could grow old. */
  due(now: number): number | null {
    if (this.#empty()) return null;
    return this.#next() ?? this.#postpone(now + this.#dayMs);
  }

  /** One slice, when it is time for it. */
  run(now: number): void {
    const due = this.due(now);
    if (due === null || due > now) return;
    const more = this.#slice(now);
    this.#postpone(now + (more ? PAUSE_MS : this.#dayMs));
  }

  /** Whether there is more of it. */
  #slice(now: number): boolean {
    const days = this.#settings.host()?.backlog.retention_days ?? DEFAULT_DAYS;
    const before = now - days * this.#dayMs;
    // First what has ended: what expires now can be looked at, and sent by hand, until the next time.
    const deleted = this.#deleteEvents(before);
    if (deleted === SLICE) return true;
    const expired = this.#expireHeld(before, now);
    if (expired === SLICE) return true;
    this.#deleteTraces(before);
    this.#ringostat.forget(now - SEEN_DAYS * this.#dayMs);
    return false;
  }

  #deleteEvents(before: number): number {
    const gone = this.#sql
      .exec<{ seq: number; subject: string }>(
        `DELETE FROM events WHERE seq IN (
           SELECT seq FROM events WHERE received_at < ? AND status IN ('delivered', 'skipped', 'failed', 'expired')
           ORDER BY received_at LIMIT ?
         ) RETURNING seq, subject`,
        before,
        SLICE,
      )
      .toArray();
    const seqs = JSON.stringify(gone.map(({ seq }) => seq));
    this.#sql.exec(`DELETE FROM event_identifiers WHERE seq ${listed}`, seqs);
    // A call is known as long as any of its messages is.
    const over = this.#sql
      .exec<{ subject: string }>(
        `DELETE FROM subjects WHERE subject ${listed}
           AND NOT EXISTS (SELECT 1 FROM events WHERE events.subject = subjects.subject) RETURNING subject`,
        JSON.stringify(gone.map(({ subject }) => subject)),
      )
      .toArray();
    this.#sql.exec(
      `DELETE FROM subject_aliases WHERE subject ${listed}`,
      JSON.stringify(over.map(({ subject }) => subject)),
    );
    return gone.length;
  }

  #expireHeld(before: number, now: number): number {
    const held = this.#sql
      .exec<{ seq: number }>(
        `SELECT seq FROM events WHERE status = 'held' AND received_at < ? ORDER BY seq LIMIT ?`,
        before,
        SLICE,
      )
      .toArray();
    const reason = { code: 'older_than_retention', params: {} };
    for (const { seq } of held) this.#journal.finish(seq, 'expired', reason, now);
    return held.length;
  }

  /** What was remembered beside events. Calls count in seconds. */
  #deleteTraces(before: number): void {
    const seconds = Math.floor(before / 1000);
    this.#sql.exec('DELETE FROM memory WHERE written_at < ?', before);
    this.#sql.exec('DELETE FROM talks WHERE at < ?', seconds);
    this.#sql.exec('DELETE FROM missed_tasks WHERE called_at < ?', seconds);
    // What has lasted since then must not be told anew.
    this.#sql.exec(
      `DELETE FROM notices WHERE due IS NULL AND at < ?
         AND cause NOT IN (SELECT 'held:' || since FROM connection)`,
      before,
    );
    this.#sql.exec(
      'DELETE FROM backlogs WHERE began_at < ? AND NOT EXISTS (SELECT 1 FROM events WHERE backlog = backlogs.id)',
      before,
    );
  }

  #empty(): boolean {
    const rows = this.#sql.exec(
      `SELECT 1 WHERE EXISTS (SELECT 1 FROM events) OR EXISTS (SELECT 1 FROM ringostat_seen)
         OR EXISTS (SELECT 1 FROM talks) OR EXISTS (SELECT 1 FROM missed_tasks)
         OR EXISTS (SELECT 1 FROM notices)`,
    );
    return rows.toArray().length === 0;
  }

  #next(): number | undefined {
    const row = this.#sql
      .exec<{ value: string }>(`SELECT value FROM meta WHERE key = 'retention_at'`)
      .toArray()[0];
    return row && Number(row.value);
  }

  #postpone(at: number): number {
    this.#sql.exec(`INSERT OR REPLACE INTO meta VALUES ('retention_at', ?)`, String(at));
    return at;
  }
}
