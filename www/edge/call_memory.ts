// What earlier calls left behind: what was made of a call, tasks of missed calls that are still open, and when somebody
// last talked to a client.
import type { Report, Ticket } from 'ringostat-amocrm';
import type { EventRow } from './journal.ts';

/** The phones of an event. Calls are missed and answered by phone; an e-mail is nobody's to ring. */
const PHONES = `SELECT identifier FROM event_identifiers WHERE seq = ? AND identifier LIKE 'phone:%'`;

export class CallMemory {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** What a journey that begins now has to know. */
  of({ seq, subject }: EventRow): Pick<Ticket, 'made' | 'missed_tasks' | 'talked_at'> {
    const { made } = this.#sql
      .exec<{ made: string | null }>('SELECT made FROM subjects WHERE subject = ?', subject)
      .toArray()[0] ?? { made: null };
    const missed = this.#sql.exec<{ task: number; called_at: number }>(
      `SELECT DISTINCT task, called_at FROM missed_tasks WHERE identifier IN (${PHONES}) ORDER BY called_at, task`,
      seq,
    );
    const { at } = this.#sql
      .exec<{ at: number | null }>(`SELECT max(at) AS at FROM talks WHERE identifier IN (${PHONES})`, seq)
      .one();
    return {
      made: made === null ? null : JSON.parse(made),
      missed_tasks: missed.toArray(),
      talked_at: at,
    };
  }

  learn({ seq, subject }: EventRow, report: Report): void {
    const { made, missed_task, closed_tasks, talked_at } = report;
    if (made !== null) {
      this.#sql.exec('UPDATE subjects SET made = ? WHERE subject = ?', JSON.stringify(made), subject);
    }
    if (missed_task) {
      this.#sql.exec(
        `INSERT OR REPLACE INTO missed_tasks SELECT identifier, ?, ? FROM (${PHONES})`,
        missed_task.task,
        missed_task.called_at,
        seq,
      );
    }
    for (const task of closed_tasks) this.#sql.exec('DELETE FROM missed_tasks WHERE task = ?', task);
    if (talked_at !== null) {
      this.#sql.exec(
        `INSERT INTO talks SELECT identifier, ? FROM (${PHONES}) WHERE true
         ON CONFLICT DO UPDATE SET at = max(at, excluded.at)`,
        talked_at,
        seq,
      );
    }
  }

  /** Entities and tasks of an account that is no longer there. That somebody talked stays true. */
  forget(): void {
    this.#sql.exec('UPDATE subjects SET made = NULL WHERE made IS NOT NULL');
    this.#sql.exec('DELETE FROM missed_tasks');
  }
}
