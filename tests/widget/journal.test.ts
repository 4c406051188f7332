// The pure parts of the journal: how often it is read, what can be sent again, and how a trace of the past is told.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { keysOf } from '../../www/widget/preview/telling.ts';
import { Pace } from '../../www/widget/sections/journal/pace.ts';
import { BADGES, canBeSent, isUnderWay, STATUSES } from '../../www/widget/sections/journal/statuses.ts';
import { ROOT } from './codes.ts';

describe('statuses', () => {
  const worker = readFileSync(join(ROOT, 'www/edge/journal.ts'), 'utf8');
  const named = (list: string) => {
    const [, names = ''] = new RegExp(`const ${list} = \\[([^\\]]+)\\]`).exec(worker) ?? [];
    return [...names.matchAll(/'(\w+)'/g)].map(([, name]) => name).sort();
  };

  it('are those of the worker', () => {
    assert.equal(named('STATUSES').length, 8);
    assert.deepEqual([...STATUSES].sort(), named('STATUSES'));
    assert.deepEqual(Object.keys(BADGES).sort(), named('STATUSES'));
  });

  it('can be sent again from where the worker allows it, but not once erased', () => {
    const sendable = STATUSES.filter((status) => canBeSent({ status, reason: null }));
    assert.deepEqual(sendable.sort(), named('RETRYABLE'));
    assert.equal(canBeSent({ status: 'expired', reason: { code: 'erased', params: {} } }), false);
  });

  it('change by themselves until they end or wait for the connection', () => {
    const moving = STATUSES.filter((status) => isUnderWay({ status }));
    assert.deepEqual(moving, ['queued', 'delivering', 'retrying']);
  });
});

describe('the journal is read', () => {
  it('ever more rarely while something is under way and nothing changes', () => {
    const pace = new Pace();
    const pauses = Array.from({ length: 9 }, () => pace.after({ changed: false, underWay: true }));
    assert.deepEqual(pauses.slice(0, 3), [2_000, 3_000, 4_500]);
    assert.equal(pauses.at(-1), 30_000);
    assert.equal(pace.after({ changed: true, underWay: true }), 2_000);
    pace.after({ changed: false, underWay: true });
    pace.hurry();
    assert.equal(pace.after({ changed: false, underWay: true }), 2_000);
  });

  it('rarely when nothing is under way', () => {
    assert.equal(new Pace().after({ changed: true, underWay: false }), 30_000);
  });
});

describe('a line of a trace', () => {
  const entry = (step: string, code: string, params: Record<string, unknown> = {}) => ({
    step,
    rule: 'order',
    path: '',
    code,
    params,
  });

  it('tells what has happened otherwise than what would', () => {
    assert.deepEqual(keysOf(entry('lead', 'created'), 'did'), ['trace.lead.created', 'trace.created']);
    assert.deepEqual(keysOf(entry('lead', 'created'), 'would'), [
      'preview.trace.lead.created',
      'preview.trace.created',
      'trace.lead.created',
      'trace.created',
    ]);
  });

  it('tells of the mapping both alike: there it says which field it was', () => {
    const mapped = entry('mapping', 'mapped');
    assert.deepEqual(keysOf(mapped, 'did'), keysOf(mapped, 'would'));
  });

  it('tells of a call that nobody answered without who did', () => {
    const [first] = keysOf(entry('call', 'row_matched', { answered_by: null }), 'did');
    assert.equal(first, 'preview.trace.row_matched.unanswered');
  });
});
