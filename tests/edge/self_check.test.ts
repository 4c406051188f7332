// POST /self-check: a healthy account is as we assume, and each way in which one can differ is told by its code.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Alter } from './gate.ts';
import { assertProblem, demoSettings, mint, World } from './harness.ts';

interface Finding {
  code: string;
  severity: string;
  params: Record<string, unknown>;
}
interface Checked {
  findings: Finding[];
  checked_at: string;
  requests: number;
}

const CLIENTS = 3;
const client = (n: number) => ({ name: `Клиент ${n}`, phone: `067222000${n}`, email: `c${n}@example.com` });

describe('a self-check', () => {
  let world: World;
  before(async () => {
    world = await World.start();
  });
  after(() => world?.stop());
  beforeEach(async () => {
    world.gate.alter = undefined;
    await world.reset();
    await world.switches({ rate_per_second: 100_000 });
    await world.newProject();
    const ids = await Promise.all(Array.from({ length: CLIENTS }, (_, n) => world.accepted(client(n))));
    await world.delivered(ids);
  });

  async function check(body: Record<string, unknown> = {}): Promise<Checked> {
    const answer = await world.call('POST', '/self-check', { body: JSON.stringify(body) });
    const text = await answer.text();
    assert.equal(answer.status, 200, text);
    return JSON.parse(text) as Checked;
  }
  const codes = ({ findings }: Checked) => findings.map(({ code }) => code);
  const odd = ({ findings }: Checked) =>
    findings.filter(({ severity }) => severity !== 'ok').map(({ code, severity }) => `${severity} ${code}`);
  const params = ({ findings }: Checked, code: string) => findings.find((one) => one.code === code)?.params;
  /** Bodies of GETs of a path, changed. */
  const altering =
    (start: string, change: (body: Record<string, unknown>, path: string) => unknown): Alter =>
    ({ method, path }, { status, body }) =>
      method === 'GET' && path.startsWith(start) && status === 200
        ? { status, body: JSON.stringify(change(JSON.parse(body), path)) }
        : undefined;

  it('of a healthy account finds nothing, and writes nothing', async () => {
    const before = await world.state();
    const checked = await check();
    assert.deepEqual(codes(checked), [
      'token_works',
      'user_admin',
      'rights_whole',
      'fields_fit',
      'settings_fit',
      'unsorted_on',
      'order_kept',
      'pages_fit',
      'filter_kept',
      'phone_found',
    ]);
    assert.deepEqual(odd(checked), []);
    const after = await world.state();
    const asked = after.requests.slice(before.requests.length);
    assert.equal(checked.requests, asked.length);
    assert.deepEqual([...new Set(asked.map(({ method }) => method))], ['GET']);
    assert.ok(Math.abs(Date.parse(checked.checked_at) - Date.now()) < 60_000);
  });

  it('is the admin’s, and of a project that is switched on', async () => {
    await assertProblem(await world.call('POST', '/self-check', { token: null }), 401, 'unauthorized');
    await assertProblem(await world.call('GET', '/self-check'), 405, 'method_not_allowed');
    for (const body of ['{', '[]', '7']) {
      await assertProblem(await world.call('POST', '/self-check', { body }), 400, 'malformed');
    }
    const wrong = { body: '{"write":"yes","remove":true}' };
    const { errors } = await assertProblem(
      await world.call('POST', '/self-check', wrong),
      422,
      'unknown_key',
    );
    assert.deepEqual(
      errors.map(({ code, path }) => `${code} ${path}`),
      ['unknown_key /remove', 'invalid_value /write'],
    );
    const stranger = await fetch(`${world.edge}/v1/projects/nobody/self-check`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await mint('nobody')}` },
    });
    await assertProblem(stranger, 404, 'unknown_project');
    assert.equal((await world.call('POST', '/self-check')).status, 200, 'without a body it reads');
    await world.activation('DELETE');
    const { length: before } = (await world.state()).requests;
    await assertProblem(await world.call('POST', '/self-check'), 409, 'inactive');
    assert.equal((await world.state()).requests.length, before, 'nothing is asked');
  });

  const troubles: Record<string, [begin: () => Promise<void>, finding: string, state: string]> = {
    'a token that was revoked': [
      () => world.switches({ token_valid: false }),
      'error token_refused',
      'needs_authorization',
    ],
    'an unpaid account': [() => world.switches({ paid: false }), 'error unpaid', 'unpaid'],
    'a ban': [
      () => world.faults({ method: '*', path: '/api/v4/*', kind: 'html_403' }),
      'error blocked',
      'blocked',
    ],
    'no answer': [
      () => world.faults({ method: '*', path: '/api/v4/*', kind: 'drop_before' }),
      'error account_unreachable',
      'active',
    ],
    'a quota that is used up': [
      () => world.faults({ method: '*', path: '/api/v4/*', kind: 'status', status: 429 }),
      'warning slow_account',
      'active',
    ],
  };
  for (const [name, [begin, finding, state]] of Object.entries(troubles)) {
    it(`tells ${name}, and asks no more`, async () => {
      await begin();
      const checked = await check({ write: true });
      assert.deepEqual(odd(checked), [finding]);
      assert.equal(checked.findings.length, 1);
      assert.ok(checked.requests <= 3, `${checked.requests} requests`);
      assert.equal((await world.activation()).state, state);
    });
  }

  it('tells trouble that begins on the way', async () => {
    await world.faults({ method: 'GET', path: '/api/v4/leads/pipelines', kind: 'status', status: 402 });
    const checked = await check();
    assert.deepEqual(codes(checked), ['token_works', 'user_admin', 'rights_whole', 'fields_fit', 'unpaid']);
  });

  it('goes on where one answer makes no sense', async () => {
    await world.faults({ method: 'GET', path: '/api/v4/leads/pipelines', kind: 'html_502' });
    const checked = await check();
    assert.deepEqual(odd(checked), ['error answer_unexpected']);
    assert.deepEqual(params(checked, 'answer_unexpected'), { path: '/api/v4/leads/pipelines', status: 502 });
    assert.ok(codes(checked).includes('phone_found'));
  });

  it('tells a user who is no administrator any more', async () => {
    await world.switches({ admin: false });
    const checked = await check();
    assert.deepEqual(odd(checked), ['error not_admin', 'info rights_unknown']);
    assert.ok(codes(checked).includes('phone_found'));
  });

  it('tells rights that are not whole', async () => {
    world.gate.alter = altering('/api/v4/users/', (user) => {
      const { contacts, leads, ...rights } = user.rights as Record<string, Record<string, string>>;
      return {
        ...user,
        rights: { ...rights, contacts: { ...contacts, add: 'D' }, leads: { ...leads, view: 'M' } },
      };
    });
    const checked = await check();
    assert.deepEqual(odd(checked), ['error right_denied', 'warning right_limited']);
    assert.deepEqual(params(checked, 'right_denied'), { entity: 'contacts', right: 'add', level: 'D' });
    assert.deepEqual(params(checked, 'right_limited'), { entity: 'leads', right: 'view', level: 'M' });
  });

  it('tells an account that is not the one connected', async () => {
    world.gate.alter = altering('/api/v4/account', (account) => ({ ...account, id: 77 }));
    const checked = await check();
    assert.deepEqual(odd(checked), ['error account_changed']);
    assert.equal(params(checked, 'account_changed')?.found, 77);
  });

  type Field = { code: string | null; type: string };
  const fields = (change: (all: Field[]) => Field[]) =>
    altering('/api/v4/contacts/custom_fields', (page) => ({
      ...page,
      _embedded: { custom_fields: change((page._embedded as { custom_fields: Field[] }).custom_fields) },
    }));

  it('tells fields that are gone, or of another type', async () => {
    const gone = ['RINGOSTAT_EVENT', 'RINGOSTAT_CLIENT_ID', 'RINGOSTAT_UTM_TERM', 'EMAIL'];
    world.gate.alter = fields((all) => all.filter(({ code }) => !gone.includes(code ?? '')));
    const without = await check();
    for (const code of ['marker_field_missing', 'client_id_field_missing', 'contact_field_missing']) {
      assert.ok(codes(without).includes(code), `${code} in ${codes(without)}`);
    }
    assert.deepEqual(params(without, 'utm_field_missing'), { entity: 'contacts', mark: 'utm_term' });
    world.gate.alter = fields((all) =>
      all.map((field) => (field.code === 'RINGOSTAT_EVENT' ? { ...field, type: 'numeric' } : field)),
    );
    const other = await check();
    assert.deepEqual(odd(other), ['error field_type_differs']);
    assert.equal(params(other, 'field_type_differs')?.type, 'numeric');
  });

  type Pipeline = { id: number; is_main: boolean; is_archive: boolean; is_unsorted_on: boolean };
  const pipelines = (change: (one: Pipeline) => Partial<Pipeline>) =>
    altering('/api/v4/leads/pipelines', (page) => ({
      ...page,
      _embedded: {
        pipelines: (page._embedded as { pipelines: Pipeline[] }).pipelines.map((one) => ({
          ...one,
          ...change(one),
        })),
      },
    }));

  it('tells what the settings name and the account does not have', async () => {
    const funnel = [
      { pipeline: 6950552, variable: 'pool_name', equals: ['a'] },
      { pipeline: 404, variable: 'pool_name', equals: ['b'] },
    ];
    const document = { ...(await demoSettings()), funnel };
    const etag = (await world.call('GET', '/settings')).headers.get('etag') ?? '';
    const put = { body: JSON.stringify(document), headers: { 'if-match': etag } };
    assert.equal((await world.call('PUT', '/settings', put)).status, 200);
    const missing = await check();
    assert.deepEqual(odd(missing), ['error pipeline_missing']);
    assert.deepEqual(params(missing, 'pipeline_missing'), { pipeline: 404, path: '/funnel/1/pipeline' });
    // Archived since the directory was read.
    world.gate.alter = pipelines(({ id }) => (id === 6950552 ? { is_archive: true } : {}));
    assert.deepEqual(odd(await check()), ['error pipeline_archived', 'error pipeline_missing']);
    world.gate.alter = pipelines(() => ({ is_main: false }));
    assert.ok(codes(await check()).includes('main_pipeline_missing'));
  });

  it('tells unsorted that is off, and whether somebody wants it', async () => {
    world.gate.alter = pipelines(() => ({ is_unsorted_on: false }));
    assert.deepEqual(odd(await check()), ['info unsorted_off']);
    const { forms, ...document } = (await demoSettings()) as { forms: Record<string, unknown> };
    const etag = (await world.call('GET', '/settings')).headers.get('etag') ?? '';
    const wanting = { ...document, forms: { ...forms, creates: { unsorted: true } } };
    const put = { body: JSON.stringify(wanting), headers: { 'if-match': etag } };
    assert.equal((await world.call('PUT', '/settings', put)).status, 200);
    assert.deepEqual(odd(await check()), ['error unsorted_needed']);
  });

  it('tells filters that are ignored', async () => {
    await world.switches({ filters_enabled: false });
    assert.deepEqual(odd(await check()), ['info filter_ignored']);
  });

  it('tells an order that is ignored', async () => {
    world.gate.alter = altering('/api/v4/leads?order', (page) => ({
      ...page,
      _embedded: { leads: [...(page._embedded as { leads: unknown[] }).leads].reverse() },
    }));
    const checked = await check();
    assert.deepEqual(odd(checked), ['error order_ignored']);
    assert.deepEqual(params(checked, 'order_ignored'), { path: '/api/v4/leads' });
  });

  it('tells pages of another shape', async () => {
    world.gate.alter = altering('/api/v4/contacts?order', ({ _links: _, ...page }) => page);
    assert.deepEqual(odd(await check()), ['error next_page_missing']);
    world.gate.alter = altering('/api/v4/contacts?order', (page) => page._embedded);
    assert.deepEqual(odd(await check()), ['error page_differs']);
  });

  it('tells a search that knows only how numbers end', async () => {
    await world.switches({ query_matching: 'digits_suffix' });
    assert.deepEqual(odd(await check()), ['info phone_by_ending_only']);
  });

  it('tells a search that does not find a phone', async () => {
    const blind: Alter = ({ path }) =>
      path.includes('query=')
        ? { status: 200, body: '{"_embedded":{"contacts":[],"companies":[]}}' }
        : undefined;
    world.gate.alter = blind;
    assert.deepEqual(odd(await check()), ['warning phone_not_indexed_yet']);
    world.gate.alter = (request, answer) =>
      blind(request, answer) ??
      altering('/api/v4/contacts?order', (page) => {
        const { contacts } = page._embedded as { contacts: Record<string, unknown>[] };
        return { ...page, _embedded: { contacts: contacts.map((one) => ({ ...one, updated_at: 1 })) } };
      })(request, answer);
    const checked = await check();
    assert.deepEqual(odd(checked), ['error phone_not_found']);
    assert.equal(JSON.stringify(checked).includes('67222'), false, 'no phone is told');
  });

  it('of an empty account says what could not be judged', async () => {
    await world.reset();
    await world.switches({ rate_per_second: 100_000 });
    await world.call('GET', '/directory?refresh=1');
    assert.deepEqual(odd(await check()), ['info too_few_entities', 'info no_phone_to_search']);
  });

  describe('that writes', () => {
    const WRITTEN = ['complex_fits', 'marker_kept', 'patch_plain', 'trial_indexed'];
    const own = async () => {
      const { contacts, leads } = await world.state();
      return { contacts: contacts.slice(CLIENTS), leads: leads.slice(CLIENTS) };
    };

    it('makes one contact with one lead, once', async () => {
      const first = await check({ write: true });
      assert.deepEqual(odd(first), []);
      assert.deepEqual(codes(first).slice(-5), ['trial_made', ...WRITTEN]);
      const made = await own();
      assert.deepEqual([made.contacts.length, made.leads.length], [1, 1]);
      const ids = { contact: made.contacts[0]?.id, lead: made.leads[0]?.id };
      assert.deepEqual(params(first, 'trial_made'), ids);
      assert.equal(typeof params(first, 'trial_indexed')?.ms, 'number');
      for (const entity of [...made.contacts, ...made.leads])
        assert.equal(entity.name, 'Ringostat self-check');
      const again = await Promise.all([check({ write: true }), check({ write: true }), check()]);
      for (const one of again.slice(0, 2)) {
        assert.deepEqual(odd(one), []);
        assert.deepEqual(params(one, 'trial_found'), ids);
      }
      assert.ok(!codes(again[2] as Checked).some((code) => code.startsWith('trial')));
      const { contacts, leads } = await own();
      assert.deepEqual(
        [contacts.map(({ id }) => id), leads.map(({ id }) => id)],
        [[ids.contact], [ids.lead]],
      );
    });

    it('finds what an earlier project made', async () => {
      await check({ write: true });
      const made = await own();
      await world.newProject();
      assert.deepEqual(params(await check({ write: true }), 'trial_found'), {
        contact: made.contacts[0]?.id,
        lead: made.leads[0]?.id,
      });
      assert.equal((await own()).contacts.length, 1);
    });

    for (const kind of ['commit_then_504', 'drop_after']) {
      it(`writes no second time when the answer is lost (${kind})`, async () => {
        await world.faults({ method: 'POST', path: '/api/v4/leads/complex', kind, count: 1 });
        const lost = await check({ write: true });
        assert.deepEqual(odd(lost), ['warning trial_unknown']);
        const found = await check({ write: true });
        assert.deepEqual(odd(found), []);
        assert.ok(codes(found).includes('trial_found'));
        assert.equal((await own()).contacts.length, 1);
      });
    }

    it('waits for a late write before it writes again', async () => {
      await world.kill();
      await world.restart({ SETTLE_MS: '600000' });
      await world.faults({ method: 'POST', path: '/api/v4/leads/complex', kind: 'drop_before', count: 1 });
      for (let n = 0; n < 2; n += 1) {
        const checked = await check({ write: true });
        assert.deepEqual(odd(checked), ['warning trial_unknown']);
        assert.ok(Number(params(checked, 'trial_unknown')?.again_in_s) > 500);
      }
      assert.equal((await own()).contacts.length, 0);
      await world.kill();
      await world.restart();
    });

    it('tells what is refused, and tries again later', async () => {
      await world.faults({
        method: 'POST',
        path: '/api/v4/leads/complex',
        kind: 'status',
        status: 400,
        count: 1,
      });
      const refused = await check({ write: true });
      assert.deepEqual(odd(refused), ['error trial_refused']);
      assert.equal(params(refused, 'trial_refused')?.status, 400);
      assert.ok(codes(await check({ write: true })).includes('trial_made'));
    });

    it('tells answers of another shape', async () => {
      await world.switches({ single_patch_wrapped: true });
      assert.deepEqual(odd(await check({ write: true })), ['info patch_wrapped']);
      world.gate.alter = ({ method }, { status }) =>
        method === 'PATCH' ? { status, body: '{}' } : undefined;
      assert.deepEqual(odd(await check({ write: true })), ['error patch_differs']);
    });

    it('tells a creation whose answer has another shape, and finds it', async () => {
      world.gate.alter = ({ method, path }, { status, body }) =>
        method === 'POST' && path.endsWith('/complex') ? { status, body: `{"leads":${body}}` } : undefined;
      assert.deepEqual(odd(await check({ write: true })), ['error complex_differs']);
      assert.ok(codes(await check({ write: true })).includes('trial_found'));
      assert.equal((await own()).contacts.length, 1);
    });

    it('tells a marker that is not kept', async () => {
      await check({ write: true });
      const id = (await own()).contacts[0]?.id;
      world.gate.alter = altering(`/api/v4/contacts/${id}`, (one) => ({
        ...one,
        custom_fields_values: null,
      }));
      assert.deepEqual(odd(await check({ write: true })), ['error marker_lost']);
    });

    it('tells how far the search lags', async () => {
      await world.switches({ index_delay_ms: 900 });
      const checked = await check({ write: true });
      assert.deepEqual(odd(checked), []);
      assert.ok(Number(params(checked, 'trial_indexed')?.ms) >= 800);
    });

    it('makes them anew when somebody removed them', async () => {
      const ids = params(await check({ write: true }), 'trial_made');
      world.gate.alter = ({ path }) =>
        path.includes(`/contacts/${ids?.contact}`) ||
        path.includes('query=Ringostat') ||
        path.includes('order[id]=desc&with=leads&limit=250')
          ? { status: 204, body: '' }
          : undefined;
      assert.ok(codes(await check({ write: true })).includes('trial_made'));
    });
  });
});
