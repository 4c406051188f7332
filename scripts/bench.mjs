// Reports the product's budgets beside their limits. Never a gate: a slow machine fails nothing.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { build } from './build.mjs';
import { main, root, run, step } from './run.mjs';
import { setup } from './setup.mjs';

const rows = [];
const report = (what, measured, limit) => rows.push({ what, measured, limit });

function sizes() {
  for (const [name, limit] of [
    ['core', 120],
    ['sandbox', 170],
  ]) {
    const wasm = readFileSync(join(root, 'pkg', 'dist', name, 'ringostat_amocrm_bg.wasm'));
    const packed = brotliCompressSync(wasm).length / 1024;
    report(`${name} .wasm, brotli`, `${packed.toFixed(1)} KB`, `<= ${limit} KB`);
  }
}

/** Microseconds of one call: the median of rounds, after a warm-up. */
function time(work) {
  const rounds = 21;
  const calls = 2_000;
  for (let i = 0; i < calls; i += 1) work();
  const spent = Array.from({ length: rounds }, () => {
    const begun = performance.now();
    for (let i = 0; i < calls; i += 1) work();
    return ((performance.now() - begun) * 1000) / calls;
  });
  return spent.sort((a, b) => a - b)[Math.floor(rounds / 2)];
}

/** Form bytes -> the first request's bytes, against parsing and printing the same data in JavaScript. */
async function firstRequest() {
  const { Integration } = await import('ringostat-amocrm');
  const settings = readFileSync(join(root, 'scripts', 'demo', 'settings.json'), 'utf8');
  const body = readFileSync(join(root, 'scripts', 'demo', 'form.json'));
  const integration = new Integration(settings, undefined, '{}');
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  const floor = time(() => encoder.encode(JSON.stringify(JSON.parse(decoder.decode(body)))));
  const ours = time(() => {
    const reader = integration.form_reader('application/json');
    reader.push(body);
    const { event } = JSON.parse(decoder.decode(reader.finish('{}')));
    const ticket = { id: 'f', subject: 'f', received_at: 0, sequence: 1, event };
    const journey = integration.deliver(
      JSON.stringify({ ...ticket, memory: [], watermarks: {}, again: false }),
    );
    journey.next(0);
    journey.free();
  });
  report('JSON.parse + JSON.stringify of the form', `${floor.toFixed(1)} µs`, 'the floor');
  report('form bytes -> first request, with trace', `${(ours / floor).toFixed(2)} × the floor`, '<= 1.5 ×');
}

main(async () => {
  await setup();
  await build();
  sizes();
  await step('first request', firstRequest);
  await step('cargo bench', () => run('cargo', ['bench', '--features', 'sandbox']));
  console.table(rows);
});
