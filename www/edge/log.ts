// Structured logs without personal data: what happened and its kind, never a payload.

export function logError(what: string, error: unknown): void {
  const kind = error instanceof Error ? error.name : typeof error;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.name : undefined;
  const stack = error instanceof Error ? frames(error) : undefined;
  console.error(JSON.stringify({ level: 'error', what, kind, cause, stack }));
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
