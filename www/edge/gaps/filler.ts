// Brings the calls that Ringostat could not deliver: it does not send a webhook again, but its list of calls has them.
// Read hourly and after an activation, one request at a time, beside the delivery of events and never in its way. The
// journal knows calls by their ids, so what webhooks brought stays one event.
import type { Accepted } from 'ringostat-amocrm';
import { clockOf } from '../../clock.ts';
import { BrokenBody } from '../body.ts';
import { Tally, takeCalls } from '../calls_import.ts';
import { call, core } from '../core.ts';
import type { Engine } from '../engine.ts';
import type { Gate } from '../gate.ts';
import type { Inbox } from '../inbox.ts';
import { logError, logNote } from '../log.ts';
import { one } from '../problem.ts';
import type { RingostatSource } from '../ringostat_api.ts';
import type { Chore } from '../scheduler.ts';
import type { SettingsStore } from '../settings_store.ts';
import { Broken, readCallList, TIMEOUT_MS } from './call_list.ts';
import type { GapError, GapMemory, GapView } from './memory.ts';
import { halves, MOST_ROWS, timeIn, type Window } from './windows.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/**
 * So much is read once more: a call may have been going on when its begin was read. It also makes good what is not
 * known of the API: by which zone it reads times.
 */
const OVERLAP_MS = 3 * HOUR_MS;
/** An attempt that has not ended by then died with the process. */
const LEASE_MS = TIMEOUT_MS + 30_000;
/** Between two requests, and after the first failure; in bases of a retry. */
const PAUSE = 2;
const BACK_OFF = 10;

export class GapFiller implements Chore {
  readonly #memory: GapMemory;
  readonly #settings: SettingsStore;
  readonly #source: RingostatSource | undefined;
  readonly #gate: Gate;
  readonly #engine: Engine;
  readonly #inbox: () => Inbox;
  readonly #config: { retryBaseMs: number; retentionDayMs: number };
  readonly #project: () => string;
  readonly #ended: () => Promise<void>;
  readonly #keepAlive: (work: Promise<unknown>) => void;
  #running = false;
  /** Which activation an attempt belongs to. */
  #opening = 0;
  /** Some stretch of the reading had more rows than an answer can have, and could not be halved. */
  #tooMany = false;

  constructor(
    memory: GapMemory,
    settings: SettingsStore,
    source: RingostatSource | undefined,
    gate: Gate,
    engine: Engine,
    /** It kicks who begins this one. */
    inbox: () => Inbox,
    config: { retryBaseMs: number; retentionDayMs: number },
    project: () => string,
    ended: () => Promise<void>,
    keepAlive: (work: Promise<unknown>) => void,
  ) {
    this.#memory = memory;
    this.#settings = settings;
    this.#source = source;
    this.#gate = gate;
    this.#engine = engine;
    this.#inbox = inbox;
    this.#config = config;
    this.#project = project;
    this.#ended = ended;
    this.#keepAlive = keepAlive;
  }

  get #on(): boolean {
    return this.#settings.host()?.backlog.fill_gaps === true;
  }

  /** Null: it is switched off. */
  get view(): GapView | null {
    if (!this.#on) return null;
    const { view } = this.#memory;
    return this.#source ? view : { ...view, error: { reason: 'no_key' } };
  }

  /** What an administrator is told of it beside the directory. */
  get warnings() {
    const { error } = this.view ?? {};
    return error ? [one('gaps_unread', '/backlog/fill_gaps', { ...error })] : [];
  }

  /** The integration was switched on: calls from then on count. Unix milliseconds. */
  activated(since: number): void {
    this.#opening += 1;
    this.#memory.reopen(since);
  }

  get due(): number | null {
    const may = this.#on && this.#source && this.#gate.state === 'active' && !this.#running;
    return may ? this.#memory.row.due : null;
  }

  start(now: number): void {
    const { due } = this;
    if (due === null || due > now || !this.#source) return;
    this.#memory.postpone(now + LEASE_MS);
    this.#running = true;
    this.#keepAlive(this.#run(this.#source, now));
  }

  async #run(source: RingostatSource, now: number): Promise<void> {
    const opening = this.#opening;
    const stands = () => opening === this.#opening && this.#gate.state === 'active';
    try {
      await this.#step(source, now, stands);
    } catch (error) {
      logError('gaps', error);
      if (stands()) this.#fail({ reason: 'internal' }, 0);
    }
    this.#running = false;
    // A connection that ended meanwhile has it begun anew when it is back.
    if (opening === this.#opening && !stands()) this.#memory.postpone(0);
    await this.#ended();
  }

  /** One request, and what follows from its answer. */
  async #step(source: RingostatSource, now: number, stands: () => boolean): Promise<void> {
    if (!this.#memory.row.windows) this.#begin(now);
    const { bound, begun_at: begun, windows } = this.#memory.row;
    const [window, ...left] = windows ?? [];
    if (!window) return this.#end(begun);
    const zone = this.#settings.host()?.time_zone ?? 'UTC';
    const answer = await readCallList(
      source,
      timeIn(zone, window.from),
      window.to === null ? null : timeIn(zone, window.to),
    );
    if (!stands()) return;
    if ('reason' in answer) return this.#fail(answer, 0);
    // A call that goes on is told by its end; one that began before the window is not wanted.
    const wanted = ({ phase, call }: Accepted) =>
      stands() && phase !== null && (call?.start == null || call.start * 1000 >= bound);
    const tally = new Tally(this.#inbox(), wanted);
    const unread = await this.#take(answer.body, zone, tally);
    const { rejected_count: unreadable } = tally.told;
    if (unreadable > 0) logNote('warning', 'gaps', this.#project(), { unreadable_rows: unreadable });
    if (!stands()) return;
    if (unread) this.#fail(unread, tally.told.accepted);
    else this.#answered(window, left, tally, begun);
  }

  #begin(now: number): void {
    const { bound, read_up_to: cursor } = this.#memory.row;
    const { backlog, time_zone: zone = 'UTC' } = this.#settings.host() ?? {};
    const clock = JSON.stringify(clockOf(zone, now));
    const days = call(() => core.backlog_since(backlog?.days ?? 3, clock)) * 1000;
    // At midnight a window of one day has just begun.
    const window = cursor === null ? days : Math.min(days, now - DAY_MS);
    // What the journal has forgotten would come anew.
    const kept = now - (backlog?.retention_days ?? 30) * this.#config.retentionDayMs;
    const since = Math.max(bound, window, kept);
    this.#tooMany = false;
    const from = Math.max(cursor ?? since, since) - OVERLAP_MS;
    this.#memory.begin(since, [{ from, to: null }], now);
  }

  async #take(body: AsyncIterable<Uint8Array>, zone: string, tally: Tally): Promise<GapError | null> {
    try {
      const wrong = await takeCalls(body, 'json', this.#engine, zone, tally);
      return wrong && { reason: wrong.code === 'too_large' ? 'too_large' : 'malformed' };
    } catch (error) {
      if (error instanceof BrokenBody && error.cause instanceof Broken) return error.cause.unread;
      logError('gaps', error);
      return { reason: 'internal' };
    }
  }

  #answered(window: Window, left: Window[], { told, rows }: Tally, begun: number): void {
    const parts = rows >= MOST_ROWS ? halves(window, begun) : undefined;
    if (rows >= MOST_ROWS && !parts) this.#tooMany = true;
    const windows = parts ? [...parts, ...left] : left;
    this.#memory.goOn(windows, told.accepted, Date.now() + PAUSE * this.#config.retryBaseMs);
    if (windows.length === 0) this.#end(begun);
  }

  #end(begun: number): void {
    const now = Date.now();
    const error: GapError | null = this.#tooMany ? { reason: 'too_many' } : null;
    this.#memory.end(begun, error, now, now + HOUR_MS);
    const { found } = this.#memory.view;
    if (found > 0) logNote('info', 'gaps', this.#project(), { found });
  }

  /** Again later and later, and never sooner than Ringostat wants. Nobody but a person mends a key. */
  #fail({ retryAfterMs = 0, ...error }: GapError & { retryAfterMs?: number }, found: number): void {
    const { attempts } = this.#memory.row;
    const pause = Math.min(BACK_OFF * this.#config.retryBaseMs * 2 ** attempts, HOUR_MS);
    const wait =
      error.reason === 'refused'
        ? HOUR_MS
        : Math.max(pause * (0.5 + Math.random()), Math.min(retryAfterMs, DAY_MS));
    this.#memory.fail(error, found, Date.now() + wait);
    logNote('warning', 'gaps', this.#project(), { reason: error.reason, status: error.status });
  }
}
