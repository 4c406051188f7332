// What would change with other settings, of one event.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PreviewInput } from 'ringostat-amocrm';
import { type Difference, differencesOf } from '../../www/widget/changes/compare.ts';
import { seedOf } from '../../www/widget/preview/account.ts';
import { FORM, NOW, SETTINGS, shown } from './previewing.ts';

const names = { contact: 'Олег', second: 'Олег П.', lead: 'Вікна' };
const known = (situation: 'open_lead' | 'known_contact', responsible: number | null = null) =>
  seedOf(null, { situation, identifiers: ['phone:380671112233'], names, responsible });
const CALL: Partial<PreviewInput> = {
  kind: 'call',
  content_type: 'application/json',
  body: JSON.stringify({
    uniqueid: 'ua1_-1791545397.1',
    call_type: 'in',
    caller: '380671112233',
    dst: '380441112233',
    disposition: 'NO ANSWER',
  }),
};
type Matrix = Record<string, unknown>;
const TASK = { text: 'Перезвонить', type: 1, deadline_minutes: 30, responsible: 'senior' };
const matrix = (creates: Matrix, more: Matrix = {}) => ({
  matrix: {
    senior_user: 504141,
    rows: [
      {
        moment: 'after_call',
        responsible: 'senior',
        creates: { contact: true, lead: true, call_record: true, note: false, ...creates },
        ...more,
      },
    ],
  },
});

function between(input: Partial<PreviewInput>, was: object, becomes: object): Difference[] {
  return differencesOf(shown(input, was), shown(input, becomes), NOW);
}
const form = (was: object, becomes: object, account?: PreviewInput['account']) =>
  between({ body: FORM, ...(account ? { account } : {}) }, was, becomes);
const call = (was: object, becomes: object, account?: PreviewInput['account']) =>
  between({ ...CALL, ...(account ? { account } : {}) }, was, becomes);
const brief = (found: Difference[]) =>
  found.map((one) => ['of' in one ? `${one.what} ${one.of}` : one.what, one.was, one.becomes]);

describe('differences', () => {
  it('are none of settings that come to the same', () => {
    assert.deepEqual(form(SETTINGS, SETTINGS), []);
    assert.deepEqual(form(SETTINGS, { ...SETTINGS, backlog: { days: 1 } }), []);
    assert.deepEqual(call(SETTINGS, SETTINGS, known('open_lead')), []);
    assert.deepEqual(
      call({ stop_list: [{ number: '380441112233' }] }, { matrix: { rows: [] } }),
      [],
      'skipped both',
    );
  });

  it('of pipelines tell both by name', () => {
    const by = (funnel: object[]) => ({ ...matrix({}), funnel });
    const [place, ...others] = call(
      by([]),
      by([{ pipeline: 6950552, variable: 'client_number', equals: ['380671112233'] }]),
    );
    assert.deepEqual(others, []);
    assert.ok(place?.what === 'place');
    assert.deepEqual(place.was, { pipeline: 'Воронка', stage: 'Первичный контакт' });
    assert.deepEqual(place.becomes, { pipeline: 'Новая', stage: 'Новая заявка' });
  });

  it('of who is responsible tell both by name, for contact and lead', () => {
    const user = (id: number) => ({ ...SETTINGS, forms: { responsible: { kind: 'user', id } } });
    const pair = ['Старший менеджер', 'Иван Иванов'];
    assert.deepEqual(brief(form(user(504141), user(504142))), [
      ['responsible contact', ...pair],
      ['responsible lead', ...pair],
    ]);
  });

  it('of fields tell what was written and what would be', () => {
    const mapped = (constant: string) => ({
      mapping: { ...SETTINGS.mapping, lead: [{ field: { id: 700101 }, value: { constant } }] },
    });
    const [field, ...others] = form(mapped('а'), mapped('б'));
    assert.ok(field?.what === 'value');
    assert.equal(field.of, 'lead');
    assert.ok(field.label);
    assert.deepEqual([field.was, field.becomes], [['а'], ['б']]);
    assert.deepEqual(others, []);
  });

  it('of what is made tell how many, and nothing of what stands on it', () => {
    assert.deepEqual(brief(call(matrix({ open_task: TASK }), matrix({}))), [['made task', 1, 0]]);
    assert.deepEqual(
      brief(call(matrix({}), matrix({ completed_task: TASK, note: true, call_record: false }))),
      [
        ['made completed_task', 0, 1],
        ['made call_record', 1, 0],
        ['made note', 0, 1],
      ],
    );
    assert.deepEqual(brief(form(SETTINGS, { ...SETTINGS, forms: { creates: { lead: false } } })), [
      ['made lead', 1, 0],
    ]);
  });

  it('of tasks tell text, type, deadline and who', () => {
    const other = { text: 'Написать', type: 2, deadline_minutes: 60, responsible: { user: 504142 } };
    const found = call(matrix({ open_task: TASK }), matrix({ open_task: other }));
    assert.deepEqual(
      found.map((one) =>
        one.what === 'value' ? [one.key, one.was, one.becomes] : [one.what, one.was, one.becomes],
      ),
      [
        ['text', 'Перезвонить', 'Написать'],
        ['task_type', 'Связаться', 'Встреча'],
        ['deadline_minutes', 30, 60],
        ['responsible', 'Старший менеджер', 'Иван Иванов'],
      ],
    );
  });

  it('of an event that is skipped are told by the reason alone', () => {
    const stop = { ...matrix({ open_task: TASK }), stop_list: [{ number: '380441112233' }] };
    const [end, ...others] = call(matrix({ open_task: TASK }), stop);
    assert.deepEqual(others, []);
    assert.ok(end?.what === 'end');
    assert.deepEqual([end.was.status, end.becomes.status], ['delivered', 'skipped']);
    assert.equal(end.becomes.reason?.code, 'line_stopped');
    const [back] = call(stop, matrix({}));
    assert.ok(back?.what === 'end' && back.becomes.status === 'delivered');
    assert.deepEqual(back.becomes.made, ['contact', 'lead', 'call_record']);
  });

  it('of an incoming lead are one thing, not three', () => {
    const waits = { ...SETTINGS, forms: { creates: { unsorted: true } } };
    const of = (found: Difference[]) => brief(found).filter(([what]) => what !== 'made note');
    assert.deepEqual(of(form(SETTINGS, waits)), [['waits', false, true]]);
    assert.deepEqual(of(form(waits, SETTINGS)), [['waits', true, false]]);
  });

  it('of a known client tell whether his open lead is used, and what is written on it', () => {
    const open = (open_lead: string) => ({ ...SETTINGS, forms: { open_lead } });
    assert.deepEqual(brief(form(open('reuse'), open('create'), known('open_lead'))), [
      ['used lead', true, false],
    ]);
    assert.deepEqual(brief(form(open('create'), open('reuse'), known('open_lead'))), [
      ['used lead', false, true],
    ]);
    const priced = (constant: string) => ({
      mapping: {
        ...SETTINGS.mapping,
        lead: [{ field: 'price', value: { constant }, policy: 'overwrite' }],
      },
    });
    assert.deepEqual(brief(form(priced('5'), priced('7'), known('open_lead'))), [['value lead', 5, 7]]);
  });

  it('of a known client’s card tell which settings leave it as it is', () => {
    const named = (policy: string) => ({
      mapping: {
        ...SETTINGS.mapping,
        lead: [{ field: 'name', value: { constant: 'Двері' }, policy }],
      },
    });
    const untouched = (found: Difference[]) =>
      found.map((one) => (one.what === 'value' ? [one.key, one.untouched] : [one.what]));
    const [kept, written] = [named('only_on_create'), named('overwrite')];
    assert.deepEqual(untouched(form(kept, written, known('open_lead'))), [['name', 'was']]);
    assert.deepEqual(untouched(form(written, kept, known('open_lead'))), [['name', 'becomes']]);
    const no_lead = { ...SETTINGS, forms: { creates: { lead: false } } };
    assert.deepEqual(untouched(form(SETTINGS, no_lead, known('open_lead'))), [['tags', 'becomes']]);
    const other = (constant: string) => ({
      mapping: { ...SETTINGS.mapping, lead: [{ field: { id: 700101 }, value: { constant } }] },
    });
    assert.deepEqual(untouched(form(other('а'), other('б'))), [['field:700101', null]], 'a new one');
  });

  it('do not come from turns: both settings see the same one', () => {
    const users = (...users: number[]) => ({
      ...SETTINGS,
      forms: { responsible: { kind: 'round_robin', users } },
    });
    for (const sequence of [0, 1, 2]) {
      const turns = users(504141, 504142);
      const found = differencesOf(
        shown({ body: FORM, sequence }, turns),
        shown({ body: FORM, sequence }, turns),
        NOW,
      );
      assert.deepEqual(found, []);
    }
  });

  it('see whose client somebody is', () => {
    const row = (responsible: string) => matrix({ open_task: { ...TASK, responsible } });
    const found = call(row('senior'), row('crm_responsible'), known('known_contact', 504142));
    assert.deepEqual(brief(found), [['responsible task', 'Старший менеджер', 'Иван Иванов']]);
  });
});
