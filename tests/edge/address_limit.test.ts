// How many forms one address may send, and whose word about addresses is taken.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { AddressLimit } from '../../www/edge/address_limit.ts';
import { clientAddress, limitKey } from '../../www/edge/client_address.ts';
import { assertProblem, World } from './harness.ts';

describe('the limit of one address', () => {
  it('lets a minute of forms through at once, then one at a time', () => {
    const limit = new AddressLimit(30);
    const waits = Array.from({ length: 31 }, () => limit.take('a', 1_000));
    assert.deepEqual([...new Set(waits.slice(0, 30))], [0]);
    assert.equal(waits[30], 2);
    assert.equal(limit.take('b', 1_000), 0);
    assert.equal(limit.take('a', 2_500), 1);
    assert.equal(limit.take('a', 3_000), 0);
    assert.equal(limit.take('a', 3_000), 2);
    // The clock went back.
    assert.equal(limit.take('a', 0), 2);
  });

  it('forgets the addresses that were quiet longest', () => {
    const limit = new AddressLimit(1);
    assert.equal(limit.take('first', 0), 0);
    assert.equal(limit.take('first', 0), 60);
    for (let n = 0; n < 10_000; n += 1) limit.take(`${n}`, 0);
    assert.equal(limit.take('first', 0), 0);
    assert.equal(limit.take('9999', 0), 60);
  });

  it('counts a network of IPv6 as one address', () => {
    for (const [address, key] of [
      ['203.0.113.7', '203.0.113.7'],
      ['::ffff:203.0.113.7', '203.0.113.7'],
      ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
      ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
      ['2001:db8::9', '2001:db8:0:0::/64'],
      ['::1', '0:0:0:0::/64'],
    ] as const) {
      assert.equal(limitKey(address), key, address);
    }
  });

  it('believes the header that the operator names, and its last word', () => {
    const headers = new Headers({ 'cf-connecting-ip': '1.1.1.1', 'x-forwarded-for': 'forged, 2.2.2.2' });
    assert.equal(clientAddress(headers, undefined), undefined);
    assert.equal(clientAddress(headers, 'CF-Connecting-IP'), '1.1.1.1');
    assert.equal(clientAddress(headers, 'x-forwarded-for'), '2.2.2.2');
    assert.equal(clientAddress(headers, 'x-real-ip'), undefined);
  });
});

describe('forms of one address', () => {
  let world: World;
  before(async () => {
    world = await World.start({
      AMOCRM_BASE_URL: 'http://127.0.0.1:9',
      CLIENT_ADDRESS_HEADER: 'x-real-ip',
      FORMS_PER_MINUTE_PER_ADDRESS: '3',
    });
  });
  after(() => world?.stop());
  beforeEach(() => world.newProject());

  const post = (address: string, more: Record<string, string> = {}) =>
    world.post(JSON.stringify({ name: 'Olha', phone: '0671112233' }), { 'x-real-ip': address, ...more });

  it('are refused when there are too many, those of others are not', async () => {
    for (let n = 0; n < 3; n += 1) assert.equal((await post('203.0.113.7')).status, 202);
    const refused = await post('203.0.113.7');
    assert.match(refused.headers.get('retry-after') ?? '', /^(1\d|20)$/);
    await assertProblem(refused, 429, 'too_many_requests');
    // A header that nobody vouches for changes nothing.
    const forged = await post('203.0.113.7', { 'cf-connecting-ip': '198.51.100.1' });
    await assertProblem(forged, 429, 'too_many_requests');
    assert.equal((await post('203.0.113.8')).status, 202);
  });

  it('are not limited when nobody knows the address', async () => {
    for (let n = 0; n < 5; n += 1) {
      const answer = await world.post(JSON.stringify({ phone: `067111223${n}` }), {
        'cf-connecting-ip': '203.0.113.7',
      });
      assert.equal(answer.status, 202);
    }
  });
});
