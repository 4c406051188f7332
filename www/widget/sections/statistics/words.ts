// What is counted, and days, in the language of the widget.
import type { EventStatus } from '../../api.ts';
import type { Session } from '../../session.ts';

export const countName = ({ t }: Session, of: 'received' | EventStatus): string =>
  of === 'received' ? t('statistics.received') : t(`status.${of}`);

/** A day of the project's calendar, which is the same day everywhere. */
export const shownDay = ({ language }: Session, day: string, weekday = false): string =>
  new Intl.DateTimeFormat(language, {
    day: 'numeric',
    month: 'short',
    ...(weekday ? { weekday: 'short' } : {}),
    timeZone: 'UTC',
  }).format(new Date(`${day}T00:00:00Z`));
