// What a preview shows of a result: names for ids, before and after, counts, rows.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seedOf } from '../../www/widget/preview/account.ts';
import { changesOf } from '../../www/widget/preview/changes.ts';
import { namedParams } from '../../www/widget/preview/named.ts';
import { Origins } from '../../www/widget/preview/origins.ts';
import { countsOf, outcomeOf } from '../../www/widget/preview/outcome.ts';
import { queryOf } from '../../www/widget/preview/query.ts';
import { rowValuesOf, sameRows } from '../../www/widget/preview/row_values.ts';
import { worldOf } from '../../www/widget/preview/world.ts';
import { FORM, SETTINGS, shown } from './previewing.ts';

const names = { contact: 'Олег', second: 'Олег П.', lead: 'Вікна' };
const identifiers = ['phone:380671112233', 'email:ivan@example.com'];
const known = (situation: 'open_lead' | 'two_contacts') => seedOf(null, { situation, identifiers, names });

describe('params of the trace', () => {
  const world = worldOf(shown({ body: FORM, account: known('two_contacts') }).after);
  const nobody = { user: 'the account', wanted: 'nobody' };
  const named = (params: Record<string, unknown>, step = 'lead', path = '') =>
    namedParams({ step, path, params }, world, nobody);

  it('have names in place of ids', () => {
    assert.deepEqual(named({ user: 504141, contacts: [101, 102], chosen: 102, open_lead: 201 }), {
      user: 'Старший менеджер',
      contacts: ['Олег', 'Олег П.'],
      chosen: 'Олег П.',
      open_lead: 'Вікна',
    });
    assert.deepEqual(named({ pipeline: 6950551, field: { id: 178382 } }), {
      pipeline: 'Воронка',
      field: 'Телефон',
    });
    assert.deepEqual(named({ field: 'EMAIL' }), { field: 'Email' });
    assert.deepEqual(named({ id: 101 }, 'contact'), { id: 'Олег' });
    assert.deepEqual(named({ id: 201 }), { id: 'Вікна' });
  });

  it('keep what has no name', () => {
    const params = {
      user: 1,
      contacts: [404],
      field: { id: 5 },
      value: 504141,
      status: 'NO ANSWER',
      id: 8900,
    };
    assert.deepEqual(named(params, 'task'), params);
    assert.deepEqual(named({ field: 'name', contact: null }), { field: 'name', contact: null });
  });

  it('say who it is when it is nobody, and which card a row writes', () => {
    assert.deepEqual(named({ user: null, wanted: null }), nobody);
    assert.deepEqual(named({}, 'mapping', '/mapping/contact/1'), { entity: 'contact' });
  });
});

describe('changes', () => {
  const field = (label: string, ...values: unknown[]) => ({ label, type: 'text', values });

  it('are told before and after, by field', () => {
    const before = { name: 'A', tags: [], 'field:1': field('City', 'Kyiv'), 'field:2': field('Same', 1) };
    const after = { name: 'A', tags: ['x'], 'field:2': field('Same', 1), 'field:3': field('New', true) };
    assert.deepEqual(
      changesOf(before, after).map(({ key, label, before, after }) => [key, label, before, after]),
      [
        ['tags', null, null, ['x']],
        ['field:1', 'City', ['Kyiv'], null],
        ['field:3', 'New', null, [true]],
      ],
    );
  });

  it('are not what was empty and stays so', () => {
    assert.deepEqual(changesOf({ a: null, b: '', c: [] }, { a: '', b: undefined, c: null }), []);
  });
});

describe('an outcome', () => {
  it('of a new client is all new', () => {
    const counts = countsOf(outcomeOf(shown({ body: FORM })));
    assert.deepEqual(counts, {
      created: [
        ['contact', 1],
        ['lead', 1],
        ['note', 1],
      ],
      changed: [],
    });
  });

  it('of a known one tells what changes, and leaves out who has no part in it', () => {
    const body = JSON.stringify({ ...JSON.parse(FORM), street: 'Хрещатик' });
    const outcome = outcomeOf(shown({ body, account: known('two_contacts') }));
    assert.deepEqual(
      outcome.contacts.map(({ now, state }) => [now.name, state]),
      [['Олег П.', 'changed']],
    );
    const [lead] = outcome.leads;
    assert.equal(lead?.state, 'changed');
    assert.deepEqual(
      lead?.changes.map(({ before, after }) => [before, after]),
      [
        [null, ['Ringostat Automation']],
        [null, ['Хрещатик']],
      ],
    );
  });

  it('among incoming leads is one thing, not three', () => {
    const forms = { creates: { unsorted: true, note: false } };
    const counts = countsOf(outcomeOf(shown({ body: FORM }, { ...SETTINGS, forms })));
    assert.deepEqual(counts.created, [['unsorted', 1]]);
  });
});

describe('rows of the mapping beside their settings', () => {
  const t = (key: string) => key;

  it('have their value, or why there is none', () => {
    const rows = rowValuesOf(shown({ body: FORM }).report.trace, t);
    assert.deepEqual(rows.get('/mapping/contact/0'), { kind: 'value', text: 'Иван' });
    assert.deepEqual(rows.get('/mapping/lead/0'), { kind: 'value', text: 'Заявка' });
    assert.deepEqual(rows.get('/mapping/lead/1'), { kind: 'blank', text: 'fate.blank' });
    assert.deepEqual(rows.get('/mapping/lead/2'), { kind: 'missing', text: 'fate.missing' });
    assert.deepEqual(rows.get('/mapping/lead/3'), { kind: 'missing', text: 'fate.missing' });
  });

  it('say when the field cannot take the value', () => {
    const contact = [{ field: 'PHONE', value: { form_fields: ['name'] } }];
    const rows = rowValuesOf(shown({ body: FORM }, { mapping: { contact } }).report.trace, t);
    assert.deepEqual(rows.get('/mapping/contact/0'), {
      kind: 'value',
      text: 'Иван — misfit.phone_unreadable',
    });
  });

  it('are the same when they say the same', () => {
    const rows = () => rowValuesOf(shown({ body: FORM }).report.trace, t);
    assert.ok(sameRows(rows(), rows()));
    assert.ok(sameRows(null, null) && !sameRows(rows(), null) && !sameRows(null, rows()));
    assert.ok(!sameRows(rows(), rows().set('/mapping/lead/1', { kind: 'missing', text: 'fate.blank' })));
  });
});

it('a value on a card leads to the row that made it', () => {
  const origins = new Origins(shown({ body: FORM }).report.trace);
  assert.equal(origins.of('contact', 'name'), '/mapping/contact/0');
  assert.equal(origins.of('contact', 178382, 'PHONE'), '/mapping/contact/1');
  assert.equal(origins.of('lead', 'name'), '/mapping/lead/0');
  assert.equal(origins.of('lead', 700101, null), undefined, 'nothing was written');
  assert.equal(origins.responsible('contact'), '/forms/responsible');
  assert.equal(origins.pipeline, '/forms/use_funnel_rules');
});

it('a look-up asks for everything that the client is known by', () => {
  const all = ['client:1.2', 'email:a@b.example', 'phone:380671112233', 'phone:380671112244'];
  assert.deepEqual(queryOf(all), {
    phone: '+380671112233, +380671112244',
    email: 'a@b.example',
    client_id: '1.2',
  });
  assert.equal(queryOf([]), null);
});
