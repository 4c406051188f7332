// Which row of the matrix takes effect: the first one that fits, and a condition that a row does not name fits
// everything. The core decides by the same rule (src/rules/matrix.rs); a test holds both against each other.
import type { MatrixRow } from 'ringostat-amocrm/sandbox';

type When = MatrixRow['when'];
export type CallKind = NonNullable<When['call']>;
export type Client = NonNullable<When['client']>;
export type AnsweredBy = NonNullable<When['answered_by']>;

export const CALL_KINDS: CallKind[] = [
  'incoming_answered',
  'incoming_missed',
  'outgoing_answered',
  'outgoing_unanswered',
  'callback_answered',
  'callback_missed',
];
export const CLIENTS: Client[] = ['new', 'known_with_open_lead', 'known_without_open_lead'];
export const ANSWERED_BY: AnsweredBy[] = ['responsible', 'other', 'unknown'];

export interface Situation {
  call: CallKind;
  client: Client;
  /** Null of a missed call: nobody took part. */
  answered_by: AnsweredBy | null;
}

export const fits = (when: When, situation: Situation): boolean =>
  (when.call ?? situation.call) === situation.call &&
  (when.client ?? situation.client) === situation.client &&
  (when.answered_by ?? situation.answered_by) === situation.answered_by;

/** Its index; null when no row fits. */
export function effectiveRow(rows: MatrixRow[], situation: Situation): number | null {
  const index = rows.findIndex(({ when }) => fits(when, situation));
  return index < 0 ? null : index;
}

/** Who can have taken part. Nobody takes a missed call, and nobody is responsible for a new client. */
export function participants(call: CallKind, client: Client): (AnsweredBy | null)[] {
  if (call === 'incoming_missed' || call === 'callback_missed') return [null];
  return client === 'new' ? ANSWERED_BY.filter((by) => by !== 'responsible') : ANSWERED_BY;
}

/** What comes of one kind of call: a row, or nothing, and for whom it does. */
export interface Outcome {
  row: number | null;
  answeredBy: (AnsweredBy | null)[];
}

/** One outcome when it does not matter who answered, else one per row. */
export function outcomes(rows: MatrixRow[], call: CallKind, client: Client): Outcome[] {
  const found = new Map<number | null, Outcome>();
  for (const by of participants(call, client)) {
    const row = effectiveRow(rows, { call, client, answered_by: by });
    const known = found.get(row);
    if (known) known.answeredBy.push(by);
    else found.set(row, { row, answeredBy: [by] });
  }
  return [...found.values()];
}
