// What the widget previews on: the account as the worker tells of it, and events as the journal keeps them.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Answer, LookupResult, PreviewInput, PreviewResult, TraceEntry } from 'ringostat-amocrm/sandbox';
import { Integration, preview, Sandbox } from 'ringostat-amocrm/sandbox';
import { type DirectoryDocument, type Known, seedOf } from '../../www/widget/preview/account.ts';
import type { SITUATIONS } from '../../www/widget/preview/situation.ts';

const NOW = 1_791_545_400_000;
const names = { contact: 'Иван', second: 'Иван П.', lead: 'Окна' };
const FORM = JSON.stringify({ name: 'Иван', phone: '067 111-22-33', email: 'Ivan@Example.com', city: ' ' });
const SETTINGS = {
  mapping: {
    contact: [
      { field: 'name', value: { form_fields: ['name'] } },
      { field: 'PHONE', value: { form_fields: ['phone'] } },
      { field: 'EMAIL', value: { form_fields: ['email'] } },
    ],
    lead: [
      { field: 'name', value: { constant: 'Заявка' } },
      { field: { id: 700101 }, value: { form_fields: ['city'] } },
      { field: { id: 700102 }, value: { form_fields: ['street'] } },
      { field: { id: 700101 }, value: { variable: 'pool_name' } },
    ],
  },
};

function shown(input: Partial<PreviewInput>, settings: object = SETTINGS): PreviewResult {
  const answer = attempt(input, settings);
  assert.equal(answer.type, 'success', JSON.stringify(answer));
  return answer as unknown as PreviewResult;
}

const attempt = (input: object, settings: object = SETTINGS): Answer<PreviewResult> =>
  preview(JSON.stringify(settings), JSON.stringify({ now_ms: NOW, ...input }));

/** What the worker would ask of amoCRM, against a sandbox that plays it. */
class Account {
  readonly #sandbox = new Sandbox(JSON.stringify({ seed: 1, base_url: 'https://demo.amocrm.ru' }));
  readonly #integration: Integration;
  readonly directory: DirectoryDocument;

  constructor(seed: object) {
    this.#sandbox.switches('{"rate_per_second":0}');
    const reset = this.#sandbox.reset(JSON.stringify(seed), NOW);
    assert.equal(JSON.parse(reset).type, 'success', reset);
    const whole = this.#run(new Integration(JSON.stringify(SETTINGS)).survey());
    this.#integration = new Integration(JSON.stringify(SETTINGS), JSON.stringify(whole));
    // As GET /directory shows it: what only the rules need is not told.
    const { ours: _, watermarks: __, ...directory } = whole as Record<string, unknown>;
    this.directory = directory as DirectoryDocument;
  }

  lookup(query: object): LookupResult {
    return this.#run(this.#integration.lookup(JSON.stringify(query))) as LookupResult;
  }

  #run(journey: ReturnType<Integration['survey']>): unknown {
    let now = NOW;
    for (;;) {
      const action = JSON.parse(journey.next(now));
      if (action.do === 'done') return JSON.parse(new TextDecoder().decode(journey.result()));
      if (action.do === 'wait') {
        now = action.until;
        continue;
      }
      const { method, path, body } = action.request;
      const headers = JSON.stringify({ authorization: 'Bearer sandbox' });
      const reply = JSON.parse(this.#sandbox.handle(method, path, headers, body ?? '', now));
      const bytes = new TextEncoder().encode(reply.body);
      journey.answered(reply.status, 'application/json', undefined, bytes, now);
    }
  }
}

const entries = (result: PreviewResult, code: string): TraceEntry[] =>
  result.report.trace.filter((entry) => entry.code === code);
const first = (result: PreviewResult, collection: 'contacts' | 'leads' | 'tasks', at = 0) => {
  const entity = result.after[collection][at];
  assert.ok(entity, `${collection} ${at}`);
  return entity as { id: number; name: string; custom_fields_values: { field_name: string }[] } & Record<
    string,
    unknown
  >;
};

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

describe('the account of a preview', () => {
  let account: Account;
  const phone = (value: string, kind = 'MOB') => ({
    field_code: 'PHONE',
    values: [{ value, enum_code: kind }],
  });
  before(() => {
    account = new Account({
      account: { id: 77, subdomain: 'okna', name: 'Окна' },
      pipelines: [
        { id: 1, name: 'Продажи', is_main: true, _embedded: { statuses: [{ id: 11, name: 'Новая' }] } },
        { id: 2, name: 'Сервис', _embedded: { statuses: [{ id: 21, name: 'Заявка' }] } },
      ],
      task_types: [
        { id: 1, name: 'Связаться' },
        { id: 9, name: 'Замер' },
      ],
      users: [
        { id: 5, name: 'Мария', email: 'm@okna.example', rights: { is_admin: true, is_active: true } },
        { id: 6, name: 'Пётр', email: 'p@okna.example', rights: { is_admin: false, is_active: false } },
      ],
      contacts: [
        {
          id: 31,
          name: 'Иван Старый',
          custom_fields_values: [phone('+380671112233'), { field_id: 700201, values: [{ value: 'VIP' }] }],
          _embedded: { tags: [{ name: 'давний' }] },
        },
        { id: 32, name: 'Сосед', custom_fields_values: [phone('0501112233')] },
      ],
      companies: [{ id: 51, name: 'Дом', custom_fields_values: [phone('0671112233', 'WORK')] }],
      leads: [
        {
          id: 41,
          name: 'Балкон',
          pipeline_id: 2,
          status_id: 21,
          custom_fields_values: [{ field_id: 700105, values: [{ value: true }] }],
          // The neighbour is not looked up with him, nor is the company's own card complete.
          _embedded: { contacts: [{ id: 31, is_main: true }, { id: 32 }], companies: [{ id: 51 }] },
        },
      ],
    });
  });

  const input = (known: Known) => ({ body: FORM, account: seedOf(account.directory, known) });

  it('is set up like the real one', () => {
    const result = shown(input(null), {
      ...SETTINGS,
      forms: {
        creates: { task: { on: true, text: 'Замер', type: 9 } },
        responsible: { kind: 'user', id: 5 },
      },
    });
    assert.equal(result.report.status, 'delivered');
    assert.equal(first(result, 'leads').pipeline_id, 1);
    assert.equal(first(result, 'leads').status_id, 11);
    assert.equal(first(result, 'leads').responsible_user_id, 5);
    assert.equal(first(result, 'tasks').task_type_id, 9);
    assert.deepEqual(entries(result, 'account_warning'), []);
    assert.deepEqual(entries(result, 'new_client').length, 1);
    const gone = shown(input(null), { ...SETTINGS, forms: { responsible: { kind: 'user', id: 6 } } });
    assert.equal(entries(gone, 'user_not_usable').length, 1, 'who left is not given work');
  });

  it('has no field twice', () => {
    const { fields } = shown(input(null)).after as unknown as { fields: Record<string, { name: string }[]> };
    for (const [entity, count] of [
      ['contacts', 7],
      ['leads', 6],
    ] as const) {
      const ours = (fields[entity] ?? [])
        .map(({ name }) => name)
        .filter((name) => name.startsWith('Ringostat'));
      assert.equal(new Set(ours).size, count, ours.join());
      assert.equal(ours.length, count, ours.join());
    }
  });

  it('holds what was looked up', () => {
    const known = account.lookup({ phone: '0671112233' });
    assert.equal(known.contacts.length, 1);
    assert.equal(known.companies.length, 1);
    const result = shown(input(known));
    assert.deepEqual(entries(result, 'known_client')[0]?.params, {
      contact: 31,
      name: 'Иван Старый',
      open_lead: 41,
    });
    assert.equal(entries(result, 'phone_on_company').length, 0, 'he was found on a contact');
    assert.equal(result.before.contacts.length, 1);
    const carried = first(result, 'contacts').custom_fields_values.map(({ field_name: name }) => name);
    assert.ok(carried.includes('Категория клиента'), carried.join());
    assert.equal(first(result, 'leads').name, 'Балкон', 'the open lead is used again');
    assert.equal(first(result, 'leads').pipeline_id, 2);
    assert.equal(result.after.leads.length, 1);
  });

  it('leaves out what the directory does not know', () => {
    const known: LookupResult = {
      contacts: [
        {
          id: 1,
          name: 'Иван',
          custom_fields_values: [
            { field_id: 999, field_code: null, values: [{ value: 'x' }] },
            { field_id: 700201, values: [{ value: 'Пропавший', enum_id: 1 }] },
            {
              field_id: 178382,
              field_code: 'PHONE',
              values: [{ value: '0671112233', enum_id: 1, enum_code: 'X' }],
            },
          ],
          _embedded: { leads: [{ id: 404 }], companies: [{ id: 405 }] },
        },
      ],
      leads: [],
      companies: [],
    };
    const result = shown(input(known));
    assert.equal(entries(result, 'known_client')[0]?.params.contact, 1);
    assert.equal(result.before.leads.length, 0);
    const own = shown({ body: FORM, account: seedOf(null, known) });
    assert.equal(entries(own, 'known_client')[0]?.params.contact, 1, 'without a directory too');
  });

  it('holds the situation that was chosen', () => {
    const { identifiers } = shown({ body: FORM });
    const of = (situation: (typeof SITUATIONS)[number], directory = true) =>
      shown({
        body: FORM,
        account: seedOf(directory ? account.directory : null, { situation, identifiers, names }),
      });
    for (const directory of [true, false]) {
      const contact = of('known_contact', directory);
      assert.equal(contact.report.contact?.created, false);
      assert.equal(contact.report.lead?.created, true);
      const lead = of('open_lead', directory);
      assert.equal(lead.report.lead?.created, false);
      const two = of('two_contacts', directory);
      assert.equal(entries(two, 'several_contacts')[0]?.params.because, 'open_lead');
      assert.equal(two.report.contact?.id, 102);
      assert.equal(two.before.contacts.length, 2);
    }
  });

  it('knows a client by his client id alone', () => {
    const body = JSON.stringify({
      jsonrpc: '2.0',
      method: 'saveFormData',
      id: 1,
      params: { formData: { city: 'Київ' }, r_cl: '116.15' },
    });
    const { identifiers } = shown({ body });
    assert.ok(identifiers.length === 1 && identifiers[0]?.startsWith('client:'), identifiers.join());
    const directory = { ...account.directory };
    for (const [what, fields] of [
      ['with our field', directory.fields],
      ['before it was made', without(directory.fields)],
    ] as const) {
      const seed = seedOf(
        { ...directory, ...(fields ? { fields } : {}) },
        { situation: 'known_contact', identifiers, names },
      );
      assert.equal(shown({ body, account: seed }).report.contact?.created, false, what);
    }
    const own = shown({ body, account: seedOf(null, { situation: 'known_contact', identifiers, names }) });
    assert.equal(own.before.contacts.length, 1);
  });
});

const without = (fields: DirectoryDocument['fields']) =>
  fields && { ...fields, contacts: fields.contacts.filter(({ code }) => code !== 'RINGOSTAT_CLIENT_ID') };
