// The account that a preview runs on, as the core's sandbox takes it in: set up like the real one, as far as
// `GET /directory` tells, and holding what amoCRM is taken to know of the client.
import type { LookupResult } from 'ringostat-amocrm';
import { type Entity, found } from './found.ts';
import { CLIENT_ID, carriesClientId, type Identified, situationOf } from './situation.ts';

/** What of `GET /directory` is needed here. */
export interface DirectoryDocument {
  account?: { id: number; name: string; subdomain: string };
  pipelines?: Pipeline[];
  fields?: { contacts: Field[]; leads: Field[] };
  users?: User[];
  task_types?: { id: number; name: string }[];
}
export interface Pipeline {
  id: number;
  name: string;
  sort: number;
  is_main: boolean;
  is_unsorted_on: boolean;
  is_archive: boolean;
  statuses: { id: number; name: string; sort: number; type: number }[];
}
export interface Field {
  id: number;
  name: string;
  code: string;
  type: string;
  enums?: { id: number; value: string }[];
}
export interface User {
  id: number;
  name: string;
  email: string;
  is_admin: boolean;
  is_active: boolean;
}

/** `PreviewInput.account`. */
export type Seed = Record<string, unknown>;

/** Null: nothing. Else the answer of `POST /lookup`, or a situation made up for the client of the event. */
export type Known = null | LookupResult | Identified;

/**
 * Without a directory (nothing is connected yet) the account is the sandbox's own. An account without readable users
 * keeps the sandbox's: nobody could be responsible for anything otherwise.
 */
export function seedOf(directory: DirectoryDocument | null, known: Known): Seed {
  const seed: Seed = {};
  const fields = fieldsOf(directory?.fields);
  if (fields) seed.fields = fields;
  else if (known !== null && 'situation' in known) known = withoutClientId(known);
  const { account, pipelines, users, task_types: taskTypes } = directory ?? {};
  if (account?.subdomain && account.name) {
    seed.account = { id: account.id, name: account.name, subdomain: account.subdomain };
  }
  if (pipelines?.length) seed.pipelines = pipelines.map(pipelineOf);
  if (users?.length) seed.users = users.map(userOf);
  if (taskTypes?.length) seed.task_types = taskTypes;
  if (known === null) return seed;
  if (!('situation' in known)) return { ...seed, ...found(known, fields) };
  // Who is known by his client id has it in the field that the core would make.
  const lacks = !fields?.contacts.some(({ code }) => code === CLIENT_ID.code);
  if (fields && lacks && carriesClientId(known)) fields.contacts.push(CLIENT_ID);
  return { ...seed, ...situationOf(known) };
}

/** The sandbox's own account has no field for it. */
const withoutClientId = (known: Identified): Identified => ({
  ...known,
  identifiers: known.identifiers.filter((identifier) => !identifier.startsWith('client:')),
});

/** A field as the API shows it. */
export interface ApiField {
  id?: number;
  name: string;
  code: string | null;
  type: string;
  enums: { id: number; value: string; code: string | null }[] | null;
}
export type Fields = Record<Entity, ApiField[]>;

/** Companies have the phones and e-mails that contacts have: more of them is not asked for. */
function fieldsOf(fields: DirectoryDocument['fields']): Fields | null {
  if (!fields?.contacts?.length) return null;
  const contacts = fields.contacts.map(fieldOf);
  const companies = contacts.filter(({ code }) => code === 'PHONE' || code === 'EMAIL');
  return { contacts, leads: (fields.leads ?? []).map(fieldOf), companies };
}

// Kinds of phones and e-mails are told by codes; amoCRM shows the code as the label too.
function fieldOf({ id, name, code, type, enums }: Field): ApiField {
  const labels = enums?.map((option) => ({ ...option, code: type === 'multitext' ? option.value : null }));
  return { id, name, code: code || null, type, enums: labels ?? null };
}

const pipelineOf = ({ statuses, ...pipeline }: Pipeline) => ({ ...pipeline, _embedded: { statuses } });

const userOf = ({ is_admin, is_active, ...user }: User) => ({ ...user, rights: { is_admin, is_active } });
