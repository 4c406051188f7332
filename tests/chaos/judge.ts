// The account at the end beside the input: what is not there is lost, what is there more than once is doubled.
import { type Entity, type EventView, type State, values } from '../edge/harness.ts';
import type { Message } from './input.ts';
import { type Expected, expectedOf } from './rules.ts';

/** Each by the id of what it is about. */
export interface Verdict {
  lost: string[];
  doubled: string[];
}

export interface Edited {
  manager_edits: { entity: string; id: number; phone?: string }[];
}

export type FullState = State &
  Edited & { tasks: { entity_type: string; entity_id: number; is_completed: boolean }[] };

const digits = (text: string) => text.replace(/\D/g, '').slice(-9);

/** `events`: the journal's, by message. */
export function judge(messages: Message[], events: Map<Message, EventView>, state: FullState): Verdict {
  const verdict: Verdict = { lost: [], doubled: [] };
  const account = new Account(state);
  const compare = (what: string, seen: number, wanted: number) => {
    for (let n = seen; n < wanted; n += 1) verdict.lost.push(what);
    for (let n = wanted; n < seen; n += 1) verdict.doubled.push(what);
    return seen;
  };
  const people = new Set(messages.map(({ person }) => person));
  const total = { contacts: 0, leads: 0, notes: 0, tasks: 0 };
  for (const person of people) {
    const expected = expectedOf(person);
    const { contactsOf, leadsOf, records, notes, tasks } = expected;
    statuses(expected, events, verdict);
    const subjectOf = (message: Message) => events.get(message)?.subject ?? `message ${message.number}`;
    for (const subject of subjects(person.messages, contactsOf, subjectOf))
      total.contacts += compare(
        `contact of ${subject.id}`,
        account.contactsBy(subject.id).length,
        subject.wanted,
      );
    for (const subject of subjects(person.messages, leadsOf, subjectOf))
      total.leads += compare(`lead of ${subject.id}`, account.leadsBy(subject.id).length, subject.wanted);
    for (const uniq of records)
      total.notes += compare(`record of ${uniq}`, account.records.get(uniq) ?? 0, 1);
    for (const note of notes) {
      const subject = subjectOf(note);
      const there = account.notes.get(subject) ?? [];
      total.notes += compare(`note of ${subject}`, there.length, 1);
      if (there[0]?.includes(`No. ${note.number}.`) === false) verdict.lost.push(`content of ${subject}`);
    }
    for (const phone of expected.phones)
      compare(`phone of client ${person.number}`, account.owners(phone), 1);
    for (const email of expected.emails) {
      if (!account.emails.has(email)) verdict.lost.push(`e-mail of client ${person.number}`);
    }
    const own = account.tasksOf(subjects(person.messages, leadsOf, subjectOf).map(({ id }) => id));
    total.tasks += compare(`open task of client ${person.number}`, own.open, tasks.open);
    total.tasks += compare(`completed task of client ${person.number}`, own.completed, tasks.completed);
  }
  for (const list of ['contacts', 'leads', 'notes', 'tasks'] as const)
    compare(`${list} of nobody`, state[list].length, total[list]);
  for (const { id } of state.contacts) {
    const phones = account.phonesOf(id);
    compare(`a phone on contact ${id}`, phones.length, new Set(phones).size);
  }
  for (const { entity, id, phone } of state.manager_edits) {
    if (phone && !account.phonesOf(id).includes(digits(phone)))
      verdict.lost.push(`a manager's phone on ${entity} ${id}`);
  }
  return verdict;
}

function statuses({ ends }: Expected, events: Map<Message, EventView>, { lost }: Verdict): void {
  for (const [message, end] of ends) {
    const event = events.get(message);
    const id = event?.event ?? `message ${message.number}`;
    const status = event?.status ?? 'missing';
    const fits = end === 'either' ? ['delivered', 'skipped'].includes(status) : status === end;
    if (!fits) lost.push(`${id}: ${status}, not ${end}`);
  }
}

/** Messages of one call share a subject. */
function subjects(all: Message[], made: Set<Message>, subjectOf: (message: Message) => string) {
  const wanted = new Map(all.map((message) => [subjectOf(message), 0]));
  for (const message of made) wanted.set(subjectOf(message), 1);
  return [...wanted].map(([id, count]) => ({ id, wanted: count }));
}

/** The account, by what is asked for. */
class Account {
  readonly records = new Map<string, number>();
  /** Texts by the id in their last line. */
  readonly notes = new Map<string, string[]>();
  readonly emails = new Set<string>();
  readonly #contacts = new Map<string, Entity[]>();
  readonly #leads = new Map<string, Entity[]>();
  readonly #owners = new Map<string, Set<number>>();
  readonly #phones = new Map<number, string[]>();
  readonly #tasks = new Map<string, FullState['tasks']>();

  constructor({ contacts, leads, notes, tasks }: FullState) {
    for (const contact of contacts) {
      for (const marker of values(contact, 'RINGOSTAT_EVENT')) push(this.#contacts, marker, contact);
      const phones = values(contact, 'PHONE').map(digits);
      this.#phones.set(contact.id, phones);
      for (const phone of phones) {
        this.#owners.set(phone, (this.#owners.get(phone) ?? new Set()).add(contact.id));
      }
      for (const email of values(contact, 'EMAIL')) this.emails.add(email.toLowerCase());
    }
    for (const lead of leads) {
      for (const marker of values(lead, 'RINGOSTAT_EVENT')) push(this.#leads, marker, lead);
    }
    for (const { params } of notes) {
      if (params.uniq !== undefined) this.records.set(params.uniq, (this.records.get(params.uniq) ?? 0) + 1);
      const marker = /\nRingostat (\S+)$/.exec(params.text ?? '')?.[1];
      if (marker !== undefined) push(this.notes, marker, params.text ?? '');
    }
    for (const task of tasks) push(this.#tasks, `${task.entity_type} ${task.entity_id}`, task);
  }

  contactsBy = (subject: string): Entity[] => this.#contacts.get(subject) ?? [];
  leadsBy = (subject: string): Entity[] => this.#leads.get(subject) ?? [];
  owners = (phone: string): number => this.#owners.get(phone)?.size ?? 0;
  phonesOf = (contact: number): string[] => this.#phones.get(contact) ?? [];

  /** On contacts and leads that these made. */
  tasksOf(markers: string[]): { open: number; completed: number } {
    const on = markers.flatMap((marker) => [
      ...this.contactsBy(marker).map(({ id }) => `contacts ${id}`),
      ...this.leadsBy(marker).map(({ id }) => `leads ${id}`),
    ]);
    const tasks = on.flatMap((entity) => this.#tasks.get(entity) ?? []);
    const completed = tasks.filter(({ is_completed }) => is_completed).length;
    return { open: tasks.length - completed, completed };
  }
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
