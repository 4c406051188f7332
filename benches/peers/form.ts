// Peers side by side on the same form: its bytes -> the bytes of the search and of the lead. Each answer is compared with
// ours before it is timed.
import { text } from '../account.ts';
import { type Row, report, short, times } from '../report.ts';
import { race } from '../timing.ts';
import { chooseBy, phoneOf, read, written } from './hand.ts';
import { type Choose, type Done, done, form, ours, type Phone, rules } from './job.ts';
import { agrees, peers } from './peer.ts';

/** By which a lost answer is found again: of everything compared only we write it. */
const MARKERS = [710_000, 710_007];

type Fields = { custom_fields_values: { field_id: number }[] };

/** What both must say, with keys and fields in no order. */
function comparable({ search, body }: Done): unknown {
  const [lead] = JSON.parse(body);
  const tidy = (entity: Fields) => ({
    ...entity,
    custom_fields_values: entity.custom_fields_values
      .filter(({ field_id: id }) => !MARKERS.includes(id))
      .sort((a, b) => a.field_id - b.field_id),
  });
  const { contacts, ...more } = lead._embedded;
  return { search, lead: { ...tidy(lead), _embedded: { ...more, contacts: contacts.map(tidy) } } };
}

const hand = chooseBy(rules);

/** The whole job, with the parts that a peer has in place of those written by hand. */
const withParts =
  (choose: Choose = hand, phone: (text: string) => Phone | undefined = phoneOf) =>
  () => {
    const brought = read(form);
    const chosen = choose(brought);
    // What is there already is not waited for.
    return chosen instanceof Promise
      ? chosen.then((told) => written(rules, brought, told, phone))
      : written(rules, brought, chosen, phone);
  };

const integration = ours();
const encoder = new TextEncoder();
const told = text(form);
const wanted = comparable(done(integration, form));
const contenders: { what: string; limit: string; work: () => unknown }[] = [
  {
    what: 'written by hand',
    limit: 'leaves out: marker, note, identifiers, duplicates, secrets, other countries',
    work: withParts(),
  },
];
for (const { name, leavesOut, choose, phone } of await peers()) {
  const limit = `by hand: ${leavesOut}`;
  contenders.push({ what: name, limit, work: withParts(choose?.(rules), phone) });
}
for (const { what, work } of contenders) {
  agrees(what, comparable(JSON.parse(text((await work()) as Uint8Array))), wanted);
}

const first = JSON.parse(text(integration.first_request('application/json', form, 0)));
agrees('ours', first.request.path, done(integration, form).search);

const spent = await race({
  floor: () => JSON.stringify(JSON.parse(told)),
  first: () => integration.first_request('application/json', form, 0),
  whole: () => encoder.encode(JSON.stringify(done(integration, form))),
  ...Object.fromEntries(contenders.map(({ what, work }) => [what, work])),
});
const row = (what: string, name: keyof typeof spent, limit: string): Row => ({
  what: `form bytes -> search and lead: ${what}`,
  measured: times(spent[name], spent.floor),
  limit,
});
report([
  {
    what: 'JSON.parse + JSON.stringify of the form',
    measured: `${short(spent.floor)} µs`,
    limit: 'the floor of peers',
  },
  row('ours, the plan and the search', 'first', 'leaves out: bytes of the lead'),
  row('ours, by way of the journal', 'whole', ''),
  ...contenders.map(({ what, limit }) => row(what, what as keyof typeof spent, limit)),
]);
