// What clocks showed: the runtime's table of zones as the core gets it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clockOf } from '../../www/clock.ts';

const NOW = Date.UTC(2026, 9, 9, 11, 29, 57, 750);
const at = (...[year, month, ...rest]: [number, number, number?, number?, number?]) =>
  Date.UTC(year, month - 1, ...rest) / 1000;

function changes(zone: string, year: number): [string, number][] {
  return clockOf(zone, NOW)
    .transitions.filter(([from]) => new Date(from * 1000).getUTCFullYear() === year)
    .map(([from, offset]) => [new Date(from * 1000).toISOString(), offset / 3600]);
}

describe('clocks', () => {
  it('of Kyiv go forward in March and back in October, to the second', () => {
    const { transitions, now } = clockOf('Europe/Kyiv', NOW);
    assert.equal(now, Math.floor(NOW / 1000));
    assert.deepEqual(transitions[0], [at(2010, 1, 1), 7200]);
    assert.deepEqual(changes('Europe/Kyiv', 2026), [
      ['2026-03-29T01:00:00.000Z', 3],
      ['2026-10-25T01:00:00.000Z', 2],
    ]);
    // Two a year to the end of the next one.
    assert.equal(transitions.length, 1 + 2 * (2027 - 2010 + 1));
    for (const [n, [from]] of transitions.entries()) {
      assert.ok(n === 0 || from > (transitions[n - 1]?.[0] ?? 0), 'ascending');
    }
  });

  it('without summer time have one entry', () => {
    assert.deepEqual(clockOf('UTC', NOW).transitions, [[at(2010, 1, 1), 0]]);
    assert.deepEqual(clockOf('Asia/Kolkata', NOW).transitions, [[at(2010, 1, 1), 19_800]]);
  });

  it('of New York are behind', () => {
    assert.deepEqual(clockOf('America/New_York', NOW).transitions[0], [at(2010, 1, 1), -18_000]);
    assert.deepEqual(changes('America/New_York', 2026), [
      ['2026-03-08T07:00:00.000Z', -4],
      ['2026-11-01T06:00:00.000Z', -5],
    ]);
  });

  it('of odd zones are right as well', () => {
    // Half an hour of summer time.
    assert.deepEqual(changes('Australia/Lord_Howe', 2026), [
      ['2026-04-04T15:00:00.000Z', 10.5],
      ['2026-10-03T15:30:00.000Z', 11],
    ]);
    // A day left out.
    assert.deepEqual(changes('Pacific/Apia', 2011).slice(-1), [['2011-12-30T10:00:00.000Z', 14]]);
    // Four changes in a year, some a month apart.
    assert.equal(changes('Africa/Casablanca', 2016).length, 4);
    // Summer time given up.
    assert.deepEqual(changes('Europe/Moscow', 2014), [['2014-10-25T22:00:00.000Z', 3]]);
    assert.deepEqual(changes('Europe/Moscow', 2026), []);
  });

  it('are computed once per zone and year', () => {
    const first = clockOf('Europe/Kyiv', NOW).transitions;
    assert.equal(clockOf('Europe/Kyiv', NOW + 60_000).transitions, first);
    const later = clockOf('Europe/Kyiv', Date.UTC(2027, 0, 2)).transitions;
    assert.equal(later.length, first.length + 2);
  });
});
