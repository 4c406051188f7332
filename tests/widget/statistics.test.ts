// The figures that the statistics show.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DayView, StatsView } from '../../www/widget/api.ts';
import {
  countsOf,
  endedOf,
  livelyDays,
  scaleOf,
  totalOf,
} from '../../www/widget/sections/statistics/figures.ts';
import { shownDuration } from '../../www/widget/ui/duration.ts';

const none = { form: 0, call: 0 };
const delay = { events: 0, p50: null, p95: null, p99: null };
const quiet = (day: string): DayView => ({
  day,
  received: none,
  delivered: none,
  skipped: none,
  failed: none,
  expired: none,
  delay,
  delay_waited: delay,
  requests: { total: 0, '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0, none: 0 },
});
const busy: DayView = {
  ...quiet('2026-11-22'),
  received: { form: 3, call: 20 },
  delivered: { form: 2, call: 18 },
  failed: { form: 1, call: 0 },
  skipped: { form: 0, call: 2 },
};
const stats = (...days: DayView[]): StatsView => ({ time_zone: 'Europe/Kyiv', days, held: none });

describe('figures', () => {
  it('are of forms, of calls, or of both', () => {
    const of = (kind: '' | 'form' | 'call') => countsOf([busy], kind)[0];
    const day = '2026-11-22';
    assert.deepEqual(of(''), { day, received: 23, delivered: 20, skipped: 2, failed: 1, expired: 0 });
    assert.deepEqual(of('form'), { day, received: 3, delivered: 2, skipped: 0, failed: 1, expired: 0 });
    assert.deepEqual(of('call'), { day, received: 20, delivered: 18, skipped: 2, failed: 0, expired: 0 });
  });

  it('begin with the first day on which anything happened, newest first', () => {
    const days = [quiet('2026-11-21'), busy, quiet('2026-11-23')];
    assert.deepEqual(
      livelyDays(stats(...days)).map(({ day }) => day),
      ['2026-11-23', '2026-11-22'],
    );
    assert.deepEqual(livelyDays(stats(quiet('2026-11-21'))), []);
    const asked = {
      ...quiet('2026-11-21'),
      requests: { total: 1, '2xx': 1, '3xx': 0, '4xx': 0, '5xx': 0, none: 0 },
    };
    assert.equal(livelyDays(stats(asked)).length, 1);
  });

  it('are added up', () => {
    const days = countsOf([busy, busy], '');
    assert.deepEqual(totalOf(days), { received: 46, delivered: 40, skipped: 4, failed: 2, expired: 0 });
  });

  it('have a scale above all of them', () => {
    const of = (received: number, delivered: number) => {
      const day = { day: '', received, delivered, skipped: 0, failed: 0, expired: 0 };
      return [scaleOf([day]), endedOf(day)];
    };
    assert.deepEqual(of(0, 0), [1, 0]);
    assert.deepEqual(of(1, 1), [1, 1]);
    assert.deepEqual(of(3, 2), [5, 2]);
    assert.deepEqual(of(10, 11), [20, 11]);
    assert.deepEqual(of(51, 0), [100, 0]);
    assert.deepEqual(of(1_000, 1_001), [2_000, 1_001]);
    assert.equal(scaleOf([]), 1);
  });
});

describe('a duration', () => {
  it('has one unit and few digits', () => {
    const of = (ms: number) => shownDuration('en', ms).replaceAll(' ', ' ');
    assert.deepEqual([80, 355, 1_000, 12_500, 60_000, 5_400_000, 172_800_000].map(of), [
      '0.08 sec',
      '0.36 sec',
      '1 sec',
      '13 sec',
      '1 min',
      '1.5 hr',
      '2 days',
    ]);
    assert.match(shownDuration('ru', 12_000), /^12.с$/);
  });
});
