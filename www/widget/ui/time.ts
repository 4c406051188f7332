// Times as an administrator reads them: in the project's time zone and his language.
import type { Session } from '../session.ts';

/** `precise`: to the second. */
export function shownTime(session: Session, time: string | number, precise = false): string {
  const { time_zone } = session.settings.draft;
  const style = { dateStyle: 'medium', timeStyle: precise ? 'medium' : 'short' } as const;
  const at = new Date(time);
  try {
    return new Intl.DateTimeFormat(session.language, { ...style, timeZone: time_zone }).format(at);
  } catch {
    // The time zone is being typed.
    return new Intl.DateTimeFormat(session.language, style).format(at);
  }
}
