// With `write`: one contact with one lead of our own, made once and found again ever after. Nothing removes them.
import type { Engine } from '../engine.ts';
import { type Answered, type Asker, isObject, itemsOf, type Json, Unexpected } from './asker.ts';
import type { Ours } from './fields.ts';
import type { Findings } from './findings.ts';
import { isFound } from './search.ts';
import type { TrialStore } from './trial_store.ts';

/** What people see in amoCRM. */
const NAME = 'Ringostat self-check';
/** In the marker field: no event has such an id. */
const MARKER = 'self-check';
/** Set aside for fiction: nobody's. */
const PHONE = '+12025550143';
/** How long to wait for the search, between one question and the next. */
const PAUSES_MS = [100, 200, 400, 800, 1600, 3200];

/** What a trial needs to know of the project. */
export interface Ground {
  account: number;
  ours: Ours | undefined;
  engine: Engine;
  store: TrialStore;
  /** How long a late write may take. */
  settleMs: number;
  /** What was stored is on disk when it returns. */
  sync: () => Promise<void>;
}

interface Made {
  contact: number;
  lead: number | null;
  /** Unix milliseconds. */
  at: number;
  /** By this check. */
  fresh: boolean;
}

export async function checkWriting(asker: Asker, findings: Findings, ground: Ground): Promise<void> {
  const made = (await found(asker, findings, ground)) ?? (await make(asker, findings, ground));
  if (!made) return;
  const contact = await asker.read(`/api/v4/contacts/${made.contact}`);
  const marker = ground.ours?.contacts.marker;
  if (marker) findings.add(contact && firstValue(contact, marker) === MARKER ? 'marker_kept' : 'marker_lost');
  await checkPatch(asker, findings, made.contact);
  await checkIndex(asker, findings, ground.engine, made);
}

/** That of an earlier check, as it is on file, or as the account has it; null: there is none. */
async function found(
  asker: Asker,
  findings: Findings,
  { account, ours, store }: Ground,
): Promise<Made | null> {
  const known = store.of(account);
  if (known?.contact) {
    if (await asker.read(`/api/v4/contacts/${known.contact}`)) {
      findings.add('trial_found', { contact: known.contact, lead: known.lead });
      return { contact: known.contact, lead: known.lead, at: known.asked_at, fresh: false };
    }
    // Merged or removed by somebody.
    store.forget(account);
  }
  const own = await lookedUp(asker, ours?.contacts.marker);
  if (!own) return null;
  const contact = Number(own.id);
  const leads = isObject(own._embedded) && Array.isArray(own._embedded.leads) ? own._embedded.leads : [];
  const lead = typeof leads[0]?.id === 'number' ? leads[0].id : null;
  const at = known?.asked_at ?? Date.now();
  store.made(account, at, contact, lead);
  findings.add('trial_found', { contact, lead });
  return { contact, lead, at, fresh: false };
}

/** Among the newest as well: the search lags. */
async function lookedUp(asker: Asker, marker: number | null | undefined): Promise<Json | null> {
  for (const which of [`query=${encodeURIComponent(NAME)}`, 'order[id]=desc']) {
    const page = await asker.read(`/api/v4/contacts?${which}&with=leads&limit=250&page=1`);
    const own = itemsOf(page, 'contacts')?.find(
      (one) => one.name === NAME && (!marker || firstValue(one, marker) === MARKER),
    );
    if (own) return own;
  }
  return null;
}

async function make(asker: Asker, findings: Findings, ground: Ground): Promise<Made | null> {
  const { account, store, settleMs, sync } = ground;
  const asked = store.of(account);
  const wait = asked ? asked.asked_at + settleMs - Date.now() : 0;
  if (wait > 0) {
    findings.add('trial_unknown', { again_in_s: Math.ceil(wait / 1000) });
    return null;
  }
  store.asked(account, Date.now());
  // Before it leaves: an answer that is lost is looked for, not written again.
  await sync();
  const answer = await asker.write('POST', '/api/v4/leads/complex', [body(ground.ours)]);
  if (answer === 'lost' || answer.status >= 500) {
    findings.add('trial_unknown', { again_in_s: Math.ceil(settleMs / 1000) });
    return null;
  }
  if (answer.status < 200 || answer.status > 299) {
    store.forget(account);
    findings.add('trial_refused', { status: answer.status, codes: codesOf(answer) });
    return null;
  }
  const made = readComplex(answer.body);
  if (!made) {
    findings.add('complex_differs', { status: answer.status });
    return null;
  }
  const at = Date.now();
  store.made(account, at, made.contact, made.lead);
  findings.add('trial_made', { ...made });
  findings.add('complex_fits');
  return { ...made, at, fresh: true };
}

function body(ours: Ours | undefined): Json {
  const marked = (marker: number | null | undefined) =>
    marker ? [{ field_id: marker, values: [{ value: MARKER }] }] : [];
  const phone = { field_code: 'PHONE', values: [{ value: PHONE, enum_code: 'WORK' }] };
  const contact = { name: NAME, custom_fields_values: [phone, ...marked(ours?.contacts.marker)] };
  return {
    name: NAME,
    custom_fields_values: marked(ours?.leads.marker),
    _embedded: { contacts: [contact] },
  };
}

/** A bare array with the ids of both. */
function readComplex(answer: unknown): { contact: number; lead: number } | null {
  const [item] = Array.isArray(answer) ? answer : [];
  if (!isObject(item)) return null;
  const { id: lead, contact_id: contact } = item;
  return typeof lead === 'number' && typeof contact === 'number' ? { contact, lead } : null;
}

async function checkPatch(asker: Asker, findings: Findings, contact: number): Promise<void> {
  const path = `/api/v4/contacts/${contact}`;
  const answer = await asker.write('PATCH', path, { name: NAME });
  if (answer === 'lost')
    throw new Unexpected('answer_unexpected', { path: '/api/v4/contacts', status: null });
  const { status, body } = answer;
  const root = isObject(body) && body.id === contact;
  const wrapped = isObject(body) && itemsOf(body, 'contacts')?.[0]?.id === contact;
  findings.add(root ? 'patch_plain' : wrapped ? 'patch_wrapped' : 'patch_differs', { status });
}

async function checkIndex(asker: Asker, findings: Findings, engine: Engine, made: Made): Promise<void> {
  const since = () => ({ ms: Date.now() - made.at });
  for (const pause of made.fresh ? [0, ...PAUSES_MS] : [0]) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    if (await isFound(asker, engine, PHONE, made.contact)) {
      return findings.add('trial_indexed', made.fresh ? since() : {});
    }
  }
  findings.add('trial_not_indexed_yet', since());
}

/** Of a custom field, its first value. */
function firstValue({ custom_fields_values: fields }: Json, id: number): unknown {
  const own = Array.isArray(fields) ? fields.find((field) => field?.field_id === id) : undefined;
  return own?.values?.[0]?.value;
}

/** What amoCRM calls the mistakes; its texts could quote a value. */
function codesOf({ body }: Answered): string[] {
  const items = isObject(body) ? body['validation-errors'] : undefined;
  if (!Array.isArray(items)) return [];
  return items.flatMap((item) => (item?.errors ?? []).map((error: Json) => `${error.code} ${error.path}`));
}
