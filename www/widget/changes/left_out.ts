// What the comparison cannot show: changes that act before an event is in the journal, or on what is not kept of it.
import type { Settings } from 'ringostat-amocrm';
import { sameDocument } from '../state/same_document.ts';

/** Each by the name of its text. */
const LEFT_OUT = {
  // Applied as a message comes in: what the journal has was read before.
  ignored_fields: ({ forms }: Settings) => forms.ignored_fields,
  call_keys: ({ calls }: Settings) => calls.keys,
  // Which tasks were open, and who would have been found by something else, nobody knows any more.
  missed_tasks: ({ matrix }: Settings) => matrix.close_missed_task,
  identity: ({ identity }: Settings) => identity,
} satisfies Record<string, (settings: Settings) => unknown>;

export type LeftOut = keyof typeof LEFT_OUT;

/** What of the changes no event of the journal can tell. */
export const leftOut = (saved: Settings, draft: Settings): LeftOut[] =>
  (Object.keys(LEFT_OUT) as LeftOut[]).filter(
    (name) => !sameDocument(LEFT_OUT[name](saved), LEFT_OUT[name](draft)),
  );
