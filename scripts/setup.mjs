// Makes a fresh clone ready on a machine that has rustup and Node: npm packages, the wasm target,
// wasm-bindgen of the version the lock file pins and, for tests, Debian's Chromium.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FLAGS } from './chromium.mjs';
import { ask, fingerprint, root, run, say, step, tools, which } from './run.mjs';

const WASM = 'wasm32-unknown-unknown';

export async function setup({ browser = false } = {}) {
  checkNode();
  await step('npm packages', npmPackages);
  await step('rust wasm target', wasmTarget);
  await step('wasm-bindgen', wasmBindgen);
  if (browser) await step('chromium and its driver', chromium);
}

function checkNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) throw new Error(`Node 20 or newer is needed, this is ${process.versions.node}`);
}

async function npmPackages() {
  const stamp = join(root, 'node_modules', '.lock-fingerprint');
  const wanted = fingerprint('package-lock.json', 'pkg/package.json');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  // Nothing we use needs an install script: binaries come as packages of their own.
  await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
  writeFileSync(stamp, wanted);
}

async function wasmTarget() {
  const installed = await ask('rustup', ['target', 'list', '--installed']);
  if (installed === null) throw new Error('rustup is needed: install Rust with rustup first');
  if (!installed.split('\n').includes(WASM)) await run('rustup', ['target', 'add', WASM]);
}

/** The CLI must be of exactly the version the crate links. */
async function wasmBindgen() {
  const lock = readFileSync(join(root, 'Cargo.lock'), 'utf8');
  const version = /name = "wasm-bindgen"\nversion = "([^"]+)"/.exec(lock)?.[1];
  if (!version) throw new Error('Cargo.lock does not name wasm-bindgen');
  const installed = await ask(join(tools, 'bin', 'wasm-bindgen'), ['--version']);
  if (installed?.trim() === `wasm-bindgen ${version}`) return;
  say(`  installing wasm-bindgen-cli ${version}: compiled from source, this takes a few minutes`);
  await run('cargo', ['install', 'wasm-bindgen-cli', '--version', version, '--root', tools, '--force']);
}

async function chromium() {
  if (!which('chromium', 'chromium-browser', 'google-chrome') || !which('chromedriver')) {
    if (!which('apt-get')) throw new Error('chromium and chromedriver are needed on PATH (no apt-get here)');
    const apt = process.getuid?.() === 0 ? ['apt-get'] : ['sudo', 'apt-get'];
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await run(apt[0], [...apt.slice(1), 'update', '-qq'], { env });
    await run(apt[0], [...apt.slice(1), 'install', '-y', '-qq', 'chromium', 'chromium-driver'], { env });
  }
  const args = ['--headless', ...FLAGS];
  const binary = which('chromium', 'chromium-browser', 'google-chrome');
  // The wasm test runner reads this file from the crate's root.
  writeFileSync(join(root, 'webdriver.json'), JSON.stringify({ 'goog:chromeOptions': { args, binary } }));
}
