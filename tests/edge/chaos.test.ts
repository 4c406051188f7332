// A short storm: what `npm run chaos` does with ten thousand events.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultOf } from '../chaos/faults.ts';
import { makeInput } from '../chaos/input.ts';
import { type FullState, judge } from '../chaos/judge.ts';
import { chaos } from '../chaos/run.ts';

const EVENTS = 150;
const SEED = 7;

describe('chaos', () => {
  it('loses nothing and doubles nothing', async (test) => {
    const { lost, doubled, survived, requests } = await chaos({ events: EVENTS, seed: SEED });
    test.diagnostic(`seed ${SEED}: ${[...survived].map((one) => one.join(' ')).join(', ')}`);
    assert.deepEqual({ lost, doubled }, { lost: [], doubled: [] });
    assert.equal(survived.get('worker_killed'), 1);
    assert.equal(survived.get('token_revoked'), 1);
    assert.ok(requests > EVENTS);
  });

  it('has the same input and the same plan for the same seed, and others for another', () => {
    const told = (seed: number) => JSON.stringify(makeInput(seed, EVENTS).map(({ body }) => body));
    const plan = (seed: number) => Array.from({ length: 2_000 }, (_, n) => faultOf(seed, n) ?? '').join();
    assert.equal(told(SEED), told(SEED));
    assert.equal(plan(SEED), plan(SEED));
    assert.notEqual(told(SEED), told(SEED + 1));
    assert.notEqual(plan(SEED), plan(SEED + 1));
  });

  it('tells what is lost and what is doubled', () => {
    const [form] = makeInput(SEED, EVENTS).filter(({ type }) => type === 'form');
    assert.ok(form);
    const alone = { ...form, person: { ...form.person, messages: [form] } };
    const nothing = { contacts: [], leads: [], notes: [], tasks: [], manager_edits: [], requests: [] };
    const person = { ...form.person, messages: [] as (typeof form)[] };
    const message = { ...alone, person };
    person.messages.push(message);
    const empty = judge([message], new Map(), nothing as FullState);
    const of = `message ${message.number}`;
    for (const what of [
      `${of}: missing, not delivered`,
      `contact of ${of}`,
      `lead of ${of}`,
      `note of ${of}`,
    ])
      assert.ok(empty.lost.includes(what), what);
    assert.deepEqual(empty.doubled, []);
    const marked = (id: number) => ({
      id,
      custom_fields_values: [{ field_code: 'RINGOSTAT_EVENT', values: [{ value: of }] }],
    });
    const twice = {
      ...nothing,
      leads: [marked(1), marked(2), { id: 4, custom_fields_values: null }],
      contacts: [marked(3)],
    };
    const { lost, doubled } = judge([message], new Map(), twice as unknown as FullState);
    assert.ok(doubled.includes(`lead of ${of}`) && doubled.includes('leads of nobody'));
    assert.ok(!lost.includes(`contact of ${of}`));
  });
});
