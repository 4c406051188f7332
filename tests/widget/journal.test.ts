// The pure parts of the journal: how often it is read, what can be sent again, and how a trace of the past is told.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { STATUSES as OF_WORKER, RETRYABLE } from '../../www/edge/journal.ts';
import { format, type Texts } from '../../www/i18n/format.ts';
import { lineText } from '../../www/widget/preview/explanation.ts';
import { Pace } from '../../www/widget/sections/journal/pace.ts';
import { BADGES, canBeSent, isUnderWay, STATUSES } from '../../www/widget/sections/journal/statuses.ts';
import { worldOfDirectory } from '../../www/widget/sections/journal/world.ts';
import type { Session } from '../../www/widget/session.ts';

describe('statuses', () => {
  it('are those of the worker', () => {
    assert.deepEqual([...STATUSES].sort(), [...OF_WORKER].sort());
    assert.deepEqual(Object.keys(BADGES).sort(), [...OF_WORKER].sort());
  });

  it('can be sent again from where the worker allows it, but not once erased', () => {
    const sendable = STATUSES.filter((status) => canBeSent({ status, reason: null }));
    assert.deepEqual(sendable.sort(), [...RETRYABLE].sort());
    assert.equal(canBeSent({ status: 'expired', reason: { code: 'erased', params: {} } }), false);
  });

  it('change by themselves until they end or wait for the connection', () => {
    assert.deepEqual(
      STATUSES.filter((status) => isUnderWay({ status })),
      ['queued', 'delivering', 'retrying'],
    );
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

describe('a trace', () => {
  const read = (area: string): Texts =>
    JSON.parse(readFileSync(new URL(`../../www/i18n/${area}.en.json`, import.meta.url), 'utf8')) as Texts;
  const texts = { ...read('codes'), ...read('preview'), ...read('shell') };
  const session = {
    t: (key: string, params = {}) => format(texts, key, params, 'en'),
    knows: (key: string) => key in texts,
  } as unknown as Session;
  const world = worldOfDirectory(null);
  const entry = (step: string, code: string, params: Record<string, unknown>, path = '') => ({
    step,
    rule: 'order',
    path,
    code,
    params,
  });

  it('tells what has happened as that', () => {
    const created = entry('lead', 'created', { id: 5 });
    assert.equal(lineText(session, created, world, 'did'), 'Created in amoCRM, no. 5.');
    assert.equal(lineText(session, created, world), 'A lead “5” would be created.');
  });

  it('tells of the mapping which field it was', () => {
    const mapped = entry(
      'mapping',
      'mapped',
      { field: 'name', from: 'your-name', value: 'Ann' },
      '/mapping/contact/0',
    );
    const text = 'Contact, “Name”: from the form field “your-name”, “Ann”.';
    assert.equal(lineText(session, mapped, world, 'did'), text);
  });
});
