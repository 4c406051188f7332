// Which lines an entry of the stop-list stops, and which entry stops a line (seed: SIP numbers, FMC numbers only by
// their SIP pair). Logins are compared as the core does; of numbers the core knows the
// country too.
import type { Line, StopEntry } from 'ringostat-amocrm/sandbox';

/** A login without what telephones write around it; empty: none. */
export const loginOf = (sip: string): string =>
  sip
    .trim()
    .toLowerCase()
    .replace(/^sip[:/]/, '')
    .split('@')[0] ?? '';

/** Without what is dialled before a national number. */
const digitsOf = (number: string): string => number.replace(/\D/g, '').replace(/^0+/, '');
/** As many digits tell a number also where the country is left out. */
const NATIONAL = 9;

export const sameLogin = (a: string, b: string): boolean => loginOf(a) !== '' && loginOf(a) === loginOf(b);
export function sameNumber(a: string, b: string): boolean {
  const [short = '', long = ''] = [digitsOf(a), digitsOf(b)].sort((one, other) => one.length - other.length);
  return short !== '' && (short === long || (short.length >= NATIONAL && long.endsWith(short)));
}

/** Other lines with the same SIP login. */
export const sharing = (line: Line, lines: readonly Line[]): Line[] =>
  lines.filter((other) => other !== line && sameLogin(other.sip, line.sip));

export const stops = (entry: StopEntry, line: Line): boolean =>
  'sip' in entry ? sameLogin(entry.sip, line.sip) : sameNumber(entry.number, line.number);

/** By login, unless other numbers would be stopped with it that can be told apart: those of FMC cannot. */
export function entryFor(line: Line, lines: readonly Line[]): StopEntry {
  const together = sharing(line, lines);
  const shared = together.length > 0;
  const apart = shared && [line, ...together].every(({ kind }) => kind === 'sip');
  return line.sip.trim() === '' || (apart && line.number.trim() !== '')
    ? { number: line.number }
    : { sip: line.sip };
}

/** Lines that are known and not in the settings yet. */
export const newLines = <T extends { number: string; sip: string }>(
  known: readonly T[],
  lines: readonly Line[],
): T[] =>
  known.filter(
    ({ number, sip }) =>
      !lines.some((line) => (number === '' ? sameLogin(line.sip, sip) : sameNumber(line.number, number))),
  );
