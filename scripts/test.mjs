// Everything that must hold before a change lands, cheapest first. Stops at the first failure and names it.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { main, root, run, step, which } from './run.mjs';
import { setup } from './setup.mjs';

export const bin = (name) => join(root, 'node_modules', '.bin', name);
const WASM = ['--target', 'wasm32-unknown-unknown', '--features', 'sandbox'];
const NATIVE = ['--features', 'sandbox,schema'];

export async function rustLints() {
  await step('cargo fmt', () => run('cargo', ['fmt', '--check']));
  await step('cargo fmt, fuzz', () => run('cargo', ['fmt', '--check', '--manifest-path', 'fuzz/Cargo.toml']));
  await step('clippy, native', () =>
    run('cargo', ['clippy', '--all-targets', ...NATIVE, '--', '-D', 'warnings']),
  );
  await step('clippy, wasm32', () => run('cargo', ['clippy', ...WASM, '--', '-D', 'warnings']));
}

export async function typesAndLint() {
  for (const project of ['.', 'www/edge', 'www/widget', 'tests/types']) {
    await step(`tsc ${project}`, () => run(bin('tsc'), ['--noEmit', '-p', project]));
  }
  await step('biome', () => run(bin('biome'), ['ci', '--error-on-warnings', '.']));
}

async function tests() {
  await setup({ browser: true });
  await rustLints();
  await step('rust tests', () => run('cargo', ['test', ...NATIVE]));
  await step('wasm tests in Chromium', () =>
    run('cargo', ['test', ...WASM, '--test', 'wasm'], { env: { CHROMEDRIVER: which('chromedriver') } }),
  );
  await build();
  await typesAndLint();
  const files = ['package', 'widget', 'browser', 'edge'].flatMap((folder) =>
    readdirSync(join(root, 'tests', folder))
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => join('tests', folder, name)),
  );
  // Last, so that the runner's own summary closes the output.
  await run(
    process.execPath,
    ['--import', 'tsx', '--test', '--test-concurrency=2', '--test-reporter=spec', ...files],
    { output: 'stdout' },
  );
}

if (process.argv[1]?.endsWith('test.mjs')) main(tests);
