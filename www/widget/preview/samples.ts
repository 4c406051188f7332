// Built-in events. They are made to fit the settings: a form has the fields that the mapping asks for, a call reaches a
// connected number and is answered by a linked employee.
import type { Field, Line, Settings, Variable } from 'ringostat-amocrm';
import type { Incoming } from './incoming.ts';

export const SAMPLES = [
  'form',
  'form_visit',
  'call_missed',
  'call_answered',
  'call_pick_up',
  'call_outgoing',
  'call_callback',
] as const;
export type Sample = (typeof SAMPLES)[number];

/** What people and things are called in the reader's language. */
export interface Words {
  name: string;
  first_name: string;
  last_name: string;
  text: string;
  page: string;
  form: string;
}

/** What of a field says which values it takes. */
export interface SampleField {
  id: number;
  code: string | null;
  type: string;
  enums?: { value: string }[];
}

const CLIENT = '380671234567';
const LINE = '380441112233';
const UTM = { utm_source: 'google', utm_medium: 'cpc', utm_campaign: 'brand', utm_term: 'okna' };

/** `now`: unix milliseconds. */
export function sampleOf(
  sample: Sample,
  settings: Settings,
  fields: SampleField[],
  words: Words,
  now: number,
): Incoming {
  if (sample === 'form') return json('form', formData(settings, fields, words));
  if (sample === 'form_visit') return json('form', visited(settings, fields, words));
  return json('call', callOf(sample, settings, Math.floor(now / 1000)));
}

const json = (kind: 'form' | 'call', value: unknown): Incoming => ({
  kind,
  content_type: 'application/json',
  body: JSON.stringify(value),
});

/** The first name of every row: it is the one that wins. */
function formData(settings: Settings, fields: SampleField[], words: Words): Record<string, string> {
  const { contact, lead } = settings.mapping;
  const data: Record<string, string> = {};
  for (const { field, value } of [...contact, ...lead]) {
    if (typeof value !== 'object' || !('form_fields' in value)) continue;
    const name = value.form_fields[0];
    if (name && !(name in data)) data[name] = exampleOf(field, fields, words);
  }
  const empty = Object.keys(data).length === 0;
  return empty ? { name: words.name, telephone: '+38 (067) 111-22-33', email: 'ivan@example.com' } : data;
}

function exampleOf(field: Field, fields: SampleField[], words: Words): string {
  const known = fields.find(({ id, code }) => (typeof field === 'string' ? code === field : id === field.id));
  const code = typeof field === 'string' ? field : known?.code;
  switch (code) {
    case 'PHONE':
      return '+38 (067) 111-22-33';
    case 'EMAIL':
      return 'ivan@example.com';
    case 'name':
    case 'first_name':
    case 'last_name':
      return words[code];
    case 'price':
      return '1500';
  }
  switch (known?.type) {
    case 'numeric':
    case 'price':
    case 'monetary':
      return '1500';
    case 'date':
    case 'date_time':
    case 'birthday':
      return '2026-05-17';
    case 'checkbox':
      return '1';
    case 'url':
      return 'https://site.example';
    default:
      return known?.enums?.[0]?.value ?? words.text;
  }
}

/** As Ringostat's script on the site sends it: with the visit, its marks and the additional parameters. */
function visited(settings: Settings, fields: SampleField[], words: Words) {
  const page = `https://site.example/?${new URLSearchParams(UTM)}`;
  return {
    jsonrpc: '2.0',
    method: 'saveFormData',
    id: 1,
    params: {
      formData: { ...formData(settings, fields, words), comment: words.text },
      formId: 'callback',
      formName: words.form,
      dt: words.page,
      r_cl: '1169999034.1555555510',
      r_cu: page,
      r_pd: JSON.stringify(trackedIn(settings)),
    },
  };
}

/** Every additional parameter that the settings name, and the usual one. */
function trackedIn({ mapping, funnel }: Settings): Record<string, string> {
  const values = [...mapping.contact, ...mapping.lead].map(({ value }) => value);
  const variables: Variable[] = [
    ...values.flatMap((value) => ('variable' in value ? [value.variable] : [])),
    ...funnel.map(({ variable }) => variable),
  ];
  const names = variables.flatMap((variable) => (typeof variable === 'object' ? [variable.tracked] : []));
  return Object.fromEntries(['roistat_visit', ...names].map((name, at) => [name, String(123_456 + at)]));
}

function callOf(sample: Sample, settings: Settings, now: number): Record<string, unknown> {
  const length = 95;
  const line = lineOf(settings);
  const employee = settings.employees[0]?.ringostat;
  const marks = {
    connected_with: employee?.sip[0] || employee?.numbers[0] || employee?.extension || 'manager',
    ...(employee?.staff_id ? { employee_number: employee.staff_id } : {}),
    ...(employee?.name ? { employee_fio: employee.name } : {}),
  };
  const begun = {
    uniqueid: `ua1_-${now - length}.1`,
    call_type: 'in',
    caller: CLIENT,
    dst: line,
    ...UTM,
    ...wanted(settings),
    r_ad: JSON.stringify(trackedIn(settings)),
  };
  const talk = {
    disposition: 'ANSWERED',
    billsec: length - 12,
    waittime: 12,
    duration: length,
    has_recording: '1',
    recording: 'https://app.ringostat.com/recordings/sample.mp3',
    call_card: 'https://app.ringostat.com/callcards/card/sample',
  };
  switch (sample) {
    case 'call_missed':
      return { ...begun, disposition: 'NO ANSWER', billsec: 0, waittime: 25, connected_with: '' };
    case 'call_pick_up':
      return { ...begun, ...marks, event: 'pick up' };
    case 'call_outgoing':
      return {
        ...begun,
        ...talk,
        ...marks,
        call_type: 'out',
        caller: marks.connected_with,
        dst: CLIENT,
        userfield: CLIENT,
        outbound_number: line,
      };
    case 'call_callback':
      return { ...begun, ...talk, ...marks, call_type: 'callback', userfield: CLIENT };
    default:
      return { ...begun, ...talk, ...marks };
  }
}

/** What the first pipeline rule asks for: a newcomer sees it at work. */
function wanted({ funnel }: Settings): Record<string, string> {
  const rule = funnel.find(({ variable, equals }) => typeof variable === 'string' && equals[0]);
  return rule && typeof rule.variable === 'string' ? { [rule.variable]: rule.equals[0] ?? '' } : {};
}

function lineOf({ lines, stop_list: stopped }: Settings): string {
  const isStopped = ({ number, sip }: Line) =>
    stopped.some((entry) => ('sip' in entry ? entry.sip === sip : entry.number === number));
  return lines.find((line) => !isStopped(line))?.number ?? LINE;
}
