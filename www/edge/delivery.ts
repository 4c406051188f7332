// Delivers one event: its journey is begun or taken up where it was, and what it did is written down.
import type { Report, Ticket } from 'ringostat-amocrm';
import type { AccountMemory } from './account_memory.ts';
import type { CallMemory } from './call_memory.ts';
import { ClientViews } from './client_views.ts';
import { CoreStale, CoreTrap, type core, type Held, isFailure, parse } from './core.ts';
import type { Engine } from './engine.ts';
import { type Gate, isTrouble } from './gate.ts';
import { EventErased, type EventRow, type Journal, type Reason } from './journal.ts';
import { type Line, runJourney } from './journey.ts';
import { logError } from './log.ts';
import type { Slice } from './pace.ts';
import type { Surveys, Unreadable } from './surveys.ts';

/** An event that traps the core this often is given up; the others go on. */
const MAX_TRAPS = 3;
const AFTER_BUG_MS = 60_000;

export class Delivery {
  readonly #journal: Journal;
  readonly #memory: AccountMemory;
  readonly #calls: CallMemory;
  readonly #engine: Engine;
  readonly #surveys: Surveys;
  readonly #line: Line;
  readonly #gate: Gate;
  readonly #storage: DurableObjectStorage;
  readonly #retryBaseMs: number;
  readonly #views = new ClientViews();

  constructor(
    journal: Journal,
    memory: AccountMemory,
    calls: CallMemory,
    engine: Engine,
    surveys: Surveys,
    line: Line,
    gate: Gate,
    storage: DurableObjectStorage,
    retryBaseMs: number,
  ) {
    this.#journal = journal;
    this.#memory = memory;
    this.#calls = calls;
    this.#engine = engine;
    this.#surveys = surveys;
    this.#line = line;
    this.#gate = gate;
    this.#storage = storage;
    this.#retryBaseMs = retryBaseMs;
  }

  /** What is only in memory was of another account. */
  forget(): void {
    this.#views.forget();
  }

  /** Never rejects: whatever goes wrong becomes the event's state. */
  async run(row: EventRow, slice: Slice): Promise<void> {
    const { seq } = row;
    const begun = Date.now();
    try {
      this.#journal.start(seq);
      const unreadable = await this.#surveys.ensure('now');
      if (unreadable) this.#wait(seq, unreadable, begun);
      else await this.#travel(row, slice, begun);
    } catch (error) {
      // Another event's trap took this journey's instance with it: the snapshot is good, go on from it.
      if (error instanceof CoreStale || error instanceof EventErased) return;
      if (error instanceof CoreTrap) return this.#trapped(seq, error, begun);
      if (isFailure(error)) {
        const [first] = error.errors;
        this.#journal.finish(seq, 'failed', first ? asReason(first) : internal, Date.now());
        return;
      }
      logError('delivery', error);
      this.#wait(seq, { status: 'retrying', reason: internal, until: Date.now() + AFTER_BUG_MS }, begun);
    }
  }

  async #travel(row: EventRow, slice: Slice, begun: number): Promise<void> {
    const { seq } = row;
    const journey = this.#begin(row);
    try {
      const save = async (snapshot: ArrayBuffer) => {
        this.#journal.saveSnapshot(seq, snapshot);
        await this.#storage.sync();
      };
      const since = this.#journal.turn;
      const lock = (name: string) => ({
        taken: this.#journal.take(seq, name, since),
        watermarks: JSON.stringify(this.#memory.watermarks()),
      });
      const rank = () => (this.#journal.isLater(seq) ? 'later' : 'now');
      const outcome = await runJourney(journey, this.#line, { slice, rank }, save, lock);
      const report = parse<Report>(journey.use((j) => j.report()));
      const now = Date.now();
      this.#journal.saveReport(seq, report);
      this.#views.learn(this.#journal.identifiers(seq), report, now);
      this.#memory.learn(report, now);
      this.#calls.learn(row, report);
      if (report.stale_directory) this.#surveys.expire();
      if (outcome.end === 'wait') {
        const { code } = outcome.reason;
        if (isTrouble(code)) this.#gate.learn(code, begun, now);
        this.#wait(seq, outcome, begun);
      }
      if (outcome.end === 'paused') this.#stopped(seq, begun);
      if (outcome.end === 'busy' && !this.#stopped(seq, begun)) this.#journal.queue(seq);
      if (outcome.end === 'done') {
        this.#journal.finish(seq, finalStatus(report), report.reason, now);
        const through = report.status === 'delivered' && report.requests.length > 0;
        if (through) this.#gate.learn('works', begun, now);
      }
    } finally {
      journey.free();
    }
  }

  /** Held events wait for the connection, the others for a time, as long as the connection stands. */
  #wait(seq: number, { status, reason, until }: Unreadable, begun: number): void {
    if (status === 'held') {
      const closed = this.#gate.reason;
      // Mended while this one was still told that it is not: then it goes with the others.
      if (closed) this.#journal.hold(seq, closed);
      else this.#journal.wait(seq, reason, until);
    } else if (!this.#stopped(seq, begun)) {
      this.#journal.wait(seq, reason, until);
      this.#gate.probe(until);
    }
  }

  /** Whether the connection has ended meanwhile: then the event is held. */
  #stopped(seq: number, begun: number): boolean {
    const reason = this.#gate.stops(begun);
    if (reason) this.#journal.hold(seq, reason);
    return reason !== null;
  }

  #begin(row: EventRow): Held<core.Journey> {
    if (row.snapshot) {
      try {
        return this.#engine.resume(row.snapshot);
      } catch (error) {
        const outdated = isFailure(error) && error.errors.some(({ code }) => code === 'snapshot_version');
        if (!outdated || !row.ticket) throw error;
        return this.#deliver(row, { ...(JSON.parse(row.ticket) as Ticket), again: true });
      }
    }
    return this.#deliver(row, row.ticket ? (JSON.parse(row.ticket) as Ticket) : this.#firstTicket(row));
  }

  /** The ticket is on file before the journey begins. A later beginning knows what was remembered since. */
  #deliver(row: EventRow, ticket: Ticket): Held<core.Journey> {
    const memory = new Map(ticket.memory.map((entry) => [entry.identifier, entry]));
    for (const entry of this.#memory.contactsOf(row.seq, Date.now())) memory.set(entry.identifier, entry);
    const current = { ...ticket, ...this.#calls.of(row), memory: [...memory.values()] };
    this.#journal.saveTicket(row.seq, current);
    // Only where many events of a client follow each other: what happens now is worth a search.
    const gathered = row.later === 1 || row.backlog !== null;
    const view = gathered ? this.#views.of(this.#journal.identifiers(row.seq)) : null;
    return this.#engine.deliver(JSON.stringify({ ...current, view }));
  }

  #firstTicket(row: EventRow): Ticket {
    return {
      id: row.id,
      subject: row.subject,
      received_at: Math.floor(row.received_at / 1000),
      sequence: row.seq,
      event: JSON.parse(row.event),
      memory: [],
      watermarks: this.#memory.watermarks(),
      again: false,
    };
  }

  #trapped(seq: number, error: CoreTrap, begun: number): void {
    logError('delivery', error);
    const traps = this.#journal.trap(seq);
    const reason = { code: 'core_trap', params: {} };
    if (traps >= MAX_TRAPS) this.#journal.finish(seq, 'failed', reason, Date.now());
    else
      this.#wait(seq, { status: 'retrying', reason, until: Date.now() + this.#retryBaseMs * traps }, begun);
  }
}

const internal: Reason = { code: 'internal', params: {} };

const asReason = ({
  code,
  path,
  params,
}: {
  code: string;
  path: string;
  params: Record<string, unknown>;
}) => ({
  code,
  params: { ...params, path },
});

/** A journey that ended is never "retrying": whatever it says beside success or skipping is a failure. */
const finalStatus = ({ status }: Report) =>
  status === 'delivered' || status === 'skipped' ? status : 'failed';
