// Switched off, and on again, while events are on their way.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { until, values, World } from './harness.ts';

const PHONE = '+380671112233';
const COMPLEX = { method: 'POST', path: '/api/v4/leads/complex' };

describe('switching off and on again', () => {
  let world: World;
  before(async () => {
    world = await World.start();
  });
  after(() => world?.stop());
  beforeEach(async () => {
    await world.reset();
    // What was written just now is not found yet.
    await world.switches({ rate_per_second: 100_000, paid: true, index_delay_ms: 60_000 });
    await world.faults();
    await world.newProject();
  });

  /** An event whose contact is being made: the answer takes a while. */
  async function onItsWay(): Promise<string> {
    await world.faults({ ...COMPLEX, kind: 'delay', delay_ms: 1500, count: 1 });
    world.gate.arm();
    const id = await world.accepted({ name: 'Иван', phone: PHONE });
    // The search, and the contact.
    await until('the contact being made', async () => world.gate.seen >= 2);
    return id;
  }

  it('waits for what is on its way: its client stays one contact', async () => {
    const first = await onItsWay();
    await world.activation('DELETE');
    await world.activate();
    const second = await world.accepted({ name: 'Иван', phone: PHONE, comment: 'Ещё раз' });
    await world.delivered([second]);
    await world.idle();
    const { contacts } = await world.state();
    assert.deepEqual(
      contacts.map((one) => values(one, 'PHONE')),
      [[PHONE]],
    );
    assert.equal((await world.event(second)).contact?.id, (await world.event(first)).contact?.id);
  });

  it('waits for it also where the connection had ended by itself', async () => {
    const first = await onItsWay();
    await world.switches({ paid: false });
    const other = await world.accepted({ name: 'Пётр', phone: '+380671112234' });
    await until('the first one held', async () => (await world.event(other)).status === 'held');
    await world.switches({ paid: true });
    await world.activate();
    const second = await world.accepted({ name: 'Иван', phone: PHONE, comment: 'Ещё раз' });
    await world.delivered([second]);
    await world.idle();
    const { contacts } = await world.state();
    const own = contacts.filter((one) => values(one, 'PHONE').includes(PHONE));
    assert.equal(own.length, 1);
    assert.equal((await world.event(second)).contact?.id, (await world.event(first)).contact?.id);
  });

  it('gives the account away only when the last answer has come', async () => {
    const first = await onItsWay();
    const other = await world.anotherProject();
    const off = world.activation('DELETE');
    const taken = await until('the account', async () => {
      const body = JSON.stringify({ mode: 'long_lived' });
      const answer = await world.callAs(other, 'POST', '/activation', { body });
      return answer.status === 200 && (await world.event(first));
    });
    await off;
    assert.deepEqual([taken.status, typeof taken.contact?.id], ['held', 'number']);
    await world.callAs(other, 'DELETE', '/activation');
  });

  it('tells what was not sent of a backlog as expired', async () => {
    const progress = async () => {
      const { state, total, sent, failed, left, expired, expected_end } = (await (
        await world.call('GET', '/backlog')
      ).json()) as Record<string, unknown>;
      return { state, total, sent, failed, left, expired, expected_end };
    };
    await world.activation('DELETE');
    const ids: string[] = [];
    for (let n = 0; n < 3; n += 1)
      ids.push(await world.accepted({ name: 'Иван', phone: `+38067111220${n}` }));
    await world.faults({ ...COMPLEX, kind: 'status', status: 503 });
    await world.activate({ resend_backlog: true });
    const sending = await progress();
    assert.deepEqual([sending.state, sending.total, sending.left, sending.expired], ['sending', 3, 3, 0]);
    await world.activation('DELETE');
    const off = await progress();
    assert.deepEqual([off.state, off.left, off.expected_end], ['held', 3, null]);
    await world.faults();
    await world.activate();
    const over = { state: 'sent', sent: 0, failed: 0, left: 0, expected_end: null };
    assert.deepEqual(await progress(), { ...over, total: 0, expired: 3 });
    const [one = ''] = ids;
    await world.call('POST', `/events/${one}/retry`);
    await world.delivered([one]);
    assert.deepEqual(await progress(), { ...over, total: 1, sent: 1, expired: 2 });
  });
});
