// The outcome in one sentence.
import type { Session } from '../session.ts';
import { type Counted, countsOf, type Outcome } from './outcome.ts';
import type { Shown } from './run.ts';

export interface Verdict {
  /** What happens, in one sentence. */
  text: string;
  /** Nothing happens, and that is meant so. */
  tone: 'made' | 'nothing' | 'trouble';
}

export function verdictOf(session: Session, { made }: Shown, outcome: Outcome): Verdict {
  const { t } = session;
  const { status, reason } = made.report;
  const why = reason ? t(`reason.${reason.code}`, reason.params) : '';
  if (status === 'skipped') return { text: t('preview.nothing', { why }), tone: 'nothing' };
  const { created, changed } = countsOf(outcome);
  const list = (counts: [Counted, number][]) =>
    new Intl.ListFormat(session.language, { type: 'conjunction' }).format(
      counts.map(([of, count]) => t(`preview.count.${of}`, { count })),
    );
  const parts = [
    ...(created.length > 0 ? [t('preview.created', { what: list(created) })] : []),
    ...(changed.length > 0 ? [t('preview.changed', { what: list(changed) })] : []),
  ];
  if (status !== 'delivered')
    return { text: [t('preview.stopped', { why }), ...parts].join(' '), tone: 'trouble' };
  if (parts.length === 0) return { text: t('preview.unchanged'), tone: 'nothing' };
  return { text: parts.join(' '), tone: 'made' };
}
