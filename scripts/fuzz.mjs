// Fuzzing, natively: `npm run fuzz` runs every target for a minute, `npm run fuzz -- settings 600` one for ten.
// `npm run fuzz -- minimise settings` keeps the smallest corpus that reaches as much.
import { copyFileSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ask, main, root, run, say, step, tools } from './run.mjs';

const CARGO_FUZZ = '0.13.2';
const SECONDS = 60;
// Snapshots and answers of amoCRM are longer than what clients send.
const LONG = ['journey', 'settings', 'snapshot'];
// Files and bytes of a corpus: every second or third one, by size, when there are more.
const MOST = 350;
const MOST_BYTES = 280 * 1024;
const folder = join(root, 'fuzz');
const env = { PATH: `${join(tools, 'bin')}${delimiter}${process.env.PATH}` };

const targets = readdirSync(join(folder, 'fuzz_targets')).map((file) => file.replace(/\.rs$/, ''));

async function setup() {
  const toolchains = await ask('rustup', ['toolchain', 'list']);
  if (toolchains === null) throw new Error('rustup is needed: install Rust with rustup first');
  if (!/^nightly/m.test(toolchains)) {
    await run('rustup', ['toolchain', 'install', 'nightly', '--profile', 'minimal']);
  }
  const installed = await ask(join(tools, 'bin', 'cargo-fuzz'), ['--version']);
  if (installed?.trim() === `cargo-fuzz ${CARGO_FUZZ}`) return;
  say(`  installing cargo-fuzz ${CARGO_FUZZ}: compiled from source, this takes a minute`);
  await run('cargo', [
    'install',
    'cargo-fuzz',
    '--version',
    CARGO_FUZZ,
    '--locked',
    '--root',
    tools,
    '--force',
  ]);
}

/** The core forbids unsafe code: without a sanitizer it runs several times faster and finds the same. */
const fuzz = (command, ...args) =>
  run('cargo', ['+nightly', 'fuzz', command, '--fuzz-dir', folder, '--sanitizer', 'none', ...args], { env });

/** What is found new stays in `fuzz/work`, out of git; what was found before is read from the corpus. */
async function explore(target, seconds) {
  const found = join(folder, 'work', target);
  mkdirSync(found, { recursive: true });
  const corpus = join(folder, 'corpus', target);
  const dictionary = join(folder, 'dict', `${target}.dict`);
  await fuzz(
    'run',
    target,
    found,
    corpus,
    '--',
    ...limits(target),
    `-max_total_time=${seconds}`,
    `-dict=${dictionary}`,
  );
}

/** As few files as reach every branch that any reaches, and all called `found-…`: what broke a property once. */
async function minimise(target) {
  const [corpus, found, least] = ['corpus', 'work', 'least'].map((name) => join(folder, name, target));
  rmSync(least, { recursive: true, force: true });
  for (const path of [corpus, found, least]) mkdirSync(path, { recursive: true });
  const merge = ['-set_cover_merge=1', '-use_counters=0'];
  await fuzz('run', target, least, corpus, found, '--', ...limits(target), ...merge);
  for (const file of readdirSync(corpus)) if (!file.startsWith('found-')) rmSync(join(corpus, file));
  for (const file of sample(least)) copyFileSync(join(least, file), join(corpus, file));
  rmSync(least, { recursive: true });
}

function sample(folder) {
  const files = readdirSync(folder).map((name) => ({ name, size: statSync(join(folder, name)).size }));
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const share = Math.min(1, MOST / files.length, MOST_BYTES / bytes);
  files.sort((one, other) => one.size - other.size);
  return files.flatMap(({ name }, at) =>
    Math.floor((at + 1) * share) > Math.floor(at * share) ? [name] : [],
  );
}

const limits = (target) => [
  `-max_len=${LONG.includes(target) ? 16384 : 4096}`,
  '-timeout=10',
  '-rss_limit_mb=2048',
];

main(async () => {
  const [first, ...rest] = process.argv.slice(2);
  const [work, name, seconds] =
    first === 'minimise' ? [minimise, rest[0], undefined] : [explore, first, Number(rest[0] ?? SECONDS)];
  if (name && !targets.includes(name))
    throw new Error(`there is no target ${name}, only ${targets.join(', ')}`);
  if (Number.isNaN(seconds)) throw new Error('usage: npm run fuzz [-- [minimise] target [seconds]]');
  await step('nightly Rust and cargo-fuzz', setup);
  for (const target of name ? [name] : targets) await step(target, () => work(target, seconds));
});
