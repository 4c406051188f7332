// Time zones by IANA names and by the words of a language, and what their clocks show.

import { RENAMED, standing } from '../../state/time_zone.ts';

export interface Zone {
  name: string;
  /** What the language calls it by: the country that has only this one, else the city. */
  label: string;
}

/** Every zone there is, in order, with the one that is set among them once, under its own name. */
export function zones(set: string): string[] {
  const own = standing(set);
  const isSet = (zone: string) => zone === own || RENAMED[zone] === set || zone === RENAMED[set];
  const known = ['UTC', ...Intl.supportedValuesOf('timeZone')].map((zone) =>
    isSet(zone) ? set : (RENAMED[zone] ?? zone),
  );
  return [...new Set(own === undefined ? known : [...known, set])].sort();
}

/** Labels by language and name: to ask for all of them takes a third of a second. */
const LABELS = new Map<string, string>();

export const labelled = (names: string[], language: string): Zone[] =>
  names.map((name) => ({ name, label: labelOf(name, language) }));

function labelOf(zone: string, language: string): string {
  const key = `${language} ${zone}`;
  const label = LABELS.get(key) ?? generic(zone, language) ?? '';
  LABELS.set(key, label);
  return label;
}

function generic(zone: string, language: string): string | undefined {
  // A name that is set may be unknown to the runtime.
  if (standing(zone) === undefined) return undefined;
  return new Intl.DateTimeFormat(language, { timeZone: zone, timeZoneName: 'shortGeneric' })
    .formatToParts(0)
    .find(({ type }) => type === 'timeZoneName')?.value;
}

/**
 * The zone that is meant: by its name, its city or its label, or by a part of one that no other has. Undefined: none,
 * or several.
 */
export function zoneOf(typed: string, all: readonly Zone[]): string | undefined {
  const wanted = plain(typed);
  if (wanted === '') return undefined;
  const ways = [
    ({ name }: Zone) => plain(name) === wanted,
    ({ name }: Zone) => plain(name.split('/').at(-1) ?? '') === wanted,
    ({ label }: Zone) => plain(label) === wanted,
    ({ name, label }: Zone) => plain(name).includes(wanted) || plain(label).includes(wanted),
  ];
  for (const way of ways) {
    const [one, another] = all.filter(way);
    if (one) return another ? undefined : one.name;
  }
  return undefined;
}

const plain = (text: string): string =>
  text
    .trim()
    .replaceAll(/[_\s]+/g, ' ')
    .toLocaleLowerCase();

/** Day and time there, e.g. "Mo, 14:05 (GMT+3)"; undefined: no such zone. */
export function localTime(zone: string, language: string, at: Date): string | undefined {
  if (standing(zone) === undefined) return undefined;
  return new Intl.DateTimeFormat(language, {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'shortOffset',
  }).format(at);
}
