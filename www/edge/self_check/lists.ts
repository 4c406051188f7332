// Whether lists are what look-ups of lost answers rest on: pages as we read them, newest first, filtered by id.
import { type Asker, itemsOf, type Json, Unexpected } from './asker.ts';
import { type Entity, hasNext } from './fields.ts';
import type { Findings } from './findings.ts';

/** Enough to see an order, and to find somebody with a phone. */
const SOME = 50;
/** Ids grow: nothing has this one yet. */
const FAR = 1_000_000_000;

const idOf = ({ id }: Json): number => (typeof id === 'number' ? id : Number.NaN);

/** The newest contacts, newest first as far as the account keeps the order. */
export async function checkLists(asker: Asker, findings: Findings): Promise<Json[]> {
  const contacts = await newest(asker, 'contacts');
  const leads = await newest(asker, 'leads');
  const longer: [Entity, Json[]] = leads.length > contacts.length ? ['leads', leads] : ['contacts', contacts];
  const [entity, entities] = longer;
  if (entities.length < 2) {
    findings.add('too_few_entities');
    return contacts;
  }
  const path = `/api/v4/${entity}`;
  const ignored = [orderOf('contacts', contacts), orderOf('leads', leads)].flat();
  findings.addAll(ignored, 'order_kept');
  const page = await asker.read(`${path}?order[id]=desc&limit=1&page=1`);
  if (itemsOf(page, entity)?.length !== 1) findings.add('page_differs', { path });
  else findings.add(hasNext(page) ? 'pages_fit' : 'next_page_missing', { path });
  const nobody = Math.max(...entities.map(idOf)) + FAR;
  const filtered = itemsOf(await asker.read(`${path}?filter[id][]=${nobody}&limit=1`), entity);
  const some = entities.slice(0, 2).map(idOf);
  const both = await asker.read(`${path}?${some.map((id) => `filter[id][]=${id}`).join('&')}&limit=250`);
  const named = itemsOf(both, entity)?.map(idOf) ?? [];
  const filters = filtered?.length === 0 && named.length === 2 && some.every((id) => named.includes(id));
  findings.add(filters ? 'filter_kept' : 'filter_ignored', { path });
  return contacts;
}

function orderOf(entity: Entity, items: Json[]) {
  const ids = items.map(idOf);
  const kept = ids.every((id, at) => at === 0 || id < (ids[at - 1] ?? 0));
  return kept ? [] : [{ code: 'order_ignored' as const, params: { path: `/api/v4/${entity}` } }];
}

async function newest(asker: Asker, entity: Entity): Promise<Json[]> {
  const path = `/api/v4/${entity}`;
  const items = itemsOf(await asker.read(`${path}?order[id]=desc&limit=${SOME}&page=1`), entity);
  if (!items || items.some((item) => Number.isNaN(idOf(item))))
    throw new Unexpected('page_differs', { path });
  return items;
}
