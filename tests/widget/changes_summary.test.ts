// What would change with other settings, of many events: the short list, and what they are taken to have met.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EventView } from '../../www/widget/api.ts';
import { assumedOf } from '../../www/widget/changes/assumed.ts';
import type { Difference } from '../../www/widget/changes/compare.ts';
import { summarise } from '../../www/widget/changes/summarise.ts';
import { wholeCalls } from '../../www/widget/changes/whole_calls.ts';

const LINK = { url: '' };
const view = (more: object = {}): EventView => ({
  event: 'f-1',
  kind: 'form',
  phase: null,
  subject: 'f-1',
  status: 'delivered',
  reason: null,
  received_at: '2026-11-23T10:00:00Z',
  delivered_at: null,
  attempts: 1,
  next_attempt_at: null,
  requests: [],
  contact: null,
  lead: null,
  unsorted: null,
  tasks: [],
  notes: [],
  trace: [],
  ...more,
});

describe('the list of what changes', () => {
  const events = [view({ event: 'a' }), view({ event: 'b' }), view({ event: 'c', kind: 'call' })];
  const listed = (...differences: Difference[][]) =>
    summarise(differences.map((one, at) => ({ event: events[at] as EventView, differences: one }))).map(
      ({ cases, same }) => [cases[0].difference.what, cases.length, same],
    );
  const value = (
    label: string,
    was: unknown,
    becomes: unknown,
    untouched: 'was' | 'becomes' | null = null,
  ): Difference => ({
    what: 'value',
    of: 'lead',
    key: `field:${label}`,
    label,
    type: 'text',
    was,
    becomes,
    untouched,
  });
  const place = (was: string, becomes: string, stage: string): Difference => ({
    what: 'place',
    was: { pipeline: was, stage: 'New' },
    becomes: { pipeline: becomes, stage },
  });
  const made = (was: number, becomes: number): Difference => ({ what: 'made', of: 'task', was, becomes });
  const skipped = (code: string, path: string): Difference => ({
    what: 'end',
    was: { status: 'delivered', reason: null, made: ['lead'] },
    becomes: { status: 'skipped', reason: { code, params: { path } }, made: [] },
  });

  it('puts together what is alike, and the most frequent first', () => {
    assert.deepEqual(listed([place('A', 'B', '1')], [place('A', 'B', '2')], [place('A', 'C', '1')]), [
      ['place', 2, false],
      ['place', 1, true],
    ]);
    assert.deepEqual(listed([place('A', 'A', '1')], [place('A', 'A', '2')], [place('A', 'A', '2')]), [
      ['place', 2, true],
      ['place', 1, true],
    ]);
  });

  it('keeps the values of a field together', () => {
    assert.deepEqual(
      listed([value('City', 'a', 'b')], [value('City', 'c', 'd'), value('Street', null, 'x')]),
      [
        ['value', 2, false],
        ['value', 1, true],
      ],
    );
  });

  it('keeps what is left as it is apart, whatever it is taken to be', () => {
    assert.deepEqual(
      listed([value('City', null, 'b')], [value('City', 'x', 'b', 'was')], [value('City', 'y', 'b', 'was')]),
      [
        ['value', 2, true],
        ['value', 1, true],
      ],
    );
  });

  it('counts forms and calls apart, and what comes from what goes', () => {
    assert.deepEqual(listed([made(0, 1)], [made(0, 1)], [made(0, 1)]), [
      ['made', 2, true],
      ['made', 1, true],
    ]);
    assert.deepEqual(listed([made(0, 1)], [made(1, 0)]).length, 2);
  });

  it('takes reasons for the same wherever they point', () => {
    assert.equal(listed([skipped('x', '/matrix/rows/0')], [skipped('x', '/matrix/rows/1')]).length, 1);
    assert.equal(listed([skipped('x', '')], [skipped('y', '')]).length, 2);
  });

  it('begins with what weighs most', () => {
    const whats = listed([value('City', 'a', 'b'), place('A', 'B', '1'), made(1, 0)], [skipped('x', '')]);
    assert.deepEqual(
      whats.map(([what]) => what),
      ['end', 'made', 'place', 'value'],
    );
  });
});

describe('what amoCRM knew', () => {
  const users = [1, 2];
  const known_client = (open_lead: number | null) => ({ code: 'known_client', params: { open_lead } });
  const of = (more: object) => assumedOf(view(more), users);

  it('is nothing of a client whom the event made, or of whom nothing was asked', () => {
    assert.equal(of({}).situation, 'nothing');
    assert.equal(of({ contact: { id: 5, created: true, ...LINK } }).situation, 'nothing');
  });

  it('is a contact, with the open lead that was there', () => {
    const contact = { id: 5, created: false, ...LINK };
    const lead = (created: boolean) => ({ id: 6, created, ...LINK });
    assert.equal(of({ contact }).situation, 'known_contact');
    assert.equal(of({ contact, lead: lead(true) }).situation, 'known_contact');
    assert.equal(of({ contact, lead: lead(false) }).situation, 'open_lead');
    assert.equal(of({ contact, trace: [known_client(7)] }).situation, 'open_lead');
    assert.equal(of({ contact, lead: lead(true), trace: [known_client(7)] }).situation, 'open_lead');
    assert.equal(
      of({ contact, lead: lead(true), trace: [known_client(6)] }).situation,
      'known_contact',
      'its own',
    );
  });

  it('is whose client he was, when that can be told', () => {
    const contact = { id: 5, created: false, ...LINK };
    const answered = (by: string) => [
      { code: 'row_matched', params: { answered_by: by } },
      { code: 'employee_found', params: { user: 1 } },
    ];
    const wanted = (user: number) => ({ code: 'crm_responsible', params: { wanted: user, user: 1 } });
    assert.equal(of({ contact, trace: answered('responsible') }).responsible, 1);
    assert.equal(of({ contact, trace: answered('other') }).responsible, null);
    assert.equal(of({ contact, trace: [...answered('other'), wanted(2)] }).responsible, 2);
    assert.equal(of({ contact, trace: [wanted(9)] }).responsible, null, 'gone');
    assert.equal(of({ trace: [wanted(2)] }).responsible, null, 'a new client is nobody’s');
  });
});

it('a call whose end is known is compared once', () => {
  const message = (event: string, phase: string, subject: string) =>
    view({ event, kind: 'call', phase, subject });
  const all = [
    message('c-1:end', 'completed', 'c-1'),
    message('c-2:begin', 'pick_up', 'c-2'),
    message('c-1:begin', 'pick_up', 'c-1'),
    view(),
  ];
  assert.deepEqual(
    wholeCalls(all).map(({ event }) => event),
    ['c-1:end', 'c-2:begin', 'f-1'],
  );
});
