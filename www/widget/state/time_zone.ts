// Whether a time zone exists: the runtime knows, the core does not.

/** Names that runtimes still give and the tz database has replaced. */
export const RENAMED: Record<string, string> = {
  'Europe/Kiev': 'Europe/Kyiv',
  'Asia/Calcutta': 'Asia/Kolkata',
};

/** The name that the runtime knows a zone by; undefined: no such zone. */
export function standing(zone: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** As the worker asks when settings are saved. An old browser may know a zone by its old name only. */
export function isZone(zone: string): boolean {
  const old = Object.keys(RENAMED).find((name) => RENAMED[name] === zone);
  return !/^[+-]/.test(zone) && (standing(zone) ?? (old && standing(old))) !== undefined;
}
