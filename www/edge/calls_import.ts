// Takes a `calls/list` document: its rows are journalled as they stream past, so that its size does not matter.
import type { Accepted, ListRow, Problem } from 'ringostat-amocrm';
import { clockOf } from '../clock.ts';
import { BrokenBody, pump } from './body.ts';
import { type core, type Held, parse } from './core.ts';
import type { Engine } from './engine.ts';
import type { Inbox } from './inbox.ts';
import { logError } from './log.ts';
import { one, problem } from './problem.ts';

const MAX_BYTES = 32 * 1024 * 1024;
/**
 * What the core reads at once. Its memory stays small however large a chunk comes, and rows are written by the hundred
 * however small: what a chunk brings becomes durable before the next one is let in.
 */
const PIECE = 64 * 1024;
const MAX_TOLD = 1_000;

export async function importCalls(
  contentType: string,
  body: ReadableStream<Uint8Array> | null,
  engine: Engine,
  timeZone: string,
  inbox: Inbox,
): Promise<Response> {
  const tally = new Tally(inbox);
  try {
    const wrong = await takeCalls(body, formatOf(contentType), engine, timeZone, tally);
    if (wrong) return problem(wrong.code === 'too_large' ? 413 : 400, [wrong], {}, tally.told);
    return Response.json({ import: `i-${crypto.randomUUID()}`, ...tally.told }, { status: 202 });
  } catch (error) {
    if (error instanceof BrokenBody) return problem(400, 'malformed', {}, tally.told);
    logError('import', error);
    return problem(500, 'internal', {}, tally.told);
  }
}

type Format = 'json' | 'csv' | 'guess';

/**
 * What is wrong with the document as a whole, if anything. Whatever was taken holds, also when this throws: the same
 * document again brings the rest.
 */
export async function takeCalls(
  body: AsyncIterable<Uint8Array> | null,
  format: Format,
  engine: Engine,
  timeZone: string,
  tally: Tally,
): Promise<Problem | null> {
  const reader = engine.callListReader(format, JSON.stringify(clockOf(timeZone, Date.now())));
  try {
    return await read(body, reader, tally);
  } finally {
    reader.free();
    await tally.settle();
  }
}

async function read(
  body: AsyncIterable<Uint8Array> | null,
  reader: Held<core.CallListReader>,
  tally: Tally,
): Promise<Problem | null> {
  const piece = new Uint8Array(PIECE);
  let [length, filled] = [0, 0];
  const push = async () => {
    const rows = parse<ListRow[]>(reader.use((r) => r.push(piece.subarray(0, filled))));
    filled = 0;
    await tally.take(rows);
  };
  await pump(body, async (chunk) => {
    length += chunk.length;
    if (length > MAX_BYTES) return false;
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + PIECE - filled);
      piece.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled === PIECE) await push();
    }
    return true;
  });
  await push();
  if (length > MAX_BYTES) return one('too_large', '', { limit: MAX_BYTES });
  const end = parse<{ rows: ListRow[]; problem: Problem | null }>(reader.use((r) => r.finish()));
  await tally.take(end.rows);
  return end.problem;
}

/** Journals rows and counts what became of them. */
export class Tally {
  readonly #inbox: Inbox;
  readonly #wanted: (accepted: Accepted) => boolean;
  readonly #rejected: { row: number; code: string }[] = [];
  #accepted = 0;
  #duplicates = 0;
  #rejectedCount = 0;
  #rows = 0;

  /** Rows that are not `wanted` are left out. */
  constructor(inbox: Inbox, wanted: (accepted: Accepted) => boolean = () => true) {
    this.#inbox = inbox;
    this.#wanted = wanted;
  }

  /** Of all sorts. */
  get rows(): number {
    return this.#rows;
  }

  async take(rows: ListRow[]): Promise<void> {
    const before = this.#accepted;
    for (const row of rows) this.#row(row);
    // With the first rows the alarm is set: they are delivered whatever becomes of this request.
    if (before === 0 && this.#accepted > 0) await this.#inbox.settle();
  }

  #row(row: ListRow): void {
    this.#rows += 1;
    if (row.type === 'rejected') {
      this.#rejectedCount += 1;
      if (this.#rejected.length < MAX_TOLD) this.#rejected.push({ row: row.row, code: row.code });
    } else if (!this.#wanted(row.accepted)) {
      return;
    } else if (this.#inbox.accept(row.accepted, true).duplicate) {
      this.#duplicates += 1;
    } else {
      this.#accepted += 1;
    }
  }

  settle(): Promise<void> {
    return this.#inbox.settle();
  }

  get told() {
    return {
      accepted: this.#accepted,
      duplicates: this.#duplicates,
      rejected: this.#rejected,
      rejected_count: this.#rejectedCount,
    };
  }
}

function formatOf(contentType: string): Format {
  const essence = contentType.split(';')[0]?.trim().toLowerCase();
  if (essence === 'application/json') return 'json';
  return essence === 'text/csv' ? 'csv' : 'guess';
}
