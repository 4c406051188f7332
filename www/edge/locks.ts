// Who may run: an event waits for every earlier unfinished event that shares an identifier with it, and for any that
// has started. Events of different clients never wait for each other.

/** A condition on `events`: nothing stands in the event's way. Once started, it holds its locks to the end. */
export const UNBLOCKED = `NOT EXISTS (
  SELECT 1 FROM locks mine JOIN locks other ON other.identifier = mine.identifier AND other.seq <> mine.seq
  WHERE mine.seq = events.seq AND mine.held = 0 AND (other.held = 1 OR other.seq < mine.seq)
)`;

export class Locks {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Queues an event under the identifiers the journal knows it by. */
  enter(seq: number): void {
    this.#sql.exec(
      'INSERT OR IGNORE INTO locks (identifier, seq) SELECT identifier, seq FROM event_identifiers WHERE seq = ?',
      seq,
    );
  }

  hold(seq: number): void {
    this.#sql.exec('UPDATE locks SET held = 1 WHERE seq = ?', seq);
  }

  leave(seq: number): void {
    this.#sql.exec('DELETE FROM locks WHERE seq = ?', seq);
  }
}
