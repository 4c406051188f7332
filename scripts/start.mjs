// The whole product on this machine: the sandbox account, the worker, and the seed's example form through both.
// Progress and results go to stderr; the last line on stdout is the ready line.
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from './build.mjs';
import { play } from './demo/day.mjs';
import { play as playEvening, showEvening } from './demo/evening.mjs';
import { show, showDay } from './demo/show.mjs';
import { main, root, say, step } from './run.mjs';
import { checkPort, startService } from './service.mjs';
import { setup } from './setup.mjs';

const PROJECT = 'demo';
const DELIVERY_MS = 120_000;
const TOKEN_LIFE = '30d';
const RESTART_MS = 1_000;
const MOST_IN_A_ROW = 3;
let stopping = false;
const local = join(root, '.local');
const demo = (name) => readFileSync(join(root, 'scripts', 'demo', name), 'utf8');

/** Kept between starts, so that what it signed or sealed stays good. */
function secretOf(name) {
  const path = join(local, name);
  mkdirSync(local, { recursive: true });
  try {
    writeFileSync(path, randomBytes(32).toString('base64url'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  return readFileSync(path, 'utf8');
}

async function mint(secret) {
  const { SignJWT } = await import('jose');
  return new SignJWT({ project: PROJECT })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(TOKEN_LIFE)
    .sign(new TextEncoder().encode(secret));
}

async function start() {
  const once = process.argv.includes('--once');
  await setup();
  await build();
  await checkPort('PORT', 8787);
  await checkPort('SANDBOX_PORT', 8788);

  const services = [];
  const stop = async () => {
    stopping = true;
    for (const { child } of services) child.kill('SIGTERM');
    await Promise.all(services.map(({ ended }) => ended));
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop().then(() => process.exit(0)));

  try {
    const sandbox = await step('sandbox', () => startService('sandbox', {}));
    services.push(sandbox);
    // The sandbox forgets everything when it stops, so each start is another account: what the worker's storage
    // remembers of the last one must not be believed.
    const account = randomUUID();
    const secret = process.env.ADMIN_JWT_SECRET ?? secretOf('admin-secret');
    const startWorker = (more) =>
      startService('worker', {
        AMOCRM_BASE_URL: sandbox.url,
        AMOCRM_TOKEN: 'sandbox',
        AMOCRM_ACCOUNT: account,
        ADMIN_JWT_SECRET: secret,
        TOKEN_KEYS: process.env.TOKEN_KEYS ?? `local:${secretOf('token-key')}`,
        DEVELOPMENT: '1',
        STORAGE: process.env.STORAGE ?? join(local, 'worker'),
        ...more,
      });
    const worker = await step('worker', startWorker);
    services.push(worker);
    const ready = {
      edge: worker.url,
      sandbox: sandbox.url,
      project: PROJECT,
      admin_token: await mint(secret),
    };
    // Behind the # no server sees them.
    const who = new URLSearchParams({ project: PROJECT, token: ready.admin_token });
    ready.widget = `${worker.url}/#${who}`;
    await step('settings, activation and the webhook key', async () => {
      await settings(ready);
      await activate(ready);
      ready.webhook_key = await webhookKey(ready);
    });
    await step('the example form', () => example(ready));
    await step('a small day of calls', () => smallDay(ready));
    await step('switched off, and on again', () => evening(ready));
    process.stdout.write(`ready ${JSON.stringify(ready)}\n`);
    if (once) {
      await stop();
      return;
    }
    await Promise.race([sandbox.ended, keepAlive(worker, startWorker, services)]);
    if (!stopping) throw new Error('the sandbox or the worker ended');
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A worker that was killed is started again where it was: its storage knows what is on its way. */
async function keepAlive(worker, startWorker, services) {
  const { port } = new URL(worker.url);
  let current = worker;
  let inARow = 0;
  for (;;) {
    const since = Date.now();
    await current.ended;
    if (stopping) return;
    // One that dies at every start would die for ever.
    inARow = Date.now() - since < RESTART_MS ? inARow + 1 : 0;
    if (inARow > MOST_IN_A_ROW) throw new Error('the worker keeps ending');
    say('the worker ended: starting it again');
    const next = await startWorker({ PORT: port });
    services.splice(services.indexOf(current), 1, next);
    current = next;
  }
}

/** A call as the project's admin; anything but success is an error. */
async function ask(token, method, url, { body, headers } = {}) {
  const answer = await fetch(url, {
    method,
    body,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
  });
  if (!answer.ok)
    throw new Error(`${method} ${new URL(url).pathname}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

const projectUrl = (edge) => `${edge}/v1/projects/${PROJECT}`;

/** Settings that somebody changed since the last start stay as they are. */
async function settings({ edge, admin_token: token }) {
  const url = `${projectUrl(edge)}/settings`;
  const known = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  if (known.status === 404) await ask(token, 'PUT', url, { body: demo('settings.json') });
}

/** By the environment's long-lived token. Each start has another account, so each start finds it switched off. */
async function activate({ edge, admin_token: token }) {
  const url = `${projectUrl(edge)}/activation`;
  const { state } = await ask(token, 'GET', url);
  if (state === 'active') return;
  const body = JSON.stringify({ mode: 'long_lived', language: 'ru', resend_backlog: true });
  await ask(token, 'POST', url, { body });
}

/** A new key for the webhooks of calls: only its hash is kept, so each start needs one. The last one stays valid. */
async function webhookKey({ edge, admin_token: token }) {
  const { secret } = await ask(token, 'POST', `${projectUrl(edge)}/secrets/webhook/rotate`);
  return secret;
}

async function example({ edge, sandbox, admin_token: token }) {
  const project = projectUrl(edge);
  const { event: id } = await ask(token, 'POST', `${project}/forms`, {
    body: demo('form.json'),
    headers: { 'idempotency-key': randomUUID() },
  });
  const event = await delivered(() => ask(token, 'GET', `${project}/events/${encodeURIComponent(id)}`));
  const state = await ask(token, 'GET', `${sandbox}/_sandbox/state`);
  process.stderr.write(show(event, state));
  if (event.status !== 'delivered')
    throw new Error(`the form was not delivered: ${event.status} ${JSON.stringify(event.reason)}`);
}

/** A missed call, the client's form, his second call, and one that is nobody's business. */
async function smallDay({ edge, sandbox, admin_token: token, webhook_key }) {
  const project = projectUrl(edge);
  const call = (method, url, more) => ask(token, method, url, more);
  const told = await play({ project, webhook_key }, call, (id) =>
    delivered(() => call('GET', `${project}/events/${encodeURIComponent(id)}`)),
  );
  process.stderr.write(showDay(told, await call('GET', `${sandbox}/_sandbox/state`)));
  const broken = told.find(({ event }) => !['delivered', 'skipped'].includes(event.status));
  if (broken)
    throw new Error(`${broken.what}: ${broken.event.status} ${JSON.stringify(broken.event.reason)}`);
}

/** What comes in while the connection is switched off is held, and sent once it is on again. */
async function evening({ edge, admin_token: token, webhook_key }) {
  const project = projectUrl(edge);
  const call = (method, url, more) => ask(token, method, url, more);
  const told = await playEvening({ project, webhook_key }, call, (id) =>
    delivered(() => call('GET', `${project}/events/${encodeURIComponent(id)}`)),
  );
  process.stderr.write(showEvening(told));
  const right = told.held === 2 && told.events.every(({ status }) => status === 'delivered');
  if (!right) throw new Error(`what was held was not delivered: ${JSON.stringify(told.events)}`);
}

/** Asks until the event has come to an end. */
async function delivered(look) {
  const deadline = Date.now() + DELIVERY_MS;
  let told = '';
  while (Date.now() < deadline) {
    const event = await look();
    const why = event.reason ? ` (${event.reason.code})` : '';
    if (event.status !== told) say(`  ${event.kind} ${event.status}${why}`);
    told = event.status;
    if (['delivered', 'skipped', 'failed', 'expired'].includes(event.status)) return event;
    await sleep(100);
  }
  throw new Error(`no delivery within ${DELIVERY_MS / 1000} s, last seen: ${told}`);
}

main(start);
