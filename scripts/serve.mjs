// The worker on a machine of one's own: `npm run serve`. What it needs stands in the environment, or in a file `.env`
// beside package.json. The journal is in STORAGE; a TLS proxy stands in front. A wrong variable is told at once.
import { join } from 'node:path';
import { build } from './build.mjs';
import { main, root } from './run.mjs';
import { checkPort, startService } from './service.mjs';
import { setup } from './setup.mjs';

function readEnvironment() {
  try {
    process.loadEnvFile(join(root, '.env'));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

main(async () => {
  readEnvironment();
  await setup();
  await build();
  await checkPort('PORT', 8787);
  const { url, child, ended } = await startService('worker', {}, { pass: true });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill('SIGTERM'));
  // It names the variable that is wrong in its log, and would go on answering nothing else.
  const { ok } = await fetch(`${url}/healthz`);
  if (!ok) {
    child.kill('SIGTERM');
    await ended;
    throw new Error('the environment is not complete: the line above names the variable');
  }
  process.stdout.write(`listening ${url}\n`);
  await ended;
  if (child.exitCode !== 0) throw new Error(`the worker ended with ${child.signalCode ?? child.exitCode}`);
});
