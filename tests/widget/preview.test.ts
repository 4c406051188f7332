// What can be previewed, and what a preview tells of the rows of the mapping.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PreviewInput } from 'ringostat-amocrm/sandbox';
import { Integration } from 'ringostat-amocrm/sandbox';
import { attempt, FORM, first, SETTINGS, shown } from './previewing.ts';

describe('what is previewed', () => {
  const form = { content_type: 'application/json', body: FORM };

  it('is known by the identifiers that the worker locks', () => {
    assert.deepEqual(shown(form).identifiers, ['email:ivan@example.com', 'phone:380671112233']);
    const call = shown({
      kind: 'call',
      query: 'call_id=ua18_-1791545397.1&caller=380671112233&call_type=in',
    });
    assert.deepEqual(call.identifiers, ['phone:380671112233']);
  });

  it('may be an event as the journal keeps it', () => {
    const integration = new Integration(JSON.stringify(SETTINGS));
    const reader = integration.form_reader('application/json');
    reader.push(new TextEncoder().encode(FORM));
    const { event, dedup_key } = JSON.parse(new TextDecoder().decode(reader.finish('{}')));
    const asItCame = shown(form);
    assert.deepEqual(
      shown({ event, subject: dedup_key }),
      asItCame,
      'with the name that the journal gave it',
    );
    assert.deepEqual(shown({ event }), asItCame, 'with the name that the intake gives it');
    assert.match(JSON.stringify(shown({ event, subject: 'f-other' }).after.contacts), /f-other/);
  });

  it('may be a call as the journal keeps it', () => {
    const parameters =
      'call_id=ua18_-1791545397.1&caller=380671112233&call_type=in&status=NO ANSWER&callee=380441112233';
    const read = new Integration('{}').read_call(
      '',
      parameters,
      new Uint8Array(),
      '{"transitions":[],"now":0}',
    );
    const { event, subject } = JSON.parse(new TextDecoder().decode(read));
    const asItCame = shown({ kind: 'call', query: parameters }, {});
    assert.equal(asItCame.after.tasks.length, 1, 'a missed call is called back');
    assert.deepEqual(shown({ event, subject }, {}), asItCame);
    assert.deepEqual(shown({ event }, {}), asItCame);
  });

  it('is one thing, told once', () => {
    const codes = (input: object) => {
      const answer = attempt(input);
      return answer.type === 'failure' && answer.errors.map(({ code, path }) => `${code} ${path}`);
    };
    const event = { form: { fields: [], visit: {} } };
    assert.deepEqual(codes({ event, body: FORM }), ['event_and_body /event']);
    assert.deepEqual(codes({ event, kind: 'form' }), ['event_and_body /event']);
    assert.deepEqual(codes({}), ['nothing_to_preview /body']);
    assert.deepEqual(codes({ kind: 'call' }), ['nothing_to_preview /body']);
    assert.deepEqual(codes({ event: { fax: {} } }), ['malformed /event']);
    assert.deepEqual(codes({ body: '' }), ['not_a_form '], 'an empty form is one all the same');
  });

  it('has a place in the round', () => {
    const settings = {
      ...SETTINGS,
      forms: { responsible: { kind: 'round_robin', users: [504142, 504143] } },
    };
    const responsible = (sequence: number) =>
      first(shown({ ...form, sequence }, settings), 'leads').responsible_user_id;
    assert.deepEqual([0, 1, 2].map(responsible), [504142, 504143, 504142]);
  });
});

describe('rows of the mapping', () => {
  const told = (input: Partial<PreviewInput>) =>
    shown(input)
      .report.trace.filter(({ step }) => step === 'mapping')
      .map(({ path, code, params }) => [path, code, params.value ?? null]);

  it('each tell their value, blank told apart from missing', () => {
    assert.deepEqual(told({ body: FORM }), [
      ['/mapping/contact/0', 'mapped', 'Иван'],
      ['/mapping/contact/1', 'mapped', '067 111-22-33'],
      ['/mapping/contact/2', 'mapped', 'Ivan@Example.com'],
      ['/mapping/lead/0', 'constant', 'Заявка'],
      ['/mapping/lead/1', 'blank', null],
      ['/mapping/lead/2', 'missing', null],
      ['/mapping/lead/3', 'variable_missing', null],
    ]);
  });

  it('that calls leave out say so', () => {
    const call =
      'call_id=ua18_-1791545397.1&caller=380671112233&call_type=in&status=NO ANSWER&pool_name=Сайт';
    assert.deepEqual(told({ kind: 'call', query: call }), [
      ['/mapping/contact/0', 'forms_only', null],
      ['/mapping/contact/1', 'forms_only', null],
      ['/mapping/contact/2', 'forms_only', null],
      ['/mapping/lead/0', 'forms_only', null],
      ['/mapping/lead/1', 'forms_only', null],
      ['/mapping/lead/2', 'forms_only', null],
      ['/mapping/lead/3', 'variable', 'Сайт'],
    ]);
  });
});
