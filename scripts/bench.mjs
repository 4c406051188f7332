// Reports the product's budgets beside their limits. Never a gate: a slow machine fails nothing.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { build } from './build.mjs';
import { ask, main, root, run, step } from './run.mjs';
import { setup } from './setup.mjs';

const rows = [];
const report = (what, measured, limit) => rows.push({ what, measured, limit });
const text = (bytes) => new TextDecoder().decode(bytes);

function sizes() {
  for (const [name, limit] of [
    ['core', 120],
    ['sandbox', 170],
  ]) {
    const wasm = readFileSync(join(root, 'pkg', 'dist', name, 'ringostat_amocrm_bg.wasm'));
    const packed = brotliCompressSync(wasm).length / 1024;
    report(`${name} .wasm, brotli 11`, `${packed.toFixed(1)} KB`, `<= ${limit} KB`);
  }
}

/** What a browser loads before it paints, beside the wasm: the script and the texts of one language. */
function widgetSizes() {
  const folder = join(root, 'www', 'widget', 'dist');
  const packed = (name) => brotliCompressSync(readFileSync(join(folder, name))).length / 1024;
  const numbered = readdirSync(folder).filter((name) => /^\d+\.[0-9a-f]{8}\.js$/.test(name));
  const texts = Math.max(...numbered.map(packed));
  const first = packed('ringostat-amocrm.js') + texts;
  report('widget, first paint: JS and CSS, brotli 11', `${first.toFixed(1)} KB`, '<= 60 KB');
  const named = (what) => readdirSync(folder).filter((name) => name.startsWith(what) && name.endsWith('.js'));
  const later = packed(named('sections.')[0]) + Math.max(...named('later.').map(packed));
  report('the other sections and their texts, after it', `${later.toFixed(1)} KB`, '');
}

/** In a real browser, from the letter typed to the preview drawn. */
async function keystrokeInBrowser() {
  const { preview, painted } = JSON.parse(
    await ask(process.execPath, ['--import', 'tsx', 'tests/browser/keystroke.ts']),
  );
  report('in Chromium: preview and its drawing', `${preview.toFixed(1)} ms`, '<= 4 ms');
  report('in Chromium: from the letter to the next frame with it', `${painted.toFixed(1)} ms`, '');
}

/** Microseconds of one call: the median of rounds, after a warm-up. */
function time(work, calls = 2_000) {
  const rounds = 21;
  for (let i = 0; i < calls * 5; i += 1) work();
  const spent = Array.from({ length: rounds }, () => {
    const begun = performance.now();
    for (let i = 0; i < calls; i += 1) work();
    return ((performance.now() - begun) * 1000) / calls;
  });
  return spent.sort((a, b) => a - b)[Math.floor(rounds / 2)];
}

/** The account as a host keeps it: read from an account in memory. */
function survey({ Integration, Sandbox }, settings) {
  const account = new Sandbox('{"base_url":"https://bench.amocrm.ru"}');
  account.switches('{"rate_per_second":0}');
  const journey = new Integration(settings).survey();
  const headers = JSON.stringify({ authorization: 'Bearer sandbox' });
  for (let now = 1_000; ; now += 1_000) {
    const action = JSON.parse(journey.next(now));
    if (action.do === 'done') return text(journey.result());
    if (action.do !== 'send') throw new Error(`the account cannot be read: ${JSON.stringify(action)}`);
    const { method, path, body } = action.request;
    const reply = JSON.parse(account.handle(method, path, headers, body ?? '', now));
    journey.answered(
      reply.status,
      reply.headers['content-type'] ?? '',
      undefined,
      Buffer.from(reply.body),
      now,
    );
  }
}

/**
 * Form bytes -> the first request's bytes. The floor: JSON.parse and JSON.stringify of the same form, text to
 * text, in this process; before and after ours, the faster counts.
 */
function firstRequest({ Integration }, settings, directory) {
  const body = new Uint8Array(readFileSync(join(root, 'tests', 'samples', 'forms', 'save-form-data.json')));
  const form = text(body);
  const encoder = new TextEncoder();
  const floorNow = () => time(() => JSON.stringify(JSON.parse(form)));
  for (const [trace, limit] of [
    [false, 1.0],
    [true, 1.5],
  ]) {
    const before = floorNow();
    const integration = new Integration(settings, directory, JSON.stringify({ trace }));
    const inOne = time(() => integration.first_request('application/json', body, 0));
    const inWorker = time(() => {
      const reader = integration.form_reader('application/json');
      reader.push(body);
      const { event } = JSON.parse(text(reader.finish('{}')));
      reader.free();
      const ticket = { id: 'f', subject: 'f', received_at: 0, sequence: 1, event };
      const journey = integration.deliver(
        JSON.stringify({ ...ticket, memory: [], watermarks: {}, again: false }),
      );
      encoder.encode(journey.next(0));
      journey.free();
    });
    const floor = Math.min(before, floorNow());
    const told = trace ? 'trace on' : 'trace off';
    const beside = (spent) => `${(spent / floor).toFixed(2)} × (${spent.toFixed(1)} µs)`;
    if (!trace) report('JSON.parse + JSON.stringify of the form', `${floor.toFixed(2)} µs`, 'the floor');
    report(`form bytes -> first request, ${told}`, beside(inOne), `<= ${limit.toFixed(1)} ×`);
    report(`the same by way of the journal, ${told}`, beside(inWorker), '');
  }
}

/** Call bytes -> the first request's bytes by way of the journal, as the worker does it; beside its own floor. */
function firstRequestOfACall({ Integration }, settings, directory) {
  const sample = join(root, 'tests', 'samples', 'calls', 'webhook-after-outgoing.json');
  const body = new Uint8Array(readFileSync(sample));
  const call = text(body);
  const encoder = new TextEncoder();
  const clock = JSON.stringify({ transitions: [[0, 7200]], now: 1_800_000_000 });
  const floor = time(() => JSON.stringify(JSON.parse(call)));
  for (const trace of [false, true]) {
    const integration = new Integration(settings, directory, JSON.stringify({ trace }));
    const spent = time(() => {
      const { event } = JSON.parse(text(integration.read_call('application/json', '', body, clock)));
      const ticket = { id: 'c', subject: 'c', received_at: 0, sequence: 1, event };
      const journey = integration.deliver(
        JSON.stringify({ ...ticket, memory: [], watermarks: {}, again: false }),
      );
      encoder.encode(journey.next(0));
      journey.free();
    });
    const told = trace ? 'trace on' : 'trace off';
    const beside = `${(spent / floor).toFixed(2)} × (${spent.toFixed(1)} µs)`;
    report(`call bytes -> first request, by way of the journal, ${told}`, beside, '');
  }
}

/** What one keystroke in the settings costs: reading them, and a form's whole journey. */
function keystroke({ preview }, settings) {
  const document = JSON.parse(settings);
  document.mapping.contact.push(
    ...Array.from({ length: 50 - document.mapping.contact.length }, (_, index) => ({
      field: { id: 1_000 + index },
      value: { form_fields: [`field-${index}`, 'name'] },
    })),
  );
  document.funnel = Array.from({ length: 100 }, (_, index) => ({
    pipeline: 1,
    variable: 'utm_source',
    equals: [`source ${index}`],
  }));
  const large = JSON.stringify(document);
  const input = previewInput();
  const spent = time(() => preview(large, input), 50) / 1000;
  report('preview, 50 mapping rows, 100 funnel rules', `${spent.toFixed(2)} ms`, '<= 4 ms');
}

/** Requests that a call costs the account, by the default matrix. */
function requestsOfACall({ preview }, settings) {
  const base = {
    uniqueid: 'ua1_-1795000000.1',
    call_type: 'in',
    caller: '380502222222',
    dst: '380441112233',
  };
  const answered = { ...base, disposition: 'ANSWERED', billsec: 40, connected_with: 'firm_ivan' };
  const missed = { ...base, disposition: 'NO ANSWER', billsec: 0 };
  const run = (what, call, limit, account = null) => {
    const body = JSON.stringify(call);
    const input = {
      account,
      kind: 'call',
      content_type: 'application/json',
      body,
      now_ms: 1_795_000_000_000,
    };
    const result = preview(settings, JSON.stringify(input));
    if (result.type !== 'success') throw new Error(JSON.stringify(result.errors));
    const told = result.requests.map(({ method, path }) => `${method} ${path.split('?')[0].slice(8)}`);
    report(what, `${told.length}: ${told.join(', ')}`, limit);
    return result.after;
  };
  run("a new client's missed call: record and task", missed, '2 and 1 each');
  const after = run("a new client's answered call: record", answered, '2 and 1 each');
  const again = { ...answered, uniqueid: 'ua1_-1795000100.2' };
  run("a known client's call, lead open: record", again, 'search, leads, and 1 each', after);
}

function previewInput(account = null) {
  const body = readFileSync(join(root, 'scripts', 'demo', 'form.json'), 'utf8');
  const now_ms = 1_795_000_000_000;
  return JSON.stringify({ account, content_type: 'application/json', body, context: {}, now_ms });
}

/** Requests that a form costs the account. */
function requests({ preview }, settings) {
  const document = JSON.parse(settings);
  const run = (what, creates, limit, account) => {
    const forms = { ...document.forms, creates: { ...document.forms?.creates, ...creates } };
    const result = preview(JSON.stringify({ ...document, forms }), previewInput(account));
    if (result.type !== 'success') throw new Error(JSON.stringify(result.errors));
    const told = result.requests.map(({ method, path }) => `${method} ${path.split('?')[0].slice(8)}`);
    report(what, `${told.length}: ${told.join(', ')}`, limit);
    return result.after;
  };
  const task = { task: { on: true } };
  const after = run("a new client's form", { note: false }, '2');
  run('the same with a note', { note: true }, '3');
  run('the same with note and task', { note: true, ...task }, '4');
  run("a known client's form, lead open", { note: false }, 'search, leads, writes', after);
  run('the same with note and task', { note: true, ...task }, 'and 1 each', after);
}

main(async () => {
  await setup({ browser: true });
  await build();
  const settings = readFileSync(join(root, 'scripts', 'demo', 'settings.json'), 'utf8');
  sizes();
  widgetSizes();
  const [core, sandbox] = [await import('ringostat-amocrm'), await import('ringostat-amocrm/sandbox')];
  const directory = survey(sandbox, settings);
  await step('first request', () => firstRequest(core, settings, directory));
  await step('first request of a call', () => firstRequestOfACall(core, settings, directory));
  await step('preview', () => keystroke(sandbox, settings));
  await step('a keystroke in Chromium', keystrokeInBrowser);
  requests(sandbox, settings);
  requestsOfACall(sandbox, settings);
  for (const { what, measured, limit } of rows) console.log(`| ${what} | ${measured} | ${limit} |`);
  await step('cargo bench', () => run('cargo', ['bench', '--bench', 'core']));
});
