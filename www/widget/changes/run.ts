// The latest events of the journal by the saved settings and by those that are edited, one after the other, in slices
// that leave the page free to answer.
import type { PreviewInput, PreviewResult, Settings } from 'ringostat-amocrm';
import type { EventView } from '../api.ts';
import { type DirectoryDocument, type Known, seedOf } from '../preview/account.ts';
import { clockIn, namesIn } from '../preview/run.ts';
import type { Session } from '../session.ts';
import { type Assumed, assumedOf, wasLookedFor } from './assumed.ts';
import { type Difference, differencesOf } from './compare.ts';

/** Longer than that nobody who types or scrolls is kept waiting. */
const SLICE_MS = 10;

export interface Compared {
  event: EventView;
  differences: Difference[];
}
export interface Result {
  compared: number;
  /** Those that would end differently. */
  changed: Compared[];
  /** Of those compared: amoCRM was never asked who the client is. */
  unasked: number;
  /** Their data is not there any more. */
  erased: number;
  /** They cannot be run, by one of the settings or by both. */
  failed: number;
}

/** Both without the dry run: it would hide what is asked for. */
export interface Both {
  saved: Settings;
  draft: Settings;
}

/**
 * `events`: newest first, with their content. `progress`: how many are done. Null: it was stopped.
 */
export async function compareAll(
  session: Session,
  { saved, draft }: Both,
  events: EventView[],
  progress: (done: number) => void,
  signal: AbortSignal,
): Promise<Result | null> {
  const result: Result = { compared: 0, changed: [], unasked: 0, erased: 0, failed: 0 };
  const [was, becomes] = [new Side(session, saved), new Side(session, draft)];
  const users = usersOf(session);
  let begun = performance.now();
  for (const [at, event] of events.entries()) {
    const rest = async () => {
      if (performance.now() - begun < SLICE_MS) return;
      progress(at);
      await nextTurn();
      begun = performance.now();
    };
    await rest();
    if (signal.aborted) return null;
    if (!event.content) {
      result.erased += 1;
      continue;
    }
    // Round robin counts on: both settings see the same number.
    const assumed = assumedOf(event, users);
    const differences = await compareOne(was, becomes, event, assumed, events.length - at, rest);
    if (differences === null) result.failed += 1;
    else {
      result.compared += 1;
      if (!wasLookedFor(event)) result.unasked += 1;
    }
    if (differences && differences.length > 0) result.changed.push({ event, differences });
  }
  return result;
}

/** `rest`: between two runs. Null: it cannot be run. */
async function compareOne(
  was: Side,
  becomes: Side,
  event: EventView,
  { situation, responsible }: Assumed,
  sequence: number,
  rest: () => Promise<void>,
): Promise<Difference[] | null> {
  const nowMs = Date.parse(event.received_at);
  try {
    let known: Known = null;
    let old = was.run(event, known, sequence, nowMs);
    if (situation !== 'nothing' && old) {
      // What amoCRM has of him is what the saved settings know him by.
      const { identifiers } = old;
      await rest();
      known = { situation, identifiers, names: was.names, responsible };
      old = was.run(event, known, sequence, nowMs);
    }
    await rest();
    const young = old && becomes.run(event, known, sequence, nowMs);
    return young ? differencesOf(old as PreviewResult, young, nowMs) : null;
  } catch (error) {
    console.error(error);
    return null;
  }
}

/** One of the two settings. */
class Side {
  readonly names: ReturnType<typeof namesIn>;
  readonly #session: Session;
  readonly #text: string;
  readonly #zone: string;

  constructor(session: Session, settings: Settings) {
    this.names = namesIn(session);
    this.#session = session;
    this.#text = JSON.stringify({ ...settings, dry_run: false });
    this.#zone = settings.time_zone;
  }

  run(event: EventView, known: Known, sequence: number, nowMs: number): PreviewResult | null {
    const { content } = event;
    const { core, account } = this.#session;
    if (!content) return null;
    const input: PreviewInput = {
      event: content.event,
      subject: content.subject,
      account: seedOf(account.directory as unknown as DirectoryDocument | null, known),
      clock: clockIn(this.#zone, nowMs),
      sequence,
      now_ms: nowMs,
    };
    const answer = core.preview(this.#text, JSON.stringify(input));
    return answer.type === 'success' ? answer : null;
  }
}

/** Who can be responsible. */
export const usersOf = ({ account }: Session): number[] =>
  account.users.filter(({ is_active }) => is_active).map(({ id }) => id);

/** After what the page has to do meanwhile. */
const nextTurn = () => new Promise((resolve) => setTimeout(resolve));
