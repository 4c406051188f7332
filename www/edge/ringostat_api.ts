// Reads the project's employees from Ringostat's own API.
//
// The answer's shape is not published. What integrators read of it: `result` is an object keyed by staff id, or a list,
// of `{ id, staffId, fio, email, phone, extensionNumber, directions: { main: [{ direction, type }], … } }`, where `id`
// is Ringostat's inner number and a direction is a phone number or a SIP login. So it is read with tolerance: names
// compare without case and `_`, directions may be lists, objects or texts at any depth, and what is not understood is
// left out. Only an answer without a single employee in it, though it has entries, counts as unreadable.
import type { Employee, Line } from './ringostat_people.ts';

const TIMEOUT_MS = 10_000;
/** Fits into one row of storage. */
const MOST_BYTES = 1024 * 1024;
const MOST_EMPLOYEES = 2_000;
const MOST_ENDS = 20;
const MOST_LETTERS = 200;
const DEEPEST = 5;
/** Fewer are a login. */
const LEAST_DIGITS = 5;

/** Of which project, and by whose leave. */
export interface RingostatSource {
  url: string;
  key: string;
  projectId: number;
}

export interface Reading {
  employees: Employee[];
  lines: Line[];
}

/** Why there is none. Never holds what was sent or answered. */
export interface Unread {
  reason: 'unreachable' | 'timeout' | 'refused' | 'wrong_status' | 'too_large' | 'malformed' | 'error';
  status?: number;
}

export async function readRingostat(
  source: RingostatSource,
  timeoutMs = TIMEOUT_MS,
): Promise<Reading | Unread> {
  try {
    const answer = await fetch(`${source.url}/api/json-rpc`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'Auth-key': source.key },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'getProjectStaffListAndDirections',
        params: { projectId: source.projectId },
      }),
      // The key goes nowhere else.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const { status } = answer;
    if (status !== 200) await answer.body?.cancel();
    if (status === 401 || status === 403) return { reason: 'refused', status };
    if (status !== 200) return { reason: 'wrong_status', status };
    const text = await upTo(MOST_BYTES, answer.body);
    return text === undefined ? { reason: 'too_large' } : parse(text);
  } catch (error) {
    return { reason: error instanceof Error && error.name === 'TimeoutError' ? 'timeout' : 'unreachable' };
  }
}

async function upTo(most: number, body: ReadableStream<Uint8Array> | null): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > most) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

export function parse(text: string): Reading | Unread {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return { reason: 'malformed' };
  }
  const envelope = isObject(document) ? document : {};
  if (envelope.error) return { reason: 'error' };
  const entries = entriesOf('result' in envelope ? envelope.result : document);
  if (!entries) return { reason: 'malformed' };
  const read = entries.slice(0, MOST_EMPLOYEES).map(([key, entry]) => employeeOf(key, entry));
  const found = read.filter((one) => one !== undefined);
  if (entries.length > 0 && found.length === 0) return { reason: 'malformed' };
  return { employees: found.map(({ employee }) => employee), lines: found.flatMap(({ lines }) => lines) };
}

/** The list of entries, each with its key when it has one. */
function entriesOf(value: unknown, depth = 0): [string, unknown][] | undefined {
  if (Array.isArray(value)) return value.map((entry) => ['', entry]);
  if (!isObject(value) || depth > 1) return undefined;
  const inner = ['staff', 'employees', 'users', 'list', 'items', 'data'].find((key) => isObject(value[key]));
  if (inner) return entriesOf(value[inner], depth + 1);
  const entries = Object.entries(value);
  return entries.every(([, entry]) => isObject(entry)) ? entries : undefined;
}

function employeeOf(key: string, entry: unknown): { employee: Employee; lines: Line[] } | undefined {
  if (!isObject(entry)) return undefined;
  const fields = new Map(Object.entries(entry).map(([name, value]) => [squeeze(name), value]));
  const first = (...names: string[]) => names.map((name) => textOf(fields.get(name))).find(Boolean) ?? '';
  const listed = /^\d+$/.test(key) ? key : '';
  const ends = new Ends();
  for (const [name, value] of fields) if (HOLD_ENDS.test(name)) ends.add(value);
  const extension = first('extensionnumber', 'extension', 'internalnumber', 'ext');
  const employee: Employee = {
    staff_id: first('staffid', 'employeeid', 'employeenumber') || listed || first('id'),
    name: first('fio', 'fullname', 'employeefio', 'name'),
    extension,
    sip: [...ends.sip].filter((sip) => sip !== extension).slice(0, MOST_ENDS),
    numbers: [...ends.numbers].slice(0, MOST_ENDS),
    email: first('email', 'mail'),
  };
  if (!employee.staff_id && !employee.name && !employee.extension) return undefined;
  // A login rings like a line: calls of it can be stopped.
  const paired = new Set(ends.lines.map(({ sip }) => sip));
  const alone = employee.sip.filter((sip) => !paired.has(sip)).map((sip) => ({ number: '', sip }));
  return { employee, lines: [...ends.lines.slice(0, MOST_ENDS), ...alone] };
}

const HOLD_ENDS =
  /^(phones?|numbers?|sip\w*|directions?|contacts?|(main|additional|other)(directions?|contacts?)?)$/;

/** Where an employee is reached. */
class Ends {
  readonly sip = new Set<string>();
  readonly numbers = new Set<string>();
  /** Numbers that came together with a login. */
  readonly lines: Line[] = [];

  add(value: unknown, type = '', depth = 0): void {
    const end = textOf(value);
    if (end) {
      const login =
        /sip/i.test(type) || /\p{L}/u.test(end) || end.replaceAll(/\D/g, '').length < LEAST_DIGITS;
      (login ? this.sip : this.numbers).add(end);
    } else if (isObject(value) && depth < DEEPEST) this.#addAll(value, depth);
  }

  #addAll(value: Record<string, unknown>, depth: number): void {
    const fields = new Map(Object.entries(value).map(([name, inner]) => [squeeze(name), inner]));
    const one = (...names: string[]) => names.map((name) => textOf(fields.get(name))).find(Boolean) ?? '';
    const end = one('direction', 'value');
    const number = one('number', 'phone');
    const sip = one('sip', 'login', 'siplogin', 'sipaccount');
    if (end) this.add(end, one('type', 'directiontype', 'kind'));
    if (number) this.add(number, 'phone');
    if (sip) this.add(sip, 'sip');
    if (sip && (number || end)) this.lines.push({ number: number || end, sip });
    if (end || number || sip) return;
    for (const inner of Object.values(value)) this.add(inner, '', depth + 1);
  }
}

const squeeze = (name: string) => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

/** A number is a text as well; `-1` and 0 are nobody. */
function textOf(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) && value > 0 ? String(value) : '';
  return typeof value === 'string' ? value.trim().slice(0, MOST_LETTERS) : '';
}

/** Lists too. */
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
