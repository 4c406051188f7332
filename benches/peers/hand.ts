// The job as one would write it by hand: reading, choosing by rows and rules, a Ukrainian phone, amoCRM's shapes.
// What a peer cannot do is done for it by these functions.
import type { Field, Row, Value } from 'ringostat-amocrm';
import type { Brought, Choose, Chosen, Phone, Rules } from './job.ts';

/** Of the sandbox's account. */
const FIELDS = {
  PHONE: 178_382,
  EMAIL: 178_384,
  contactUtmSource: 710_002,
  leadUtmSource: 710_008,
  clientId: 710_001,
};
const TAGS = [{ name: 'Ringostat Automation' }];

const decoder = new TextDecoder();
const encoder = new TextEncoder();

interface SaveFormData {
  params: { r_cl: string; r_cu: string; formData: Record<string, unknown> };
}

export function read(bytes: Uint8Array): Brought {
  const { params } = JSON.parse(decoder.decode(bytes)) as SaveFormData;
  const variables: Record<string, string> = { client_id: params.r_cl };
  for (const [name, value] of new URL(params.r_cu).searchParams) {
    if (name.startsWith('utm_')) variables[name] = value;
  }
  return { form: params.formData, variables };
}

export const folded = (value: string): string => value.trim().toLowerCase();

/** Number by number, as the rules say. */
export function pipelineOf(rules: Pick<Rules, 'funnel' | 'pipeline'>, seen: string | undefined): number {
  if (seen === undefined) return rules.pipeline;
  const wanted = folded(seen);
  return rules.funnel.find((rule) => rule.seen === wanted)?.pipeline ?? rules.pipeline;
}

function textOf(value: Value, { form, variables }: Brought): string | undefined {
  if ('constant' in value) return value.constant;
  if ('variable' in value) return variables[String(value.variable)];
  for (const name of value.form_fields) {
    const told = form[name];
    if (typeof told === 'string' && told.trim() !== '') return told;
  }
  return undefined;
}

export const chooseBy = (rules: Rules): Choose => {
  const each = (rows: Row[], brought: Brought) => rows.map(({ value }) => textOf(value, brought));
  return (brought) => ({
    contact: each(rules.contact, brought),
    lead: each(rules.lead, brought),
    pipeline: pipelineOf(rules, brought.variables.utm_source),
  });
};

const NATIONAL = 9;

/** A number of Ukraine; anything else is not read. */
export function phoneOf(text: string): Phone | undefined {
  const digits = text.replace(/\D/g, '');
  const national = digits.slice(-NATIONAL);
  const before = digits.slice(0, -NATIONAL);
  if (national.length < NATIONAL || !['', '0', '80', '380', '00380'].includes(before)) return undefined;
  return { e164: `+380${national}`, national };
}

interface Entity {
  name?: string;
  custom_fields_values: { field_id: number; values: { value: string; enum_code?: string }[] }[];
}

function put(entity: Entity, field: Field, value: string): void {
  if (field === 'name') entity.name = value;
  else if (field === 'PHONE' || field === 'EMAIL')
    entity.custom_fields_values.push({ field_id: FIELDS[field], values: [{ value, enum_code: 'WORK' }] });
  else if (typeof field === 'object')
    entity.custom_fields_values.push({ field_id: field.id, values: [{ value }] });
}

/** The search and the lead's body, as bytes. */
export function written(
  rules: Rules,
  brought: Brought,
  chosen: Chosen,
  readPhone: (text: string) => Phone | undefined,
): Uint8Array {
  const { utm_source: utm, client_id: client } = brought.variables;
  let search = '';
  const contact: Entity = { custom_fields_values: [] };
  for (const [index, { field }] of rules.contact.entries()) {
    const value = chosen.contact[index];
    if (value === undefined) continue;
    const phone = field === 'PHONE' ? readPhone(value) : undefined;
    search ||= phone?.national ?? '';
    put(contact, field, phone?.e164 ?? value);
  }
  const lead: Entity = { custom_fields_values: [] };
  for (const [index, { field }] of rules.lead.entries()) {
    const value = chosen.lead[index];
    if (value !== undefined) put(lead, field, value);
  }
  if (utm !== undefined) {
    put(lead, { id: FIELDS.leadUtmSource }, utm);
    put(contact, { id: FIELDS.contactUtmSource }, utm);
  }
  if (client !== undefined) put(contact, { id: FIELDS.clientId }, client);
  const body = {
    ...lead,
    pipeline_id: chosen.pipeline,
    _embedded: { tags: TAGS, contacts: [{ ...contact, _embedded: { tags: TAGS } }] },
  };
  const path = `/api/v4/contacts?query=${search}&with=leads&limit=250&page=1`;
  return encoder.encode(JSON.stringify({ search: path, body: JSON.stringify([body]) }));
}
