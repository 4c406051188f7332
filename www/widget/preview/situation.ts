// What amoCRM may know of a client, made up for the identifiers of the event that is previewed.
import type { ApiField } from './account.ts';

export const SITUATIONS = ['known_contact', 'open_lead', 'two_contacts'] as const;
export type Situation = (typeof SITUATIONS)[number];

/** A situation of the client who is known by these (`PreviewResult.identifiers`). */
export interface Identified {
  situation: Situation;
  identifiers: string[];
  /** How the made-up entities are called. */
  names: { contact: string; second: string; lead: string };
  /** Whose client it is. Absent: the account's owner's. */
  responsible?: number | null;
}

/** Ringostat's client id: the field that the core makes when the account lacks it. */
export const CLIENT_ID: ApiField = {
  name: 'Ringostat: client id',
  code: 'RINGOSTAT_CLIENT_ID',
  type: 'text',
  enums: null,
};
const [CONTACT, SECOND, LEAD] = [101, 102, 201];

export const carriesClientId = ({ identifiers }: Identified): boolean =>
  identifiers.some((identifier) => identifier.startsWith('client:'));

/**
 * Contacts that carry all identifiers, the first one the oldest. Of two contacts the younger one has the open lead:
 * then it is the one that is used.
 */
export function situationOf({ situation, identifiers, names, responsible }: Identified) {
  const carried = identifiers.flatMap(carrying);
  const owned = responsible ? { responsible_user_id: responsible } : {};
  const contact = (id: number, name: string) => ({ id, name, custom_fields_values: carried, ...owned });
  const contacts = [contact(CONTACT, names.contact)];
  if (situation === 'two_contacts') contacts.push(contact(SECOND, names.second));
  const owner = situation === 'two_contacts' ? SECOND : CONTACT;
  const lead = {
    id: LEAD,
    name: names.lead,
    _embedded: { contacts: [{ id: owner, is_main: true }] },
    ...owned,
  };
  return { contacts, leads: situation === 'known_contact' ? [] : [lead] };
}

function carrying(identifier: string): { field_code: string | null; values: object[] }[] {
  const colon = identifier.indexOf(':');
  const [kind, value] = [identifier.slice(0, colon), identifier.slice(colon + 1)];
  switch (kind) {
    case 'phone':
      return [{ field_code: 'PHONE', values: [{ value: `+${value}`, enum_code: 'WORK' }] }];
    case 'email':
      return [{ field_code: 'EMAIL', values: [{ value, enum_code: 'WORK' }] }];
    case 'client':
      return [{ field_code: CLIENT_ID.code, values: [{ value }] }];
    default:
      return [];
  }
}
