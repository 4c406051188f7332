// What gathered while the connection was broken: released by an activation, and how far its sending is.
import { clockOf } from '../clock.ts';
import { call, core } from './core.ts';
import type { Journal, Reason } from './journal.ts';
import type { SettingsStore } from './settings_store.ts';
import type { Released } from './watch.ts';

interface Run extends Record<string, SqlStorageValue> {
  id: number;
  began_at: number;
  ended_at: number | null;
  total: number;
  expired: number;
}

/** `GET /backlog`. Rate: events a minute since it began. */
export interface Progress {
  /** `held`: what is left waits for the connection. */
  state: 'none' | 'sending' | 'held' | 'sent';
  held: number;
  /** Sent, failed and left together. */
  total: number;
  sent: number;
  failed: number;
  left: number;
  /** At once, or since: switched off meanwhile and on without what was held, or erased. */
  expired: number;
  /** Of all time: what ended without being sent, and can be sent by hand. */
  unsent: { failed: number; expired: number };
  began_at: string | null;
  ended_at: string | null;
  rate: number | null;
  expected_end: string | null;
}

const MINUTE_MS = 60_000;
const UNFINISHED = ['queued', 'delivering', 'retrying', 'held'];

export class Backlog {
  readonly #sql: SqlStorage;
  readonly #journal: Journal;
  readonly #settings: SettingsStore;
  readonly #opened: (since: number) => void;

  /** `opened`: the integration was switched on, and what happened since then is wanted. Unix milliseconds. */
  constructor(sql: SqlStorage, journal: Journal, settings: SettingsStore, opened: (since: number) => void) {
    this.#sql = sql;
    this.#journal = journal;
    this.#settings = settings;
    this.#opened = opened;
  }

  /** How many wait. */
  get held(): number {
    return this.#journal.count('held');
  }

  /** Nothing starts for that reason. */
  hold(reason: Reason): void {
    this.#journal.holdAll(reason);
  }

  /** The connection works again, which it did not since then, and nobody had to do anything: everything is sent. */
  mended(since: number): Released {
    // Also the one that tried it.
    const total = this.#journal.underWaySince(since);
    this.#journal.releaseAll();
    return { total, expired: 0 };
  }

  /** The integration was switched on: with `resend` the window's events go out, everything else expires. */
  activated({ resend, now }: { resend: boolean; now: number }): Released {
    const since = resend ? this.#since(now) : null;
    this.#opened(since ?? now);
    return this.#journal.release(since, now);
  }

  /** Begin of the window, unix milliseconds. */
  #since(now: number): number {
    const settings = this.#settings.host();
    const clock = clockOf(settings?.time_zone ?? 'UTC', now);
    return call(() => core.backlog_since(settings?.backlog.days ?? 3, JSON.stringify(clock))) * 1000;
  }

  progress(now: number): Progress {
    const held = this.held;
    const unsent = { failed: this.#journal.unsent('failed'), expired: this.#journal.unsent('expired') };
    const run = this.#sql.exec<Run>('SELECT * FROM backlogs ORDER BY id DESC LIMIT 1').toArray()[0];
    if (!run) {
      const nothing = { total: 0, sent: 0, failed: 0, left: 0, expired: 0 };
      const never = { began_at: null, ended_at: null, rate: null, expected_end: null };
      return { state: 'none', held, ...nothing, unsent, ...never };
    }
    const by = this.#sql
      .exec<{ status: string; count: number }>(
        'SELECT status, count(*) AS count FROM events WHERE backlog = ? GROUP BY status',
        run.id,
      )
      .toArray();
    const of = (statuses: string[]) =>
      by.filter(({ status }) => statuses.includes(status)).reduce((sum, { count }) => sum + count, 0);
    const [sent, failed, left] = [of(['delivered', 'skipped']), of(['failed']), of(UNFINISHED)];
    const [expired, waiting] = [of(['expired']), of(['held'])];
    const ended = left > 0 ? null : this.#end(run);
    const minutes = Math.max(1, (ended ?? now) - run.began_at) / MINUTE_MS;
    const rate = (sent + failed) / minutes;
    const expected = left > waiting && rate > 0 ? now + (left / rate) * MINUTE_MS : null;
    return {
      state: left === 0 ? 'sent' : left === waiting ? 'held' : 'sending',
      held,
      total: sent + failed + left,
      sent,
      failed,
      left,
      expired: run.expired + expired,
      unsent,
      began_at: time(run.began_at),
      ended_at: time(ended),
      rate: Math.round(rate * 10) / 10,
      expected_end: time(expected),
    };
  }

  /** When the last of it was sent; looked up once. */
  #end(run: Run): number {
    if (run.ended_at !== null) return run.ended_at;
    const { at } = this.#sql
      .exec<{ at: number | null }>('SELECT max(delivered_at) AS at FROM events WHERE backlog = ?', run.id)
      .one();
    const ended = at ?? run.began_at;
    this.#sql.exec('UPDATE backlogs SET ended_at = ? WHERE id = ?', ended, run.id);
    return ended;
  }
}

const time = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
