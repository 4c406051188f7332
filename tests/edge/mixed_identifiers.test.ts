// Forms of one person, each known by something else, sent at once: the first of phone, e-mail and client id that a
// form has decides who it is (seed), so how many contacts there are follows from the order in which they were taken in.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Admin, type EventView, type State, values, World } from './harness.ts';

const ROUNDS = 12;

interface Sent {
  phone?: string;
  email?: string;
  client?: string;
}

/** Of so many people, three forms each; `there`: their pages told Ringostat's client id. */
const people = (there: boolean) =>
  Array.from({ length: ROUNDS }, (_, n) => {
    const own = {
      phone: `06711122${10 + n}`,
      email: `olha${n}@example.com`,
      client: `1169999034.${1_555_000_000 + n}`,
    };
    const { phone, email, client } = own;
    const visit = there ? { client } : {};
    const forms: Sent[] = [{ email, ...visit }, { phone, email, ...visit }, { client }];
    // Every order comes up.
    const first = n % 3;
    const order = [first, (first + 1 + (n % 2)) % 3, (first + 2 - (n % 2)) % 3];
    return { ...own, forms: order.map((at) => forms[at] as Sent) };
  });
type Person = ReturnType<typeof people>[number];

const document = ({ phone, email, client }: Sent, comment: string) => ({
  jsonrpc: '2.0',
  method: 'saveFormData',
  id: 1,
  params: { formData: { name: 'Ольга', phone, email, comment }, r_cl: client },
});

/** How many contacts the rule makes of these, one after another. */
function byTheRule(forms: Sent[], fallThrough: boolean): number {
  const known = new Set<string>();
  let contacts = 0;
  for (const { phone, email, client } of forms) {
    const brought = [phone, email, client].filter((one) => one !== undefined);
    if (!brought.slice(0, fallThrough ? 3 : 1).some((one) => known.has(one))) contacts += 1;
    for (const one of brought) known.add(one);
  }
  return contacts;
}

describe('forms of one person known by different things', () => {
  let world: World;
  before(async () => {
    world = await World.start();
  });
  after(() => world?.stop());

  /** All at once; the events, oldest first, with what was sent. */
  async function race(persons: Person[]): Promise<{ event: EventView; sent: Sent; person: Person }[]> {
    const sent = new Map<string, { sent: Sent; person: Person }>();
    const all = persons.flatMap((person) => person.forms.map((form) => ({ form, person })));
    await Promise.all(
      all.map(async ({ form, person }, n) => {
        sent.set(await world.accepted(document(form, `№ ${n}`)), { sent: form, person });
      }),
    );
    await world.delivered([...sent.keys()]);
    const events = await everything(world.admin);
    assert.equal(events.length, all.length);
    return events
      .reverse()
      .map((event) => ({ event, ...(sent.get(event.event) as { sent: Sent; person: Person }) }));
  }

  /** Newest first. */
  async function everything(admin: Admin): Promise<EventView[]> {
    const answer = await world.callAs(admin, 'GET', '/events?limit=200');
    return ((await answer.json()) as { events: EventView[] }).events;
  }

  const digits = (text: string) => text.replace(/\D/g, '').slice(-9);
  const clientsOf = (contact: State['contacts'][number]) => values(contact, 'RINGOSTAT_CLIENT_ID');

  for (const there of [false, true]) {
    for (const fallThrough of [false, true]) {
      for (const lag of [0, 1_500]) {
        const how = [
          there ? 'with a client id everywhere' : 'with a client id alone',
          fallThrough ? 'falling through' : 'by the first key',
          lag > 0 ? 'while the search lags' : 'at once',
        ].join(', ');
        it(`become as few contacts as the rule allows: ${how}`, async () => {
          await world.reset();
          await world.switches({ rate_per_second: 100_000, index_delay_ms: lag });
          await world.newProject({ version: 1, identity: { fall_through: fallThrough } });
          const events = await race(people(there));
          const { contacts, leads } = await world.state();
          let expected = 0;
          for (const person of new Set(events.map((one) => one.person))) {
            const own = events.filter((one) => one.person === person);
            const count = byTheRule(
              own.map(({ sent }) => sent),
              fallThrough,
            );
            const ids = new Set(own.map(({ event }) => event.contact?.id));
            const order = own.map(({ sent }) => Object.keys(sent).join('+')).join(', then ');
            assert.equal(ids.size, count, order);
            expected += count;
            const withPhone = contacts.filter((one) =>
              values(one, 'PHONE').some((has) => digits(has) === digits(person.phone)),
            );
            assert.equal(withPhone.length, 1, `contacts with one phone: ${order}`);
            assert.deepEqual(values(withPhone[0], 'EMAIL'), [person.email], order);
            const known = contacts.filter((one) => clientsOf(one).includes(person.client));
            assert.ok(known.length >= 1 && known.length <= count, `contacts with his client id: ${order}`);
          }
          assert.equal(contacts.length, expected);
          assert.equal(leads.length, expected);
        });
      }
    }
  }
});
