// Pure helpers of the sections: lists, the stop-list's lines, zones and countries.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Line } from 'ringostat-amocrm/sandbox';
import * as core from 'ringostat-amocrm/sandbox';
import { COUNTRIES, countryOptions } from '../../www/widget/sections/general/countries.ts';
import { labelled, localTime, zoneOf, zones } from '../../www/widget/sections/general/zones.ts';
import { entryFor, newLines, sharing, stops } from '../../www/widget/sections/stop_list/stopped.ts';
import { isZone } from '../../www/widget/state/time_zone.ts';
import { followed, move } from '../../www/widget/ui/list_edit.ts';

test('an entry moves and the others close up', () => {
  for (const [from, to] of [
    [0, 3],
    [3, 0],
    [2, 1],
    [1, 1],
  ] as const) {
    const list = ['a', 'b', 'c', 'd'];
    const before = [...list];
    move(list, from, to);
    for (const [index, name] of before.entries()) assert.equal(followed(index, from, to), list.indexOf(name));
    assert.equal(list[to], before[from]);
  }
});

describe('lines and the stop-list', () => {
  const line = (number: string, kind: Line['kind'], sip: string): Line => ({ number, kind, sip, label: '' });
  const main = line('380441112233', 'sip', 'firm_main');
  const [first, second] = [
    line('380501112233', 'fmc', 'firm_mob'),
    line('380501112244', 'fmc', 'SIP/Firm_mob@x'),
  ];
  const [one, two] = [line('380441112255', 'sip', 'firm_two'), line('380441112266', 'sip', 'firm_two')];
  const lines = [main, first, second, one, two];

  test('logins are compared without what telephones write around them', () => {
    assert.deepEqual(sharing(first, lines), [second]);
    assert.deepEqual(sharing(main, lines), []);
    assert.ok(!stops({ sip: ' ' }, line('1', 'sip', ' ')));
  });

  test('numbers are compared however they are typed', () => {
    for (const number of ['+380 (44) 111-22-33', '044 111 22 33']) assert.ok(stops({ number }, main), number);
    for (const number of ['', '111-22-33', '0441112234']) assert.ok(!stops({ number }, main), number);
    assert.ok(!stops({ number: '' }, line('', 'sip', 'x')));
  });

  test('a line is stopped by its login, FMC always', () => {
    assert.deepEqual(entryFor(main, lines), { sip: 'firm_main' });
    assert.deepEqual(entryFor(first, lines), { sip: 'firm_mob' });
    assert.ok(stops(entryFor(first, lines), second), 'and the other one with it');
  });

  test('SIP numbers under one login are stopped one by one', () => {
    assert.deepEqual(entryFor(one, lines), { number: '380441112255' });
    assert.ok(!stops(entryFor(one, lines), two));
    assert.deepEqual(entryFor(line('380', 'sip', ''), lines), { number: '380' });
  });

  test('every entry that is made stops its line for the core too', () => {
    for (const wanted of lines) {
      const settings = {
        lines,
        stop_list: [entryFor(wanted, lines)],
        matrix: { rows: [{ creates: { contact: true } }] },
      };
      const answer = core.preview(
        JSON.stringify(settings),
        JSON.stringify({
          kind: 'call',
          content_type: 'application/json',
          body: JSON.stringify({
            uniqueid: 'ua1_-1795417200.1',
            call_type: 'in',
            caller: '380502222222',
            dst: wanted.number,
            disposition: 'NO ANSWER',
          }),
          clock: { transitions: [[0, 0]], now: 1_795_417_300 },
          now_ms: 1_795_417_300_000,
        }),
      );
      assert.equal(answer.type, 'success');
      assert.equal(answer.report.status, 'skipped', wanted.number);
      assert.ok(
        answer.report.trace.some(({ code }) => code === 'line_stopped'),
        wanted.number,
      );
    }
  });

  test('known lines are offered once', () => {
    const known = [
      { number: '+380 44 111-22-33', sip: '' },
      { number: '', sip: 'FIRM_MOB' },
      { number: '380440000000', sip: 'firm_main' },
    ];
    assert.deepEqual(newLines(known, lines), [known[2]]);
  });
});

describe('time zones', () => {
  test('the one that is set stands among them once, under its own name', () => {
    for (const [set, other] of [
      ['Europe/Kyiv', 'Europe/Kiev'],
      ['Europe/Kiev', 'Europe/Kyiv'],
    ] as const) {
      const found = zones(set);
      assert.ok(found.includes(set));
      assert.ok(!found.includes(other));
    }
    const found = zones('Nowhere/Atall');
    assert.ok(found.includes('Europe/Kyiv') && found.includes('UTC'));
    assert.equal(new Set(found).size, found.length);
  });

  test('are found by name, city or country, or by a part that no other has', () => {
    const all = labelled(zones('Europe/Kyiv'), 'ru');
    for (const [typed, zone] of [
      ['Europe/Kyiv', 'Europe/Kyiv'],
      ['  asia/tokyo', 'Asia/Tokyo'],
      ['new york', 'America/New_York'],
      ['Украина', 'Europe/Kyiv'],
      ['Нью-Йорк', 'America/New_York'],
      ['warsa', 'Europe/Warsaw'],
    ] as const)
      assert.equal(zoneOf(typed, all), zone, typed);
    for (const typed of ['', 'America', 'Nowhere']) assert.equal(zoneOf(typed, all), undefined, typed);
  });

  test('are those that the worker takes', () => {
    assert.deepEqual(['Europe/Kyiv', 'Europe/Kiev', 'UTC', 'Nowhere/Atall', '+03:00', ''].filter(isZone), [
      'Europe/Kyiv',
      'Europe/Kiev',
      'UTC',
    ]);
  });

  test('clocks show the time there', () => {
    const at = new Date('2026-07-01T12:00:00Z');
    assert.match(localTime('Europe/Kyiv', 'en', at) ?? '', /03:00\sPM.*GMT\+3/);
    assert.equal(localTime('Nowhere/Atall', 'en', at), undefined);
  });
});

test('the countries are those of the core', () => {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const known = letters
    .flatMap((first) => letters.map((second) => first + second))
    .filter(
      (iso) => core.check_settings(JSON.stringify({ default_country: iso }), undefined).type === 'success',
    );
  assert.deepEqual([...COUNTRIES].sort(), known);
  assert.ok(countryOptions('uk').some(({ value, label }) => value === 'UA' && label === 'Україна'));
});
