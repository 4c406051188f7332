// Values of fields as amoCRM shows them.
import type { Session } from '../session.ts';
import { shownTime } from '../ui/time.ts';

const DAYS = new Set(['date', 'birthday']);

export function shownValue(session: Session, value: unknown, type: string | null): string {
  if (Array.isArray(value)) return value.map((one) => shownValue(session, one, type)).join(', ');
  if (value === null || value === undefined || value === '') return session.t('value.none');
  if (typeof value === 'boolean') return session.t(`value.${value}`);
  if (typeof value === 'number' && type !== null) {
    const time = new Date(value * 1000).toISOString();
    if (type === 'date_time') return shownTime(session, time);
    if (DAYS.has(type)) return shownDay(session, time);
  }
  if (typeof value === 'number') return new Intl.NumberFormat(session.language).format(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function shownDay({ language }: Session, time: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium' }).format(new Date(time));
}
