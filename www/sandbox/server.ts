// The in-memory amoCRM account over HTTP. It decides nothing: the wasm sandbox answers, this only carries bytes,
// delays and broken connections. Nothing is kept on disk.
import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, Sandbox } from 'ringostat-amocrm/sandbox';

/** What the sandbox says to a request. */
interface SandboxAnswer extends Reply {
  delay_ms: number;
  drop: 'before' | 'after' | null;
}

/** What goes back over the wire. */
interface Reply {
  status: number;
  headers: Record<string, string>;
  body: string;
}

const port = Number(process.env.SANDBOX_PORT ?? 8788);
let sandbox: Sandbox;

const server = createServer((request, response) => {
  serve(request, response).catch((error) => {
    process.stderr.write(`sandbox: ${error instanceof Error ? error.stack : error}\n`);
    if (!response.headersSent) send(response, problem(500, 'internal'));
  });
});

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', url = '/' } = request;
  const body = await text(request);
  if (url.startsWith('/_sandbox/')) {
    send(response, control(method, new URL(url, 'http://sandbox').pathname, body));
  } else if (/^\/(api\/v4|oauth2?)(\/|\?|$)/.test(url)) {
    const headers = JSON.stringify(request.headers);
    const answer = JSON.parse(sandbox.handle(method, url, headers, body, Date.now())) as SandboxAnswer;
    if (answer.delay_ms > 0) await sleep(answer.delay_ms);
    if (answer.drop) request.socket.destroy();
    else send(response, answer);
  } else send(response, problem(404, 'not_found'));
}

function control(method: string, path: string, body: string): Reply {
  const now = Date.now();
  switch (`${method} ${path}`) {
    case 'GET /_sandbox/state':
      return json(sandbox.state(now));
    case 'POST /_sandbox/reset':
      return outcome(sandbox.reset(body || '{}', now));
    case 'POST /_sandbox/faults':
      return outcome(sandbox.faults(body));
    case 'POST /_sandbox/switches':
      return outcome(sandbox.switches(body));
    case 'POST /_sandbox/account':
      return outcome(sandbox.account(body));
    case 'POST /_sandbox/revoke':
      return outcome(sandbox.revoke(body || '{}'));
    case 'POST /_sandbox/long_lived_token':
      return outcome(sandbox.long_lived_token(body || '{}', now));
    default:
      return problem(404, 'not_found');
  }
}

function outcome(answer: string): Reply {
  const result = JSON.parse(answer) as Answer<object>;
  return result.type === 'success'
    ? json(answer)
    : problem(400, result.errors[0]?.code ?? 'malformed', result.errors);
}

const json = (body: string): Reply => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body,
});

function problem(status: number, code: string, errors: unknown[] = []): Reply {
  const body = { type: `urn:ringostat-amocrm:${code}`, title: STATUS_CODES[status], status, code, errors };
  return { status, headers: { 'content-type': 'application/problem+json' }, body: JSON.stringify(body) };
}

function send(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, headers);
  response.end(body);
}

server.on('error', (error) => {
  process.stderr.write(`sandbox: ${error.message}\n`);
  process.exit(1);
});
server.listen(port, '127.0.0.1', () => {
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { SANDBOX_SEED = 1, SANDBOX_CLIENT_ID: id, SANDBOX_CLIENT_SECRET: secret } = process.env;
  const client = id && secret ? { id, secret } : undefined;
  sandbox = new Sandbox(JSON.stringify({ seed: Number(SANDBOX_SEED), base_url: origin, client }));
  process.stdout.write(`listening ${origin}\n`);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
// Started by another script: do not outlive it, however it ends.
if (process.env.STOP_WITH_PARENT) process.stdin.once('close', () => process.exit(0)).resume();
