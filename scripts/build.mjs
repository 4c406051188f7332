// Builds the wasm package (core and sandbox) into pkg/dist, then the worker and the widget from it. Skips what is up to date.
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ask, fingerprint, main, root, run, say, step, tools } from './run.mjs';
import { setup } from './setup.mjs';

const NAME = 'ringostat_amocrm';
const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target');

/** What rustc emits for wasm32 by default: wasm-opt must know it to read the module. */
const FEATURES = [
  'bulk-memory',
  'bulk-memory-opt',
  'nontrapping-float-to-int',
  'sign-ext',
  'mutable-globals',
  'reference-types',
  'multivalue',
].map((feature) => `--enable-${feature}`);

export async function build() {
  await step('wasm: core', () => wasm('core', []));
  await step('wasm: sandbox', () => wasm('sandbox', ['--features', 'sandbox']));
  await step('worker', () => pack('worker', 'www/edge', 'www/clock.ts'));
  await step('widget', () => pack('widget', 'www/widget', 'www/demo', 'www/i18n', 'www/clock.ts'));
}

/** The module as rustc leaves it: cargo is asked only when something that it reads has changed. */
async function compile(name, features) {
  const args = ['build', '--release', '--target', 'wasm32-unknown-unknown', '--lib', ...features];
  const raw = join(target, `${name}.wasm`);
  const stamp = `${raw}.stamp`;
  const wanted = createHash('sha256')
    .update(fingerprint('src', 'Cargo.toml', 'Cargo.lock', '.cargo'))
    .update(JSON.stringify([args, await ask('rustc', ['-vV']), process.env.RUSTFLAGS]))
    .digest('hex');
  if (existsSync(raw) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return raw;
  rmSync(stamp, { force: true });
  await run('cargo', args);
  // Both builds write the same artifact and share what they depend on: take it before the other one replaces it.
  copyFileSync(join(target, 'wasm32-unknown-unknown', 'release', `${NAME}.wasm`), raw);
  writeFileSync(stamp, wanted);
  return raw;
}

async function wasm(name, features) {
  const raw = await compile(name, features);
  const out = join(root, 'pkg', 'dist', name);
  const stamp = join(out, '.stamp');
  const wanted = createHash('sha256')
    .update(readFileSync(raw))
    .update(fingerprint('scripts/build.mjs', 'Cargo.lock', 'package-lock.json'))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  await run(join(tools, 'bin', 'wasm-bindgen'), [
    '--target',
    'web',
    '--omit-default-module-path',
    // Lets a host build the instance anew after a trap.
    '--experimental-reset-state-function',
    '--remove-name-section',
    '--remove-producers-section',
    '--out-name',
    NAME,
    '--out-dir',
    out,
    raw,
  ]);
  const bound = join(out, `${NAME}_bg.wasm`);
  const optimised = join(out, 'optimised.wasm');
  await run(process.execPath, [
    join(root, 'node_modules', 'binaryen', 'bin', 'wasm-opt'),
    '-Oz',
    '--converge',
    ...FEATURES,
    bound,
    '-o',
    optimised,
  ]);
  renameSync(optimised, bound);
  say(`  ${name}: ${Math.round(statSync(bound).size / 1024)} KB`);
  writeFileSync(stamp, wanted);
}

/** The first folder is where it lands. */
async function pack(name, ...folders) {
  const stamp = join(root, folders[0], 'dist', '.stamp');
  const wanted = fingerprint(
    ...folders,
    'pkg',
    'webpack.config.js',
    'tsconfig.base.json',
    'package-lock.json',
  );
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  await run(process.execPath, [
    join(root, 'node_modules', 'webpack', 'bin', 'webpack.js'),
    '--config-name',
    name,
  ]);
  writeFileSync(stamp, wanted);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  main(async () => {
    await setup();
    await build();
  });
}
