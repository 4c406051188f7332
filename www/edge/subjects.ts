// Which call a message belongs to. Most bring the call's id; one without it meets its call by who, where and when.
import type { CallParts } from 'ringostat-amocrm';

/** Begins of one call differ by so many seconds between its messages. */
const START_TOLERANCE_S = 2;

/** What the journal may know a thing by that somebody calls so: calls go without the prefix that Ringostat's ids have. */
export function namesOf(text: string): string[] {
  const name = text.trim();
  const bare = /_-(.+)$/.exec(name)?.[1];
  return [name, `c-${name}`, ...(bare === undefined ? [] : [`c-${bare}`])];
}

export class Subjects {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The name under which the journal knows the call that a message calls `own`. */
  of(own: string, parts: CallParts): string {
    const known = this.#known(own);
    const subject = known ?? this.#meeting(parts);
    if (subject === undefined) {
      const { client, line, start, named } = parts;
      this.#sql.exec(
        'INSERT INTO subjects (subject, client, line, start, named) VALUES (?, ?, ?, ?, ?)',
        own,
        client,
        line,
        start,
        Number(named),
      );
      return own;
    }
    if (known === undefined) this.#sql.exec('INSERT INTO subject_aliases VALUES (?, ?)', own, subject);
    this.#learn(subject, parts);
    return subject;
  }

  #known(name: string): string | undefined {
    return this.#sql
      .exec<{ subject: string }>(
        `SELECT subject FROM subjects WHERE subject = ?1
         UNION ALL SELECT subject FROM subject_aliases WHERE alias = ?1`,
        name,
      )
      .toArray()[0]?.subject;
  }

  /** The closest call of the same client on the same line. Two ids are two calls, however close. */
  #meeting({ client, line, start, named }: CallParts): string | undefined {
    if (start === null || (client === '' && line === '')) return undefined;
    return this.#sql
      .exec<{ subject: string }>(
        `SELECT subject FROM subjects
         WHERE client = ?1 AND line = ?2 AND start BETWEEN ?3 - ?4 AND ?3 + ?4 AND NOT (named AND ?5)
         ORDER BY abs(start - ?3), subject LIMIT 1`,
        client,
        line,
        start,
        START_TOLERANCE_S,
        Number(named),
      )
      .toArray()[0]?.subject;
  }

  /** A later message may tell what the first one did not. */
  #learn(subject: string, { client, line, start, named }: CallParts): void {
    this.#sql.exec(
      `UPDATE subjects SET client = iif(client = '', ?2, client), line = iif(line = '', ?3, line),
         start = coalesce(start, ?4), named = max(named, ?5)
       WHERE subject = ?1 AND (client = '' OR line = '' OR start IS NULL OR named < ?5)`,
      subject,
      client,
      line,
      start,
      Number(named),
    );
  }
}
