// Events of the journal, each thing that happened once.
import type { EventView } from '../api.ts';

/** A call tells of itself several times; its end says everything. */
export function wholeCalls(events: EventView[]): EventView[] {
  const ended = new Set(events.filter(({ phase }) => phase === 'completed').map(({ subject }) => subject));
  return events.filter(({ phase, subject }) => phase !== 'pick_up' || !ended.has(subject));
}
