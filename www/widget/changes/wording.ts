// Differences in words: the line of a group, and the two sides of one event.
import { labelOf } from '../preview/cards.ts';
import { shownValue } from '../preview/values.ts';
import type { Session } from '../session.ts';
import type { Carrier, Difference, End, Place } from './compare.ts';
import type { Group } from './summarise.ts';

/** A longer one is read in its case. */
const MOST_LETTERS = 60;
type Value = Extract<Difference, { what: 'value' }>;

/** What all its cases have in common, with their number. */
export function lineOf(session: Session, group: Group): string {
  const { t } = session;
  const [{ event, difference }] = group.cases;
  const count = group.cases.length;
  const { kind } = event;
  switch (difference.what) {
    case 'end': {
      const [key, end] = endKey(difference.was, difference.becomes);
      return t(`changes.${key}.${kind}`, { count, why: reasonText(session, end) });
    }
    case 'made': {
      const more = difference.becomes > difference.was ? 'more' : 'less';
      return t(`changes.${more}.${kind}`, { count, what: t(`changes.made.${difference.of}`) });
    }
    case 'waits':
      return t(`changes.${difference.becomes ? 'waits' : 'at_once'}.${kind}`, { count });
    case 'used':
      return t(`changes.${difference.becomes ? 'used' : 'renewed'}.${difference.of}`, { count });
    case 'place':
      return placeLine(session, difference.was, difference.becomes, count);
    case 'responsible': {
      const { was, becomes } = sidesOf(session, difference);
      return t('changes.responsible', { whose: whose(session, difference.of, count), was, becomes });
    }
    case 'value':
      return valueLine(session, group, difference, count);
  }
}

/** What it is by the saved settings, and what it would be. */
export function sidesOf(session: Session, difference: Difference): { was: string; becomes: string } {
  const both = <T>(of: (side: T) => string, was: T, becomes: T) => ({ was: of(was), becomes: of(becomes) });
  const { t } = session;
  switch (difference.what) {
    case 'end': {
      const text = (end: End) => {
        if (end.status !== 'delivered') return reasonText(session, end);
        const made = end.made.map((of) => t(`creates.${of}`));
        return made.length > 0 ? made.join(', ') : t('changes.processed');
      };
      return both(text, difference.was, difference.becomes);
    }
    case 'made': {
      const { of } = difference;
      const text = (count: number) => (count > 0 ? t(`creates.${of}`) : t('value.none'));
      return both(text, difference.was, difference.becomes);
    }
    case 'waits': {
      const text = (waits: boolean) =>
        waits ? t('creates.unsorted') : `${t('creates.contact')}, ${t('creates.lead')}`;
      return both(text, difference.was, difference.becomes);
    }
    case 'used': {
      const text = (used: boolean) => t(used ? 'changes.existing' : 'changes.new');
      return both(text, difference.was, difference.becomes);
    }
    case 'place': {
      const text = ({ pipeline, stage }: Place) =>
        [pipeline, stage].filter((part) => part !== null).join(' · ') || t('value.none');
      return both(text, difference.was, difference.becomes);
    }
    case 'responsible': {
      const text = (name: string | null) => name ?? t('form_responsible.account_default');
      return both(text, difference.was, difference.becomes);
    }
    case 'value':
      return {
        was: sideText(session, difference, 'was'),
        becomes: sideText(session, difference, 'becomes'),
      };
  }
}

/** Which side's reason says why. */
function endKey(was: End, becomes: End): [string, End] {
  if (becomes.status === 'skipped') return ['skipped', becomes];
  if (becomes.status === 'failed') return ['broken', becomes];
  return [was.status === 'skipped' ? 'unskipped' : 'mended', was];
}

const reasonText = ({ t }: Session, { reason }: End): string =>
  reason ? t(`reason.${reason.code}`, reason.params) : '';

const whose = ({ t }: Session, of: Carrier, count: number): string => t(`changes.of.${of}`, { count });

function placeLine({ t }: Session, was: Place, becomes: Place, count: number): string {
  const { pipeline } = was;
  return pipeline === becomes.pipeline
    ? t('changes.stage', { count, was: was.stage, becomes: becomes.stage, pipeline })
    : t('changes.pipeline', { count, was: pipeline, becomes: becomes.pipeline });
}

function valueLine(session: Session, { cases, same }: Group, first: Value, count: number): string {
  const params = { label: fieldLabel(session, first), whose: whose(session, first.of, count) };
  const { t } = session;
  const { was, becomes } = sidesOf(session, first);
  if (same) return t('changes.value', { ...params, was: cut(was), becomes: cut(becomes) });
  if (first.untouched) return t(first.untouched === 'was' ? 'changes.written' : 'changes.left', params);
  const all = (side: 'was' | 'becomes') => cases.every(({ difference }) => difference[side] === null);
  return t(all('was') ? 'changes.filled' : all('becomes') ? 'changes.emptied' : 'changes.values', params);
}

/** Of what is no field of a card. */
const LABELS: Record<string, string> = {
  text: 'changes.text',
  task_type: 'preview.task.type',
  deadline_minutes: 'preview.task.till',
  link: 'preview.record.link',
  result: 'preview.record.result',
  phone: 'preview.record.phone',
  duration: 'preview.record.duration',
};

const fieldLabel = (session: Session, { of, key, label }: Value): string => {
  const known = of === 'contact' || of === 'lead' ? undefined : LABELS[key];
  return known ? session.t(known) : labelOf(session, { key, label });
};

const sideText = (session: Session, difference: Value, side: 'was' | 'becomes'): string =>
  difference.untouched === side
    ? session.t('changes.untouched')
    : valueText(session, difference, difference[side]);

function valueText(session: Session, { key, type }: Value, value: unknown): string {
  const { t } = session;
  if (key === 'deadline_minutes' && typeof value === 'number') return t('changes.minutes', { count: value });
  const text = shownValue(session, value, type);
  return value === null ? text : t('changes.quoted', { text });
}

const cut = (text: string): string => (text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS)}…` : text);
