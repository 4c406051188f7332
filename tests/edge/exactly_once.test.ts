// Two hundred different forms through an account that loses answers: exactly two hundred contacts and leads.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { type State, values, World } from './harness.ts';

const FORMS = 200;
const SETTLE_MS = 1_500;
const LATE_MS = 600;
const AT_ONCE = 20;

const phone = (n: number) => `+38067${String(1_000_000 + n)}`;
const client = (n: number) => ({
  name: `Клиент ${n}`,
  phone: phone(n),
  email: `c${n}@example.com`,
  comment: `№ ${n}`,
});
const digits = (text: string) => text.replace(/\D/g, '');

describe('exactly once', () => {
  let world: World;
  before(async () => {
    world = await World.start({ SETTLE_MS: String(SETTLE_MS) });
  });
  after(() => world?.stop());
  beforeEach(async () => {
    await world.reset();
    await world.switches({ rate_per_second: 100_000 });
    await world.newProject();
  });

  /** Posts them a few at a time and waits until all are delivered. */
  async function deliver(forms: Record<string, unknown>[]): Promise<void> {
    const ids: string[] = [];
    for (let i = 0; i < forms.length; i += AT_ONCE) {
      ids.push(...(await Promise.all(forms.slice(i, i + AT_ONCE).map((form) => world.accepted(form)))));
    }
    await world.delivered(ids);
  }

  function assertOneEach({ contacts, leads }: State): void {
    const phones = contacts.flatMap((contact) => values(contact, 'PHONE').map(digits));
    const twice = phones.filter((one, i) => phones.indexOf(one) !== i);
    assert.deepEqual(twice, [], 'a phone on two contacts');
    assert.equal(contacts.length, FORMS, 'contacts');
    assert.equal(leads.length, FORMS, 'leads');
  }

  const clients = Array.from({ length: FORMS }, (_, n) => client(n));

  it('when every answer to a write of lead and contact is lost', async () => {
    await world.faults({ method: 'POST', path: '/api/v4/leads/complex', kind: 'commit_then_504' });
    await deliver(clients);
    assertOneEach(await world.state());
  });

  it('when writes happen only after their answer was lost', async () => {
    const late = { kind: 'commit_late', delay_ms: LATE_MS };
    await world.faults({ method: 'POST', path: '/api/v4/leads/complex', ...late });
    await deliver(clients);
    assertOneEach(await world.state());
  });

  it('when connections break before and after the write', async () => {
    await world.faults(
      { method: 'POST', path: '/api/v4/*', kind: 'drop_before', probability: 0.3, count: 100 },
      { method: 'POST', path: '/api/v4/*', kind: 'drop_after', probability: 0.3, count: 100 },
    );
    await deliver(clients);
    assertOneEach(await world.state());
  });

  it('when the search lags five seconds behind and clients come back meanwhile', async () => {
    await world.switches({ index_delay_ms: 5_000 });
    await deliver(clients);
    await deliver(clients.slice(0, 40).map((form) => ({ ...form, comment: `${form.comment}, снова` })));
    assertOneEach(await world.state());
  });

  it('when a manager edits between our read and our write', async () => {
    await deliver(clients);
    await world.faults({ method: 'PATCH', path: '/api/v4/contacts/*', kind: 'manager_edits' });
    await deliver(clients.map((form, n) => ({ ...form, email: `second${n}@example.com` })));
    const state = await world.state();
    assertOneEach(state);
    for (const contact of state.contacts) {
      const own = clients.find(({ name }) => name === contact.name);
      const phones = values(contact, 'PHONE').map(digits);
      assert.ok(own && phones.includes(digits(own.phone)), `${contact.name}: our phone`);
      assert.ok(phones.length > 1, `${contact.name}: the manager's phone`);
      assert.equal(values(contact, 'EMAIL').length, 2, `${contact.name}: both e-mails`);
    }
  });
});
