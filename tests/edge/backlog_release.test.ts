// What gathered over days of a broken connection: thousands of calls, sent once the project is activated again.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { until, values, World } from './harness.ts';

const CLIENTS = 3_000;
const CALLS = 4_800;
const AT_ONCE = 40;
const FORMS = 5;
/** amoCRM's own limit is seven a second; the worker keeps to six. */
const REAL_RATE = 6;

interface Progress {
  state: string;
  held: number;
  total: number;
  sent: number;
  failed: number;
  left: number;
  expired: number;
  rate: number | null;
  expected_end: string | null;
}

const phone = (client: number) => `38067${1_000_000 + client}`;

describe('a backlog of thousands', () => {
  let world: World;
  before(async () => {
    world = await World.start({ RATE_PER_SECOND: '300' });
  });
  after(() => world?.stop());

  const progress = async () => (await (await world.call('GET', '/backlog')).json()) as Progress;

  /** The calls of an hour ago: every third is answered, the clients come in turn. */
  async function gather(): Promise<void> {
    const begun = Math.floor(Date.now() / 1000) - 3_600;
    const call = (n: number) => ({
      uniqueid: `ua18_-${begun + Math.floor(n / 4)}.${n}`,
      call_type: 'in',
      caller: phone(n % CLIENTS),
      dst: '380441112233',
      ...(n % 3 === 0
        ? { disposition: 'ANSWERED', billsec: 42, connected_with: 'firm_ivan' }
        : { disposition: 'NO ANSWER', billsec: 0 }),
    });
    for (let from = 0; from < CALLS; from += AT_ONCE) {
      const batch = Array.from({ length: AT_ONCE }, (_, n) => world.called(call(from + n)));
      for (const { status } of await Promise.all(batch)) assert.equal(status, 'queued');
    }
  }

  it('is sent whole, each call once, and new forms do not wait for it', async (test) => {
    await world.newProject();
    await world.activation('DELETE');
    await world.rotate();
    await gather();
    assert.equal((await world.activation()).held, CALLS);
    const before = (await world.state()).requests.length;
    await world.activate({ resend_backlog: true });
    const begun = await progress();
    assert.deepEqual([begun.state, begun.total, begun.expired], ['sending', CALLS, 0]);

    await until('the first that are sent', async () => (await progress()).sent > 0);
    const forms = Array.from({ length: FORMS }, (_, n) =>
      world.accepted({ name: 'New', phone: phone(CLIENTS + n) }),
    );
    await world.delivered(await Promise.all(forms));
    const halfway = await progress();
    assert.ok(halfway.left > 0, 'the forms came before the backlog had ended');
    assert.equal(halfway.sent + halfway.failed + halfway.left, CALLS);
    assert.ok((halfway.rate ?? 0) > 0 && Date.parse(halfway.expected_end ?? '') > Date.now());

    const ended = await until(
      'the end of the backlog',
      async () => {
        const now = await progress();
        return now.state === 'sent' && now;
      },
      420_000,
    );
    assert.deepEqual([ended.sent, ended.failed, ended.left, ended.held], [CALLS, 0, 0, 0]);

    const { contacts, notes, leads, requests } = await world.state();
    const phones = contacts.flatMap((contact) => values(contact, 'PHONE'));
    assert.equal(phones.length, CLIENTS + FORMS);
    assert.equal(new Set(phones).size, CLIENTS + FORMS);
    assert.equal(
      new Set(leads.flatMap(({ _embedded }) => _embedded.contacts?.[0]?.id ?? [])).size,
      leads.length,
    );
    const records = notes.flatMap(({ params }) => params.uniq ?? []);
    assert.equal(records.length, CALLS);
    assert.equal(new Set(records).size, CALLS);

    const spent = requests.length - before;
    const seconds = Math.round(spent / REAL_RATE);
    test.diagnostic(
      `${spent} requests for ${CALLS} calls of ${CLIENTS} clients and ${FORMS} forms: ` +
        `${(spent / (CALLS + FORMS)).toFixed(2)} an event, ${seconds} s at ${REAL_RATE} a second`,
    );
  });
});
