// An operator's endpoint: takes notices, answers as told, and checks signatures.
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Notice {
  id: string;
  cause: string;
  project: string;
  at: string;
  state: string;
  reason?: string;
  event?: string;
  held: number;
}

export interface Arrived {
  notice: Notice;
  body: string;
  signature: string;
}

export class Receiver {
  readonly #arrived: Arrived[] = [];
  readonly #server = createServer(async (request, response) => {
    const body = await text(request);
    const signature = String(request.headers['x-ringostat-signature']);
    this.#arrived.push({ notice: JSON.parse(body) as Notice, body, signature });
    const status = this.answers.shift() ?? 200;
    response.writeHead(status, status === 307 ? { location: `${this.url}/elsewhere` } : {}).end();
  });
  /** Statuses of the next answers; 200 after them. */
  answers: number[] = [];

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** What has arrived of that project, in order. */
  of(project: string, cause?: string): Arrived[] {
    return this.#arrived.filter(
      ({ notice }) => notice.project === project && (cause === undefined || notice.cause === cause),
    );
  }
}

/** How many of the signatures that secret made, of how many. */
export function signedBy(secret: string, { body, signature }: Arrived): [number, number] {
  const parts = signature.split(',').map((part) => part.split('='));
  const of = (name: string) => parts.filter(([key]) => key === name).map(([, value]) => value);
  const expected = createHmac('sha256', secret)
    .update(`${of('t')[0]}.${body}`)
    .digest('hex');
  return [of('v1').filter((one) => one === expected).length, of('v1').length];
}
