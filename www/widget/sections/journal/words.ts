// What an event is called.
import type { EventBrief } from '../../api.ts';
import type { Session } from '../../session.ts';

/** "Call, over". */
export function nameOf({ t }: Session, { kind, phase }: Pick<EventBrief, 'kind' | 'phase'>): string {
  const name = t(`preview.kind.${kind}`);
  return phase ? t('journal.call', { name, phase: t(`phase.${phase}`) }) : name;
}

export const reasonOf = (session: Session, { reason }: Pick<EventBrief, 'reason'>): string =>
  reason ? session.t(`reason.${reason.code}`, reason.params) : '';
