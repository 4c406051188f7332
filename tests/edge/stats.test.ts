// GET /stats and GET /metrics: what happened, counted, and never of whom.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { bucketOf, COARSE, percentile, within } from '../../www/edge/delays.ts';
import { assertProblem, demoSettings, type EventView, until, World } from './harness.ts';
import { parseOpenMetrics } from './open_metrics.ts';

const BEARER = 'a-token-of-the-tests-for-metrics';
const START = 1_791_545_397;
const PHONE = '380671234567';

interface Delay {
  events: number;
  p50: number | null;
  p95: number | null;
  p99: number | null;
}
type ByKind = { form: number; call: number };
interface Day {
  day: string;
  received: ByKind;
  delivered: ByKind;
  skipped: ByKind;
  failed: ByKind;
  expired: ByKind;
  delay: Delay;
  delay_waited: Delay;
  requests: Record<'total' | '2xx' | '3xx' | '4xx' | '5xx' | 'none', number>;
}
interface StatsView {
  time_zone: string;
  days: Day[];
  held: ByKind;
}

const NONE = { form: 0, call: 0 };
const NO_DELAY = { events: 0, p50: null, p95: null, p99: null };

describe('a histogram of delays', () => {
  const counted = (delays: number[]) => {
    const histogram = new Map<number, number>();
    for (const ms of delays) histogram.set(bucketOf(ms), (histogram.get(bucketOf(ms)) ?? 0) + 1);
    return histogram;
  };

  it('tells percentiles, at most an eighth too long', () => {
    // From 20 ms to some days, evenly in orders of magnitude.
    const delays = Array.from({ length: 1_000 }, (_, n) => Math.round(20 * 10 ** ((n / 1_000) * 7)));
    const histogram = counted(delays);
    for (const share of [0.001, 0.01, 0.5, 0.95, 0.99, 1]) {
      const exact = delays[Math.ceil(share * delays.length - 1e-9) - 1] ?? 0;
      const told = percentile(histogram, share) ?? 0;
      assert.ok(told >= exact && told <= exact * 1.13, `${share}: ${told} for ${exact}`);
    }
    assert.equal(percentile(counted([]), 0.5), null);
    const twenty = counted([...Array.from({ length: 19 }, () => 100), 5_000]);
    assert.deepEqual([percentile(twenty, 0.95), percentile(twenty, 0.99)], [100, 5_000]);
  });

  it('holds whatever comes', () => {
    for (const ms of [0, 1, 10, 10 ** 12]) assert.equal(typeof percentile(counted([ms]), 0.5), 'number');
    assert.notEqual(bucketOf(100), bucketOf(101));
    assert.equal(bucketOf(101), bucketOf(112));
  });

  it('is told in fewer bounds too', () => {
    assert.deepEqual(COARSE.slice(0, 5), [100, 200, 500, 1_000, 2_000]);
    assert.equal(COARSE.at(-1), 50_000_000);
    const reached = within(counted([90, 100, 101, 1_000, 10 ** 9]));
    assert.deepEqual(reached.slice(0, 4), [2, 3, 3, 4]);
    assert.equal(reached.at(-1), 4);
  });
});

describe('what happened', () => {
  let world: World;
  before(async () => {
    world = await World.start({ METRICS_TOKEN: BEARER });
  });
  after(() => world?.stop());
  beforeEach(async () => {
    await world.reset();
    await world.switches({ rate_per_second: 100_000, token_valid: true });
    await world.faults();
  });

  const stats = async (): Promise<StatsView> => {
    const answer = await world.call('GET', '/stats');
    const text = await answer.text();
    assert.equal(answer.status, 200, text);
    return JSON.parse(text) as StatsView;
  };
  const pendingNotices = async () => {
    const answer = await world.call('GET', '/backlog');
    return ((await answer.json()) as { notices: { pending: number } }).notices.pending;
  };
  const today = async () => (await stats()).days.at(-1) as Day;
  const form = (n: number) => world.accepted({ name: 'Olha', phone: `06711100${10 + n}` });
  const call = (n: number, more: Record<string, unknown> = {}) =>
    world.called({
      call_id: `ua18_-${START}.${n}`,
      call_type: 'in',
      caller: `3806722200${10 + n}`,
      callee: '380441112233',
      status: 'ANSWERED',
      billsec: 23,
      ...more,
    });

  const metrics = (headers: Record<string, string> = { authorization: `Bearer ${BEARER}` }) =>
    fetch(`${world.edge}/metrics`, { headers: { connection: 'close', ...headers } });
  const exposed = async () => {
    const answer = await metrics();
    const text = await answer.text();
    assert.equal(answer.status, 200, text);
    return { answer, text, families: parseOpenMetrics(text) };
  };
  /** A sample of this project. */
  const sample = async (name: string, labels: Record<string, string> = {}) => {
    const { families } = await exposed();
    const all = [...families.values()].flatMap(({ samples }) => samples);
    const wanted = { project: world.project, ...labels };
    return all.find(
      (one) => one.name === name && Object.entries(wanted).every(([key, text]) => one.labels[key] === text),
    )?.value;
  };

  it('is the admin’s to know, and of a project that is known', async () => {
    await world.newProject(undefined, { active: false });
    await assertProblem(await world.call('GET', '/stats', { token: null }), 401, 'unauthorized');
    await assertProblem(await world.call('POST', '/stats'), 405, 'method_not_allowed');
    const { time_zone, days, held } = await stats();
    assert.equal(time_zone, (await demoSettings()).time_zone);
    assert.equal(days.length, 30);
    assert.deepEqual(
      days.map(({ day }) => day).sort(),
      days.map(({ day }) => day),
    );
    assert.deepEqual(held, NONE);
    const { day: _, ...nothing } = days[0] as Day;
    assert.deepEqual(nothing, {
      received: NONE,
      delivered: NONE,
      skipped: NONE,
      failed: NONE,
      expired: NONE,
      delay: NO_DELAY,
      delay_waited: NO_DELAY,
      requests: { total: 0, '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0, none: 0 },
    });
  });

  it('is counted by kind and outcome, each event once', async () => {
    await world.newProject();
    const before = await today();
    const ids = [await form(1), await form(2), (await call(1)).event];
    await form(1);
    await call(1);
    await world.delivered(ids);
    // Still going on, so nothing to be done.
    await world.ended((await call(2, { status: 'IN PROGRESS', billsec: undefined, event: 'before' })).event);
    await world.faults({ method: 'POST', path: '/api/v4/*', kind: 'status', status: 400, count: 50 });
    const failed = await form(3);
    assert.equal((await world.ended(failed)).status, 'failed');
    await world.faults();
    // The task that tells of it is asked for after its end.
    await until('the task', async () => (await pendingNotices()) === 0);
    const { received, delivered, skipped, failed: failures, delay, delay_waited, requests } = await today();
    assert.deepEqual(received, { form: 3, call: 2 });
    assert.deepEqual(delivered, { form: 2, call: 1 });
    assert.deepEqual(skipped, { form: 0, call: 1 });
    assert.deepEqual(failures, { form: 1, call: 0 });
    assert.deepEqual([delay.events, delay_waited.events], [3, 0]);
    assert.equal(before.received.form, 0);
    // As the account counted them.
    const seen = (await world.state()).requests.map(({ status }) => status);
    const of = (from: number) => seen.filter((status) => status >= from && status < from + 100).length;
    assert.ok(of(400) > 0);
    assert.equal(requests.total - requests.none, seen.length);
    assert.deepEqual([requests['2xx'], requests['4xx']], [of(200), of(400)]);
    // Sent by hand it ends once more, and its delay is told apart.
    assert.equal((await world.call('POST', `/events/${failed}/retry`)).status, 202);
    await world.delivered([failed]);
    const later = await today();
    assert.deepEqual(later.received, received);
    assert.deepEqual([later.delivered.form, later.failed.form], [3, 1]);
    assert.deepEqual([later.delay.events, later.delay_waited.events], [3, 1]);
  });

  it('tells how long deliveries took', async () => {
    await world.newProject();
    const ids: string[] = [];
    for (let n = 0; n < 8; n += 1) ids.push(await form(n));
    await world.faults({ method: '*', path: '/api/v4/*', kind: 'delay', delay_ms: 700, count: 1 });
    ids.push(await form(9));
    await world.delivered(ids);
    const took = (await Promise.all(ids.map((id) => world.event(id))))
      .map(
        ({ received_at, delivered_at }: EventView) =>
          Date.parse(delivered_at ?? '') - Date.parse(received_at),
      )
      .sort((a, b) => a - b);
    const { delay } = await today();
    assert.equal(delay.events, 9);
    for (const [told, exact] of [
      [delay.p50, took[4] ?? 0],
      [delay.p95, took[8] ?? 0],
      [delay.p99, took[8] ?? 0],
    ] as const) {
      assert.ok(told !== null && told >= exact && told <= Math.max(10, exact * 1.13), `${told} for ${exact}`);
    }
  });

  it('tells apart what was held, and what of that expired', async () => {
    await world.newProject(undefined, { active: false });
    const kept = await form(1);
    const gone = await form(2);
    await call(1);
    assert.deepEqual((await stats()).held, { form: 2, call: 1 });
    await world.activate({ resend_backlog: true });
    await world.delivered([kept, gone]);
    await world.idle();
    const day = await today();
    assert.deepEqual([day.delay.events, day.delay_waited.events], [0, 3]);
    await world.activation('DELETE');
    await form(3);
    await world.activate({ resend_backlog: false });
    assert.deepEqual((await today()).expired, { form: 1, call: 0 });
    assert.deepEqual((await stats()).held, NONE);
  });

  it('counts requests that were not answered', async () => {
    await world.newProject();
    await world.faults({ method: 'GET', path: '/api/v4/contacts', kind: 'drop_before', count: 1 });
    await world.delivered([await form(1)]);
    const { requests } = await today();
    assert.ok(requests.none >= 1, JSON.stringify(requests));
    assert.equal(
      requests.total,
      requests['2xx'] + requests['3xx'] + requests['4xx'] + requests['5xx'] + requests.none,
    );
  });

  it('stays when the client is erased', async () => {
    await world.newProject();
    await world.delivered([await world.accepted({ name: 'Olha', phone: PHONE })]);
    const before = await today();
    const erased = await world.call('DELETE', `/clients?phone=${PHONE}`);
    assert.equal(((await erased.json()) as { erased: { events: number } }).erased.events, 1);
    const { requests: _, ...counted } = await today();
    const { requests: __, ...earlier } = before;
    assert.deepEqual(counted, earlier);
  });

  it('is for a monitoring system only with its own token', async () => {
    await assertProblem(await metrics({}), 401, 'unauthorized');
    await assertProblem(await metrics({ authorization: `Bearer ${BEARER}x` }), 401, 'unauthorized');
    await assertProblem(await metrics({ authorization: `Bearer ${world.admin.token}` }), 401, 'unauthorized');
    const { answer } = await exposed();
    assert.equal(
      answer.headers.get('content-type'),
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
    );
  });

  it('is told of every project, also across a crash', async () => {
    await world.newProject();
    await world.delivered([await form(1), (await call(1)).event]);
    const events = (outcome: string, kind: string) =>
      sample('ringostat_amocrm_events_total', { outcome, kind });
    await until('the figures', async () => (await events('delivered', 'form')) === 1);
    await until('the call', async () => (await events('delivered', 'call')) === 1);
    assert.equal(await events('failed', 'form'), 0);
    assert.equal(await sample('ringostat_amocrm_connected'), 1);
    const prompt = { pace: 'prompt' };
    assert.equal(await sample('ringostat_amocrm_delivery_delay_seconds_count', prompt), 2);
    assert.ok(((await sample('ringostat_amocrm_delivery_delay_seconds_sum', prompt)) ?? 0) > 0);
    const seen = (await today()).requests.total;
    await until('the requests', async () => {
      const { families } = await exposed();
      const own = families
        .get('ringostat_amocrm_requests')
        ?.samples.filter(({ labels }) => labels.project === world.project);
      return own?.reduce((sum, { value }) => sum + value, 0) === seen;
    });
    // A second one, which nobody has connected.
    const { project } = await world.anotherProject();
    await until('the other project', async () =>
      (await exposed()).families
        .get('ringostat_amocrm_connected')
        ?.samples.some(({ labels, value }) => labels.project === project && value === 0),
    );
    await world.kill();
    await world.restart();
    assert.equal(await events('delivered', 'form'), 1);
    await world.delivered([await form(2)]);
    await until('the next figures', async () => (await events('delivered', 'form')) === 2);
    await until(
      'rest',
      async () => (await sample('ringostat_amocrm_events_waiting', { status: 'queued' })) === 0,
    );
  });

  it('names no client, here and in the log', async () => {
    await world.newProject();
    await world.faults({ method: 'POST', path: '/api/v4/*', kind: 'status', status: 400, count: 50 });
    const { event } = await call(1, { call_id: undefined, caller: PHONE, employee_fio: 'Olha' });
    assert.equal((await world.ended(event)).status, 'failed');
    await until(
      'the figures',
      async () => (await sample('ringostat_amocrm_events_total', { outcome: 'failed', kind: 'call' })) === 1,
    );
    const { text } = await exposed();
    const told = text + world.printed + JSON.stringify(await stats());
    for (const secret of [PHONE, PHONE.slice(2), 'Olha', event, BEARER]) assert.ok(!told.includes(secret));
    const lines = world.printed.split('\n').filter((line) => line.startsWith('{'));
    const notes = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const own = notes.filter(({ project }) => project === world.project);
    assert.ok(own.some(({ what, state }) => what === 'connection' && state === 'active'));
    assert.ok(own.some(({ what, kind, reason }) => what === 'event_failed' && kind === 'call' && reason));
  });

  it('is not told when nobody is to know', async () => {
    await world.kill();
    await world.restart({ METRICS_TOKEN: '' });
    await assertProblem(await metrics(), 404, 'not_found');
    await world.kill();
    await world.restart({ METRICS_TOKEN: 'short' });
    await assertProblem(await metrics(), 500, 'misconfigured');
    await world.kill();
    await world.restart();
  });
});

describe('days', () => {
  let world: World;
  before(async () => {
    world = await World.start({ METRICS_TOKEN: BEARER });
  });
  after(() => world?.stop());

  const days = async (): Promise<Day[]> =>
    ((await (await world.call('GET', '/stats')).json()) as StatsView).days;
  const of = async (day: string) => (await days()).find((one) => one.day === day);
  const form = (n: number) => world.accepted({ name: 'Olha', phone: `06711100${10 + n}` });

  it('are the project’s own, are kept for thirty days and counted for ever', async () => {
    const settings = { ...(await demoSettings()), time_zone: 'Europe/Kyiv' };
    // Half past eleven at night in Kyiv.
    await world.setClock('2026-03-10T21:30:00Z');
    await world.newProject({ ...settings, backlog: { days: 1, retention_days: 1 } });
    await world.delivered([await form(1)]);
    assert.deepEqual((await of('2026-03-10'))?.delivered, { form: 1, call: 0 });
    assert.equal((await days()).at(-1)?.day, '2026-03-10');
    await world.setClock('2026-03-10T22:00:01Z');
    await world.delivered([await form(2)]);
    assert.equal((await days()).at(-1)?.day, '2026-03-11');
    assert.deepEqual((await of('2026-03-11'))?.delivered, { form: 1, call: 0 });
    assert.deepEqual((await of('2026-03-10'))?.delivered, { form: 1, call: 0 });
    // The journal forgets them; the figures do not. A clock was put forward in between.
    await world.setClock('2026-04-08T12:00:00Z');
    await world.delivered([await form(3)]);
    await until('retention', async () => (await world.events()).length === 1);
    const shown = await days();
    assert.deepEqual(
      [shown[0]?.day, shown[0]?.received.form, shown.at(-1)?.day],
      ['2026-03-10', 1, '2026-04-08'],
    );
    await world.setClock('2026-04-09T12:00:00Z');
    await world.delivered([await form(4)]);
    assert.equal((await days())[0]?.day, '2026-03-11');
    await until('the total', async () => {
      const answer = await fetch(`${world.edge}/metrics`, { headers: { authorization: `Bearer ${BEARER}` } });
      const events = parseOpenMetrics(await answer.text()).get('ringostat_amocrm_events')?.samples;
      const wanted = { project: world.project, outcome: 'delivered', kind: 'form' };
      return events?.some(
        ({ labels, value }) => value === 4 && JSON.stringify(labels) === JSON.stringify(wanted),
      );
    });
  });
});
