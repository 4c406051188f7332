// Which projects this worker has, and what each told of itself last: one object for all of them. So whoever asks for
// metrics wakes this one, and no project that has nothing to do.
import { DurableObject } from 'cloudflare:workers';
import type { Env } from '../env.ts';

export interface Reported extends Record<string, SqlStorageValue> {
  project: string;
  /** `Figures`, as JSON. */
  figures: string;
  /** Unix milliseconds. */
  at: number;
}

/** Those that have not reported for longest make room. */
const MOST = 1_000;
const NAME = 'projects';

export const rosterOf = (env: Env) => env.ROSTER.getByName(NAME);

export class Roster extends DurableObject<Env> {
  readonly #sql: SqlStorage;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    this.#sql.exec(
      `CREATE TABLE IF NOT EXISTS projects (
         project TEXT PRIMARY KEY, figures TEXT NOT NULL, at INTEGER NOT NULL
       ) WITHOUT ROWID`,
    );
  }

  report(project: string, figures: string, at: number): void {
    this.#sql.exec('INSERT OR REPLACE INTO projects VALUES (?, ?, ?)', project, figures, at);
    this.#sql.exec(
      'DELETE FROM projects WHERE project IN (SELECT project FROM projects ORDER BY at DESC LIMIT -1 OFFSET ?)',
      MOST,
    );
  }

  all(): Reported[] {
    return this.#sql.exec<Reported>('SELECT * FROM projects ORDER BY project').toArray();
  }
}
