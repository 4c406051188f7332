// The admin's side: tokens, settings, the journal, the directory.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, describe, it } from 'node:test';
import { assertProblem, demoSettings, type EventView, mint, until, World } from './harness.ts';

describe('admin', () => {
  let world: World;
  before(async () => {
    world = await World.start();
  });
  after(() => world?.stop());
  beforeEach(() => world.newProject());

  const list = async (query = '') => {
    const answer = await world.call('GET', `/events${query}`);
    assert.equal(answer.status, 200);
    return (await answer.json()) as { events: EventView[]; next_cursor: string | null };
  };
  const put = (document: unknown, ifMatch?: string) =>
    world.call('PUT', '/settings', {
      body: JSON.stringify(document),
      ...(ifMatch === undefined ? {} : { headers: { 'if-match': ifMatch } }),
    });

  describe('tokens', () => {
    const paths = ['/events', '/events/x', '/settings', '/directory'];
    for (const path of paths) {
      it(`guard GET ${path}`, async () => {
        const get = (token: string | null) => world.call('GET', path, { token });
        await assertProblem(await get(null), 401, 'unauthorized');
        await assertProblem(await get('nonsense'), 401, 'unauthorized');
        await assertProblem(await get(await mint(world.project, '-1h')), 401, 'unauthorized');
        const forged = await mint(world.project, '1h', 'another secret, just as long as the real one');
        await assertProblem(await get(forged), 401, 'unauthorized');
        await assertProblem(await get(await mint('somebody-else')), 403, 'forbidden');
      });
    }

    it('guard every write', async () => {
      for (const [method, path] of [
        ['PUT', '/settings'],
        ['POST', '/events/x/retry'],
        ['POST', '/events/retry'],
        ['POST', '/lookup'],
      ] as const) {
        await assertProblem(await world.call(method, path, { body: '{}', token: null }), 401, 'unauthorized');
      }
    });
  });

  describe('routes', () => {
    it('answer unknown ones with 404 and wrong verbs with 405', async () => {
      await assertProblem(await world.call('GET', '/nonsense'), 404, 'not_found');
      await assertProblem(await fetch(`${world.edge}/nonsense`), 404, 'not_found');
      const wrong = await world.call('DELETE', '/settings');
      assert.equal(wrong.headers.get('allow'), 'GET, PUT');
      await assertProblem(wrong, 405, 'method_not_allowed');
      await assertProblem(await world.call('GET', '/forms'), 405, 'method_not_allowed');
    });

    it('answer for an unknown project with 404 everywhere but PUT settings', async () => {
      const nobody = `nobody-${randomUUID()}`;
      const headers = { authorization: `Bearer ${await mint(nobody)}` };
      for (const [method, path] of [
        ['GET', '/events'],
        ['GET', '/events/x'],
        ['POST', '/events/x/retry'],
        ['POST', '/events/retry'],
        ['GET', '/settings'],
        ['GET', '/directory'],
        ['POST', '/lookup'],
        ['POST', '/forms'],
      ] as const) {
        const body = method === 'POST' ? { body: '{"status":"failed"}' } : {};
        const answer = await fetch(`${world.edge}/v1/projects/${nobody}${path}`, {
          method,
          headers,
          ...body,
        });
        await assertProblem(answer, 404, 'unknown_project');
      }
    });

    it('tell that the worker is well', async () => {
      const answer = await fetch(`${world.edge}/healthz`);
      assert.equal(answer.status, 200);
      assert.deepEqual(await answer.json(), { status: 'ok' });
    });
  });

  describe('settings', () => {
    it('are read as stored, with defaults filled in', async () => {
      const answer = await world.call('GET', '/settings');
      assert.equal(answer.status, 200);
      assert.match(answer.headers.get('etag') ?? '', /^"[0-9a-f]+"$/);
      assert.equal(answer.headers.get('cache-control'), 'no-store');
      const settings = (await answer.json()) as Record<string, unknown>;
      for (const [key, value] of Object.entries({ version: 1, time_zone: 'Europe/Kyiv', language: 'ru' })) {
        assert.equal(settings[key], value);
      }
      assert.ok('identity' in settings, 'defaults');
    });

    it('are replaced only by who has seen the latest', async () => {
      const settings = await demoSettings();
      const etag = (await world.call('GET', '/settings')).headers.get('etag') ?? '';
      await assertProblem(await put(settings), 428, 'precondition_required');
      await assertProblem(await put(settings, '"stale"'), 412, 'precondition_failed');
      const changed = await put({ ...settings, language: 'uk' }, etag);
      assert.equal(changed.status, 200);
      const next = changed.headers.get('etag') ?? '';
      assert.notEqual(next, etag);
      const body = (await changed.json()) as { language: string; warnings: unknown[] };
      assert.equal(body.language, 'uk');
      assert.ok(Array.isArray(body.warnings), 'warnings');
      await assertProblem(await put(settings, etag), 412, 'precondition_failed');
      assert.equal((await put(settings, '*')).status, 200);
    });

    it('tell what is odd, and with the directory what the account does not have', async () => {
      await world.newProject(undefined, { active: false });
      const row = (field: unknown, value: unknown) => ({ field, value, policy: 'overwrite' });
      const odd = {
        ...(await demoSettings()),
        mapping: {
          contact: [row('name', { form_fields: ['name'] })],
          lead: [
            row('name', { constant: 'A' }),
            row('name', { constant: 'B' }),
            row('price', { constant: 'x' }),
          ],
        },
        matrix: {
          senior_user: 404,
          rows: [
            { when: { client: 'new' }, moment: 'pick_up', creates: { unsorted: true } },
            { when: { call: 'incoming_missed', client: 'new' }, creates: { note: true } },
          ],
        },
        funnel: [
          { pipeline: 404, variable: 'pool_name', equals: ['Сайт'] },
          { pipeline: 404, variable: 'pool_name', equals: [' сайт'] },
        ],
        lines: ['380501112233', '380501112244'].map((number) => ({ number, kind: 'fmc', sip: 'firm_mob' })),
        stop_list: [{ sip: 'firm_mob' }, { number: '380441112299' }],
      };
      const warnings = async () => {
        const answer = await put(odd, '*');
        const body = (await answer.json()) as {
          warnings: { code: string; severity: string; path: string; params: Record<string, unknown> }[];
        };
        assert.equal(answer.status, 200, JSON.stringify(body));
        for (const { params } of body.warnings) assert.equal(typeof params, 'object');
        return body.warnings.map(({ code, severity, path }) => `${code} ${severity} ${path}`);
      };
      const known = [
        'field_written_twice warning /mapping/lead/1/field',
        'constant_misfit error /mapping/lead/2/value/constant',
        'unsorted_after_call warning /matrix/rows/0/moment',
        'row_never_fires warning /matrix/rows/1',
        'fmc_lines_share_sip info /lines/1/sip',
        'shared_sip_stopped warning /stop_list/0',
        'not_a_line warning /stop_list/1',
        'funnel_never_fires warning /funnel/1',
      ];
      assert.deepEqual(await warnings(), known);
      await world.activate();
      assert.deepEqual(await warnings(), [
        ...known,
        'user_missing error /matrix/senior_user',
        'pipeline_missing error /funnel/0/pipeline',
        'pipeline_missing error /funnel/1/pipeline',
      ]);
      const kept = (await (await world.call('GET', '/settings')).json()) as Record<string, unknown>;
      assert.ok(!('warnings' in kept), 'the document holds settings only');
    });

    it('name every error with its path, and change nothing', async () => {
      const settings = {
        ...(await demoSettings()),
        nonsense: 1,
        more_nonsense: 2,
        time_zone: 'Mars/Olympus',
      };
      const problem = await assertProblem(await put(settings, '*'), 422, 'unknown_key');
      const paths = problem.errors.map(({ path }) => path);
      for (const path of ['/nonsense', '/more_nonsense', '/time_zone']) assert.ok(paths.includes(path), path);
      const kept = (await (await world.call('GET', '/settings')).json()) as { time_zone: string };
      assert.equal(kept.time_zone, 'Europe/Kyiv');
    });

    it('know IANA time zones only', async () => {
      for (const zone of ['Mars/Olympus', '+03:00']) {
        const answer = await put({ ...(await demoSettings()), time_zone: zone }, '*');
        const problem = await assertProblem(answer, 422, 'unknown_time_zone');
        assert.equal(problem.errors[0]?.path, '/time_zone');
      }
    });

    it('refuse what is not JSON or too long', async () => {
      const broken = await world.call('PUT', '/settings', { body: '{', headers: { 'if-match': '*' } });
      await assertProblem(broken, 400, 'malformed');
      const long = await world.call('PUT', '/settings', { body: ' '.repeat(2 * 1024 * 1024) });
      await assertProblem(long, 413, 'too_large');
    });
  });

  describe('journal', () => {
    it('lists newest first, page by page, and filters', async () => {
      const ids = [];
      for (let i = 0; i < 5; i += 1)
        ids.push(await world.accepted({ name: `N${i}`, phone: `067111000${i}` }));
      await world.delivered(ids);
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await list(`?limit=2${cursor ? `&cursor=${cursor}` : ''}`);
        assert.ok(page.events.length <= 2, 'a page');
        seen.push(...page.events.map(({ event }) => event));
        cursor = page.next_cursor;
      } while (cursor);
      assert.deepEqual(seen, ids.reverse());
      assert.equal((await list('?status=delivered&kind=form')).events.length, 5);
      assert.equal((await list('?status=failed')).events.length, 0);
      assert.equal((await list('?kind=call')).events.length, 0);
    });

    it('finds events by their ids, and all messages of a call by any id of it', async () => {
      const form = await world.accepted({ name: 'Иван', phone: '0671112233' });
      const call = {
        call_id: 'ua18_-1791545397.78',
        call_type: 'in',
        caller: '380671112278',
        callee: '380441112233',
      };
      const { event: pickUp } = await world.called({ ...call, call_event: 'pick up' });
      const { event: over } = await world.called({ ...call, status: 'ANSWERED', billsec: 23 });
      assert.notEqual(pickUp, over);
      const found = async (text: string, more = '') =>
        (await list(`?find=${encodeURIComponent(text)}${more}`)).events.map(({ event }) => event);
      assert.deepEqual(await found(form), [form]);
      assert.deepEqual(await found(` ${over} `), [over]);
      for (const name of ['ua18_-1791545397.78', '1791545397.78', 'c-1791545397.78'])
        assert.deepEqual(await found(name), [over, pickUp], name);
      assert.deepEqual(await found('1791545397.78', '&kind=form'), []);
      for (const name of ['1791545397', 'c-', '', '%']) assert.deepEqual(await found(name), [], name);
    });

    it('is listed in brief without what is long', async () => {
      const id = await world.accepted({ name: 'Иван', phone: '0671112233' });
      const whole = await world.ended(id);
      assert.ok(whole.trace.length > 0 && whole.requests.length > 0);
      const { trace: _trace, requests: _requests, ...rest } = whole;
      assert.deepEqual((await list('?brief=1')).events, [rest]);
    });

    it('refuses filters it does not know', async () => {
      for (const query of ['status=lost', 'kind=fax']) {
        await assertProblem(await world.call('GET', `/events?${query}`), 422, 'unknown_value');
      }
      for (const query of ['limit=201', 'limit=0', 'limit=x', 'cursor=x']) {
        await assertProblem(await world.call('GET', `/events?${query}`), 422, 'out_of_range');
      }
    });

    it('shows one event, and 404 for another', async () => {
      const id = await world.accepted({ name: 'Иван', phone: '0671112233' });
      const event = await world.ended(id);
      assert.equal(event.event, id);
      assert.equal(event.kind, 'form');
      assert.equal(event.status, 'delivered');
      assert.ok(Date.parse(event.delivered_at ?? '') >= Date.parse(event.received_at), 'times');
      await assertProblem(await world.call('GET', '/events/nothing'), 404, 'unknown_event');
      await assertProblem(await world.call('POST', '/events/nothing/retry'), 404, 'unknown_event');
    });

    it('shows what came in when asked, until it is erased', async () => {
      const content = async (id: string, query = '?content=1') => {
        const answer = await world.call('GET', `/events/${encodeURIComponent(id)}${query}`);
        assert.equal(answer.status, 200);
        return (await answer.json()) as { subject: string; content?: Record<string, unknown> | null };
      };
      const form = await world.accepted({ name: 'Иван', phone: '0671112277' });
      const { event: call } = await world.called({
        call_id: 'ua18_-1791545397.77',
        call_type: 'in',
        caller: '380671112277',
        callee: '380441112233',
        status: 'ANSWERED',
        billsec: 23,
      });
      await world.delivered([form, call]);
      assert.ok(!('content' in (await content(form, ''))), 'not asked for');
      const shown = (await content(form)).content;
      assert.equal(shown?.kind, 'form');
      assert.equal(shown.subject, form);
      const { fields } = (shown.event as { form: { fields: unknown } }).form;
      assert.deepEqual(fields, [
        { name: 'name', values: ['Иван'] },
        { name: 'phone', values: ['0671112277'] },
      ]);
      const ofCall = (await content(call)).content;
      assert.equal(ofCall?.kind, 'call');
      assert.equal(ofCall.subject, 'c-1791545397.77');
      assert.equal((ofCall.event as { call: { talk_time: number } }).call.talk_time, 23);
      const listed = async (query: string) =>
        (await list(query)).events as unknown as { event: string; content?: unknown }[];
      assert.ok(
        (await listed('?limit=2')).every((one) => !('content' in one)),
        'not asked for',
      );
      const contents = new Map((await listed('?limit=2&content=1')).map((one) => [one.event, one.content]));
      assert.deepEqual(contents.get(form), shown);
      assert.deepEqual(contents.get(call), ofCall);
      assert.equal((await world.call('DELETE', '/clients?phone=0671112277')).status, 200);
      for (const { event, content: left } of await listed('?limit=2&content=1')) {
        assert.equal(left, null);
        assert.equal((await content(event)).content, null);
      }
    });

    it('sends held events again by hand', async () => {
      await world.switches({ paid: false });
      const id = await world.accepted({ name: 'Иван', phone: '0671112233' });
      await until('the event to be held', async () => (await world.event(id)).status === 'held');
      await world.switches({ paid: true });
      const retry = await world.call('POST', '/events/retry', { body: '{"status":"held"}' });
      assert.equal(retry.status, 202);
      assert.deepEqual(await retry.json(), { queued: 1 });
      assert.equal((await world.ended(id)).status, 'delivered');
      const done = await world.call('POST', `/events/${id}/retry`);
      assert.deepEqual(await done.json(), { queued: 0 });
      await assertProblem(
        await world.call('POST', '/events/retry', { body: '{"status":"delivered"}' }),
        422,
        'unknown_value',
      );
      await assertProblem(await world.call('POST', '/events/retry', { body: '{' }), 400, 'malformed');
    });
  });

  describe('the account', () => {
    it('is read and shown as a directory', async () => {
      const answer = await world.call('GET', '/directory?refresh=1');
      assert.equal(answer.status, 200, await answer.clone().text());
      const directory = (await answer.json()) as Record<string, unknown>;
      for (const key of ['read_at', 'account', 'pipelines', 'fields', 'users', 'task_types'])
        assert.ok(key in directory, key);
    });

    it('that cannot be read is a clear 503', async () => {
      await world.switches({ token_valid: false });
      const answer = await world.call('GET', '/directory?refresh=1');
      await world.switches({ token_valid: true });
      assert.equal(answer.status, 503);
      assert.match(answer.headers.get('retry-after') ?? '', /^\d+$/);
      // A token that was refused is not tried again.
      await assertProblem(await world.call('GET', '/directory?refresh=1'), 503, 'needs_authorization');
      await world.activate();
      assert.equal((await world.call('GET', '/directory?refresh=1')).status, 200);
    });

    it('is asked what it knows of a client, and nothing is written', async () => {
      const phone = '0671112299';
      await world.ended(await world.accepted({ name: 'Пётр', phone }));
      const before = await world.state();
      const answer = await world.call('POST', '/lookup', { body: JSON.stringify({ phone }) });
      assert.equal(answer.status, 200, await answer.clone().text());
      const after = await world.state();
      assert.equal(after.contacts.length, before.contacts.length);
      const written = after.requests.slice(before.requests.length).filter(({ method }) => method !== 'GET');
      assert.deepEqual(written, []);
    });
  });
});

describe('environment', () => {
  it('refuses to send the token anywhere but to amoCRM', async () => {
    const world = await World.start();
    try {
      for (const [base, development, ok] of [
        ['https://evil.example', '1', false],
        ['http://demo.amocrm.ru', '1', false],
        ['https://demo.amocrm.ru.evil.example', '1', false],
        ['https://user@demo.amocrm.ru', '1', false],
        ['https://demo.amocrm.ru/x', '1', false],
        ['http://127.0.0.1:1', '0', false],
        ['https://demo.amocrm.ru', '0', true],
        ['https://demo.kommo.com', '0', true],
      ] as const) {
        await world.kill();
        // The sandbox grants consent on this machine only.
        const noConsent = { OAUTH_CLIENT_ID: '', OAUTH_CLIENT_SECRET: '', OAUTH_REDIRECT_URL: '' };
        await world.restart({ AMOCRM_BASE_URL: base, DEVELOPMENT: development, ...noConsent });
        const answer = await fetch(`${world.edge}/healthz`);
        if (ok) assert.equal(answer.status, 200, base);
        else await assertProblem(answer, 500, 'misconfigured');
      }
    } finally {
      await world.stop();
    }
  });

  it('refuses a second process on the same storage', async () => {
    const world = await World.start();
    try {
      await assert.rejects(world.restart(), /ended at its start/);
    } finally {
      await world.stop();
    }
  });

  it('forgets what it remembered of another account', async () => {
    const world = await World.start();
    try {
      await world.newProject();
      await world.ended(await world.accepted({ name: 'Иван', phone: '0671112233' }));
      await world.kill();
      await world.reset();
      await world.restart({ AMOCRM_ACCOUNT: 'another' });
      await world.activate();
      // The first client of the new account gets the id that the old one's client had.
      await world.ended(await world.accepted({ name: 'Пётр', phone: '0671114455' }));
      const event = await world.ended(
        await world.accepted({ name: 'Иван', phone: '0671112233', again: 'yes' }),
      );
      assert.equal(event.status, 'delivered');
      const { contacts, leads } = await world.state();
      assert.deepEqual(contacts.map(({ name }) => name).sort(), ['Иван', 'Пётр']);
      assert.equal(leads.length, 2);
    } finally {
      await world.stop();
    }
  });
});
