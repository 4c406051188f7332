// What an event makes of the account: what is new, what is changed, and what is merely used.
import type { PreviewResult } from 'ringostat-amocrm';
import { type Change, changesOf } from './changes.ts';
import { type Card, type Note, type Task, type Unsorted, type World, worldOf } from './world.ts';

export interface Touched<T> {
  now: T;
  /** Empty of what is new, and of what stays as it is. */
  changes: Change[];
  state: 'new' | 'changed' | 'used';
  /** Waits among incoming leads until a manager accepts it. */
  waits?: boolean;
}
export interface Outcome {
  contacts: Touched<Card>[];
  leads: Touched<Card>[];
  tasks: Touched<Task>[];
  notes: Note[];
  records: Touched<Note>[];
  unsorted: Unsorted[];
}

export function outcomeOf({ before, after, report }: PreviewResult): Outcome {
  const [then, now] = [worldOf(before), worldOf(after)];
  const notes = touched(then.notes, now.notes, (a, b) => changesOf(a.params, b.params));
  const unsorted = now.unsorted.filter(({ uid }) => !then.unsorted.some((one) => one.uid === uid));
  const cards = (of: 'contacts' | 'leads', used: number | undefined) => {
    const waiting = unsorted.flatMap(({ _embedded }) => _embedded[of] ?? []);
    const all = touched(then[of], now[of], (a, b) => changesOf(shownOf(a, then), shownOf(b, now)), used);
    return all.map((one) => ({
      ...one,
      waits: one.state === 'new' && waiting.some(({ id }) => id === one.now.id),
    }));
  };
  return {
    contacts: cards('contacts', report.contact?.id),
    leads: cards('leads', report.lead?.id),
    tasks: touched(then.tasks, now.tasks, (a, b) =>
      changesOf(
        { is_completed: a.is_completed, text: a.text },
        { is_completed: b.is_completed, text: b.text },
      ),
    ),
    notes: notes.filter(({ now: note }) => note.note_type === 'common').map(({ now: note }) => note),
    records: notes.filter(({ now: note }) => note.note_type !== 'common'),
    unsorted,
  };
}

function touched<T extends { id: number }>(
  then: T[],
  now: T[],
  differ: (then: T, now: T) => Change[],
  used?: number,
): Touched<T>[] {
  return now.flatMap((entity): Touched<T>[] => {
    const earlier = then.find(({ id }) => id === entity.id);
    if (!earlier) return [{ now: entity, changes: [], state: 'new' }];
    const changes = differ(earlier, entity);
    if (changes.length > 0) return [{ now: entity, changes, state: 'changed' }];
    return entity.id === used ? [{ now: entity, changes, state: 'used' }] : [];
  });
}

/** A card by what people see of it; keys are those of `Change`. */
export function shownOf(card: Card, world: World): Record<string, unknown> {
  const pipeline = world.pipelines.find(({ id }) => id === card.pipeline_id);
  const shown: Record<string, unknown> = {
    name: card.name,
    responsible_user_id: world.users.find(({ id }) => id === card.responsible_user_id)?.name ?? null,
    price: card.price ?? null,
    pipeline: pipeline?.name ?? null,
    status: pipeline?._embedded.statuses.find(({ id }) => id === card.status_id)?.name ?? null,
    tags: (card._embedded.tags ?? []).map(({ name }) => name),
  };
  for (const field of card.custom_fields_values ?? []) {
    shown[`field:${field.field_id}`] = {
      label: field.field_name,
      values: field.values.map(({ value }) => value),
      type: field.field_type,
    };
  }
  return shown;
}

export const COUNTED = ['unsorted', 'contact', 'lead', 'task', 'call_record', 'note'] as const;
export type Counted = (typeof COUNTED)[number];

/** How many of each would be made, and how many changed. */
export function countsOf(outcome: Outcome): Record<'created' | 'changed', [Counted, number][]> {
  const lists: Record<Counted, { state: string }[]> = {
    // What waits among incoming leads is one thing there, not three.
    unsorted: outcome.unsorted.map(() => ({ state: 'new' })),
    contact: outcome.contacts.filter(({ waits }) => !waits),
    lead: outcome.leads.filter(({ waits }) => !waits),
    task: outcome.tasks,
    call_record: outcome.records,
    note: outcome.notes.map(() => ({ state: 'new' })),
  };
  const count = (state: string) =>
    COUNTED.map((of): [Counted, number] => [
      of,
      lists[of].filter((one) => one.state === state).length,
    ]).filter(([, number]) => number > 0);
  return { created: count('new'), changed: count('changed') };
}
