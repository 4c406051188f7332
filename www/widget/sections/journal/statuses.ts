// What can be said of an event's status: how it looks, whether it changes by itself, and whether it can be sent again.
import type { EventBrief, EventStatus } from '../../api.ts';

/** As an administrator looks for them: what is under way, then how it ends. */
export const STATUSES: readonly EventStatus[] = [
  'queued',
  'delivering',
  'retrying',
  'held',
  'delivered',
  'skipped',
  'failed',
  'expired',
];

const UNDER_WAY: readonly EventStatus[] = ['queued', 'delivering', 'retrying'];
/** From these the worker sends by hand. */
const SENDABLE: readonly EventStatus[] = ['failed', 'expired', 'held', 'skipped'];

export const isUnderWay = ({ status }: Pick<EventBrief, 'status'>): boolean => UNDER_WAY.includes(status);

/** Of an erased event nothing is left to be sent. */
export const canBeSent = ({ status, reason }: Pick<EventBrief, 'status' | 'reason'>): boolean =>
  SENDABLE.includes(status) && reason?.code !== 'erased';

export const BADGES: Record<EventStatus, string> = {
  queued: '',
  delivering: '',
  retrying: 'warning',
  held: 'warning',
  delivered: 'good',
  skipped: '',
  failed: 'error',
  expired: 'warning',
};
