// Time zones by IANA names, and what their clocks show.

/** Names that runtimes still give and the tz database has replaced. */
const RENAMED: Record<string, string> = { 'Europe/Kiev': 'Europe/Kyiv', 'Asia/Calcutta': 'Asia/Kolkata' };

/** Every zone there is, in order, with the one that is set among them once, under its own name. */
export function zones(set: string): string[] {
  const own = standing(set);
  const isSet = (zone: string) => zone === own || RENAMED[zone] === set || zone === RENAMED[set];
  const known = ['UTC', ...Intl.supportedValuesOf('timeZone')].map((zone) =>
    isSet(zone) ? set : (RENAMED[zone] ?? zone),
  );
  return [...new Set(own === undefined ? known : [...known, set])].sort();
}

/** The name that the runtime knows a zone by; undefined: no such zone. */
function standing(zone: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

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
