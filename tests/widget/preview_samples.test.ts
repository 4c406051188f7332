// Built-in events fit the settings they are shown for; what is pasted is told apart.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { check_settings, type Settings } from 'ringostat-amocrm/sandbox';
import { readPasted } from '../../www/widget/preview/pasted.ts';
import { SAMPLES, type Sample, type SampleField, sampleOf } from '../../www/widget/preview/samples.ts';
import { entries, NOW, shown } from './previewing.ts';

const words = {
  name: 'Іван Петренко',
  first_name: 'Іван',
  last_name: 'Петренко',
  text: 'Приклад',
  page: 'Контакти',
  form: 'Дзвінок',
};
const whole = (settings: object): Settings => {
  const answer = check_settings(JSON.stringify(settings), undefined);
  if (answer.type === 'failure') throw new Error(JSON.stringify(answer));
  return answer.settings;
};
const previewed = (sample: Sample, settings: object = {}, fields: SampleField[] = []) =>
  shown(sampleOf(sample, whole(settings), fields, words, NOW), settings);
const EMPLOYEES = [
  { ringostat: { staff_id: '331851', name: 'Иван Иванов', sip: ['firm_ivan'] }, amocrm_user: 504142 },
];

describe('a sample', () => {
  it('is understood, whatever it is', () => {
    for (const sample of SAMPLES) {
      const { report, identifiers } = previewed(sample);
      assert.notEqual(report.status, 'failed', sample);
      assert.ok(
        identifiers.some((one) => one.startsWith('phone:')),
        sample,
      );
    }
  });

  it('of a form has the fields that the rows ask for, each with a value that fits', () => {
    const mapping = {
      contact: [
        { field: 'first_name', value: { form_fields: ['vorname', 'name'] } },
        { field: 'PHONE', value: { form_fields: ['mobil'] } },
      ],
      lead: [
        { field: 'price', value: { form_fields: ['budget'] } },
        { field: { id: 7 }, value: { form_fields: ['when'] } },
        { field: { id: 8 }, value: { form_fields: ['which'] } },
        { field: { id: 9 }, value: { form_fields: ['mobil'] } },
        { field: 'name', value: { constant: 'x' } },
      ],
    };
    const fields = [
      { id: 7, code: null, type: 'date' },
      { id: 8, code: null, type: 'select', enums: [{ value: 'Вікна' }] },
    ];
    const { body } = sampleOf('form', whole({ mapping }), fields, words, NOW);
    assert.deepEqual(JSON.parse(body ?? ''), {
      vorname: 'Іван',
      mobil: '+38 (067) 111-22-33',
      budget: '1500',
      when: '2026-05-17',
      which: 'Вікна',
    });
    const bare = sampleOf('form', whole({ mapping: { contact: [], lead: [] } }), [], words, NOW);
    assert.ok(bare.body?.includes('telephone'), 'without rows it is the seed’s example');
  });

  it('with a visit brings marks and every additional parameter of the settings', () => {
    const lead = [{ field: 'name', value: { variable: { tracked: 'ab_test' } } }];
    const result = previewed('form_visit', { mapping: { lead } });
    assert.ok(result.identifiers.includes('client:1169999034.1555555510'), result.identifiers.join());
    assert.equal(entries(result, 'variable')[0]?.params.value, '123457');
    assert.match(JSON.stringify(result.after.leads), /utm_source.*google/);
  });

  it('of a call is what it says', () => {
    const kinds: Partial<Record<Sample, string>> = {
      call_missed: 'incoming_missed',
      call_answered: 'incoming_answered',
      call_outgoing: 'outgoing_answered',
      call_callback: 'callback_answered',
      call_pick_up: 'incoming_answered',
    };
    for (const [sample, kind] of Object.entries(kinds)) {
      const result = previewed(sample as Sample, { employees: EMPLOYEES });
      assert.equal(entries(result, 'row_matched')[0]?.params.call, kind, sample);
    }
    assert.equal(entries(previewed('call_pick_up'), 'call_read')[0]?.params.phase, 'pick_up');
  });

  it('of a call is answered by a linked employee, reaches a line that is not stopped, and meets the first rule', () => {
    const settings = {
      employees: EMPLOYEES,
      lines: [
        { number: '380440000001', kind: 'sip', sip: 'a' },
        { number: '380440000002', kind: 'sip', sip: 'b' },
      ],
      stop_list: [{ sip: 'a' }],
      funnel: [{ pipeline: 6950552, variable: 'pool_name', equals: ['Контекст'] }],
    };
    const result = previewed('call_answered', settings);
    assert.equal(entries(result, 'employee_found')[0]?.params.user, 504142);
    assert.equal(entries(result, 'line_stopped').length, 0);
    assert.equal(entries(result, 'rule_matched')[0]?.params.seen, 'Контекст');
  });
});

describe('what is pasted', () => {
  const read = (text: string, ...more: [('form' | 'call' | null)?, string[]?]) => {
    const pasted = readPasted(text, more[0] ?? null, more[1]);
    return 'problem' in pasted ? pasted.problem : `${pasted.kind} ${pasted.format}`;
  };

  it('is told apart by its names', () => {
    assert.equal(read('{"name":"x","phone":"1"}'), 'form json');
    assert.equal(read('{"uniqueid":"x","dst":"1"}'), 'call json');
    assert.equal(read('[{"uniqueid":"x"},{"uniqueid":"y"}]'), 'call json');
    assert.equal(read('name=x&phone=1'), 'form urlencoded');
    assert.equal(read('call_id=x&Caller Number=1'), 'call urlencoded');
    assert.equal(
      read('https://x.example/v1/projects/demo/calls?key=s3cret&call_id=1&status=BUSY'),
      'call address',
    );
    assert.equal(read('GET /v1/projects/demo/calls?key=s3cret&call_id=1'), 'call address');
    assert.equal(read('--b\nContent-Disposition: form-data; name="phone"\n\n067\n--b--'), 'form multipart');
  });

  it('is what somebody says it is', () => {
    assert.equal(read('{"name":"x"}', 'call'), 'call json');
    assert.equal(read('call_id=x', 'form'), 'form urlencoded');
    assert.equal(read('nomer=1', null, ['nomer']), 'call urlencoded', 'the project’s own names');
  });

  it('is refused in words when it is nothing', () => {
    assert.equal(read('  '), 'empty');
    assert.equal(read('{"name":'), 'json');
    assert.equal(read('hello there'), 'unknown');
    assert.equal(read('[1]'), 'unknown');
  });

  it('is read by the core', () => {
    const of = (text: string) => {
      const pasted = readPasted(text, null);
      assert.ok('incoming' in pasted, text);
      return shown(pasted.incoming).identifiers;
    };
    const phone = ['phone:380671112233'];
    assert.deepEqual(of('name=x&phone=067+111-22-33'), phone);
    assert.deepEqual(of('--b\nContent-Disposition: form-data; name="phone"\n\n0671112233\n--b--'), phone);
    assert.deepEqual(
      of('https://x.example/calls?key=s3cret&call_id=ua1_-1791545397.1&call_type=in&caller=380671112233'),
      phone,
    );
    assert.deepEqual(
      of('[{"uniqueid":"ua1_-1791545397.1","call_type":"in","caller":"380671112233"}]'),
      phone,
    );
  });

  it('loses the secret of a webhook', () => {
    const pasted = readPasted('https://x.example/calls?key=s3cret&call_id=1', null);
    assert.ok('incoming' in pasted && !JSON.stringify(pasted).includes('s3cret'));
  });
});
