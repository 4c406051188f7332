// What a peer tells of itself, and where it is found. They are packages of the bench alone: plain modules, so that types
// are checked whether these are installed or not.
import { isDeepStrictEqual } from 'node:util';
import type { Choose, Phone, Rule, Rules } from './job.ts';

export interface Peer {
  name: string;
  /** What of the form's job is done for it by the functions written by hand. */
  leavesOut: string;
  /** Fields by rows and the pipeline by rule. */
  choose?: (rules: Rules) => Choose;
  /** Only the pipeline, for many rules. */
  rule?: (funnel: Rule[], otherwise: number) => (seen: string) => unknown;
  phone?: (text: string) => Phone | undefined;
  same?: (one: string, other: string) => boolean;
}

const ENGINES = ['libphonenumber', 'jsonata', 'json_logic', 'zen', 'mapping_kit'] as const;

export const peers = (): Promise<Peer[]> =>
  Promise.all(ENGINES.map((name) => import(`./engines/${name}.mjs`) as Promise<Peer>));

/** Wrong answers are not raced. */
export function agrees(what: string, given: unknown, wanted: unknown): void {
  if (!isDeepStrictEqual(given, wanted))
    throw new Error(`${what} answers ${JSON.stringify(given)}, not ${JSON.stringify(wanted)}`);
}
