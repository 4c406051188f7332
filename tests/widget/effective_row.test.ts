// The overview's rule for the row that takes effect, alone and held against the core.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { MatrixRow, Settings } from 'ringostat-amocrm/sandbox';
import * as core from 'ringostat-amocrm/sandbox';
import { created, emptyRow, firstTask, turn } from '../../www/widget/sections/matrix/creates.ts';
import {
  CALL_KINDS,
  CLIENTS,
  effectiveRow,
  outcomes,
  participants,
  type Situation,
} from '../../www/widget/sections/matrix/effective.ts';

const row = (when: MatrixRow['when']): MatrixRow => ({ ...emptyRow(), when });

describe('the row that takes effect', () => {
  test('is the first that fits; a missing condition fits everything', () => {
    const rows = [row({ call: 'incoming_missed', client: 'new' }), row({ client: 'new' }), row({})];
    const of = (call: Situation['call'], client: Situation['client']) =>
      effectiveRow(rows, { call, client, answered_by: null });
    assert.equal(of('incoming_missed', 'new'), 0);
    assert.equal(of('callback_missed', 'new'), 1);
    assert.equal(of('incoming_missed', 'known_with_open_lead'), 2);
    assert.equal(
      effectiveRow(rows.slice(0, 2), {
        call: 'incoming_missed',
        client: 'known_with_open_lead',
        answered_by: null,
      }),
      null,
    );
  });

  test('is never one about who answered when nobody did', () => {
    const rows = [row({ answered_by: 'unknown' })];
    assert.deepEqual(outcomes(rows, 'incoming_missed', 'new'), [{ row: null, answeredBy: [null] }]);
    assert.deepEqual(outcomes(rows, 'incoming_answered', 'new'), [
      { row: null, answeredBy: ['other'] },
      { row: 0, answeredBy: ['unknown'] },
    ]);
  });

  test('is one outcome when it does not matter who answered', () => {
    const rows = [row({ call: 'incoming_answered', answered_by: 'other' }), row({})];
    assert.deepEqual(outcomes(rows, 'incoming_answered', 'known_with_open_lead'), [
      { row: 1, answeredBy: ['responsible', 'unknown'] },
      { row: 0, answeredBy: ['other'] },
    ]);
    assert.deepEqual(outcomes(rows, 'outgoing_answered', 'new'), [
      { row: 1, answeredBy: ['other', 'unknown'] },
    ]);
  });
});

const folder = new URL('../cases/matrix/', import.meta.url);
const CLOCK = { transitions: [[0, 0]], now: 1_795_417_300 };

interface Case {
  settings?: object;
  account?: object;
  call?: Call;
  events?: { call?: Call }[];
}

interface Call {
  body: object;
}

/** The core's decision about a call of a case: what it saw, and the row. */
function decided({ settings = {}, account }: Case, call: Call) {
  const answer = core.preview(
    JSON.stringify(settings),
    JSON.stringify({
      kind: 'call',
      content_type: 'application/json',
      body: JSON.stringify(call.body),
      account: account ?? null,
      clock: CLOCK,
      now_ms: CLOCK.now * 1000,
    }),
  );
  assert.equal(answer.type, 'success');
  const entry = answer.report.trace.find(({ rule, code }) => rule === 'matrix' && code === 'row_matched');
  if (!entry) return undefined;
  return { situation: entry.params as unknown as Situation, row: Number(entry.path.split('/').pop()) };
}

test('the core chooses the same rows in its own cases', () => {
  const seen = new Set<string>();
  for (const name of readdirSync(folder)) {
    const given = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Case;
    const checked = core.check_settings(JSON.stringify(given.settings ?? {}), undefined);
    if (checked.type === 'failure') continue;
    for (const { call } of [given, ...(given.events ?? [])]) {
      const found = call && decided(given, call);
      if (!found) continue;
      const { situation, row: expected } = found;
      assert.equal(effectiveRow(checked.settings.matrix.rows, situation), expected, name);
      assert.ok(participants(situation.call, situation.client).includes(situation.answered_by), name);
      seen.add(`${situation.call} ${situation.client}`);
    }
  }
  const all = CALL_KINDS.flatMap((call) => CLIENTS.map((client) => `${call} ${client}`));
  assert.deepEqual([...seen].sort(), all.sort());
});

test('the core finds a row that never fires where no outcome has it', () => {
  const rows = [row({ client: 'new' }), row({ call: 'incoming_missed', client: 'new' }), row({})];
  const settings: Settings = core.default_settings();
  const checked = core.check_settings(
    JSON.stringify({ ...settings, matrix: { ...settings.matrix, rows } }),
    undefined,
  );
  assert.equal(checked.type, 'success');
  const never = checked.warnings.filter(({ code }) => code === 'row_never_fires').map(({ path }) => path);
  const used = new Set(
    CALL_KINDS.flatMap((call) => CLIENTS.flatMap((client) => outcomes(rows, call, client))).map(
      (outcome) => outcome.row,
    ),
  );
  assert.deepEqual(
    never,
    rows
      .map((_, index) => index)
      .filter((index) => !used.has(index))
      .map((index) => `/matrix/rows/${index}`),
  );
  assert.deepEqual(never, ['/matrix/rows/1']);
});

describe('what a row creates', () => {
  const recommended = core.matrix_presets('en')[0]?.matrix ?? assert.fail('no presets');

  test('is switched on and off', () => {
    const creates = emptyRow().creates;
    const task = () => firstTask(recommended, 'incoming_missed', 'open_task');
    turn(creates, 'lead', task);
    turn(creates, 'open_task', task);
    assert.deepEqual(created(creates), ['lead', 'open_task']);
    turn(creates, 'open_task', task);
    turn(creates, 'lead', task);
    assert.deepEqual(creates, emptyRow().creates);
  });

  test('begins with the task recommended for such a call', () => {
    const text = (call: MatrixRow['when']['call']) => firstTask(recommended, call, 'open_task').text;
    assert.notEqual(text('incoming_missed'), text('callback_missed'));
    assert.notEqual(text(undefined), '');
    assert.notEqual(firstTask(recommended, 'incoming_missed', 'completed_task').text, '', 'of another call');
  });
});
