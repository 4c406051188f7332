// Whose request leaves next when the account takes few: who waits for an answer, then what happens now, then what
// gathered.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { type State, until, values, World } from './harness.ts';

const GATHERED = 60;
/** What may have been under way already. */
const AHEAD = 8;
const RATE = 12;

const phone = (n: number) => `+38067${1_000_000 + n}`;
const form = (n: number) => ({ name: `Клиент ${n}`, phone: phone(n) });

describe('the quota', () => {
  let world: World;
  before(async () => {
    world = await World.start({ RATE_PER_SECOND: String(RATE) });
  });
  after(() => world?.stop());
  beforeEach(async () => {
    await world.reset();
    await world.switches({ rate_per_second: 100_000 });
    await world.newProject();
  });

  /** A backlog whose first events are in the account already. */
  async function gathered(): Promise<State> {
    await world.activation('DELETE');
    await Promise.all(Array.from({ length: GATHERED }, (_, n) => world.accepted(form(n))));
    await world.activate({ resend_backlog: true });
    return until('the first of the backlog', async () => {
      const state = await world.state();
      return state.leads.length > 2 && state;
    });
  }
  const left = async () => {
    const progress = (await (await world.call('GET', '/backlog')).json()) as { left: number };
    return progress.left;
  };

  it('is first for who waits for the answer', async () => {
    await gathered();
    for (const asked of ['0509990001', '0509990002', '0509990003']) {
      const { length: before } = (await world.state()).requests;
      const answer = await world.call('POST', '/lookup', { body: JSON.stringify({ phone: asked }) });
      assert.equal(answer.status, 200, await answer.text());
      const { requests } = await world.state();
      const own = requests.flatMap(({ path }, at) => (path.includes(asked.slice(1)) ? [at - before] : []));
      assert.ok(own.length >= 2, 'contacts and companies are searched');
      assert.ok((own.at(-1) ?? 0) <= AHEAD, `searched after ${own} requests`);
    }
    assert.ok((await left()) > GATHERED / 2, 'the backlog waits meanwhile');
  });

  it('is then for what happens now, and only then for a backlog', async () => {
    const { leads: before } = await gathered();
    const FRESH = 10;
    const fresh = Array.from({ length: FRESH }, (_, n) => form(1_000 + n));
    const ids = await Promise.all(fresh.map((one) => world.accepted(one)));
    await world.delivered(ids);
    assert.ok((await left()) > GATHERED / 4, 'the backlog is not sent yet');
    await world.idle();
    const { contacts } = await world.state();
    const places = fresh.map(({ phone: own }) =>
      contacts.findIndex((contact) => values(contact, 'PHONE').some((one) => own.endsWith(one.slice(-9)))),
    );
    const [first, last] = [Math.min(...places), Math.max(...places)];
    assert.ok(first >= 0, 'each has come');
    assert.ok(last <= before.length + FRESH + 2 * AHEAD, `the last as contact ${last}`);
    assert.equal(contacts.length, GATHERED + FRESH);
  });

  it('holds for who tries a token as well', async () => {
    await world.switches({ rate_per_second: RATE + 1 });
    const other = await world.anotherProject();
    const body = { body: JSON.stringify({ mode: 'long_lived' }) };
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => world.callAs(other, 'POST', '/activation', body)),
    );
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [409]);
    const { requests } = await world.state();
    assert.ok(requests.length >= 24, 'account and user are read each time');
    assert.deepEqual(
      requests.filter(({ status }) => status === 429),
      [],
    );
  });
});
