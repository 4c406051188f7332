// Differences of many events as a short list: what is alike stands together, what weighs most comes first.
import type { EventView } from '../api.ts';
import type { Difference, End, Place } from './compare.ts';

/** One event that would end differently. */
export interface Case<D extends Difference = Difference> {
  event: EventView;
  difference: D;
}
/** Cases of one kind; `same`: all of them were alike and become alike. */
export interface Group {
  key: string;
  cases: [Case, ...Case[]];
  same: boolean;
}

/** What is made or not weighs more than what is written on it. */
const ORDER: Difference['what'][] = ['end', 'made', 'waits', 'used', 'place', 'responsible', 'value'];
const CARRIERS = ['unsorted', 'lead', 'contact', 'task', 'completed_task', 'call_record', 'note'];

export function summarise(found: { event: EventView; differences: Difference[] }[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { event, differences } of found) {
    for (const difference of differences) {
      const key = keyOf(difference, event);
      const group = groups.get(key);
      if (group) {
        group.same &&= sidesOf(group.cases[0].difference) === sidesOf(difference);
        group.cases.push({ event, difference });
      } else groups.set(key, { key, cases: [{ event, difference }], same: true });
    }
  }
  return [...groups.values()].sort((a, b) => weight(a) - weight(b) || b.cases.length - a.cases.length);
}

/** Values of one field belong together, whatever they are, but for what is left as it is; forms and calls are told apart where events are counted. */
function keyOf(difference: Difference, { kind }: EventView): string {
  const { what, was, becomes } = difference;
  switch (what) {
    case 'end':
      return JSON.stringify([what, kind, endKey(was), endKey(becomes)]);
    case 'made':
      return JSON.stringify([what, kind, difference.of, becomes > was]);
    case 'waits':
      return JSON.stringify([what, kind, becomes]);
    case 'used':
      return JSON.stringify([what, difference.of, becomes]);
    case 'place':
      return JSON.stringify([what, placeKey(was, becomes), placeKey(becomes, was)]);
    case 'responsible':
      return JSON.stringify([what, difference.of, was, becomes]);
    case 'value':
      return JSON.stringify([what, difference.of, difference.label ?? difference.key, difference.untouched]);
  }
}

/** Where the reason points to in the settings does not make it another one. */
function endKey({ status, reason }: End): unknown {
  if (!reason) return status;
  const { path: _, ...params } = reason.params;
  return [status, reason.code, params];
}

/** Of leads that go to another pipeline the stages do not matter. */
const placeKey = (place: Place, other: Place): unknown =>
  place.pipeline === other.pipeline ? place : place.pipeline;

/** As far as anybody is told: what is left as it is may be anything. */
function sidesOf(difference: Difference): string {
  const untouched = difference.what === 'value' ? difference.untouched : null;
  const { was, becomes } = difference;
  return JSON.stringify([untouched === 'was' ? null : was, untouched === 'becomes' ? null : becomes]);
}

function weight({ cases: [{ difference }] }: Group): number {
  const of = 'of' in difference ? CARRIERS.indexOf(difference.of) : 0;
  return ORDER.indexOf(difference.what) * CARRIERS.length + of;
}
