// What is known of the project in Ringostat: lines, pools, schemes and employees that calls told of, and those that
// Ringostat's API names. It does not depend on the amoCRM account and outlives a change of it.
import type { Seen } from 'ringostat-amocrm';
import { logError } from './log.ts';
import type { Reading } from './ringostat_api.ts';
import { EMPLOYEES, type Employee, LINES, type Line, NAMES, type Named } from './ringostat_people.ts';
import { type Change, Shelf, type Shown, shown, time } from './ringostat_shelf.ts';

/** As `GET /directory` shows it. */
export interface RingostatView {
  /** When Ringostat was last asked; null: never. */
  read_at: string | null;
  lines: Shown<Line>[];
  pools: Shown<Named>[];
  schemes: Shown<Named>[];
  employees: Shown<Employee>[];
}

const MOST_LETTERS = 200;
const text = (value: string) => value.trim().slice(0, MOST_LETTERS);
const list = (value: string) => [text(value)].filter(Boolean);

export class RingostatDirectory {
  readonly #sql: SqlStorage;
  /** Whose reading counts; without a source none does. */
  readonly #source: string | undefined;
  readonly #shelves = {
    line: new Shelf<Line>(LINES),
    pool: new Shelf<Named>(NAMES),
    scheme: new Shelf<Named>(NAMES),
    employee: new Shelf<Employee>(EMPLOYEES),
  };
  #loaded = false;

  constructor(sql: SqlStorage, source: string | undefined) {
    this.#sql = sql;
    this.#source = source;
  }

  /** What a call told. Cheap when that is known; never the reason why a call is not accepted. */
  learn(seen: Seen | null, now: number): void {
    if (!seen) return;
    try {
      const { line, pool, scheme, employee } = this.#load();
      this.#write('line', line.learn({ number: text(seen.line.number), sip: text(seen.line.sip) }, now));
      this.#write('pool', pool.learn({ name: text(seen.pool) }, now));
      this.#write('scheme', scheme.learn({ name: text(seen.scheme) }, now));
      const { staff_id, name, extension, sip, number } = seen.employee;
      const met = { staff_id: text(staff_id), name: text(name), extension: text(extension), email: '' };
      this.#write('employee', employee.learn({ ...met, sip: list(sip), numbers: list(number) }, now));
    } catch (error) {
      // What is in memory may be ahead of what is written.
      this.#loaded = false;
      logError('learn', error);
    }
  }

  /** What no call has told since. */
  forget(before: number): void {
    const { rowsWritten } = this.#sql.exec('DELETE FROM ringostat_seen WHERE seen_at < ?', before);
    if (rowsWritten > 0) this.#loaded = false;
  }

  get readAt(): number {
    return this.#reading()?.at ?? 0;
  }

  /** The latest answer of Ringostat's API replaces the one before. */
  replace(reading: Reading, now: number): void {
    const document = JSON.stringify(reading);
    this.#sql.exec(
      'INSERT OR REPLACE INTO ringostat_reading VALUES (1, ?, ?, ?)',
      this.#source ?? '',
      document,
      now,
    );
  }

  read(): RingostatView {
    const { line, pool, scheme, employee } = this.#load();
    const reading = this.#reading();
    const at = reading?.at ?? 0;
    const { lines, employees } = reading ? (JSON.parse(reading.document) as Reading) : NOTHING;
    return {
      read_at: reading ? time(at) : null,
      lines: shown(LINES, lines, at, line.all()),
      pools: shown(NAMES, [], at, pool.all()),
      schemes: shown(NAMES, [], at, scheme.all()),
      employees: shown(EMPLOYEES, employees, at, employee.all()),
    };
  }

  #reading(): { document: string; at: number } | undefined {
    return this.#sql
      .exec<{ document: string; at: number }>(
        'SELECT document, read_at AS at FROM ringostat_reading WHERE source = ?',
        this.#source ?? null,
      )
      .toArray()[0];
  }

  #load() {
    if (this.#loaded) return this.#shelves;
    for (const shelf of Object.values(this.#shelves)) shelf.clear();
    const rows = this.#sql.exec<{ kind: Kind; key: string; document: string; seen_at: number }>(
      'SELECT * FROM ringostat_seen',
    );
    for (const { kind, key, document, seen_at } of rows) this.#shelves[kind].load(key, document, seen_at);
    this.#loaded = true;
    return this.#shelves;
  }

  #write(kind: Kind, changes: Change[]): void {
    for (const { key, document, seenAt } of changes) {
      if (document === null)
        this.#sql.exec('DELETE FROM ringostat_seen WHERE kind = ? AND key = ?', kind, key);
      else
        this.#sql.exec(
          'INSERT OR REPLACE INTO ringostat_seen VALUES (?, ?, ?, ?)',
          kind,
          key,
          document,
          seenAt,
        );
    }
  }
}

type Kind = 'line' | 'pool' | 'scheme' | 'employee';
const NOTHING: Reading = { lines: [], employees: [] };
