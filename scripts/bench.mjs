// Measures the product beside its budgets, its peers and itself when there is more of everything. Never a gate: a slow
// machine fails nothing. `--only <part>`, also several times, measures only that.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { ask, fingerprint, main, root, run, step } from './run.mjs';
import { setup } from './setup.mjs';

/** Files of `benches`, each a process of its own that prints its rows. */
const PARTS = {
  sizes: ['sizes', 'peers/sizes'],
  'first-request': ['first_request'],
  preview: ['preview'],
  requests: ['requests'],
  peers: ['peers/form', 'peers/rules', 'peers/phones'],
  'cold-start': ['cold_start'],
  accept: ['accept'],
  growth: ['growth/rules', 'growth/journal', 'growth/backlog'],
  native: [],
};

/** `test 100 funnel rules, no match ... bench:       4,503 ns/iter (+/- 780)` */
const NATIVE = /^test (.+?) +\.\.\. bench: +([\d,]+) ns\/iter/gm;
const MOST_FOR_100_RULES = 2;

/** What we are compared with: nothing but the bench needs it, so it is no dependency of the workspace. */
async function peerPackages() {
  const stamp = join(root, 'benches', 'node_modules', '.lock-fingerprint');
  const wanted = fingerprint('benches/package-lock.json', 'benches/package.json');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  await run('npm', ['ci', '--prefix', 'benches', '--ignore-scripts', '--no-audit', '--no-fund']);
  writeFileSync(stamp, wanted);
}

async function rowsOf(file) {
  const path = join('benches', `${file}.ts`);
  const printed = await run(process.execPath, ['--import', 'tsx', path], { output: 'text' });
  return JSON.parse(printed);
}

async function native() {
  const args = ['bench', '--bench', 'core', '--', '--output-format', 'bencher'];
  const printed = await run('cargo', args, { output: 'text' });
  return [...printed.matchAll(NATIVE)].map(([, name, nanoseconds]) => {
    const spent = Number(nanoseconds.replaceAll(',', '')) / 1000;
    const over = spent > MOST_FOR_100_RULES ? ': **over**' : '';
    const limit = name.startsWith('100 funnel rules') ? `<= ${MOST_FOR_100_RULES} µs${over}` : '';
    return { what: `natively: ${name}`, measured: `${spent.toFixed(2)} µs`, limit };
  });
}

async function measure(part) {
  const rows = [];
  for (const file of PARTS[part]) rows.push(...(await step(file, () => rowsOf(file))));
  if (part === 'native') rows.push(...(await step('cargo bench', native)));
  return rows;
}

function chosen() {
  const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } });
  const unknown = values.only?.find((part) => !(part in PARTS));
  if (unknown !== undefined)
    throw new Error(`--only ${unknown}: the parts are ${Object.keys(PARTS).join(', ')}`);
  return values.only ?? Object.keys(PARTS);
}

main(async () => {
  const parts = chosen();
  await setup({ browser: parts.includes('preview') });
  if (parts.some((part) => part !== 'native')) await build();
  const withPeers = (part) => PARTS[part].some((file) => file.startsWith('peers/'));
  if (parts.some(withPeers)) await step('packages of peers', peerPackages);
  const rows = [];
  for (const part of parts) rows.push(...(await measure(part)));
  const rust = (await ask('rustc', ['--version']))?.split(' ')[1];
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, Rust ${rust}, Node ${process.versions.node}`;
  console.log(`${new Date().toISOString().slice(0, 10)}, ${machine}\n`);
  console.log('| what | measured | limit, or what to read it beside |\n| --- | --- | --- |');
  for (const { what, measured, limit } of rows) console.log(`| ${what} | ${measured} | ${limit} |`);
});
