// The journal: every event that was accepted, what became of it, and its journey's last durable state.
import type { Accepted, Report, Ticket } from 'ringostat-amocrm';
import { Locks } from './locks.ts';
import type { Stats } from './stats.ts';
import { Subjects } from './subjects.ts';

export const STATUSES = [
  'queued',
  'delivering',
  'retrying',
  'held',
  'delivered',
  'skipped',
  'failed',
  'expired',
] as const;
export type Status = (typeof STATUSES)[number];
/** Those that an event comes to rest in. */
export type Ended = Extract<Status, 'delivered' | 'skipped' | 'failed' | 'expired'>;
/** Statuses from which an event can be sent by hand. */
export const RETRYABLE = ['failed', 'expired', 'held', 'skipped'] as const satisfies Status[];
export const KINDS = ['form', 'call'] as const;
export type Reason = NonNullable<Report['reason']>;

export interface EventRow extends Record<string, SqlStorageValue> {
  seq: number;
  id: string;
  kind: string;
  phase: string | null;
  subject: string;
  status: Status;
  reason: string | null;
  event: string;
  ticket: string | null;
  snapshot: ArrayBuffer | null;
  report: string | null;
  received_at: number;
  delivered_at: number | null;
  attempts: number;
  next_attempt_at: number | null;
  traps: number;
  /** 1: it fills a gap or is of a backlog, and what happens now goes first. */
  later: number;
  backlog: number | null;
  /** 1: it was held, imported or sent by hand, so its delay tells nothing of the way to amoCRM. */
  waited: number;
}

export interface EventFilter {
  status?: string | undefined;
  kind?: string | undefined;
  /** Ids of events, or names of calls. */
  named?: string[] | undefined;
  before?: number | undefined;
  limit: number;
}

export type FailedEvent = Pick<EventRow, 'id' | 'subject' | 'kind'>;

/** Who is told what becomes of events, in the same turn. Unix milliseconds. */
export interface Listener {
  failed(event: FailedEvent, reason: Reason | null, now: number): void;
  /** There may be more of them. */
  held(now: number): void;
}

/** The event was erased while it was under way: nothing more is sent of it or written down. */
export class EventErased extends Error {}

/** Of an erased event a shell is left. */
const INTACT = `event <> ''`;
/** By its own id, or by any name of its call. */
const NAMED = `seq IN (
  WITH names AS MATERIALIZED (SELECT value FROM json_each(?))
  SELECT seq FROM events WHERE id IN names
  UNION ALL SELECT seq FROM events WHERE subject IN names
  UNION ALL SELECT seq FROM events WHERE subject IN (SELECT subject FROM subject_aliases WHERE alias IN names)
)`;
const UNFINISHED = `status IN ('queued', 'delivering', 'retrying', 'held')`;

export class Journal {
  readonly #sql: SqlStorage;
  readonly #locks: Locks;
  readonly #subjects: Subjects;
  readonly #stats: Stats;
  readonly #listener: Listener;

  constructor(sql: SqlStorage, stats: Stats, listener: Listener) {
    this.#sql = sql;
    this.#locks = new Locks(sql);
    this.#subjects = new Subjects(sql);
    this.#stats = stats;
    this.#listener = listener;
  }

  /**
   * Stores an event, or finds the one that this message repeats. `held`: why it cannot start; `later`: what happens now
   * is delivered before it.
   */
  accept(
    accepted: Accepted,
    now: number,
    held: Reason | null,
    later: boolean,
  ): { id: string; duplicate: boolean } {
    const { dedup_window_s: windowS } = accepted;
    const erased = later ? this.#erasedCall(accepted) : undefined;
    if (erased) return { id: erased, duplicate: true };
    const { key, subject, identifiers } = this.#named(accepted);
    const earlier = this.#sql
      .exec<{ id: string; received_at: number }>(
        'SELECT id, received_at FROM events WHERE dedup_key = ? ORDER BY seq DESC LIMIT 1',
        key,
      )
      .toArray()[0];
    if (earlier && (windowS === null || now - earlier.received_at <= windowS * 1000)) {
      return { id: earlier.id, duplicate: true };
    }
    // Outside the window the same content is a new message.
    const id = earlier ? `${key}-${Math.floor(now / 1000)}` : key;
    const { seq } = this.#sql
      .exec<{ seq: number }>(
        `INSERT INTO events (id, dedup_key, kind, phase, subject, status, reason, event, received_at, later, waited)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq`,
        id,
        key,
        accepted.kind,
        accepted.phase,
        subject ?? id,
        held ? 'held' : 'queued',
        held && JSON.stringify(held),
        JSON.stringify(accepted.event),
        now,
        Number(later),
        Number(later || held !== null),
      )
      .one();
    this.#stats.event('received', accepted.kind, now);
    for (const identifier of new Set(identifiers)) {
      this.#sql.exec('INSERT INTO event_identifiers VALUES (?, ?)', identifier, seq);
    }
    this.#locks.enter(seq);
    if (held) this.#listener.held(now);
    return { id, duplicate: false };
  }

  /** A list still has the call of a client who was erased here: it must not bring him back. */
  #erasedCall({ subject }: Accepted): string | undefined {
    return this.#sql
      .exec<{ id: string }>(`SELECT id FROM events WHERE subject = ? AND event = '' LIMIT 1`, subject)
      .toArray()[0]?.id;
  }

  /** A call's message goes by the name of its call, and all of them go one after another. */
  #named({ subject: own, call, dedup_key: key, identifiers }: Accepted) {
    if (own === null || call === null) return { key, subject: null, identifiers };
    const subject = this.#subjects.of(own, call);
    return {
      key: subject + key.slice(own.length),
      subject,
      identifiers: [...identifiers, `call:${subject}`],
    };
  }

  find(id: string): EventRow | undefined {
    return this.#sql.exec<EventRow>('SELECT * FROM events WHERE id = ?', id).toArray()[0];
  }

  /** Newest first. */
  list({ status, kind, named, before, limit }: EventFilter): EventRow[] {
    const where: string[] = [];
    const values: SqlStorageValue[] = [];
    const add = (condition: string, value: SqlStorageValue | undefined) => {
      if (value === undefined) return;
      where.push(condition);
      values.push(value);
    };
    add('status = ?', status);
    add('kind = ?', kind);
    add(NAMED, named && JSON.stringify(named));
    add('seq < ?', before);
    const condition = where.length > 0 ? `WHERE ${where.join(' AND ')}` : '';
    return this.#sql
      .exec<EventRow>(`SELECT * FROM events ${condition} ORDER BY seq DESC LIMIT ?`, ...values, limit)
      .toArray();
  }

  /** Events that may run now but for those that do already, oldest first, imported ones and a backlog behind all others. */
  runnable(now: number, limit: number, running: number[]): EventRow[] {
    return this.#sql
      .exec<EventRow>(
        `SELECT events.* FROM ready CROSS JOIN events ON events.seq = ready.seq
         WHERE ready.due <= ? AND ready.seq NOT IN (SELECT value FROM json_each(?))
         ORDER BY ready.later, ready.seq LIMIT ?`,
        now,
        JSON.stringify(running),
        limit,
      )
      .toArray();
  }

  /** Whether what happens now goes before it; a client who comes back changes that. */
  isLater(seq: number): boolean {
    return (
      this.#sql.exec<{ later: number }>('SELECT later FROM events WHERE seq = ?', seq).toArray()[0]?.later ===
      1
    );
  }

  /** When the next event can run; null when nothing waits. */
  nextDue(): number | null {
    return this.#sql.exec<{ due: number | null }>('SELECT min(due) AS due FROM ready').one().due;
  }

  /** The event takes its locks and starts or goes on. */
  start(seq: number): void {
    this.#locks.hold(seq);
    this.#sql.exec(
      `UPDATE events SET status = 'delivering', reason = NULL, next_attempt_at = NULL
       WHERE seq = ? AND ${INTACT}`,
      seq,
    );
  }

  /** The event, under way, takes one more lock: see `Locks.take`. */
  take(seq: number, name: string, since: number): 'held' | 'stale' | 'busy' {
    const intact = this.#sql.exec(`SELECT 1 FROM events WHERE seq = ? AND ${INTACT}`, seq).toArray();
    if (intact.length === 0) throw new EventErased();
    return this.#locks.take(seq, name, since);
  }

  /** The turn of its locks. */
  get turn(): number {
    return this.#locks.turn;
  }

  /** It stands behind another event of its client. */
  queue(seq: number): void {
    this.#sql.exec(`UPDATE events SET status = 'queued' WHERE seq = ? AND ${INTACT}`, seq);
  }

  /** What the journey begins from; a stored snapshot of an earlier beginning is void. */
  saveTicket(seq: number, ticket: Ticket): void {
    this.#keep('ticket = ?, snapshot = NULL', seq, JSON.stringify(ticket));
  }

  saveSnapshot(seq: number, snapshot: ArrayBuffer): void {
    this.#keep('snapshot = ?', seq, snapshot);
  }

  /** Everything that the event's client is known by. */
  identifiers(seq: number): string[] {
    return this.#sql
      .exec<{ identifier: string }>('SELECT identifier FROM event_identifiers WHERE seq = ?', seq)
      .toArray()
      .map(({ identifier }) => identifier);
  }

  /** But for what is good for seconds only. */
  saveReport(seq: number, report: Report): void {
    this.#keep(
      'report = ?, attempts = ?',
      seq,
      JSON.stringify({ ...report, view: undefined }),
      report.attempts,
    );
  }

  #keep(assignments: string, seq: number, ...values: SqlStorageValue[]): void {
    const { rowsWritten } = this.#sql.exec(
      `UPDATE events SET ${assignments} WHERE seq = ? AND ${INTACT}`,
      ...values,
      seq,
    );
    if (rowsWritten === 0) throw new EventErased();
  }

  /** It is tried again at that time. */
  wait(seq: number, reason: Reason, until: number): void {
    this.#sql.exec(
      `UPDATE events SET status = 'retrying', reason = ?, next_attempt_at = ? WHERE seq = ? AND ${INTACT}`,
      JSON.stringify(reason),
      until,
      seq,
    );
    this.#locks.wait(seq, until);
  }

  /** It waits for the connection, with the locks that it has. */
  hold(seq: number, reason: Reason): void {
    this.#sql.exec(
      `UPDATE events SET status = 'held', reason = ?, next_attempt_at = NULL, waited = 1
       WHERE seq = ? AND ${INTACT}`,
      JSON.stringify(reason),
      seq,
    );
    this.#locks.unready(seq);
    this.#listener.held(Date.now());
  }

  /** Everything unfinished waits for the connection. */
  holdAll(reason: Reason): void {
    this.#sql.exec(
      `UPDATE events SET status = 'held', reason = ?, next_attempt_at = NULL, waited = 1 WHERE ${UNFINISHED}`,
      JSON.stringify(reason),
    );
    this.#locks.rebuild();
    this.#listener.held(Date.now());
  }

  /** What was held goes on where it was. */
  releaseAll(): void {
    this.#sql.exec(`UPDATE events SET status = 'queued', reason = NULL WHERE status = 'held'`);
    this.#locks.rebuild();
  }

  /** One of them goes ahead: the oldest. False when there is none. */
  releaseOldest(): boolean {
    const seq = this.#locks.oldestHeld();
    if (seq === undefined) return false;
    this.#sql.exec(`UPDATE events SET status = 'queued', reason = NULL WHERE seq = ?`, seq);
    this.#locks.admit(seq);
    return true;
  }

  /**
   * What was held goes out as a backlog, as far as it came in since then; what is older expires. Without a backlog
   * (`since` null) all of it does. Unix milliseconds.
   */
  release(since: number | null, now: number): { total: number; expired: number } {
    const oldest = since ?? Number.MAX_SAFE_INTEGER;
    const held = this.#sql
      .exec<{ seq: number }>(
        `SELECT seq FROM events WHERE status = 'held' AND received_at < ? ORDER BY seq`,
        oldest,
      )
      .toArray();
    const reason = since === null ? 'not_resent' : 'older_than_window';
    for (const { seq } of held) this.finish(seq, 'expired', { code: reason, params: {} }, now);
    const { total } = this.#sql
      .exec<{ total: number }>(`SELECT count(*) AS total FROM events WHERE status = 'held'`)
      .one();
    if (total > 0) {
      const { id } = this.#sql
        .exec<{ id: number }>(
          'INSERT INTO backlogs (began_at, total, expired) VALUES (?, ?, ?) RETURNING id',
          now,
          total,
          held.length,
        )
        .one();
      this.#sql.exec(
        `UPDATE events SET status = 'queued', reason = NULL, next_attempt_at = NULL, backlog = ?, later = 1
         WHERE status = 'held'`,
        id,
      );
      this.#locks.rebuild();
    }
    return { total, expired: held.length };
  }

  count(status: Status, kind?: string): number {
    const [more, values] = kind === undefined ? ['', []] : ['AND kind = ?', [kind]];
    return this.#sql
      .exec<{ count: number }>(
        `SELECT count(*) AS count FROM events WHERE status = ? ${more}`,
        status,
        ...values,
      )
      .one().count;
  }

  /** Those that ended so and can be sent by hand: not the erased ones. */
  unsent(status: 'failed' | 'expired'): number {
    return this.#sql
      .exec<{ count: number }>(`SELECT count(*) AS count FROM events WHERE status = ? AND ${INTACT}`, status)
      .one().count;
  }

  /** Whether there are more than so many of them. */
  exceeds(status: Status, limit: number): boolean {
    return (
      this.#sql.exec('SELECT 1 FROM events WHERE status = ? LIMIT 1 OFFSET ?', status, limit).toArray()
        .length > 0
    );
  }

  /** Events that are not at their end, and those that have got through since then. */
  underWaySince(since: number): number {
    return this.#sql
      .exec<{ count: number }>(
        `SELECT count(*) AS count FROM events WHERE ${UNFINISHED} OR delivered_at >= ?`,
        since,
      )
      .one().count;
  }

  /** The event is at its end, and who stands behind it may go. */
  finish(seq: number, status: Ended, reason: Reason | null, now: number): void {
    this.end(seq, status, reason, now);
    this.#locks.leave(seq);
  }

  /** Ended events give their locks back. */
  unlock(seqs: number[]): void {
    for (const seq of seqs) this.#locks.leave(seq);
  }

  /** The event is at its end, with the locks that it has. */
  end(seq: number, status: Ended, reason: Reason | null, now: number): void {
    const [ended] = this.#sql
      .exec<Pick<EventRow, 'id' | 'subject' | 'kind' | 'received_at' | 'waited'>>(
        `UPDATE events SET status = ?, reason = ?, next_attempt_at = NULL, snapshot = NULL, delivered_at = ?
         WHERE seq = ? AND ${INTACT} RETURNING id, subject, kind, received_at, waited`,
        status,
        reason && JSON.stringify(reason),
        status === 'delivered' ? now : null,
        seq,
      )
      .toArray();
    this.#locks.unready(seq);
    if (!ended) return;
    this.#stats.event(status, ended.kind, now);
    if (status === 'delivered') {
      this.#stats.delivered(now - ended.received_at, ended.waited ? 'waited' : 'prompt', now);
    }
    if (status === 'failed') this.#listener.failed(ended, reason, now);
  }

  /** Counts a trap of the core on this event and returns how many there were. */
  trap(seq: number): number {
    return this.#sql
      .exec<{ traps: number }>('UPDATE events SET traps = traps + 1 WHERE seq = ? RETURNING traps', seq)
      .one().traps;
  }

  /** Sends by hand: the journey begins again and looks every earlier write up before repeating it. */
  requeue(which: { id: string } | { status: string }): number {
    const [column, value] = 'id' in which ? ['id', which.id] : ['status', which.status];
    const rows = this.#sql
      .exec<{ seq: number }>(
        `UPDATE events SET status = 'queued', reason = NULL, next_attempt_at = NULL, snapshot = NULL, traps = 0, waited = 1,
           ticket = CASE WHEN ticket IS NULL THEN NULL ELSE
             json_set(ticket, '$.again', json('true'), '$.last_request_at', json_extract(report, '$.requests[#-1].at'))
           END
         WHERE ${column} = ? AND status IN ('failed', 'expired', 'held', 'skipped') AND ${INTACT} RETURNING seq`,
        value,
      )
      .toArray();
    for (const { seq } of rows) this.#locks.enter(seq);
    return rows.length;
  }

  /** Unfinished events forget an account that is no longer there. */
  beginAnew(): void {
    this.#sql.exec(`UPDATE events SET ticket = NULL, snapshot = NULL WHERE ${UNFINISHED}`);
  }
}
