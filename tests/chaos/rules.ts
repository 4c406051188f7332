// What must stand in the account by the rules, worked out from the input alone: an independent, short telling of
// identity, open leads and the default matrix.
import type { Brings, Call, Message, Person } from './input.ts';

const SENIOR = 504_141;
const USERS: Record<string, number> = { firm_ivan: 504_142, firm_maria: 504_143 };
/** Of a talk that completes tasks of missed calls. */
const MIN_TALK_S = 10;

/** How it ends: `made`: delivered; a pick-up whose call has nothing to make yet may be either. */
export type End = 'delivered' | 'skipped' | 'either';

export interface Expected {
  person: Person;
  ends: Map<Message, End>;
  contacts: number;
  /** Messages whose subject a lead, and a contact, carry as their marker. */
  leadsOf: Set<Message>;
  contactsOf: Set<Message>;
  /** Subjects of calls with a record. */
  records: Set<string>;
  /** Forms, each with a note. */
  notes: Set<Message>;
  tasks: { open: number; completed: number };
  phones: Set<string>;
  emails: Set<string>;
}

interface Contact {
  keys: Set<string>;
  responsible: number;
  lead: { responsible: number } | null;
}

interface CallSoFar {
  before: Before | undefined;
  contact: boolean;
  lead: boolean;
  openTask: boolean;
}

interface Before {
  client: 'new' | 'open' | 'closed';
  responsible: number | null;
}

export const expectedOf = (person: Person): Expected => new Telling(person).tell();

class Telling {
  readonly #expected: Expected;
  readonly #contacts: Contact[] = [];
  readonly #calls = new Map<string, CallSoFar>();
  #missed: { start: number }[] = [];
  #talkedAt = 0;

  constructor(person: Person) {
    this.#expected = {
      person,
      ends: new Map(),
      contacts: 0,
      leadsOf: new Set(),
      contactsOf: new Set(),
      records: new Set(),
      notes: new Set(),
      tasks: { open: 0, completed: 0 },
      phones: new Set(),
      emails: new Set(),
    };
  }

  tell(): Expected {
    const { person, ends } = this.#expected;
    for (const message of person.messages) {
      ends.set(message, message.type === 'form' ? this.#form(message, message.brings) : this.#call(message));
    }
    this.#expected.contacts = this.#contacts.length;
    return this.#expected;
  }

  /** One with an open lead first, then the oldest. */
  #find(key: string): Contact | undefined {
    const hits = this.#contacts.filter(({ keys }) => keys.has(key));
    return hits.find(({ lead }) => lead) ?? hits[0];
  }

  #form(message: Message, brings: Brings): End {
    const { phones, emails, notes, leadsOf, contactsOf, tasks, person } = this.#expected;
    const keys = [
      ...(brings.phone ? [person.phone] : []),
      ...(brings.secondPhone ? [person.secondPhone] : []),
      ...(brings.email ? [person.email] : []),
      ...(brings.client ? [person.client] : []),
    ];
    // The key is chosen by presence: a phone that nobody has is a new contact, whoever has the e-mail.
    let contact = this.#find(keys[0] ?? '');
    if (!contact) {
      contact = { keys: new Set(), responsible: SENIOR, lead: null };
      this.#contacts.push(contact);
      contactsOf.add(message);
    }
    for (const key of keys) contact.keys.add(key);
    if (brings.phone) phones.add(person.phone);
    if (brings.secondPhone) phones.add(person.secondPhone);
    if (brings.email) emails.add(person.email);
    if (!contact.lead) {
      contact.lead = { responsible: SENIOR };
      leadsOf.add(message);
    }
    notes.add(message);
    tasks.open += 1;
    return 'delivered';
  }

  #call(message: Message & { type: 'call' }): End {
    const { call, phase } = message;
    if (call.skip) return 'skipped';
    const { person, tasks, records, leadsOf, contactsOf, phones } = this.#expected;
    const contact = this.#find(person.phone);
    const so = this.#calls.get(call.subject) ?? {
      before: undefined,
      contact: false,
      lead: false,
      openTask: false,
    };
    this.#calls.set(call.subject, so);
    const before = so.before ?? beforeOf(contact);
    const row = rowOf(call, before);
    const over = phase === 'completed';
    if (!row) return 'skipped';
    const due = over || row.atPickUp;
    const own = contact ?? { keys: new Set([person.phone]), responsible: row.responsible, lead: null };
    let made = false;
    if (due && row.contact && !contact) {
      this.#contacts.push(own);
      contactsOf.add(message);
      phones.add(person.phone);
      made = true;
    }
    if (due && row.lead && !so.lead) {
      // A form may have made one meanwhile: that is used.
      if (!own.lead) {
        own.lead = { responsible: row.responsible };
        leadsOf.add(message);
      }
      so.lead = true;
      made = true;
    }
    if (due && row.openTask && !so.openTask) {
      const talkedSince = call.kind === 'incoming_missed' && this.#talkedAt > call.start;
      if (!talkedSince) tasks.open += 1;
      if (!talkedSince && call.kind === 'incoming_missed') this.#missed.push(call);
      so.openTask = true;
      made = true;
    }
    if (over) {
      if (row.completedTask) tasks.completed += 1;
      records.add(call.subject);
      made = true;
      this.#talked(call);
    }
    if (made) so.before = before;
    return made ? 'delivered' : 'either';
  }

  #talked({ talkSeconds, start }: Call): void {
    if (talkSeconds < MIN_TALK_S) return;
    const closed = this.#missed.filter((missed) => missed.start < start);
    this.#missed = this.#missed.filter((missed) => missed.start >= start);
    this.#talkedAt = Math.max(this.#talkedAt, start);
    this.#expected.tasks.open -= closed.length;
    this.#expected.tasks.completed += closed.length;
  }
}

const beforeOf = (contact: Contact | undefined): Before =>
  contact
    ? {
        client: contact.lead ? 'open' : 'closed',
        responsible: contact.lead?.responsible ?? contact.responsible,
      }
    : { client: 'new', responsible: null };

interface Row {
  atPickUp: boolean;
  contact: boolean;
  lead: boolean;
  openTask: boolean;
  completedTask: boolean;
  responsible: number;
}

/** The default matrix; null: nothing is made. */
function rowOf({ kind, by }: Call, { client, responsible }: Before): Row | null {
  const user = by === null ? undefined : USERS[by];
  const record = {
    atPickUp: false,
    contact: false,
    lead: false,
    openTask: false,
    completedTask: false,
    responsible: user ?? SENIOR,
  };
  const unknown = by !== null && user === undefined;
  switch (kind) {
    case 'incoming_answered':
      if (client === 'new')
        return { ...record, atPickUp: true, contact: true, lead: true, openTask: unknown };
      if (client === 'closed')
        return {
          ...record,
          atPickUp: true,
          lead: true,
          openTask: unknown,
          responsible: user ?? responsible ?? SENIOR,
        };
      if (unknown) return { ...record, openTask: true };
      return user === responsible ? record : { ...record, openTask: true, completedTask: true };
    case 'incoming_missed':
      return { ...record, contact: client === 'new', lead: client === 'new', openTask: true };
    case 'outgoing_answered':
      return { ...record, contact: client === 'new' };
    case 'outgoing_unanswered':
      return client === 'new' ? null : record;
  }
}
