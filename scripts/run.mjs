// Steps with visible progress. Everything goes to stderr: stdout belongs to results.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
export const tools = join(root, 'target', 'tools');
const started = Date.now();

const clock = () => `${((Date.now() - started) / 1000).toFixed(1).padStart(6)}s`;

export const say = (text) => process.stderr.write(`[${clock()}] ${text}\n`);

/** A named step: its start, its end and how long it took are told; a failure names it. */
export async function step(name, work) {
  const begun = Date.now();
  say(`> ${name}`);
  try {
    const result = await work();
    say(`  ${name}: ${((Date.now() - begun) / 1000).toFixed(1)}s`);
    return result;
  } catch (error) {
    throw new Error(`${name}: ${error.message}`, { cause: error });
  }
}

/** Runs a program to its end; its output is the developer's, on stderr. */
export function run(program, args, { env, output = 'inherit' } = {}) {
  return new Promise((resolve, reject) => {
    const stdout = output === 'inherit' ? 2 : output === 'stdout' ? 1 : 'pipe';
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', stdout, 2],
    });
    let text = '';
    child.stdout?.on('data', (chunk) => {
      text += chunk;
    });
    child.on('error', (error) =>
      reject(error.code === 'ENOENT' ? new Error(`${program} is not installed or not on PATH`) : error),
    );
    child.on('close', (code, signal) =>
      code === 0
        ? resolve(text)
        : reject(new Error(`${program} ${args[0] ?? ''} ended with ${signal ?? code}`)),
    );
  });
}

/** What a program prints, or null when it is missing or fails. */
export const ask = (program, args) => run(program, args, { output: 'text' }).catch(() => null);

/** A program's path, looked up as a shell would. */
export function which(...names) {
  for (const name of names) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      const path = join(folder, name);
      try {
        if (statSync(path).mode & 0o111) return path;
      } catch {
        // not here
      }
    }
  }
  return null;
}

/** One hash over files and folders (by content), to tell whether anything changed. */
export function fingerprint(...paths) {
  const hash = createHash('sha256');
  const add = (path) => {
    const entry = statSync(path, { throwIfNoEntry: false });
    if (entry?.isDirectory()) {
      for (const name of readdirSync(path).sort())
        if (name !== 'dist' || path.endsWith('pkg')) add(join(path, name));
    } else if (entry) hash.update(`${path}\0`).update(readFileSync(path));
  };
  for (const path of paths) add(join(root, path));
  return hash.digest('hex');
}

/** Ends a script: a clear last word instead of a stack trace. */
export function main(work) {
  work().catch((error) => {
    say(`FAILED ${error.message}`);
    process.exit(1);
  });
}
