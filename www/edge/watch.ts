// What somebody is to be told of: the connection changes its state, the first event of a day fails, many events are
// held, the connection is mended. Decides only that; who tells it is the notifier. The log is told of each.
import type { Notice } from 'ringostat-amocrm';
import { dayIn } from '../clock.ts';
import type { GateStore, State } from './gate.ts';
import type { FailedEvent, Journal, Reason } from './journal.ts';
import { logNote } from './log.ts';
import type { Notices, Post } from './notices.ts';
import type { SettingsStore } from './settings_store.ts';

/** What went out when the connection was mended. */
export interface Released {
  total: number;
  expired: number;
}

export class Watch {
  readonly #notices: Notices;
  readonly #settings: SettingsStore;
  readonly #connection: GateStore;
  readonly #journal: () => Journal;
  readonly #project: () => string;

  constructor(
    notices: Notices,
    settings: SettingsStore,
    connection: GateStore,
    /** The journal tells this one, and is asked by it. */
    journal: () => Journal,
    project: () => string,
  ) {
    this.#notices = notices;
    this.#settings = settings;
    this.#connection = connection;
    this.#journal = journal;
    this.#project = project;
  }

  /** The connection has come into the state that is on file now. */
  stateChanged(): void {
    const { state, since } = this.#connection.gate;
    const wanted = state === 'active' || state === 'inactive';
    logNote(wanted ? 'info' : 'warning', 'connection', this.#project(), { state });
    this.#post(`state:${state}:${since}`, { cause: 'state_changed' }, since);
  }

  /**
   * What was held is on its way. Worth a task when there was something; whoever switched the connection off himself is
   * told only of what is too much. `after`: the state that ended; null: one that ended by itself.
   */
  released({ total, expired }: Released, after: State | null, now: number): void {
    if (total + expired > 0) logNote('info', 'released', this.#project(), { sent: total, expired });
    const limit = after === 'inactive' ? (this.#settings.host()?.notify.held_more_than ?? 0) : 0;
    if (total + expired <= limit) return;
    const { state, since } = this.#connection.gate;
    this.#task(`state:${state}:${since}`, { cause: 'mended', sent: total, expired }, now);
  }

  /** amoCRM does not take an event. Only the first of a day is told, but to the log. */
  failed({ id, subject, kind }: FailedEvent, reason: Reason | null, now: number): void {
    logNote('warning', 'event_failed', this.#project(), { kind, reason: reason?.code });
    const day = dayIn(this.#settings.host()?.time_zone ?? 'UTC', now);
    const cause = `failed:${day}`;
    // Without an id of its own a call is named by its numbers.
    const named = subject.startsWith('c-~') ? {} : { event: id };
    const why = reason ? { reason: reason.code } : {};
    this.#post(cause, { cause: 'first_failed', ...why, ...named }, now);
    this.#task(cause, { cause: 'first_failed', day }, now);
  }

  /** More is held than before: once it is too much, somebody is told. */
  held(now: number): void {
    const { state, since } = this.#connection.gate;
    const cause = `held:${since}`;
    if (state === 'active' || this.#notices.knows(cause, 'post')) return;
    const { url, held_more_than: limit } = this.#settings.host()?.notify ?? {};
    if (!url || limit === undefined || !this.#journal().exceeds('held', limit)) return;
    this.#post(cause, { cause: 'held_more_than' }, now);
  }

  #post(cause: string, post: Pick<Post, 'cause' | 'reason' | 'event'>, now: number): void {
    if (!this.#settings.host()?.notify.url || this.#notices.knows(cause, 'post')) return;
    const { state } = this.#connection.gate;
    const held = this.#journal().count('held');
    const id = `n-${crypto.randomUUID()}`;
    this.#notices.add(cause, 'post', { id, ...post, at: new Date(now).toISOString(), state, held }, now);
  }

  #task(cause: string, notice: Notice, now: number): void {
    const settings = this.#settings.host();
    if (!settings?.notify.task_for_senior || settings.matrix.senior_user === null) return;
    this.#notices.add(cause, 'task', { notice, at: Math.floor(now / 1000) }, now);
  }
}
