// Whether somebody is found by the digits of his phone, as the core asks for them.
import type { Engine } from '../engine.ts';
import { type Asker, isObject, itemsOf, type Json } from './asker.ts';
import type { Findings } from './findings.ts';

/** The search of a real account lags: somebody so young need not be found yet. */
const YOUNG_S = 120;
/** A number in full: fewer digits could be an extension, more are none. */
const NUMBER = /^\d{9,15}$/;

/** `contacts`: the newest ones, as read just now. */
export async function checkSearch(
  asker: Asker,
  findings: Findings,
  engine: Engine,
  contacts: Json[],
): Promise<void> {
  const known = contacts
    .flatMap((contact) => phonesOf(contact).map((phone) => ({ contact, phone })))
    .filter(({ phone }) => NUMBER.test(digits(phone)))
    .at(-1);
  if (!known) return findings.add('no_phone_to_search');
  const { contact, phone } = known;
  if (!(await isFound(asker, engine, phone, contact.id))) {
    const age = Math.floor(Date.now() / 1000) - Number(contact.updated_at);
    return findings.add(age < YOUNG_S ? 'phone_not_indexed_yet' : 'phone_not_found', { contact: contact.id });
  }
  findings.add('phone_found', { contact: contact.id });
  // Nothing that we do rests on this: it tells how the search works.
  const middle = digits(phone).slice(-8, -1);
  const within = itemsOf(await asker.read(`/api/v4/contacts?query=${middle}&limit=250`), 'contacts') ?? [];
  if (!within.some(({ id }) => id === contact.id)) findings.add('phone_by_ending_only');
}

/** Whether the core's own search meets that contact. */
export async function isFound(
  asker: Asker,
  engine: Engine,
  phone: string,
  contact: unknown,
): Promise<boolean> {
  const { contacts } = await asker.travel(engine.lookup(JSON.stringify({ phone })));
  return Array.isArray(contacts) && contacts.some((one) => isObject(one) && one.id === contact);
}

function phonesOf({ custom_fields_values: fields }: Json): string[] {
  const phone = Array.isArray(fields) ? fields.find((field) => field?.field_code === 'PHONE') : undefined;
  const values: unknown[] = Array.isArray(phone?.values) ? phone.values : [];
  return values.flatMap((one) => (isObject(one) && typeof one.value === 'string' ? [one.value] : []));
}

const digits = (phone: string): string => phone.replace(/\D/g, '');
