// The project's own directory: what calls tell of it, and what Ringostat's API names.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, beforeEach, describe, it } from 'node:test';
import { parse, type Reading, readRingostat } from '../../www/edge/ringostat_api.ts';
import { EMPLOYEES, type Employee, LINES, NAMES } from '../../www/edge/ringostat_people.ts';
import { Shelf, shown } from '../../www/edge/ringostat_shelf.ts';
import { assertProblem, demoSettings, World } from './harness.ts';

const KEY = 'a-key-of-the-tests';
const DAY = 86_400_000;

const person = (known: Partial<Employee>): Employee => ({
  staff_id: '',
  name: '',
  extension: '',
  sip: [],
  numbers: [],
  email: '',
  ...known,
});

/** As integrators describe the answer: keyed by staff id. */
const STAFF = {
  '331851': {
    id: 77,
    staffId: 331851,
    fio: ' Иван Иванов ',
    email: 'i@firm.example',
    extensionNumber: '101',
    departments: [1],
    directions: {
      main: [{ direction: 'firm_ivan', type: 'sip' }],
      additional: [{ direction: '380671110001', type: 'phone' }],
    },
  },
};
const IVAN = person({
  staff_id: '331851',
  name: 'Иван Иванов',
  extension: '101',
  sip: ['firm_ivan'],
  numbers: ['380671110001'],
  email: 'i@firm.example',
});

/** Answers as it is told to, and remembers what it was asked. */
class FakeRingostat {
  answer: (request: IncomingMessage, response: ServerResponse) => void = () => {};
  asked: { url: string | undefined; key: unknown; body: unknown }[] = [];
  readonly #server = createServer(async (request, response) => {
    const body = JSON.parse(await text(request)) as unknown;
    this.asked.push({ url: request.url, key: request.headers['auth-key'], body });
    this.answer(request, response);
  });

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  says(status: number, body: unknown, headers: Record<string, string> = {}): void {
    const sent = typeof body === 'string' ? body : JSON.stringify(body);
    this.answer = (_, response) => response.writeHead(status, headers).end(sent);
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

describe("Ringostat's answer", () => {
  const employees = (document: unknown) => {
    const answer = parse(JSON.stringify(document));
    assert.ok('employees' in answer, JSON.stringify(answer));
    return answer.employees;
  };

  it('is keyed by staff id, or a list, or wrapped', () => {
    for (const document of [
      { jsonrpc: '2.0', id: 1, result: STAFF },
      { result: Object.values(STAFF) },
      { result: { staff: Object.values(STAFF) } },
      { result: { employees: STAFF } },
      Object.values(STAFF),
    ]) {
      assert.deepEqual(employees(document), [IVAN]);
    }
  });

  it('may spell names and directions in several ways', () => {
    for (const entry of [
      {
        staff_id: '331851',
        full_name: 'Иван Иванов',
        extension: 101,
        e_mail: 'x',
        email: 'i@firm.example',
        main: ['firm_ivan', '101'],
        additional: '380671110001',
      },
      {
        employee_number: 331851,
        name: 'Иван Иванов',
        internal_number: '101',
        mail: 'i@firm.example',
        mainDirections: { value: 'firm_ivan' },
        additionalDirections: [{ number: '380671110001' }, null, 5.5, {}],
      },
    ]) {
      assert.deepEqual(employees({ result: [entry] }), [IVAN]);
    }
    assert.deepEqual(employees({ result: { 15: { fio: 'Анна', id: 3, phone: '' } } }), [
      person({ staff_id: '15', name: 'Анна' }),
    ]);
  });

  it('gives logins as lines, with their numbers when they come together', () => {
    const entry = {
      staffId: 1,
      directions: [
        { number: '380501112233', sip: 'firm_mob1', type: 'fmc' },
        { direction: 'firm_desk', type: 'sip' },
      ],
    };
    const { lines } = parse(JSON.stringify({ result: [entry] })) as Reading;
    assert.deepEqual(lines, [
      { number: '380501112233', sip: 'firm_mob1' },
      { number: '', sip: 'firm_desk' },
    ]);
  });

  it('may be empty, but not nonsense', () => {
    for (const none of [[], {}]) assert.deepEqual(employees({ result: none }), []);
    for (const nonsense of [
      '',
      '{',
      'null',
      '5',
      '"x"',
      '{"result":null}',
      '{"result":"x"}',
      '{"result":[1,2]}',
    ])
      assert.deepEqual(parse(nonsense), { reason: 'malformed' }, nonsense);
    assert.deepEqual(parse('{"result":[{"a":{"b":1}},{"fio":[]}]}'), { reason: 'malformed' });
    assert.deepEqual(parse('{"error":{"code":-32602,"message":"x"}}'), { reason: 'error' });
  });

  it('is bounded', () => {
    const many = Array.from({ length: 2_500 }, (_, staffId) => ({
      staffId: staffId + 1,
      fio: 'x'.repeat(300),
    }));
    const read = employees({ result: many });
    assert.equal(read.length, 2_000);
    assert.equal(read[0]?.name.length, 200);
    let deep: unknown = '380671110001';
    for (let i = 0; i < 100; i += 1) deep = { deeper: deep };
    assert.deepEqual(employees({ result: [{ staffId: 1, directions: deep }] }), [person({ staff_id: '1' })]);
  });
});

describe('asking Ringostat', () => {
  const fake = new FakeRingostat();
  before(() => fake.listen());
  after(() => fake.stop());
  const read = (timeoutMs?: number) =>
    readRingostat({ url: fake.url, key: KEY, projectId: 11111 }, timeoutMs);

  it('is one call of JSON-RPC with the key in a header', async () => {
    fake.says(200, { jsonrpc: '2.0', id: 1, result: STAFF });
    assert.deepEqual(await read(), { employees: [IVAN], lines: [{ number: '', sip: 'firm_ivan' }] });
    assert.deepEqual(fake.asked, [
      {
        url: '/api/json-rpc',
        key: KEY,
        body: {
          jsonrpc: '2.0',
          id: 1,
          method: 'getProjectStaffListAndDirections',
          params: { projectId: 11111 },
        },
      },
    ]);
  });

  it('tells why there is no answer', async () => {
    for (const [status, reason] of [
      [401, 'refused'],
      [403, 'refused'],
      [404, 'wrong_status'],
      [500, 'wrong_status'],
    ] as const) {
      fake.says(status, 'no');
      assert.deepEqual(await read(), { reason, status });
    }
    fake.says(200, '<html>');
    assert.deepEqual(await read(), { reason: 'malformed' });
    fake.says(200, ' '.repeat(1024 * 1024 + 1));
    assert.deepEqual(await read(), { reason: 'too_large' });
    fake.answer = (_, response) => void response.destroy();
    assert.deepEqual(await read(), { reason: 'unreachable' });
    fake.answer = () => {};
    assert.deepEqual(await read(100), { reason: 'timeout' });
    fake.answer = (_, response) => void response.writeHead(200).write('{"result":');
    assert.deepEqual(await read(100), { reason: 'timeout' });
  });

  it('follows no redirect: the key goes nowhere else', async () => {
    const other = new FakeRingostat();
    await other.listen();
    try {
      other.says(200, { result: [] });
      fake.says(307, '', { location: `${other.url}/` });
      assert.deepEqual(await read(), { reason: 'wrong_status', status: 307 });
      assert.deepEqual(other.asked, []);
    } finally {
      other.stop();
    }
  });
});

describe('learning from calls', () => {
  it('writes what is new and what was not seen for a day', () => {
    const pools = new Shelf(NAMES);
    assert.deepEqual(pools.learn({ name: '' }, 1), []);
    assert.equal(pools.learn({ name: 'Сайт' }, 1).length, 1);
    assert.deepEqual(pools.learn({ name: 'Сайт' }, DAY), []);
    assert.deepEqual(pools.learn({ name: 'Сайт' }, DAY + 1), [
      { key: 'сайт', document: '{"name":"Сайт"}', seenAt: DAY + 1 },
    ]);
    assert.equal(pools.learn({ name: 'САЙТ' }, DAY + 2).length, 1, 'renamed');
    assert.equal(pools.all().length, 1);
  });

  it('lets the oldest go', () => {
    const pools = new Shelf(NAMES, 2);
    pools.learn({ name: 'a' }, 1);
    pools.learn({ name: 'b' }, 2);
    pools.learn({ name: 'a' }, DAY + 1);
    const changes = pools.learn({ name: 'c' }, DAY + 2);
    assert.deepEqual(
      changes.map(({ key, document }) => [key, document === null]),
      [
        ['b', true],
        ['c', false],
      ],
    );
    assert.deepEqual(
      pools.all().map(({ thing }) => thing.name),
      ['a', 'c'],
    );
  });

  it('joins a login to its number, and keeps FMC numbers of one login apart', () => {
    const lines = new Shelf(LINES);
    lines.learn({ number: '', sip: 'firm_main' }, 1);
    lines.learn({ number: '+380441112233', sip: 'firm_main' }, 2);
    lines.learn({ number: '380441112233', sip: '' }, 3);
    const known = () => lines.all().map(({ thing }) => thing);
    assert.deepEqual(known(), [{ number: '380441112233', sip: 'firm_main' }]);
    lines.learn({ number: '380501112244', sip: 'Firm_Main' }, 4);
    lines.learn({ number: '', sip: 'firm_main' }, 5);
    assert.equal(known().length, 2);
  });

  it('puts together what calls tell of an employee', () => {
    const staff = new Shelf(EMPLOYEES);
    const all = () => staff.all().map(({ thing }) => thing);
    staff.learn(person({ sip: ['firm_ivan'] }), 1);
    staff.learn(person({ name: 'Иван Иванов', extension: '101' }), 2);
    assert.equal(all().length, 2);
    const changes = staff.learn(
      person({ staff_id: '1', name: 'Иван Иванов', sip: ['firm_ivan'], numbers: ['380671110001'] }),
      3,
    );
    assert.equal(changes.filter(({ document }) => document === null).length, 2);
    const ivan = person({
      staff_id: '1',
      name: 'Иван Иванов',
      extension: '101',
      sip: ['firm_ivan'],
      numbers: ['380671110001'],
    });
    assert.deepEqual(all(), [ivan]);
    assert.deepEqual(staff.learn(person({ sip: ['FIRM_IVAN'] }), 4).length, 1, 'another spelling');
    assert.equal(all().length, 1);
    // His workplace is used by another one: then the login alone says nothing.
    staff.learn(person({ staff_id: '2', name: 'Анна', sip: ['firm_ivan'] }), 5);
    assert.equal(all().length, 2);
    assert.deepEqual(staff.learn(person({ sip: ['firm_ivan'] }), 6), []);
    // Renamed: the staff id stays.
    staff.learn(person({ staff_id: '2', name: 'Анна Петрова' }), 7);
    assert.deepEqual(
      all().map(({ name }) => name),
      ['Иван Иванов', 'Анна Петрова'],
    );
  });

  it('takes nothing for an employee of whom nothing is known', () => {
    assert.deepEqual(new Shelf(EMPLOYEES).learn(person({}), 1), []);
  });

  it('reads back what was written', () => {
    const first = new Shelf(LINES);
    const second = new Shelf(LINES);
    for (const { key, document, seenAt } of first.learn({ number: '380441112233', sip: 'a' }, 1))
      second.load(key, document ?? '', seenAt);
    assert.deepEqual(second.all(), first.all());
    assert.deepEqual(second.learn({ number: '380441112233', sip: 'a' }, 2), []);
  });

  it('is shown beside what Ringostat names', () => {
    const met = [
      { thing: person({ sip: ['firm_ivan', 'firm_mob'], name: 'Иван', staff_id: '331851' }), seenAt: DAY },
      { thing: person({ extension: '102' }), seenAt: DAY },
    ];
    const view = shown(EMPLOYEES, [IVAN], 2 * DAY, met);
    assert.deepEqual(view, [
      { ...person({ extension: '102' }), source: 'calls', seen_at: '1970-01-02T00:00:00.000Z' },
      { ...IVAN, sip: ['firm_ivan', 'firm_mob'], source: 'ringostat', seen_at: '1970-01-03T00:00:00.000Z' },
    ]);
  });
});

interface DirectoryView {
  account: unknown;
  warnings: { code: string; params: Record<string, unknown> }[];
  ringostat: {
    read_at: string | null;
    lines: { number: string; sip: string; source: string; seen_at: string }[];
    pools: { name: string; source: string; seen_at: string }[];
    schemes: { name: string; source: string; seen_at: string }[];
    employees: (Employee & { source: string; seen_at: string })[];
  };
}

describe("the project's directory", () => {
  const fake = new FakeRingostat();
  let world: World;
  before(async () => {
    await fake.listen();
    world = await World.start({
      RINGOSTAT_AUTH_KEY: KEY,
      RINGOSTAT_PROJECT_ID: '11111',
      RINGOSTAT_API_URL: fake.url,
    });
  });
  after(async () => {
    fake.stop();
    await world?.stop();
  });
  beforeEach(async () => {
    fake.asked = [];
    fake.says(200, { result: STAFF });
    await world.newProject();
  });

  const directory = async (query = '') => {
    const answer = await world.call('GET', `/directory${query}`);
    const body = await answer.text();
    assert.equal(answer.status, 200, body);
    assert.ok(!body.includes(KEY), 'the key stays here');
    return JSON.parse(body) as DirectoryView;
  };

  it('names employees as Ringostat does, asked hourly or by hand', async () => {
    const { ringostat, warnings } = await directory();
    assert.deepEqual(warnings, []);
    assert.ok(ringostat.read_at);
    assert.deepEqual(ringostat.employees, [{ ...IVAN, source: 'ringostat', seen_at: ringostat.read_at }]);
    assert.deepEqual(
      ringostat.lines.map(({ sip }) => sip),
      ['firm_ivan'],
    );
    assert.deepEqual([ringostat.pools, ringostat.schemes], [[], []]);
    await directory();
    assert.equal(fake.asked.length, 1);
    fake.says(200, { result: [] });
    assert.deepEqual((await directory('?refresh=1')).ringostat.employees, [], 'replaced whole');
    assert.equal(fake.asked.length, 2);
  });

  it('warns when Ringostat cannot be read, and keeps what was read before', async () => {
    fake.says(401, 'no');
    const first = await directory();
    assert.ok(first.account);
    assert.equal(first.ringostat.read_at, null);
    const warning = { code: 'ringostat_unreadable', path: '', params: { reason: 'refused', status: 401 } };
    assert.deepEqual(first.warnings, [warning]);
    assert.deepEqual((await directory()).warnings, [warning]);
    assert.equal(fake.asked.length, 1, 'asked again after an hour, or by hand');
    fake.says(200, { result: STAFF });
    assert.deepEqual((await directory('?refresh=1')).warnings, []);
    fake.answer = (_, response) => void response.destroy();
    const last = await directory('?refresh=1');
    assert.deepEqual(
      last.warnings.map(({ params }) => params),
      [{ reason: 'unreachable' }],
    );
    assert.equal(last.ringostat.employees.length, 1);
  });

  it('is not lost while amoCRM cannot be read', async () => {
    await world.switches({ token_valid: false });
    const answer = await world.call('GET', '/directory?refresh=1');
    await world.switches({ token_valid: true });
    assert.equal(answer.status, 503);
    assert.equal((await directory()).ringostat.employees.length, 1);
    assert.equal(fake.asked.length, 1);
  });

  it('tells what calls told, whatever account of amoCRM it is', async () => {
    fake.says(200, { result: [] });
    const call = {
      call_id: 'ua18_-1791545397.1',
      call_type: 'in',
      caller: '380671112233',
      callee: '380441112233',
      status: 'ANSWERED',
      billsec: 23,
      n_alias: 'firm_main',
      pool_name: 'Контекстная реклама',
      scheme_name: 'Отдел продаж',
      connected_with: 'firm_anna',
      staffid: '15',
    };
    await world.called(call);
    await world.called({ ...call, call_id: 'ua18_-1791545399.2', employee_fio: 'Анна', n_alias: '' });
    const told = ({ ringostat }: DirectoryView) => {
      const bare = <T extends { seen_at: string }>(list: T[]) =>
        list.map(({ seen_at, ...rest }) => {
          assert.ok(Math.abs(Date.parse(seen_at) - Date.now()) < 60_000, seen_at);
          return rest;
        });
      const { lines, pools, schemes, employees } = ringostat;
      return [bare(lines), bare(pools), bare(schemes), bare(employees)];
    };
    const expected = [
      [{ number: '380441112233', sip: 'firm_main', source: 'calls' }],
      [{ name: 'Контекстная реклама', source: 'calls' }],
      [{ name: 'Отдел продаж', source: 'calls' }],
      [{ ...person({ staff_id: '15', name: 'Анна', sip: ['firm_anna'] }), source: 'calls' }],
    ];
    assert.deepEqual(told(await directory()), expected);
    await world.kill();
    await world.restart({ AMOCRM_ACCOUNT: 'another' });
    assert.deepEqual(told(await directory()), expected);
    // Rows of a list tell as much.
    const list = [{ uniqueid: 'ua18_-1791545401.3', caller: '380671112244', dst: '380441112299' }];
    const imported = await world.call('POST', '/calls/import', { body: JSON.stringify(list) });
    assert.equal(imported.status, 202, await imported.clone().text());
    assert.deepEqual(
      (await directory()).ringostat.lines.map(({ number }) => number),
      ['380441112233', '380441112299'],
    );
  });

  it('knows parameters by the names that the project gave them', async () => {
    const means = { nomer: 'client_number', liniya: 'line_number', 'data.pul': 'pool_name' };
    const keys = Object.entries(means).map(([name, means]) => ({ name, means }));
    fake.says(200, { result: [] });
    await world.newProject({ ...(await demoSettings()), calls: { keys } });
    await world.called({ id: 1, Nomer: '380671112233', liniya: '380441112233', data: { pul: 'Сайт' } });
    const { ringostat } = await directory();
    assert.deepEqual(
      ringostat.lines.map(({ number }) => number),
      ['380441112233'],
    );
    assert.deepEqual(
      ringostat.pools.map(({ name }) => name),
      ['Сайт'],
    );
  });

  it('goes without Ringostat when there is no key, and refuses what the key must not go to', async () => {
    const healthz = () => fetch(`${world.edge}/healthz`);
    for (const wrong of [
      { RINGOSTAT_API_URL: 'https://evil.example' },
      { RINGOSTAT_API_URL: 'http://api.ringostat.net' },
      { RINGOSTAT_API_URL: 'https://api.ringostat.net.evil.example' },
      { RINGOSTAT_PROJECT_ID: '' },
      { RINGOSTAT_PROJECT_ID: 'x' },
      { RINGOSTAT_AUTH_KEY: 'ключ' },
    ]) {
      await world.kill();
      await world.restart(wrong);
      await assertProblem(await healthz(), 500, 'misconfigured');
    }
    await world.kill();
    await world.restart({ RINGOSTAT_AUTH_KEY: '', RINGOSTAT_PROJECT_ID: '', RINGOSTAT_API_URL: '' });
    await world.activate();
    const { ringostat, warnings } = await directory('?refresh=1');
    assert.deepEqual(warnings, []);
    assert.deepEqual(ringostat, { read_at: null, lines: [], pools: [], schemes: [], employees: [] });
    assert.deepEqual(fake.asked, []);
    await world.kill();
    await world.restart();
  });
});
