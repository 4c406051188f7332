// Places in the settings document, as JSON Pointers (RFC 6901).

/** Whether `path` is `place` or lies under it. */
export const contains = (place: string, path: string): boolean =>
  path === place || path.startsWith(place === '' ? '/' : `${place}/`);

/** The keys on the way to a place. */
export const keysOf = (path: string): string[] =>
  path
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));

/** What is there; undefined when nothing is. */
export function valueAt(document: unknown, path: string): unknown {
  let value = document;
  for (const key of keysOf(path)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}
