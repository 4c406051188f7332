// What happened on each day of the project's calendar, counted in the turn in which it happens. Nothing in it tells of a
// client: it stays when events are deleted or erased. Days that are shown no more are added up, so totals only grow.
import { dayIn } from '../clock.ts';
import { bucketOf } from './delays.ts';

/** What becomes of events. An event that is sent by hand after its end ends once more. */
export const OUTCOMES = ['received', 'delivered', 'skipped', 'failed', 'expired'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/**
 * What a delay tells of. `prompt`: from the arrival to the delivery, nothing but attempts in between; `waited`: of what
 * was held, imported or sent by hand.
 */
export const PACES = ['prompt', 'waited'] as const;
export type PaceOf = (typeof PACES)[number];

/**
 * `label` is: of an outcome the event's kind; of `request` the status, or `none` without an answer; of `delay_*` the
 * bucket; of `delay_ms` the pace, and the count is a sum of milliseconds.
 */
export type What = Outcome | 'request' | `delay_${PaceOf}` | 'delay_ms';

export interface Count extends Record<string, SqlStorageValue> {
  /** `2026-11-23`; "" in totals. */
  day: string;
  what: What;
  label: string;
  count: number;
}

export const DAYS = 30;
/** No zone changes its day within one. */
const MINUTE_MS = 60_000;

export class Stats {
  readonly #sql: SqlStorage;
  readonly #zone: () => string;
  readonly #changed: () => void;
  #known = { key: '', day: '' };

  /** `changed` is told of every count. */
  constructor(sql: SqlStorage, zone: () => string, changed: () => void) {
    this.#sql = sql;
    this.#zone = zone;
    this.#changed = changed;
  }

  event(outcome: Outcome, kind: string, now: number): void {
    this.#add(now, outcome, kind);
  }

  delivered(ms: number, pace: PaceOf, now: number): void {
    const delay = Math.max(0, Math.round(ms));
    this.#add(now, `delay_${pace}`, String(bucketOf(delay)));
    this.#add(now, 'delay_ms', pace, delay);
  }

  /** A request to amoCRM; null: nothing was answered. */
  request(status: number | null, now: number): void {
    this.#add(now, 'request', status === null ? 'none' : String(status));
  }

  /** The days that are shown, oldest first, today last. */
  shown(now: number): string[] {
    const today = this.#day(now);
    return Array.from({ length: DAYS }, (_, n) => daysBefore(today, DAYS - 1 - n));
  }

  since(day: string): Count[] {
    return this.#sql.exec<Count>('SELECT * FROM stats WHERE day >= ?', day).toArray();
  }

  /** Since the project began. */
  totals(): Count[] {
    return this.#sql
      .exec<Count>(`SELECT '' AS day, what, label, sum(count) AS count FROM stats GROUP BY what, label`)
      .toArray();
  }

  #add(now: number, what: What, label: string, count = 1): void {
    this.#sql.exec(
      'INSERT INTO stats VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count',
      this.#day(now),
      what,
      label,
      count,
    );
    this.#changed();
  }

  #day(now: number): string {
    const zone = this.#zone();
    const key = `${zone} ${Math.floor(now / MINUTE_MS)}`;
    if (key !== this.#known.key) {
      const day = dayIn(zone, now);
      if (day !== this.#known.day) this.#addUp(daysBefore(day, DAYS - 1));
      this.#known = { key, day };
    }
    return this.#known.day;
  }

  #addUp(before: string): void {
    this.#sql.exec(
      `INSERT INTO stats SELECT '', what, label, sum(count) FROM stats WHERE day > '' AND day < ?
       GROUP BY what, label ON CONFLICT DO UPDATE SET count = count + excluded.count`,
      before,
    );
    this.#sql.exec(`DELETE FROM stats WHERE day > '' AND day < ?`, before);
  }
}

function daysBefore(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - days);
  return date.toISOString().slice(0, 10);
}
