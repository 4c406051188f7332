// What the account looks like and what it knows of a client: read from amoCRM, nothing is written for a client.

import type { Directory } from 'ringostat-amocrm';
import { type core, type Held, isFailure } from './core.ts';
import type { DirectoryStore } from './directory_store.ts';
import type { Engine } from './engine.ts';
import type { GapFiller } from './gaps/filler.ts';
import { type Gate, isTrouble } from './gate.ts';
import { type Line, runJourney } from './journey.ts';
import { Slice } from './pace.ts';
import { one, problem } from './problem.ts';
import type { RingostatDirectory } from './ringostat_directory.ts';
import type { RingostatSurveys } from './ringostat_surveys.ts';
import type { Surveys, Unreadable } from './surveys.ts';

const PUBLIC_KEYS = ['read_at', 'account', 'pipelines', 'fields', 'users', 'task_types'] as const;

/** The project in Ringostat, and who asks for it. */
export interface Ringostat {
  directory: RingostatDirectory;
  surveys: RingostatSurveys;
}

export async function readDirectory(
  store: DirectoryStore,
  surveys: Surveys,
  ringostat: Ringostat,
  gaps: GapFiller,
  refresh: boolean,
): Promise<Response> {
  const [unreadable, warnings] = await Promise.all([
    refresh || !store.document ? surveys.refresh() : null,
    ringostat.surveys.ensure(refresh),
  ]);
  if (unreadable) return unavailable(unreadable);
  const directory = JSON.parse(store.document ?? '{}') as Partial<Directory>;
  const shown = PUBLIC_KEYS.map((key) => [key, directory[key]]);
  return Response.json({
    ...Object.fromEntries(shown),
    warnings: [...(directory.warnings ?? []), ...warnings, ...gaps.warnings],
    ringostat: ringostat.directory.read(),
  });
}

export async function lookUp(
  body: string,
  engine: Engine,
  surveys: Surveys,
  line: Line,
  gate: Gate,
): Promise<Response> {
  const begun = Date.now();
  if (gate.reason && !gate.connected) return unavailable({ reason: gate.reason, until: begun });
  const unreadable = await surveys.ensure('interactive');
  if (unreadable) return unavailable(unreadable);
  let journey: Held<core.Journey>;
  try {
    journey = engine.lookup(body);
  } catch (error) {
    if (isFailure(error)) return problem(error.errors[0]?.code === 'malformed' ? 400 : 422, error.errors);
    throw error;
  }
  try {
    const passage = { slice: new Slice(50, 30_000), rank: () => 'interactive' as const };
    const outcome = await runJourney(journey, line, passage, async () => {});
    if (outcome.end === 'wait') {
      const { code } = outcome.reason;
      if (isTrouble(code)) gate.learn(code, begun, Date.now());
      return unavailable(outcome);
    }
    if (outcome.end === 'paused') return problem(503, 'slow_account', { 'retry-after': '10' });
    return new Response(
      journey.use((j) => j.result()),
      { headers: { 'content-type': 'application/json' } },
    );
  } finally {
    journey.free();
  }
}

function unavailable({ reason, until }: Pick<Unreadable, 'reason' | 'until'>): Response {
  const seconds = Math.max(1, Math.ceil((until - Date.now()) / 1000));
  return problem(503, [one(reason.code, '', reason.params)], { 'retry-after': String(seconds) });
}
