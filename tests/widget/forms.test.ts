// What the mapping of forms is edited by.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Row, Value } from 'ringostat-amocrm/sandbox';
import type { AmoField } from '../../www/widget/api.ts';
import { lockedRows } from '../../www/widget/sections/forms/default_rows.ts';
import { continuations, namesOf } from '../../www/widget/sections/forms/field_names.ts';
import { nextTab } from '../../www/widget/sections/forms/tabs.ts';
import { TypedValues } from '../../www/widget/sections/forms/typed_values.ts';
import { trackedRows } from '../../www/widget/sections/parameters/tracked.ts';
import { alwaysAdds, candidateGroups } from '../../www/widget/ui/amo_fields.ts';

const row = (value: Value, field: Row['field'] = 'name'): Row => ({ field, value, policy: 'fill_if_empty' });
const field = (id: number, name: string, code: string | null, type = 'text'): AmoField => ({
  id,
  name,
  code,
  type,
});

test('what was typed for another type comes back with it, also after the row has moved', () => {
  const typed = new TypedValues();
  const fields: Value = { form_fields: ['phone', 'tel'] };
  let rows = [row(fields), row({ constant: 'b' })];
  typed.follow(rows);
  const constant = typed.switched(0, fields, 'constant');
  assert.deepEqual(constant, { constant: '' });
  rows = [row({ constant: 'a' }), row({ constant: 'b' })];
  typed.changed(rows);
  typed.follow(rows);
  rows = rows.toReversed();
  typed.swapped(0, 1, rows);
  assert.deepEqual(typed.switched(1, { constant: 'a' }, 'form_fields'), fields);
  assert.deepEqual(typed.switched(0, { constant: 'b' }, 'form_fields'), { form_fields: [] });
  rows = rows.slice(1);
  typed.removed(0, rows);
  assert.deepEqual(typed.switched(0, fields, 'constant'), { constant: 'a' });
});

test('rows that came from elsewhere have nothing kept', () => {
  const typed = new TypedValues();
  typed.follow([row({ constant: 'a' })]);
  typed.switched(0, { constant: 'a' }, 'variable');
  typed.follow([row({ variable: 'landing' })]);
  assert.deepEqual(typed.switched(0, { variable: 'landing' }, 'constant'), { constant: '' });
});

test('a list by commas is continued, a name that is begun is finished', () => {
  const names = ['phone', 'tel', 'telephone'];
  assert.deepEqual(continuations([], names), names);
  assert.deepEqual(continuations(['phone'], names), ['phone, tel', 'phone, telephone']);
  assert.deepEqual(continuations(['phone', 'te'], names), ['phone, tel', 'phone, telephone']);
});

test('names are those of the fields of a form', () => {
  const fields = [
    { name: 'phone', values: ['1'] },
    { name: '', values: [] },
  ];
  assert.deepEqual(namesOf({ form: { fields } }), ['phone']);
  assert.deepEqual(namesOf({ call: {} }), []);
  assert.deepEqual(namesOf(null), []);
});

const FIELDS = [
  field(1, 'Телефон', 'PHONE', 'multitext'),
  field(2, 'Должность', 'POSITION'),
  field(3, 'roistat', null),
  field(4, 'Ringostat: событие', 'RINGOSTAT_EVENT'),
  field(5, 'Договор', null, 'file'),
  field(6, 'utm_source', 'UTM_SOURCE', 'tracking_data'),
];

test('the account’s own fields are candidates, ours and those that take no text are not', () => {
  const groups = candidateGroups('contact', FIELDS, null);
  const of = (kind: string) => groups.find((group) => group.kind === kind)?.candidates;
  assert.deepEqual(of('reach'), [{ field: 'PHONE', name: 'Телефон' }]);
  assert.deepEqual(of('own'), [
    { field: { id: 2 }, name: 'Должность' },
    { field: { id: 3 }, name: 'roistat' },
  ]);
  assert.deepEqual(of('tracking'), [{ field: { id: 6 }, name: 'utm_source' }]);
});

test('a field is found among the candidates however the row spells it', () => {
  for (const current of ['telephone', 'phone', { id: 1 }, 'position', 'responsible_user_id', { id: 4 }]) {
    const groups = candidateGroups('contact', FIELDS, current);
    const found = groups
      .flatMap(({ candidates }) => candidates)
      .filter((one) => JSON.stringify(one.field) === JSON.stringify(current));
    assert.equal(found.length, 1, JSON.stringify(current));
  }
  const unread = candidateGroups('contact', [], 'Email').flatMap(({ candidates }) => candidates);
  assert.ok(unread.some((one) => one.field === 'Email'));
});

test('phones and e-mails of a contact only add', () => {
  assert.ok(alwaysAdds('contact', 'telephone', []));
  assert.ok(alwaysAdds('contact', { id: 1 }, FIELDS));
  assert.ok(!alwaysAdds('contact', 'name', FIELDS));
  assert.ok(!alwaysAdds('contact', { id: 3 }, FIELDS));
});

test('the locked rows call fields as the account does', () => {
  const rows = lockedRows({ contact: FIELDS, lead: [] }, 'marker');
  assert.deepEqual(rows[0]?.source, { type: 'constant', text: 'Ringostat Automation' });
  assert.equal(rows.at(-1)?.field, 'Ringostat: событие');
  assert.deepEqual(
    rows.filter(({ field }) => field?.includes('utm_source')).map(({ entities }) => [...entities]),
    [['contact', 'lead'], ['contact']],
  );
  assert.equal(lockedRows({ contact: [], lead: [] }, 'marker').at(-1)?.field, 'marker');
});

test('additional parameters are told from other rows, with their places', () => {
  const mapping = {
    contact: [row({ variable: 'landing' }), row({ variable: { tracked: 'visit' } })],
    lead: [row({ constant: 'x' })],
  };
  assert.deepEqual(
    trackedRows(mapping).map(({ path, name }) => [path, name]),
    [['/mapping/contact/1', 'visit']],
  );
});

test('arrow keys go round the tabs', () => {
  assert.deepEqual(
    ['ArrowRight', 'ArrowLeft', 'Home', 'End', 'x'].map((key) => nextTab(key, 2, 3)),
    [0, 1, 0, 2, undefined],
  );
});
