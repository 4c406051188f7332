// The account of a preview, made of what the worker tells of the real one.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { LookupResult } from 'ringostat-amocrm/sandbox';
import { Integration, Sandbox } from 'ringostat-amocrm/sandbox';
import { type DirectoryDocument, type Known, seedOf } from '../../www/widget/preview/account.ts';
import type { SITUATIONS } from '../../www/widget/preview/situation.ts';
import { entries, FORM, first, NOW, SETTINGS, shown } from './previewing.ts';

const names = { contact: 'Иван', second: 'Иван П.', lead: 'Окна' };

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
