// Interprets a journey: what it asks for is sent, what comes back is handed to it, until it waits or ends.
import type { Action } from 'ringostat-amocrm';
import type { core, Held } from './core.ts';
import type { Line, Passage } from './line.ts';

export type { Line };

export type Outcome =
  | { end: 'done' }
  | ({ end: 'wait' } & Pick<Extract<Action, { do: 'wait' }>, 'until' | 'status' | 'reason'>)
  /** The slice is spent: go on from the snapshot. */
  | { end: 'paused' }
  /** Another event has the lock that is wanted: go on from the snapshot when this one has it. */
  | { end: 'busy' };

/** Must return only when the snapshot is durable. */
export type Save = (snapshot: ArrayBuffer) => Promise<void>;

/** Takes a lock for the journey's event, if nobody has it. `watermarks`: JSON of the newest ids known by now. */
export type Lock = (name: string) => { taken: 'held' | 'stale' | 'busy'; watermarks: string };

/** Only events take locks. */
const noLocks: Lock = () => ({ taken: 'held', watermarks: '{}' });

export async function runJourney(
  journey: Held<core.Journey>,
  line: Line,
  passage: Passage,
  save: Save,
  lock: Lock = noLocks,
): Promise<Outcome> {
  const snapshot = () => journey.use((j) => bufferOf(j.snapshot()));
  for (;;) {
    const action = JSON.parse(journey.use((j) => j.next(Date.now()))) as Action;
    if (action.do === 'done') return { end: 'done' };
    if (action.do === 'wait') {
      await save(snapshot());
      return { end: 'wait', until: action.until, status: action.status, reason: action.reason };
    }
    if (action.do === 'lock') {
      const { taken, watermarks } = lock(action.name);
      if (taken === 'busy') {
        await save(snapshot());
        return { end: 'busy' };
      }
      journey.use((j) => j.granted(taken === 'stale', watermarks, Date.now()));
      continue;
    }
    const arrival = await line.send(action.request, action.joins, passage, async () => {
      journey.use((j) => j.leaves(Date.now()));
      // Not before it leaves: a write that was saved and not sent would count as unknown.
      if (action.save) await save(snapshot());
    });
    if (arrival.answered) {
      const { status, content_type, retry_after, body } = arrival;
      journey.use((j) => j.answered(status, content_type, retry_after ?? undefined, body, Date.now()));
    } else {
      journey.use((j) => j.unanswered(arrival.kind, Date.now()));
      if (arrival.kind === 'postponed') {
        await save(snapshot());
        return { end: 'paused' };
      }
    }
    // A write whose outcome is known needs no look-up after a crash.
    if (action.save) await save(snapshot());
  }
}

const bufferOf = (bytes: Uint8Array): ArrayBuffer => bytes.slice().buffer as ArrayBuffer;
