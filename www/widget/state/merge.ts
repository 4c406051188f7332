// Two documents that come from one: which of them changed what, and both in one.
import type { Settings } from 'ringostat-amocrm/sandbox';
import { sameDocument } from './same_document.ts';

type Part = keyof Settings;

export interface Difference {
  part: Part;
  by: 'me' | 'them' | 'both';
  /** Where inside it, and what stands there. */
  places: Place[];
}

/** Undefined: nothing. */
export interface Place {
  path: string;
  mine: unknown;
  theirs: unknown;
}

/** `base`: what both began with; null when nobody knows. */
export function differences(base: Settings | null, mine: Settings, theirs: Settings): Difference[] {
  return (Object.keys(mine) as Part[])
    .filter((part) => !sameDocument(mine[part], theirs[part]))
    .map((part) => {
      const places = placesOf(mine[part], theirs[part], '');
      if (base && sameDocument(base[part], theirs[part])) return { part, by: 'me', places };
      if (base && sameDocument(base[part], mine[part])) return { part, by: 'them', places };
      return { part, by: 'both', places };
    });
}

/** Mine where I changed it, theirs everywhere else. */
export function merged(base: Settings | null, mine: Settings, theirs: Settings): Settings {
  const own = differences(base, mine, theirs).filter(({ by }) => by !== 'them');
  return { ...theirs, ...Object.fromEntries(own.map(({ part }) => [part, mine[part]])) };
}

const isPlainList = (value: unknown): boolean =>
  Array.isArray(value) && value.every((one) => typeof one !== 'object');

function placesOf(mine: unknown, theirs: unknown, path: string): Place[] {
  if (sameDocument(mine, theirs)) return [];
  const both = [mine, theirs].every((one) => typeof one === 'object' && one !== null);
  if (!both || Array.isArray(mine) !== Array.isArray(theirs)) return [{ path, mine, theirs }];
  // A list of plain values reads better whole.
  if ([mine, theirs].every(isPlainList)) return [{ path, mine, theirs }];
  const [left, right] = [mine as Record<string, unknown>, theirs as Record<string, unknown>];
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  return keys.flatMap((key) => placesOf(left[key], right[key], `${path}/${key}`));
}
