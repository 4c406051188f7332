// Which text tells a line of a trace: before it has happened, or afterwards.
import type { TraceEntry } from 'ringostat-amocrm';

/** Tells what would happen, or what has happened. */
export type Tense = 'would' | 'did';

/**
 * Keys of texts, the first that there is. Some codes are told otherwise before they have happened, and some say more in
 * some steps. Of the mapping all is told alike.
 */
export function keysOf({ step, code, params }: TraceEntry, tense: Tense): string[] {
  const unanswered = params.answered_by === null ? [`preview.trace.${code}.unanswered`] : [];
  const before = tense === 'would' || step === 'mapping';
  return [
    ...unanswered,
    ...(before ? [`preview.trace.${step}.${code}`, `preview.trace.${code}`] : []),
    `trace.${step}.${code}`,
    `trace.${code}`,
  ];
}
