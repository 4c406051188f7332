// How two outcomes of one event differ: what is made, where it goes, whose it is, and what is written on it. How it
// gets there (requests, the explanation) does not count.
import type { PreviewResult, Report } from 'ringostat-amocrm';
import { changesOf } from '../preview/changes.ts';
import { shownOf } from '../preview/outcome.ts';
import { type Card, type Note, type Task, type World, worldOf } from '../preview/world.ts';

export const MADE = ['unsorted', 'contact', 'lead', 'task', 'completed_task', 'call_record', 'note'] as const;
export type Made = (typeof MADE)[number];
export type Carrier = Exclude<Made, 'unsorted'>;

/** How an event comes to its end. `reason`: why it made nothing, or did not get through. `made`: what is new. */
export interface End {
  status: 'delivered' | 'skipped' | 'failed';
  made: Made[];
  reason: NonNullable<Report['reason']> | null;
}
/** By names; null: nowhere that is known. */
export interface Place {
  pipeline: string | null;
  stage: string | null;
}

export type Difference =
  | { what: 'end'; was: End; becomes: End }
  /** So many are made. */
  | { what: 'made'; of: Made; was: number; becomes: number }
  /** Contact and lead are made at once, or wait together as one incoming lead. */
  | { what: 'waits'; was: boolean; becomes: boolean }
  /** A new one is made, or one that is there already is used. */
  | { what: 'used'; of: 'contact' | 'lead'; was: boolean; becomes: boolean }
  | { what: 'place'; was: Place; becomes: Place }
  /** A name, or null when the account decides. */
  | { what: 'responsible'; of: Carrier; was: string | null; becomes: string | null }
  /**
   * `key`, `label` and `type` as of `Change`. Null: nothing. `untouched`: this side leaves what a card that was there
   * before has, which nobody knows any more.
   */
  | {
      what: 'value';
      of: Carrier;
      key: string;
      label: string | null;
      type: string | null;
      was: unknown;
      becomes: unknown;
      untouched: 'was' | 'becomes' | null;
    };

/** Both ran on the same account at the same time (unix milliseconds). */
export function differencesOf(was: PreviewResult, becomes: PreviewResult, nowMs: number): Difference[] {
  const [old, young] = [productOf(was, nowMs), productOf(becomes, nowMs)];
  const [then, now] = [endOf(was.report, old), endOf(becomes.report, young)];
  // Who makes nothing has nothing else to be compared.
  if (then.status !== now.status) return [{ what: 'end', was: then, becomes: now }];
  if (then.status === 'skipped') return [];
  return [...madeOf(old, young), ...valuesOf(old, young)];
}

/** Anything that does not come to an end on an account without faults never would. */
function endOf({ status, reason }: Report, product: Product): End {
  const ended = status === 'delivered' || status === 'skipped' ? status : 'failed';
  return { status: ended, reason, made: madeBy(product) };
}

/** What waits as an incoming lead is one thing. */
const madeBy = (product: Product): Made[] =>
  MADE.filter((of) => countOf(product, of) > 0 && !(product.waits && (of === 'contact' || of === 'lead')));

/** By what people see of it; keys as of `Change`. */
type Shown = Record<string, unknown>;
type Fresh = Record<Carrier, Shown[]>;

interface Product {
  fresh: Fresh;
  /** Those that were there before, by id: as they are now, and as they were. */
  known: Record<'contact' | 'lead', Map<number, Shown>>;
  earlier: Record<'contact' | 'lead', Map<number, Shown>>;
  /** What is new waits as an incoming lead. */
  unsorted: number;
  waits: boolean;
  /** Linked to the event, though it did not make it. */
  used: Record<'contact' | 'lead', boolean>;
}

function productOf({ before, after, report }: PreviewResult, nowMs: number): Product {
  const [then, now] = [worldOf(before), worldOf(after)];
  const isNew = <T extends { id: number }>(all: T[]) => {
    const known = new Set(all.map(({ id }) => id));
    return ({ id }: { id: number }) => !known.has(id);
  };
  const cards = (all: Card[], earlier: Card[]) => {
    const fresh = all.filter(isNew(earlier));
    const known = all.filter((card) => !fresh.includes(card));
    return {
      fresh: fresh.map((card) => shownOf(card, now)),
      known: new Map(known.map((card) => [card.id, shownOf(card, now)])),
      earlier: new Map(earlier.map((card) => [card.id, shownOf(card, then)])),
    };
  };
  const [contacts, leads] = [cards(now.contacts, then.contacts), cards(now.leads, then.leads)];
  const tasks = now.tasks.filter(isNew(then.tasks)).sort((a, b) => a.id - b.id);
  const notes = now.notes.filter(isNew(then.notes)).sort((a, b) => a.id - b.id);
  const unsorted = now.unsorted.filter(({ uid }) => !then.unsorted.some((one) => one.uid === uid));
  const used = (link: Report['contact'], of: Map<number, Shown>) => link !== null && of.has(link.id);
  return {
    fresh: {
      contact: contacts.fresh,
      lead: leads.fresh,
      task: tasks.filter(({ is_completed: done }) => !done).map((task) => shownTask(task, now, nowMs)),
      completed_task: tasks
        .filter(({ is_completed: done }) => done)
        .map((task) => shownTask(task, now, nowMs)),
      call_record: notes.filter(isRecord).map((note) => shownRecord(note, now)),
      note: notes.filter((note) => !isRecord(note)).map(({ params }) => ({ text: params.text })),
    },
    known: { contact: contacts.known, lead: leads.known },
    earlier: { contact: contacts.earlier, lead: leads.earlier },
    unsorted: unsorted.length,
    waits: unsorted.some(({ _embedded: { leads: waiting = [] } }) => waiting.length > 0),
    used: { contact: used(report.contact, contacts.known), lead: used(report.lead, leads.known) },
  };
}

const isRecord = ({ note_type: type }: Note): boolean => type !== 'common';

const nameIn = (all: { id: number; name: string }[], id: unknown): string | null =>
  all.find((one) => one.id === id)?.name ?? null;

function shownTask(task: Task, world: World, nowMs: number): Shown {
  return {
    text: task.text,
    task_type: nameIn(world.task_types, task.task_type_id),
    // A task that is done has no deadline.
    deadline_minutes: task.is_completed ? null : Math.round((task.complete_till * 1000 - nowMs) / 60_000),
    responsible_user_id: nameIn(world.users, task.responsible_user_id),
  };
}

function shownRecord({ params }: Note, world: World): Shown {
  const { link, call_result: result, phone, duration, call_responsible: user } = params;
  return { link, result, phone, duration, responsible_user_id: nameIn(world.users, user) };
}

function madeOf(old: Product, young: Product): Difference[] {
  const found: Difference[] = [];
  const told = new Set<Made>();
  if (old.waits !== young.waits && old.fresh.lead.length > 0 === young.fresh.lead.length > 0) {
    found.push({ what: 'waits', was: old.waits, becomes: young.waits });
    for (const of of ['unsorted', 'contact', 'lead'] as const) told.add(of);
  }
  for (const of of ['contact', 'lead'] as const) {
    const [was, becomes] = [isUsed(old, of), isUsed(young, of)];
    const swapped = (was && young.fresh[of].length > 0) || (becomes && old.fresh[of].length > 0);
    if (was === becomes || !swapped || told.has(of)) continue;
    found.push({ what: 'used', of, was, becomes });
    told.add(of);
  }
  for (const of of MADE) {
    const [was, becomes] = [countOf(old, of), countOf(young, of)];
    if (was !== becomes && !told.has(of)) found.push({ what: 'made', of, was, becomes });
  }
  return found;
}

const countOf = ({ fresh, unsorted }: Product, of: Made): number =>
  of === 'unsorted' ? unsorted : fresh[of].length;

const isUsed = ({ fresh, used }: Product, of: 'contact' | 'lead'): boolean =>
  used[of] && fresh[of].length === 0;

/** Of what both make, and of what was there before. What only one of them makes is told already. */
function valuesOf(old: Product, young: Product): Difference[] {
  const found: Difference[] = [];
  for (const of of ['contact', 'lead'] as const) {
    // The stage of what waits is of no one's choosing.
    const skipPlace = old.waits !== young.waits;
    for (const [was, becomes] of pairs(old.fresh[of], young.fresh[of]))
      found.push(...cardDifferences(of, was, becomes, skipPlace));
    if (old.fresh[of].length !== young.fresh[of].length) continue;
    for (const [id, was] of old.known[of]) {
      const becomes = young.known[of].get(id);
      if (!becomes) continue;
      const earlier = old.earlier[of].get(id) ?? {};
      found.push(...cardDifferences(of, was, becomes, skipPlace).map((one) => marked(one, earlier)));
    }
  }
  for (const of of ['task', 'completed_task', 'call_record', 'note'] as const) {
    for (const [was, becomes] of pairs(old.fresh[of], young.fresh[of]))
      found.push(...plain(of, was, becomes));
  }
  return found;
}

const pairs = (old: Shown[], young: Shown[]): [Shown, Shown][] =>
  old.flatMap((was, at): [Shown, Shown][] => {
    const becomes = young[at];
    return becomes ? [[was, becomes]] : [];
  });

function cardDifferences(
  of: 'contact' | 'lead',
  was: Shown,
  becomes: Shown,
  skipPlace: boolean,
): Difference[] {
  const { pipeline, status, ...rest } = was;
  const { pipeline: toPipeline, status: toStage, ...newRest } = becomes;
  const place = (one: unknown, stage: unknown): Place => ({
    pipeline: one as string | null,
    stage: stage as string | null,
  });
  const moved = !skipPlace && (pipeline !== toPipeline || status !== toStage);
  return [
    ...(moved
      ? [{ what: 'place', was: place(pipeline, status), becomes: place(toPipeline, toStage) } as const]
      : []),
    ...plain(of, rest, newRest),
  ];
}

/** What the made-up card has is nobody's: who leaves it says nothing of a value. */
function marked(difference: Difference, earlier: Shown): Difference {
  if (difference.what !== 'value') return difference;
  const { key } = difference;
  const leaves = (side: 'was' | 'becomes') =>
    changesOf({ [key]: earlier[key] }, { [key]: difference[side] }).length === 0;
  return { ...difference, untouched: (['was', 'becomes'] as const).find(leaves) ?? null };
}

function plain(of: Carrier, was: Shown, becomes: Shown): Difference[] {
  return changesOf(was, becomes).map(
    ({ key, label, type, before, after }): Difference =>
      key === 'responsible_user_id'
        ? { what: 'responsible', of, was: before as string | null, becomes: after as string | null }
        : { what: 'value', of, key, label, type, was: before, becomes: after, untouched: null },
  );
}
