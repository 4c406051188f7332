// Who may run: an event waits for every earlier unfinished event that shares an identifier with it, and for any that
// has started. Events of different clients never wait for each other. On its way an event also takes the lock of the
// contact that it has found: two that know one client by different things wait for each other from there on.
//
// `ready` has the events that nothing stands in the way of. It is kept up to date as locks come and go, so that
// finding the next one costs the same with one event waiting and with ten thousand.

/** Once started, an event holds its locks to the end. */
const UNBLOCKED = `NOT EXISTS (
  SELECT 1 FROM locks mine JOIN locks other ON other.identifier = mine.identifier AND other.seq < mine.seq
  WHERE mine.seq = events.seq AND mine.held = 0
) AND NOT EXISTS (
  SELECT 1 FROM locks mine JOIN locks other ON other.identifier = mine.identifier AND other.held = 1
  WHERE mine.seq = events.seq AND mine.held = 0
)`;

const READY = `INSERT OR REPLACE INTO ready SELECT seq, coalesce(next_attempt_at, 0), later FROM events
  WHERE status IN ('queued', 'delivering', 'retrying') AND ${UNBLOCKED}`;

/** Far more than are given back while a journey reads a client. */
const MOST_REMEMBERED = 5_000;

export class Locks {
  readonly #sql: SqlStorage;
  /** Locks that were given back lately, and in which turn. */
  readonly #released = new Map<string, number>();
  /** Of those that are forgotten, the last turn. */
  #forgotten = 0;
  #turn = 0;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    // Erased while the process was killed: nothing of it is on the wire any more.
    sql.exec(`DELETE FROM locks WHERE seq IN (
      SELECT seq FROM events WHERE status NOT IN ('queued', 'delivering', 'retrying', 'held')
    )`);
    // An event that fell out of it would wait for ever.
    this.rebuild();
  }

  /** `ready` from scratch. */
  rebuild(): void {
    this.#sql.exec('DELETE FROM ready');
    this.#sql.exec(READY);
  }

  /** The oldest held event that nothing but the connection stands in the way of. */
  oldestHeld(): number | undefined {
    return this.#sql
      .exec<{ seq: number }>(
        `SELECT seq FROM events WHERE status = 'held' AND ${UNBLOCKED} ORDER BY seq LIMIT 1`,
      )
      .toArray()[0]?.seq;
  }

  /** Queues an event under the identifiers the journal knows it by. */
  enter(seq: number): void {
    this.#sql.exec(
      'INSERT OR IGNORE INTO locks (identifier, seq) SELECT identifier, seq FROM event_identifiers WHERE seq = ?',
      seq,
    );
    // One that comes back goes before those that came after it and have not started.
    this.#sql.exec(
      `DELETE FROM ready WHERE seq IN (
         SELECT other.seq FROM locks mine
         JOIN locks other ON other.identifier = mine.identifier AND other.seq > mine.seq
         WHERE mine.seq = ? AND other.held = 0
       )`,
      seq,
    );
    this.#hurry(seq);
    this.admit(seq);
  }

  /** What happens now does not wait behind a whole import for one of the same client's calls in it. */
  #hurry(seq: number): void {
    const before = `SELECT other.seq FROM events JOIN locks mine ON mine.seq = events.seq
      JOIN locks other ON other.identifier = mine.identifier AND other.seq < mine.seq
      WHERE events.seq = ? AND events.later = 0`;
    const { rowsWritten } = this.#sql.exec(
      `UPDATE events SET later = 0 WHERE later = 1 AND seq IN (${before})`,
      seq,
    );
    if (rowsWritten > 0) this.#sql.exec(`UPDATE ready SET later = 0 WHERE seq IN (${before})`, seq);
  }

  /**
   * An event under way takes one more lock. `busy`: somebody has it; the event is ready again once it has it. `stale`:
   * somebody may have had it since that turn.
   */
  take(seq: number, name: string, since: number): 'held' | 'stale' | 'busy' {
    const before = this.#sql
      .exec<{ held: number }>('SELECT held FROM locks WHERE identifier = ? AND seq = ?', name, seq)
      .toArray()[0];
    if (before?.held === 1) return 'held';
    this.#sql.exec('INSERT OR IGNORE INTO locks (identifier, seq) VALUES (?, ?)', name, seq);
    const free =
      this.#sql.exec(`SELECT 1 FROM events WHERE seq = ? AND ${UNBLOCKED}`, seq).toArray().length > 0;
    if (!free) {
      this.#hurry(seq);
      this.unready(seq);
      return 'busy';
    }
    this.#sql.exec('UPDATE locks SET held = 1 WHERE seq = ?', seq);
    const released = this.#released.get(name) ?? this.#forgotten;
    return released > since ? 'stale' : 'held';
  }

  /** Grows with every event that ends: a clock stands still for too long. */
  get turn(): number {
    return this.#turn;
  }

  /** The event starts or goes on. */
  hold(seq: number): void {
    this.#sql.exec('UPDATE locks SET held = 1 WHERE seq = ?', seq);
    this.wait(seq, 0);
  }

  /** Nothing to do for this event before that time. */
  wait(seq: number, until: number): void {
    this.#sql.exec('UPDATE ready SET due = ? WHERE seq = ?', until, seq);
  }

  /** It does not go on before it is admitted again. */
  unready(seq: number): void {
    this.#sql.exec('DELETE FROM ready WHERE seq = ?', seq);
  }

  /** The event has ended: of those behind it, the first one under each of its identifiers may be free now. */
  leave(seq: number): void {
    const next = this.#sql
      .exec<{ seq: number | null }>(
        `SELECT DISTINCT (
           SELECT min(other.seq) FROM locks other WHERE other.identifier = mine.identifier AND other.seq <> mine.seq
         ) AS seq FROM locks mine WHERE mine.seq = ?`,
        seq,
      )
      .toArray();
    this.#release(seq);
    this.#sql.exec('DELETE FROM ready WHERE seq = ?', seq);
    for (const { seq: free } of next) if (free !== null) this.admit(free);
  }

  #release(seq: number): void {
    this.#turn += 1;
    const given = this.#sql
      .exec<{ identifier: string }>('DELETE FROM locks WHERE seq = ? RETURNING identifier', seq)
      .toArray();
    for (const { identifier } of given) {
      // In the order in which they were given back.
      this.#released.delete(identifier);
      this.#released.set(identifier, this.#turn);
    }
    for (const [identifier, turn] of this.#released) {
      if (this.#released.size <= MOST_REMEMBERED) break;
      this.#released.delete(identifier);
      this.#forgotten = turn;
    }
  }

  /** Makes it ready, unless something stands in its way. */
  admit(seq: number): void {
    this.#sql.exec(`${READY} AND seq = ?`, seq);
  }
}
