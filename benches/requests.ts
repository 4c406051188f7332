// Requests that a form and a call cost the account, by the default matrix.
import type { PreviewInput, SandboxState } from 'ringostat-amocrm';
import { preview } from 'ringostat-amocrm/sandbox';
import { demo, demoDocument, read } from './account.ts';
import { type Row, report } from './report.ts';

const now_ms = 1_795_000_000_000;
const rows: Row[] = [];

/** Adds what the message costs, and returns the account after it. */
function cost(what: string, limit: string, settings: string, message: Partial<PreviewInput>): SandboxState {
  const input = { content_type: 'application/json', now_ms, ...message };
  const result = preview(settings, JSON.stringify(input));
  if (result.type !== 'success') throw new Error(JSON.stringify(result.errors));
  const told = result.requests.map(({ method, path }) => `${method} ${path.split('?')[0]?.slice(8)}`);
  rows.push({ what, measured: `${told.length}: ${told.join(', ')}`, limit });
  return result.after;
}

const account = (state: SandboxState | undefined) => (state ? { account: { ...state } } : {});

function ofAForm(what: string, creates: object, limit: string, known?: SandboxState): SandboxState {
  const document = demoDocument();
  const forms = { ...document.forms, creates: { ...document.forms.creates, ...creates } };
  const body = read('scripts', 'demo', 'form.json').toString();
  return cost(what, limit, JSON.stringify({ ...document, forms }), { ...account(known), body });
}

function ofACall(what: string, parameters: object, limit: string, known?: SandboxState): SandboxState {
  return cost(what, limit, demo(), { ...account(known), kind: 'call', body: JSON.stringify(parameters) });
}

const task = { task: { on: true } };
const known = ofAForm("a new client's form", { note: false }, '2');
ofAForm('the same with a note', { note: true }, '3');
ofAForm('the same with note and task', { note: true, ...task }, '4');
ofAForm("a known client's form, lead open", { note: false }, 'search, leads, writes', known);
ofAForm('the same with note and task', { note: true, ...task }, 'and 1 each', known);

const base = {
  uniqueid: 'ua1_-1795000000.1',
  call_type: 'in',
  caller: '380502222222',
  dst: '380441112233',
};
const answered = { ...base, disposition: 'ANSWERED', billsec: 40, connected_with: 'firm_ivan' };
const missed = { ...base, disposition: 'NO ANSWER', billsec: 0 };
const again = { ...answered, uniqueid: 'ua1_-1795000100.2' };
ofACall("a new client's missed call: record and task", missed, '2 and 1 each');
const called = ofACall("a new client's answered call: record", answered, '2 and 1 each');
ofACall("a known client's call, lead open: record", again, 'search, leads, and 1 each', called);
report(rows);
