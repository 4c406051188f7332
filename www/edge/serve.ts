// Runs the worker on one machine, in the same runtime as at the edge. Storage is a folder with one owner.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { own } from './serving/owner.ts';
import { startRuntime } from './serving/runtime.ts';

const storage = resolve(process.env.STORAGE || '.local/worker');

/** The one that is served, or another that makes use of its parts. */
function configuration(): string {
  const { WORKERD_CONFIG: other, DEVELOPMENT: development } = process.env;
  if (other) return resolve(other);
  const name = development === '1' ? 'development' : 'workerd';
  return fileURLToPath(new URL(`./${name}.capnp`, import.meta.url));
}

async function serve(): Promise<void> {
  own(storage);
  const runtime = await startRuntime(configuration(), storage, Number(process.env.PORT || 8787));
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await runtime.stop();
    process.exit(0);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // Started by another script: do not outlive it, however it ends.
  if (process.env.STOP_WITH_PARENT) process.stdin.once('close', stop).resume();
  // Nobody answers any more: to go on would look alive.
  void runtime.ended.then((how) => {
    if (stopping) return;
    // A supervisor tells every process of ours to end, and that one was faster.
    if (how === '0') process.exit(0);
    process.stderr.write(`worker: the runtime ended (${how})\n`);
    process.exit(1);
  });
  process.stdout.write(`listening http://127.0.0.1:${runtime.port}\n`);
}

serve().catch((error) => {
  process.stderr.write(`worker: ${error.message}\n`);
  process.exit(1);
});
