// Interprets a journey: what it asks for is sent, what comes back is handed to it, until it waits or ends.
import type { Action } from 'ringostat-amocrm';
import type { core, Held } from './core.ts';
import type { Pace, Slice } from './pace.ts';
import type { Transport } from './transport.ts';

export type Outcome =
  | { end: 'done' }
  | ({ end: 'wait' } & Pick<Extract<Action, { do: 'wait' }>, 'until' | 'status' | 'reason'>)
  /** The slice is spent: go on from the snapshot. */
  | { end: 'paused' };

/** The way to one account. */
export interface Line {
  transport: Transport;
  pace: Pace;
}

/** Must return only when the snapshot is durable. */
export type Save = (snapshot: ArrayBuffer) => Promise<void>;

export async function runJourney(
  journey: Held<core.Journey>,
  { transport, pace }: Line,
  slice: Slice,
  save: Save,
): Promise<Outcome> {
  const snapshot = () => journey.use((j) => bufferOf(j.snapshot()));
  for (;;) {
    // The token comes before the question: a write that was asked for and not sent would count as unknown.
    if (!(await pace.take(slice))) {
      await save(snapshot());
      return { end: 'paused' };
    }
    const action = JSON.parse(journey.use((j) => j.next(Date.now()))) as Action;
    if (action.do !== 'send') {
      pace.giveBack();
      if (action.do === 'done') return { end: 'done' };
      await save(snapshot());
      return { end: 'wait', until: action.until, status: action.status, reason: action.reason };
    }
    if (action.save) await save(snapshot());
    slice.count();
    const reply = await transport.send(action.request);
    if (reply.answered) {
      const { status, content_type, retry_after, body } = reply;
      if (status === 429) pace.penalize(retry_after ?? 1);
      journey.use((j) => j.answered(status, content_type, retry_after ?? undefined, body, Date.now()));
    } else {
      journey.use((j) => j.unanswered(reply.kind, Date.now()));
    }
    // A write whose outcome is known needs no look-up after a crash.
    if (action.save) await save(snapshot());
  }
}

const bufferOf = (bytes: Uint8Array): ArrayBuffer => bytes.slice().buffer as ArrayBuffer;
