// One run of the core: the settings as they are, an event, and what amoCRM is taken to know.
import type { LookupResult, PreviewInput, PreviewResult, Problem } from 'ringostat-amocrm';
import { clockOf } from '../../clock.ts';
import type { Session } from '../session.ts';
import { type DirectoryDocument, type Known, seedOf } from './account.ts';
import type { Incoming } from './incoming.ts';
import { SITUATIONS, type Situation } from './situation.ts';

/** What amoCRM is taken to know: nothing, something made up for the event's client, or what a look-up found. */
export type Assumed = 'nothing' | Situation | LookupResult;

export interface Shown {
  result: PreviewResult;
  /** What the cards show: in a dry run what there would be without it. */
  made: PreviewResult;
  dryRun: boolean;
}
export type Ran = { shown: Shown } | { problems: Problem[] };

export class Runner {
  /** Of the last event: a situation is made up for the client before it is known who he is. */
  #identifiers: string[] = [];
  /** Whose client he is in a situation. Null: the account's owner's. */
  responsible: number | null = null;

  run(session: Session, incoming: Incoming, assumed: Assumed, nowMs: number): Ran {
    try {
      const { text, draft } = session.settings;
      const ran = this.#known(session, text, incoming, assumed, nowMs);
      if ('problems' in ran || !draft.dry_run) return ran;
      const lively = JSON.stringify({ ...draft, dry_run: false });
      const made = this.#known(session, lively, incoming, assumed, nowMs);
      if ('problems' in made) return made;
      return { shown: { ...ran.shown, made: made.shown.made, dryRun: true } };
    } catch (error) {
      console.error(error);
      return { problems: [{ code: 'internal', path: '', params: {} }] };
    }
  }

  #known(session: Session, settings: string, incoming: Incoming, assumed: Assumed, nowMs: number): Ran {
    const once = () => {
      const known: Known = isSituation(assumed)
        ? {
            situation: assumed,
            identifiers: this.#identifiers,
            names: namesIn(session),
            responsible: this.responsible,
          }
        : assumed === 'nothing'
          ? null
          : assumed;
      // The view types less than the worker tells.
      const directory = session.account.directory as unknown as DirectoryDocument | null;
      const input: PreviewInput = {
        ...incoming,
        account: seedOf(directory, known),
        clock: clockIn(session.settings.draft.time_zone, nowMs),
        now_ms: nowMs,
      };
      return session.core.preview(settings, JSON.stringify(input));
    };
    let answer = once();
    if (answer.type === 'success' && !sameTexts(answer.identifiers, this.#identifiers)) {
      this.#identifiers = answer.identifiers;
      if (isSituation(assumed)) answer = once();
    }
    if (answer.type === 'failure') return { problems: answer.errors };
    return { shown: { result: answer, made: answer, dryRun: false } };
  }
}

const isSituation = (assumed: Assumed): assumed is Situation => SITUATIONS.some((one) => one === assumed);

const sameTexts = (a: string[], b: string[]): boolean => a.join('\n') === b.join('\n');

export const namesIn = ({ t }: Session) => ({
  contact: t('situation.contact_name'),
  second: t('situation.second_name'),
  lead: t('situation.lead_name'),
});

/** A time zone that is none counts as UTC. */
export function clockIn(zone: string, nowMs: number) {
  try {
    return clockOf(zone, nowMs);
  } catch {
    // The time zone is being typed.
    return clockOf('UTC', nowMs);
  }
}
