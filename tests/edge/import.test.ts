// POST /calls/import: a list of calls of any size, each row once.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, beforeEach, describe, it } from 'node:test';
import { Integration, initSync } from '../../pkg/dist/core/ringostat_amocrm.js';
import { assertProblem, World } from './harness.ts';

const START = 1_791_545_397;
const MB = 2 ** 20;

interface Imported {
  import: string;
  accepted: number;
  duplicates: number;
  rejected: { row: number; code: string }[];
  rejected_count: number;
}

/** A row as Ringostat exports it, of a client of its own. */
const row = (n: number, more: Record<string, unknown> = {}) => ({
  calldate: '2026-10-09T14:29:57+0300',
  caller: `38067${1_000_000 + n}`,
  dst: '380441112233',
  disposition: 'ANSWERED',
  call_type: 'in',
  billsec: 11,
  connected_with: 'firm_ivan',
  uniqueid: `ua18_-${START}.${n}`,
  recording: `https://app.ringostat.com/recordings/${n}.ogg?token=x`,
  has_recording: '1',
  ...more,
});
const rows = (from: number, count: number, more?: Record<string, unknown>) =>
  Array.from({ length: count }, (_, n) => row(from + n, more));
const list = (...args: Parameters<typeof rows>) => JSON.stringify(rows(...args));
const NAMES = Object.keys(row(0));
const csvLine = (one: Record<string, unknown>) => NAMES.map((name) => one[name]).join(';');
const csv = (all: Record<string, unknown>[]) => [NAMES.join(';'), ...all.map(csvLine)].join('\r\n');

describe('an import of calls', () => {
  let world: World;
  before(async () => {
    // Nothing is delivered: what comes in is looked at where it lies.
    world = await World.start({ AMOCRM_BASE_URL: 'http://127.0.0.1:9', RETRY_BASE_MS: '600000' });
  });
  after(() => world?.stop());
  beforeEach(() => world.newProject());

  async function imported(...args: Parameters<World['importCalls']>): Promise<Imported> {
    const answer = await world.importCalls(...args);
    const text = await answer.text();
    assert.equal(answer.status, 202, text);
    return JSON.parse(text) as Imported;
  }
  const counts = ({ accepted, duplicates, rejected_count }: Imported) => [
    accepted,
    duplicates,
    rejected_count,
  ];
  /** Every event of the project, page by page. */
  async function ids(): Promise<string[]> {
    const all: string[] = [];
    let cursor = '';
    do {
      const answer = await world.call('GET', `/events?kind=call&limit=200${cursor}`);
      const page = (await answer.json()) as { events: { event: string }[]; next_cursor: string | null };
      all.push(...page.events.map(({ event }) => event));
      cursor = page.next_cursor === null ? '' : `&cursor=${page.next_cursor}`;
    } while (cursor);
    return all;
  }

  it('is the admin’s', async () => {
    await assertProblem(
      await world.call('POST', '/calls/import', { body: '[]', token: null }),
      401,
      'unauthorized',
    );
  });

  it('of an empty list takes nothing', async () => {
    const told = await imported('[]');
    assert.deepEqual(counts(told), [0, 0, 0]);
    assert.notEqual(told.import, '');
  });

  it('takes JSON and CSV, whatever they are called, and knows the rows again', async () => {
    const three = rows(0, 3);
    assert.deepEqual(counts(await imported(JSON.stringify(three))), [3, 0, 0]);
    assert.deepEqual(counts(await imported(csv(three), 'text/csv; charset=utf-8')), [0, 3, 0]);
    assert.deepEqual(counts(await imported(csv(rows(2, 3)), 'application/octet-stream')), [2, 1, 0]);
    assert.deepEqual(counts(await imported(list(4, 2), 'text/plain')), [1, 1, 0]);
    const events = await world.events();
    assert.equal(events.length, 6);
    assert.deepEqual([...new Set(events.map(({ phase }) => phase))], ['completed']);
  });

  it('knows calls that a webhook told', async () => {
    await world.called({ call_id: `${START}.1`, call_type: 'in', caller: '380671000001', event: 'pick_up' });
    await world.called({ call_id: `x-${START}.2`, status: 'ANSWERED', billsec: 11 });
    assert.deepEqual(counts(await imported(list(1, 3))), [2, 1, 0]);
    const subjects = (await world.events()).map(({ subject, phase }) => `${subject} ${phase}`);
    assert.deepEqual(subjects.sort(), [
      `c-${START}.1 completed`,
      `c-${START}.1 pick_up`,
      `c-${START}.2 completed`,
      `c-${START}.3 completed`,
    ]);
  });

  it('takes a call in progress, and the same call again when it is over', async () => {
    assert.deepEqual(
      counts(await imported(list(1, 1, { disposition: 'IN PROGRESS', billsec: 0 }))),
      [1, 0, 0],
    );
    assert.deepEqual(counts(await imported(list(1, 1))), [1, 0, 0]);
    const seen = (await world.events()).map(({ subject, phase }) => [subject, phase]);
    assert.deepEqual(seen, [
      [`c-${START}.1`, 'completed'],
      [`c-${START}.1`, null],
    ]);
  });

  it('names the rows that cannot be read and takes the others', async () => {
    const [first, second, third] = csv(rows(0, 2)).split('\r\n');
    const told = await imported([first, second, 'just;two', third, ''].join('\n'), 'text/csv');
    assert.deepEqual(counts(told), [2, 0, 1]);
    assert.deepEqual(told.rejected, [{ row: 2, code: 'too_few_columns' }]);
    const mixed = await imported(`[1,{},${JSON.stringify(row(5))},{"caller"}]`);
    assert.deepEqual(mixed.rejected, [
      { row: 1, code: 'not_an_object' },
      { row: 2, code: 'not_a_call' },
      { row: 4, code: 'malformed' },
    ]);
    assert.equal(mixed.accepted, 1);
  });

  it('tells of a thousand rejected rows and counts the others', async () => {
    const told = await imported(`[${'1,'.repeat(1_499)}1]`);
    assert.equal(told.rejected.length, 1_000);
    assert.equal(told.rejected_count, 1_500);
  });

  const broken: [string, string, string, string, number][] = [
    ['that breaks off', list(0, 3).slice(0, -20), 'application/json', 'truncated', 2],
    ['that is no list', '{"calls":1}', 'application/json', 'not_a_list', 0],
    ['that is empty', '', 'application/json', 'empty', 0],
    ['with a header that says nothing', 'a;b\n1;2\n', 'text/csv', 'unknown_header', 0],
  ];
  for (const [what, body, type, detail, accepted] of broken) {
    it(`of a document ${what} is refused, and what was read before holds`, async () => {
      const problem = await assertProblem(await world.importCalls(body, type), 400, 'malformed');
      assert.equal(problem.errors[0]?.params.detail, detail);
      const { accepted: taken, duplicates } = problem as unknown as Imported;
      assert.deepEqual([taken, duplicates], [accepted, 0]);
      assert.equal((await world.events()).length, accepted);
    });
  }

  it('over 32 MB is refused, and what was read before holds', async () => {
    const padded = list(0, 600, { department: 'x'.repeat(60_000) });
    const problem = await assertProblem(await world.importCalls(padded), 413, 'too_large');
    const { accepted } = problem as unknown as Imported;
    assert.ok(accepted > 500 && accepted < 600, `${accepted}`);
    assert.equal((await ids()).length, accepted);
    assert.deepEqual(counts(await imported(list(0, 600))), [600 - accepted, accepted, 0]);
  });

  it('of 6,500 rows takes each once, and the next time none', async () => {
    const body = list(0, 6_500);
    assert.deepEqual(counts(await imported(body)), [6_500, 0, 0]);
    const wanted = Array.from({ length: 6_500 }, (_, n) => `c-${START}.${n}-completed`);
    assert.deepEqual((await ids()).sort(), wanted.sort());
    assert.deepEqual(counts(await imported(body)), [0, 6_500, 0]);
    assert.equal((await ids()).length, 6_500);
  });

  it('survives a kill as soon as it is answered', async () => {
    assert.deepEqual(counts(await imported(list(0, 50))), [50, 0, 0]);
    await world.kill();
    await world.restart();
    assert.equal((await ids()).length, 50);
  });
});

describe('the memory of an import', () => {
  const count = { few: 650, many: 6_500 };

  it('is the same for 650 rows and for 6,500 in the core', () => {
    const file = new URL('../../pkg/dist/core/ringostat_amocrm_bg.wasm', import.meta.url);
    const { memory } = initSync({ module: readFileSync(file) });
    const integration = new Integration('{}');
    const read = (body: string) => {
      const bytes = new TextEncoder().encode(body);
      const reader = integration.call_list_reader('json', '{}');
      for (let at = 0; at < bytes.length; at += 65_536) reader.push(bytes.subarray(at, at + 65_536));
      reader.finish();
      reader.free();
      return memory.buffer.byteLength;
    };
    const few = read(list(0, count.few));
    assert.equal(read(list(0, count.many)), few);
  });

  // What the runtime holds at most while it takes ten times the rows, after both sizes have been seen once: its heap
  // and its caches have grown by then. A worker that kept the document would need all of it more, several times over.
  it('is the same for 3 MB and for 30 MB in the runtime', async (t) => {
    const world = await World.start({ AMOCRM_BASE_URL: 'http://127.0.0.1:9', RETRY_BASE_MS: '600000' });
    try {
      await world.newProject();
      if ((await world.peakMemory()) === undefined) return t.skip('the system does not tell');
      let next = 0;
      const peakOf = async (rows: number) => {
        const body = list(next, rows, { department: 'x'.repeat(4_400) });
        next += rows;
        await world.peakMemory();
        const answer = await world.importCalls(body);
        assert.equal(answer.status, 202, await answer.text());
        return { bytes: body.length, peak: (await world.peakMemory()) ?? 0 };
      };
      await peakOf(count.few);
      await peakOf(count.many);
      const few = await peakOf(count.few);
      const many = await peakOf(count.many);
      const more = many.bytes - few.bytes;
      t.diagnostic(`${few.bytes / MB} MB: ${few.peak / MB} MB, ${many.bytes / MB} MB: ${many.peak / MB} MB`);
      assert.ok(many.peak - few.peak < more, `${(many.peak - few.peak) / MB} MB for ${more / MB} MB more`);
    } finally {
      await world.stop();
    }
  });
});

describe('imported calls on their way', () => {
  let world: World;
  before(async () => {
    world = await World.start({ RATE_PER_SECOND: '5' });
  });
  after(() => world?.stop());

  it('wait for what happens now, but for those of a client who comes back', async () => {
    await world.newProject();
    const last = row(60);
    const answer = await world.importCalls(list(1, 60));
    assert.equal(answer.status, 202, await answer.text());
    const form = await world.accepted({ name: 'Ольга', phone: '0509999999' });
    const { event: again } = await world.called({ ...last, uniqueid: `ua18_-${START + 60}.1000` });
    for (const id of [form, again]) assert.equal((await world.ended(id)).status, 'delivered');
    assert.equal((await world.event(`c-${START}.60-completed`)).status, 'delivered');
    // The rest of the import is still to come.
    assert.ok((await world.events('?status=delivered&limit=200')).length < 60);
  });
});
