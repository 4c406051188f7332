// POST /forms: what a site's form becomes, and every way to be refused.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { assertProblem, values, World } from './harness.ts';

describe('forms', () => {
  let world: World;
  before(async () => {
    world = await World.start();
  });
  after(() => world?.stop());
  beforeEach(async () => {
    await world.reset();
    await world.switches({ rate_per_second: 100_000 });
    await world.newProject();
  });
  // The next test resets the account: nothing may still be on its way there.
  afterEach(() => world.idle());

  it("delivers the seed's example", async () => {
    const id = await world.accepted({
      name: 'Иван',
      telephone: '+38 (067) 111-22-33',
      email: 'ivan@example.com',
    });
    const event = await world.ended(id);
    assert.equal(event.status, 'delivered', JSON.stringify(event.reason));
    const { contacts, leads } = await world.state();
    assert.equal(contacts.length, 1);
    assert.equal(leads.length, 1);
    const [contact] = contacts;
    const [lead] = leads;
    assert.equal(contact?.name, 'Иван');
    assert.equal(
      values(contact, 'PHONE')
        .map((phone) => phone.replace(/\D/g, ''))
        .join(),
      '380671112233',
    );
    assert.deepEqual(values(contact, 'EMAIL'), ['ivan@example.com']);
    assert.deepEqual(
      contact?._embedded.tags?.map(({ name }) => name),
      ['Ringostat Automation'],
    );
    assert.equal(event.contact?.id, contact?.id);
    assert.equal(event.contact?.created, true);
    assert.equal(event.contact?.url, `${world.gate.url}/contacts/detail/${contact?.id}`);
    assert.equal(event.lead?.id, lead?.id);
    assert.equal(event.lead?.url, `${world.gate.url}/leads/detail/${lead?.id}`);
    assert.notEqual(event.trace.length, 0);
    for (const { at } of event.requests) assert.ok(Math.abs(Date.parse(at) - Date.now()) < 600_000, at);
  });

  it('takes "first-name" and "tel" as well, urlencoded', async () => {
    const answer = await world.post(new URLSearchParams({ 'first-name': 'Ольга', tel: '0671112244' }));
    assert.equal(answer.status, 202);
    const { event } = (await answer.json()) as { event: string };
    assert.equal((await world.ended(event)).status, 'delivered');
    assert.equal((await world.state()).contacts[0]?.name, 'Ольга');
  });

  it('makes one contact of five spellings of one phone', async () => {
    const spellings = [
      '+38 (067) 111-22-33',
      '0671112233',
      '380671112233',
      '067 111 22 33',
      '00380671112233',
    ];
    const ids = [];
    for (const phone of spellings) ids.push(await world.accepted({ name: 'Иван', phone }));
    await world.delivered(ids);
    const { contacts, leads } = await world.state();
    assert.equal(contacts.length, 1);
    assert.equal(values(contacts[0], 'PHONE').length, 1);
    assert.equal(leads.length, 1, 'the open lead is reused');
  });

  it('counts a repeated Idempotency-Key as one event', async () => {
    const body = JSON.stringify({ name: 'Иван', phone: '0671112233' });
    const first = await world.post(body, { 'idempotency-key': 'k-1' });
    const again = await world.post(body, { 'idempotency-key': 'k-1' });
    const other = await world.post(body, { 'idempotency-key': 'k-2' });
    const [a, b, c] = (await Promise.all([first, again, other].map((answer) => answer.json()))) as {
      event: string;
      status: string;
    }[];
    assert.equal(a?.status, 'queued');
    assert.deepEqual(b, { event: a?.event, status: 'duplicate' });
    assert.equal(c?.status, 'queued');
    assert.notEqual(c?.event, a?.event);
  });

  it('counts the same content without a key as one event', async () => {
    const body = JSON.stringify({ name: 'Иван', phone: '0671112233' });
    assert.equal(((await (await world.post(body)).json()) as { status: string }).status, 'queued');
    assert.equal(((await (await world.post(body)).json()) as { status: string }).status, 'duplicate');
  });

  it('streams a 5 MB file past and names it in the note', async () => {
    const form = new FormData();
    form.set('name', 'Иван');
    form.set('phone', '0671112233');
    form.set('plan', new File([new Uint8Array(5 * 1024 * 1024)], 'plan.pdf', { type: 'application/pdf' }));
    const answer = await world.post(form);
    assert.equal(answer.status, 202, await answer.clone().text());
    const { event } = (await answer.json()) as { event: string };
    assert.equal((await world.ended(event)).status, 'delivered');
    const { leads, notes } = await world.state();
    assert.equal(leads.length, 1);
    assert.match(notes.map(({ params }) => params.text).join('\n'), /plan\.pdf/);
  });

  it('accepts a form before the account could be read, and delivers it later', async () => {
    await world.faults({ method: '*', path: '/api/v4/*', kind: 'status', status: 503 });
    const id = await world.accepted({ name: 'Иван', phone: '0671112233' });
    await world.faults();
    assert.equal((await world.ended(id)).status, 'delivered');
  });

  it('skips a filled honeypot and keeps it in the journal', async () => {
    await world.newProject({ version: 1, time_zone: 'Europe/Kyiv', forms: { honeypot_field: 'website' } });
    const id = await world.accepted({ name: 'Bot', phone: '0671112233', website: 'spam' });
    assert.equal((await world.ended(id)).status, 'skipped');
    assert.equal((await world.state()).contacts.length, 0);
  });

  const json = { 'content-type': 'application/json' };
  const fields = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, 'x']));
  const refusals: [string, number, string, string, Record<string, string>][] = [
    ['broken JSON', 400, 'malformed', '{"name":', json],
    ['invalid UTF-8', 400, 'malformed', 'invalid', json],
    ['5,000 levels', 400, 'malformed', '['.repeat(5000) + ']'.repeat(5000), json],
    ['plain text', 415, 'unsupported_type', 'hello', { 'content-type': 'text/plain' }],
    ['an image', 415, 'unsupported_type', 'hello', { 'content-type': 'image/png' }],
    ['over 256 KB of text', 413, 'too_large', JSON.stringify({ comment: 'x'.repeat(300 * 1024) }), json],
    ['20 MB of text', 413, 'too_large', JSON.stringify({ comment: 'x'.repeat(20 * 1024 * 1024) }), json],
    ['an empty form', 422, 'not_a_form', '{}', json],
    ['a list', 422, 'not_a_form', '[1,2]', json],
    ['over 200 fields', 422, 'too_many_fields', JSON.stringify(fields(201)), json],
  ];
  for (const [what, status, code, body, headers] of refusals) {
    it(`refuses ${what}: ${status} ${code}`, async () => {
      const bytes =
        body === 'invalid' ? new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]) : body;
      const answer = await world.post(bytes, headers);
      await assertProblem(answer, status, code);
      const { events } = (await (await world.call('GET', '/events')).json()) as { events: unknown[] };
      assert.equal(events.length, 0, 'nothing is journalled');
    });
  }

  it('refuses a body that is not as HTTP has it', async () => {
    const { hostname, port } = new URL(world.edge);
    const socket = connect(Number(port), hostname);
    const head = [
      `POST /v1/projects/${world.project}/forms HTTP/1.1`,
      `host: ${hostname}`,
      'content-type: application/json',
      'transfer-encoding: chunked',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\nnothing like a length\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    assert.match(String(answer), /^HTTP\/1\.1 400 /);
    assert.deepEqual(await world.events(), []);
  });

  it('refuses a form of an unknown project: 404', async () => {
    const answer = await fetch(`${world.edge}/v1/projects/nobody/forms`, {
      method: 'POST',
      body: '{}',
      headers: json,
    });
    await assertProblem(answer, 404, 'unknown_project');
    const name = await fetch(`${world.edge}/v1/projects/No_Body/forms`, {
      method: 'POST',
      body: '{}',
      headers: json,
    });
    await assertProblem(name, 404, 'unknown_project');
  });

  it('answers preflights and echoes listed origins only', async () => {
    const ask = (origin: string) =>
      world.call('OPTIONS', '/forms', {
        token: null,
        headers: { origin, 'access-control-request-method': 'POST' },
      });
    const listed = await ask('https://site.example');
    assert.equal(listed.status, 204);
    assert.equal(listed.headers.get('access-control-allow-origin'), 'https://site.example');
    assert.match(listed.headers.get('access-control-allow-headers') ?? '', /content-type, idempotency-key/);
    const other = await ask('https://evil.example');
    assert.equal(other.headers.get('access-control-allow-origin'), null);

    const body = JSON.stringify({ name: 'Иван', phone: '0671112233' });
    const post = await world.post(body, { origin: 'https://site.example' });
    assert.equal(post.status, 202);
    assert.equal(post.headers.get('access-control-allow-origin'), 'https://site.example');
    const refused = await world.post('{', { origin: 'https://site.example' });
    assert.equal(refused.headers.get('access-control-allow-origin'), 'https://site.example');
    assert.equal((await world.post(body)).headers.get('access-control-allow-origin'), null);

    await world.newProject({ version: 1, time_zone: 'Europe/Kyiv', forms: { cors_origins: ['*'] } });
    const any = await ask('https://any.example');
    assert.equal(any.headers.get('access-control-allow-origin'), 'https://any.example');
  });
});

describe('too many forms', () => {
  let world: World;
  before(async () => {
    world = await World.start({ FORMS_PER_SECOND: '0.1' });
  });
  after(() => world?.stop());

  it('is 429 with Retry-After', async () => {
    await world.newProject();
    const send = () => world.post(JSON.stringify({ name: 'Иван', phone: '0671112233' }));
    const answers = [await send(), await send(), await send()];
    const limited = answers.find(({ status }) => status === 429);
    assert.ok(limited, 'none was limited');
    assert.match(limited.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
    await assertProblem(limited, 429, 'too_many_requests');
  });
});
