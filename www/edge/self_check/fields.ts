// The fields that we made, and those that every account should have: there, and of the type that we write.
import { type Asker, itemsOf, type Json, Unexpected } from './asker.ts';
import type { Code, Findings } from './findings.ts';

const ENTITIES = ['contacts', 'leads'] as const;
export type Entity = (typeof ENTITIES)[number];

/** Ids of our own fields, as the survey found or made them. */
export interface OurFields {
  marker: number | null;
  client_id: number | null;
  utm: (number | null)[];
}
export type Ours = Record<Entity, OurFields>;

/** In the order in which the directory has them. */
const MARKS = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term'];
const MOST_PAGES = 20;

type Found = { code: Code; params: Json };

/** Every custom field of contacts and leads, as read; `ours` undefined: the account was never surveyed. */
export async function checkFields(
  asker: Asker,
  findings: Findings,
  ours: Ours | undefined,
): Promise<Record<Entity, Json[]>> {
  const read = { contacts: await fieldsOf(asker, 'contacts'), leads: await fieldsOf(asker, 'leads') };
  const found: Found[] = ours ? ENTITIES.flatMap((entity) => ownOf(entity, ours[entity], read[entity])) : [];
  if (!ours) found.push({ code: 'directory_missing', params: {} });
  for (const field of ['PHONE', 'EMAIL']) {
    const known = read.contacts.find(({ code }) => code === field);
    if (!known) found.push({ code: 'contact_field_missing', params: { field } });
    else found.push(...typeOf('contacts', known, 'multitext'));
  }
  findings.addAll(found, 'fields_fit');
  return read;
}

function ownOf(entity: Entity, ours: OurFields, fields: Json[]): Found[] {
  const wanted: [Code, number | null, Json][] = [['marker_field_missing', ours.marker, { entity }]];
  if (entity === 'contacts') wanted.push(['client_id_field_missing', ours.client_id, { entity }]);
  for (const [index, mark] of MARKS.entries()) {
    wanted.push(['utm_field_missing', ours.utm[index] ?? null, { entity, mark }]);
  }
  return wanted.flatMap(([code, id, params]) => {
    const known = fields.find((field) => field.id === id);
    return known ? typeOf(entity, known, 'text') : [{ code, params }];
  });
}

const typeOf = (entity: Entity, { id, type }: Json, expected: string): Found[] =>
  type === expected ? [] : [{ code: 'field_type_differs', params: { entity, field: id, type, expected } }];

async function fieldsOf(asker: Asker, entity: Entity): Promise<Json[]> {
  const path = `/api/v4/${entity}/custom_fields`;
  const all: Json[] = [];
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const read = await asker.read(`${path}?limit=250&page=${page}`);
    const items = itemsOf(read, 'custom_fields');
    if (!items) throw new Unexpected('page_differs', { path });
    all.push(...items);
    if (!hasNext(read)) break;
  }
  return all;
}

export const hasNext = (page: Json | null): boolean =>
  typeof (page?._links as { next?: { href?: unknown } } | undefined)?.next?.href === 'string';
