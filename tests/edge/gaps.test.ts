// backlog.fill_gaps: calls that no webhook brought come from Ringostat's list, once.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { halves, timeIn, type Window } from '../../www/edge/gaps/windows.ts';
import { CallList, type Row, says } from './call_list.ts';
import { demoSettings, type EventView, until, World } from './harness.ts';

const KEY = 'a-key-of-the-tests';
const ZONE = 'Europe/Kyiv';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

interface GapView {
  read_at: string | null;
  found: number;
  total: number;
  error: { reason: string; status?: number } | null;
}

/** A call that began then. */
const row = (at: number, n: number, more: Record<string, unknown> = {}): Row => ({
  uniqueid: `ua18_-${Math.floor(at / 1000)}.${n}`,
  calldate: timeIn(ZONE, at),
  call_type: 'in',
  caller: `38067${1_000_000 + n}`,
  dst: '380441112233',
  connected_with: 'firm_ivan',
  disposition: 'ANSWERED',
  billsec: 23,
  ...more,
});
const subjectOf = ({ uniqueid }: Row) => `c-${uniqueid.replace('ua18_-', '')}`;
const callOf = ({ uniqueid, call_type, caller, dst }: Row, more: Record<string, unknown>) => ({
  call_id: uniqueid,
  call_type,
  caller,
  callee: dst,
  ...more,
});

describe('windows', () => {
  it('are halved down to minutes, without a hole', () => {
    const now = Date.UTC(2026, 9, 9, 12);
    const all: Window[] = [];
    const visit = (window: Window, depth: number): void => {
      const parts = depth > 0 ? halves(window, now) : undefined;
      if (parts) for (const part of parts) visit(part, depth - 1);
      else all.push(window);
    };
    visit({ from: now - 3 * DAY, to: null }, 99);
    assert.ok(all.length > 100 && all.length <= 3 * 24 * 6, String(all.length));
    assert.equal(all[0]?.from, now - 3 * DAY);
    assert.equal(all.at(-1)?.to, null);
    all.slice(1).forEach(({ from }, n) => {
      assert.equal(from, all[n]?.to);
    });
    assert.ok(all.every(({ from }) => from % 1000 === 0));
    assert.equal(halves({ from: now - 15 * MINUTE, to: null }, now), undefined);
  });

  it('are told by the project’s clock', () => {
    assert.equal(timeIn(ZONE, Date.UTC(2026, 2, 29, 0, 59, 59)), '2026-03-29 02:59:59');
    assert.equal(timeIn(ZONE, Date.UTC(2026, 2, 29, 1, 0, 0)), '2026-03-29 04:00:00');
    assert.equal(timeIn('UTC', Date.UTC(2026, 0, 1)), '2026-01-01 00:00:00');
  });
});

describe('gaps', () => {
  const list = new CallList();
  let world: World;
  before(async () => {
    await list.listen();
    world = await World.start({
      RINGOSTAT_AUTH_KEY: KEY,
      RINGOSTAT_PROJECT_ID: '11111',
      RINGOSTAT_API_URL: list.url,
    });
  });
  after(async () => {
    list.stop();
    await world?.stop();
  });
  beforeEach(async () => {
    // Of no project before: switching off waits for what is on the wire, and nothing of it comes after the reset.
    if (world.project !== 'none') await world.activation('DELETE');
    await world.reset();
    list.rows = [];
    list.asked = [];
    list.answers = [];
  });

  const settings = async (more: Record<string, unknown> = {}, backlog: Record<string, unknown> = {}) => ({
    ...(await demoSettings()),
    time_zone: ZONE,
    backlog: { days: 3, retention_days: 30, fill_gaps: true, ...backlog },
    ...more,
  });
  const gaps = async (): Promise<GapView | null> =>
    ((await (await world.call('GET', '/backlog')).json()) as { gaps: GapView | null }).gaps;
  const warnings = async () => {
    const answer = await world.call('GET', '/directory');
    const text = await answer.text();
    assert.ok(!text.includes(KEY));
    const { warnings } = JSON.parse(text) as { warnings: { code: string; path: string; params: unknown }[] };
    return warnings.filter(({ code }) => code === 'gaps_unread');
  };
  const read = (times = 1) =>
    until(`${times} readings`, async () => {
      const view = await gaps();
      const begun = list.asked.filter(({ to }) => to === null).length >= times;
      return begun && view?.read_at != null && view.error === null && view;
    });
  const tellings = (events: EventView[]) => events.map(({ subject, phase }) => `${subject} ${phase}`).sort();
  /** Everything that the account has of it. */
  const made = async () => {
    const { contacts, leads, notes } = await world.state();
    const records = notes.filter(({ note_type }) => note_type.startsWith('call_'));
    return [contacts.length, leads.length, records.length];
  };

  it('are filled after an activation: lost calls are delivered, known ones are not doubled', async () => {
    const now = Date.now();
    const [known, picked, lost] = [1, 2, 3].map((n) => row(now - n * HOUR, n)) as [Row, Row, Row];
    const old = row(now - 5 * DAY, 4);
    const going = row(now - MINUTE, 5, { disposition: 'IN PROGRESS', billsec: 0 });
    list.rows = [known, picked, lost, old, going];
    await world.newProject(await settings(), { active: false });
    await world.called(callOf(known, { status: 'ANSWERED', billsec: 23 }));
    await world.called(callOf(picked, { event: 'pick_up' }));
    assert.equal(list.asked.length, 0, 'nothing is asked before');
    await world.activate({ resend_backlog: true });
    const { found, total } = await read();
    assert.deepEqual([found, total], [2, 2]);
    await world.idle();
    assert.deepEqual(
      tellings(await world.events()),
      [
        `${subjectOf(known)} completed`,
        `${subjectOf(picked)} completed`,
        `${subjectOf(picked)} pick_up`,
        `${subjectOf(lost)} completed`,
      ].sort(),
    );
    assert.deepEqual(await made(), [3, 3, 3]);
    const [asked] = list.asked;
    assert.deepEqual([asked?.key, asked?.to, list.asked.length], [KEY, null, 1]);
    assert.ok(asked?.fields.includes('uniqueid'));
    // Today and two days before, and somewhat more.
    const begin = timeIn(ZONE, now - 2 * DAY).slice(0, 10);
    assert.ok(asked && asked.from < `${begin} 00:00:00` && asked.from > `${begin.slice(0, 8)}`, asked?.from);
    assert.deepEqual(await warnings(), []);
    // Off and on again: all of it is read, nothing comes twice.
    await world.activation('DELETE');
    await world.activate({ resend_backlog: true });
    await until('the second reading', async () => list.asked.length === 2);
    assert.deepEqual((await read(2)).total, 2);
    await world.idle();
    assert.deepEqual(await made(), [3, 3, 3]);
  });

  it('are left as they are unless they are wanted', async () => {
    list.rows = [row(Date.now() - HOUR, 1)];
    await world.newProject({ ...(await demoSettings()), time_zone: ZONE }, { active: false });
    await world.activate({ resend_backlog: true });
    await world.delivered([await world.accepted({ name: 'Olha', phone: '0671112233' })]);
    assert.equal(await gaps(), null);
    assert.deepEqual(list.asked, []);
    // Switched on it begins by itself, with calls of the window.
    const etag = (await world.call('GET', '/settings')).headers.get('etag') ?? '';
    const body = JSON.stringify(await settings());
    const put = await world.call('PUT', '/settings', { body, headers: { 'if-match': etag } });
    assert.equal(put.status, 200, await put.clone().text());
    assert.equal((await read()).found, 1);
  });

  it('before an activation that sends nothing again stay', async () => {
    const now = Date.now();
    list.rows = [row(now - HOUR, 1), row(now - MINUTE, 2)];
    await world.newProject(await settings());
    assert.deepEqual((await read()).found, 0);
    assert.deepEqual(await world.events(), []);
    assert.deepEqual(await made(), [0, 0, 0]);
  });

  it('are read in parts where there are more calls than an answer can have', async () => {
    const now = Date.now();
    // Of a line that is nobody's business, so nothing has to be delivered.
    const count = 7_200;
    list.rows = Array.from({ length: count }, (_, n) =>
      row(now - 50 * HOUR + n * 20_000, n, { dst: '380441112299', n_alias: '' }),
    );
    await world.newProject(await settings({ stop_list: [{ number: '380441112299' }] }), { active: false });
    await world.activate({ resend_backlog: true });
    const view = await until(
      'all of it',
      async () => {
        const told = await gaps();
        return told?.read_at != null && told;
      },
      240_000,
    );
    assert.deepEqual([view.found, view.error], [count, null]);
    const [whole, older, newer, ...more] = list.asked;
    assert.deepEqual([whole?.rows, more.length], [6_500, 0]);
    assert.deepEqual([older?.from, newer?.to], [whole?.from, null]);
    assert.equal(older?.to, newer?.from);
    // A window has both its ends: what came in the second where the two meet is in both, and is one call.
    const inBoth = list.rows.filter(({ calldate }) => calldate === older?.to).length;
    assert.equal((older?.rows ?? 0) + (newer?.rows ?? 0), count + inBoth);
  });

  it('that cannot be read are told, and asked for more and more rarely', async () => {
    list.rows = [row(Date.now() - HOUR, 1)];
    list.answers = [
      says(500, 'no'),
      (response) => void response.destroy(),
      says(200, '{"error":"no"}'),
      (response) => void response.writeHead(200).write('[{"uniqueid":', () => response.destroy()),
    ];
    await world.newProject(await settings(), { active: false });
    await world.activate({ resend_backlog: true });
    const told = new Set<string>();
    await until('an answer', async () => {
      const view = await gaps();
      if (view?.error) told.add(view.error.reason);
      if (view?.error?.reason === 'wrong_status') {
        assert.equal(view.error.status, 500);
        assert.deepEqual(await warnings(), [
          { code: 'gaps_unread', path: '/backlog/fill_gaps', params: view.error },
        ]);
      }
      return view?.read_at != null;
    });
    assert.deepEqual([...told].sort(), ['malformed', 'unreachable', 'wrong_status']);
    assert.ok(!world.printed.includes('"what":"gaps","kind"'), 'a trouble of Ringostat is no error of ours');
    const pauses = list.asked.slice(1).map(({ at }, n) => at - (list.asked[n]?.at ?? 0));
    // Twice as long each time, give or take a half.
    [250, 500, 1_000, 2_000].forEach((least, n) => {
      assert.ok((pauses[n] ?? 0) >= least, `${pauses}`);
    });
    const { found, error } = (await gaps()) ?? {};
    assert.deepEqual([found, error, list.asked.length], [1, null, 5]);
    assert.deepEqual(await warnings(), []);
    await world.idle();
    assert.deepEqual(await made(), [1, 1, 1]);
  });

  it('tell the log how many rows nobody could read', async () => {
    const lost = row(Date.now() - HOUR, 1);
    list.answers = [says(200, [lost, 'no row', {}])];
    await world.newProject(await settings(), { active: false });
    await world.activate({ resend_backlog: true });
    assert.equal((await read()).found, 1);
    const line = { level: 'warning', what: 'gaps', project: world.project, unreadable_rows: 2 };
    assert.ok(world.printed.includes(JSON.stringify(line)), world.printed);
    await world.idle();
  });

  it('wait as long as Ringostat says, and for a person where only he can help', async () => {
    list.answers = [says(429, '', { 'retry-after': '3' }), says(401, 'no')];
    await world.newProject(await settings());
    await until('a refusal', async () => (await gaps())?.error?.reason === 'refused');
    const [first, second] = list.asked;
    assert.ok((second?.at ?? 0) - (first?.at ?? 0) >= 3_000);
    for (let n = 0; n < 5; n += 1)
      await world.delivered([await world.accepted({ name: 'Olha', phone: `067111223${n}` })]);
    assert.equal(list.asked.length, 2);
    // A new activation asks at once. Its own first request may meet a connection that idled too long.
    await until('an activation', () => world.activate());
    await read(3);
  });

  it('are in nobody’s way while Ringostat does not answer', async () => {
    list.answers = [() => {}];
    await world.newProject(await settings());
    await until('the question', async () => list.asked.length === 1);
    const id = await world.accepted({ name: 'Olha', phone: '0671112233' });
    const { event } = await world.called(callOf(row(Date.now(), 9), { status: 'ANSWERED', billsec: 5 }));
    await world.delivered([id, event]);
    assert.equal((await gaps())?.read_at, null);
  });

  it('do not bring an erased client back', async () => {
    const call = row(Date.now() - HOUR, 1);
    list.rows = [call];
    await world.newProject(await settings(), { active: false });
    // Only that somebody picked up is known when he is erased.
    await world.called(callOf(call, { event: 'pick_up' }));
    const erased = await world.call('DELETE', `/clients?phone=${call.caller}`);
    assert.equal(((await erased.json()) as { erased: { events: number } }).erased.events, 1);
    await world.activate({ resend_backlog: true });
    assert.equal((await read()).found, 0);
    assert.equal((await world.events()).length, 1);
    assert.deepEqual(await made(), [0, 0, 0]);
  });

  it('are said not to be filled when there is no key', async () => {
    await world.kill();
    await world.restart({ RINGOSTAT_AUTH_KEY: '', RINGOSTAT_PROJECT_ID: '', RINGOSTAT_API_URL: '' });
    await world.newProject(await settings());
    assert.deepEqual((await gaps())?.error, { reason: 'no_key' });
    assert.deepEqual(
      (await warnings()).map(({ params }) => params),
      [{ reason: 'no_key' }],
    );
    assert.deepEqual(list.asked, []);
    await world.kill();
    await world.restart();
  });

  it('are looked for every hour, also after a crash', async () => {
    await world.setClock('2026-03-10T08:00:00Z');
    const at = (time: string) => Date.parse(`2026-03-10T${time}Z`);
    await world.newProject(await settings());
    await read();
    const begun = at('08:00:00');
    list.rows = [row(begun + 30 * MINUTE, 1)];
    await world.setClock('2026-03-10T08:55:00Z');
    await world.delivered([await world.accepted({ name: 'Olha', phone: '0671112233' })]);
    assert.equal(list.asked.length, 1, 'not yet');
    // The process dies while Ringostat is asked.
    list.answers = [() => {}];
    await world.setClock('2026-03-10T09:05:00Z');
    await until('the question', async () => (await gaps()) && list.asked.length === 2);
    await world.setClock('2026-03-10T09:10:00Z');
    const view = await until('the reading', async () => {
      const told = await gaps();
      return told?.found === 1 && told;
    });
    assert.equal(view.read_at?.slice(0, 15), '2026-03-10T09:1');
    const last = list.asked.at(-1)?.from ?? '';
    // Since the last one, and three hours more.
    assert.ok(last >= '2026-03-10 07:00:00' && last < '2026-03-10 07:10:00', last);
    await world.idle();
    assert.deepEqual(await made(), [2, 2, 1]);
  });
});
