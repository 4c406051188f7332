// Structured logs without personal data: one line of JSON for what happened and its kind, never a payload. What is told
// of a project is its name, codes and numbers; ids of events are not, since some are made of phone numbers.

type Fact = string | number | boolean | null;

/** Something that whoever runs the worker may want to know. `error`: he should look. */
export function logNote(
  level: 'info' | 'warning' | 'error',
  what: string,
  project: string,
  facts: Record<string, Fact | undefined> = {},
): void {
  const line = JSON.stringify({ level, what, project, ...facts });
  if (level === 'info') console.log(line);
  else console.error(line);
}

export function logError(what: string, error: unknown): void {
  const kind = error instanceof Error ? error.name : typeof error;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.name : undefined;
  const stack = error instanceof Error ? frames(error) : undefined;
  console.error(JSON.stringify({ level: 'error', what, kind, cause, stack }));
}

/** A value in the environment that cannot be used; which one, not what it is. */
export function logMisconfigured(variable: string): void {
  console.error(JSON.stringify({ level: 'error', what: 'misconfigured', variable }));
}

/** What was tried long enough, and a code of why it did not work. */
export function logGivenUp(what: string, code: string): void {
  console.error(JSON.stringify({ level: 'error', what, kind: 'given_up', code }));
}

/** Where, without the message: it may quote a value. */
const frames = (error: Error): string[] =>
  (error.stack ?? '')
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .slice(0, 6)
    .map((line) => line.trim());
