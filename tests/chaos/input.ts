// What comes in: clients who send forms and call, come back, and are known by different things each time.
import { below, chance, mulberry32, pick, type Random } from './random.ts';

/** Calls begin then, one every few seconds (unix seconds). */
const FIRST_CALL = 1_790_000_000;
const CALL_EVERY_S = 7;
const LINE = '380441112233';
export const STOPPED_LINE = '380441112200';

export type CallKind = 'incoming_answered' | 'incoming_missed' | 'outgoing_answered' | 'outgoing_unanswered';
export type Skip = 'line_stopped' | 'no_client_number';

export interface Call {
  /** Its subject in the account: the tail of its id. */
  subject: string;
  kind: CallKind;
  /** Who of the project took part: a SIP login. */
  by: string | null;
  talkSeconds: number;
  start: number;
  skip: Skip | null;
}

/** Which identifiers a form brings. */
export interface Brings {
  phone: boolean;
  secondPhone: boolean;
  email: boolean;
  client: boolean;
}

interface Common {
  /** Of all messages, in the order in which they are sent. */
  number: number;
  person: Person;
  /** How often it is sent besides: at once, or once it was taken. */
  repeats: ('meanwhile' | 'later')[];
}

export type Message =
  | (Common & { type: 'form'; brings: Brings; key: string | null; body: Record<string, unknown> })
  | (Common & { type: 'call'; call: Call; phase: 'pick_up' | 'completed'; body: Record<string, unknown> });

export interface Person {
  number: number;
  phone: string;
  secondPhone: string;
  email: string;
  client: string;
  messages: Message[];
}

/** So many messages, each of them an event; in the order in which they are sent. */
export function makeInput(seed: number, events: number): Message[] {
  const random = mulberry32(seed);
  const messages: Message[] = [];
  const people: Person[] = [];
  const waiting: Planned[] = [];
  while (messages.length < events) {
    // A call that began is completed some messages later; meanwhile others come in, of the same client too.
    const due = waiting[0] && chance(random, 0.3) ? waiting.shift() : undefined;
    const planned = due ?? begin(random, someone(random, people), messages.length);
    if (!due && planned.then) waiting.push(planned.then);
    add(random, planned, messages);
  }
  return messages;
}

interface Planned {
  person: Person;
  make: (common: Common) => Message;
  then?: Planned;
}

/** Two thirds come back. */
function someone(random: Random, people: Person[]): Person {
  const known = people[below(random, people.length)];
  if (known && chance(random, 0.66)) return known;
  const number = people.length;
  const digits = String(1_000_000 + number);
  const person = {
    number,
    phone: `67${digits}`,
    secondPhone: `50${digits}`,
    email: `c${number}@mail.example`,
    client: `1169999034.${1_500_000_000 + number}`,
    messages: [],
  };
  people.push(person);
  return person;
}

function add(random: Random, { person, make }: Planned, messages: Message[]): void {
  const repeats = Array.from({ length: chance(random, 0.12) ? 1 + below(random, 2) : 0 }, () =>
    chance(random, 0.5) ? ('meanwhile' as const) : ('later' as const),
  );
  const message = make({ number: messages.length, person, repeats });
  messages.push(message);
  person.messages.push(message);
}

const begin = (random: Random, person: Person, number: number): Planned =>
  chance(random, 0.55) ? form(random, person, number) : call(random, person, number);

/** One number as people write it. */
const spelled = (random: Random, own: string): string =>
  pick(random, [
    [3, `+380${own}`],
    [3, `0${own}`],
    [1, `+38 (0${own.slice(0, 2)}) ${own.slice(2, 5)}-${own.slice(5, 7)}-${own.slice(7)}`],
    [1, `00380 ${own.slice(0, 2)} ${own.slice(2)}`],
  ]);

function form(random: Random, person: Person, number: number): Planned {
  const brings = pick<Brings>(random, [
    [6, { phone: true, secondPhone: false, email: true, client: false }],
    [4, { phone: true, secondPhone: false, email: false, client: false }],
    [2, { phone: true, secondPhone: false, email: true, client: true }],
    [2, { phone: true, secondPhone: true, email: false, client: false }],
    [2, { phone: false, secondPhone: false, email: true, client: true }],
    [1, { phone: false, secondPhone: false, email: true, client: false }],
    [1, { phone: false, secondPhone: false, email: false, client: true }],
  ]);
  const phones = [brings.phone && person.phone, brings.secondPhone && person.secondPhone];
  const phone = phones.flatMap((own) => (own ? [spelled(random, own)] : [])).join('; ');
  const fields = {
    name: `Client ${person.number}`,
    ...(phone ? { phone } : {}),
    ...(brings.email ? { email: chance(random, 0.2) ? person.email.toUpperCase() : person.email } : {}),
    comment: `No. ${number}.`,
  };
  const body = brings.client
    ? { jsonrpc: '2.0', method: 'saveFormData', id: 1, params: { formData: fields, r_cl: person.client } }
    : fields;
  const key = chance(random, 0.5) ? `key-${number}` : null;
  return { person, make: (common) => ({ ...common, type: 'form', brings, key, body }) };
}

function call(random: Random, person: Person, number: number): Planned {
  const kind = pick<CallKind>(random, [
    [5, 'incoming_answered'],
    [4, 'incoming_missed'],
    [2, 'outgoing_answered'],
    [1, 'outgoing_unanswered'],
  ]);
  const skip = pick<Skip | null>(random, [
    [20, null],
    [1, 'line_stopped'],
    [1, 'no_client_number'],
  ]);
  const answered = kind.endsWith('_answered');
  const own = pick(random, [
    [4, 'firm_ivan'],
    [2, 'firm_maria'],
    [1, 'firm_nobody'],
  ] as const);
  const start = FIRST_CALL + number * CALL_EVERY_S;
  const by = kind === 'incoming_missed' ? null : own;
  const talkSeconds = answered ? 3 + below(random, 200) : 0;
  const made: Call = { subject: `c-${start}.${number}`, kind, by, talkSeconds, start, skip };
  const told = (phase: 'pick_up' | 'completed', then?: Planned): Planned => ({
    person,
    make: (common) => ({ ...common, type: 'call', call: made, phase, body: document(made, person, phase) }),
    ...(then ? { then } : {}),
  });
  if (kind !== 'incoming_answered' || chance(random, 0.2)) return told('completed');
  // Sometimes the end is told before the beginning.
  return chance(random, 0.85) ? told('pick_up', told('completed')) : told('completed', told('pick_up'));
}

function document(call: Call, person: Person, phase: 'pick_up' | 'completed'): Record<string, unknown> {
  const client = call.skip === 'no_client_number' ? 'anonymous' : `380${person.phone}`;
  const line = call.skip === 'line_stopped' ? STOPPED_LINE : LINE;
  const incoming = call.kind.startsWith('incoming');
  const answered = call.talkSeconds > 0;
  return {
    uniqueid: `ua18_-${call.subject.slice(2)}`,
    call_type: incoming ? 'in' : 'out',
    caller: incoming ? client : call.by,
    dst: incoming ? line : client,
    ...(incoming ? { connected_with: call.by ?? '' } : { outbound_number: line }),
    ...(phase === 'pick_up'
      ? { event: 'pick_up' }
      : { disposition: answered ? 'ANSWERED' : 'NO ANSWER', billsec: call.talkSeconds }),
  };
}
