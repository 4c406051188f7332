// Stands between the worker and the sandbox, counts requests, and can stop one at the door: before the account saw
// it, or after it did and before its answer left. It can also answer otherwise than the sandbox would.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export type Moment = 'before' | 'after';

export interface Trap {
  /** Which request from now on, the first being 1. */
  nth: number;
  /** Counts only those that begin so, e.g. `POST /api/v4/tasks`. */
  only?: string;
  moment: Moment;
  /** Called with the request still open; its answer never leaves. */
  spring: () => Promise<void>;
}

/** An answer in place of the account's; undefined leaves it. */
export type Alter = (
  request: { method: string; path: string },
  answer: { status: number; body: string },
) => { status: number; body: string } | undefined;

/** What goes back over the wire. */
export interface Wire {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

/** Carries a request in its own way: `forward` asks the account. Undefined: the connection breaks. */
export type Meddle = (
  request: { nth: number; method: string; path: string },
  forward: () => Promise<Wire>,
) => Promise<Wire | undefined>;

export class Gate {
  readonly #target: string;
  readonly #server = createServer((request, response) => void this.#pass(request, response));
  #trap: Trap | undefined;
  #seen = 0;
  /** Of those that the trap counts. */
  #met = 0;
  /** How an account differs that no switch of the sandbox makes. */
  alter: Alter | undefined;
  meddle: Meddle | undefined;

  constructor(target: string) {
    this.#target = target;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Requests since the last `arm`. */
  get seen(): number {
    return this.#seen;
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  arm(trap?: Trap): void {
    this.#trap = trap;
    this.#seen = 0;
    this.#met = 0;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#seen += 1;
    if (`${request.method} ${request.url}`.startsWith(this.#trap?.only ?? '')) this.#met += 1;
    const trap = this.#trap?.nth === this.#met ? this.#trap : undefined;
    if (trap) this.#trap = undefined;
    const nth = this.#seen;
    try {
      const body = await buffer(request);
      if (trap?.moment === 'before') return await trap.spring();
      const { method = 'GET', url: path = '/' } = request;
      const forward = () => this.#forward(request, body);
      const wire = await (this.meddle ? this.meddle({ nth, method, path }, forward) : forward());
      if (trap) return await trap.spring();
      if (!wire) return void request.socket.destroy();
      const altered = this.alter?.({ method, path }, { status: wire.status, body: String(wire.body) });
      response.writeHead(altered?.status ?? wire.status, wire.headers);
      response.end(altered?.body ?? wire.body);
    } catch {
      // The sandbox dropped the connection: so do we.
      request.socket.destroy();
    }
  }

  async #forward({ method = 'GET', url = '/', headers: all }: IncomingMessage, body: Buffer): Promise<Wire> {
    const { host: _, connection: __, ...headers } = all as Record<string, string>;
    const answer = await fetch(this.#target + url, {
      method,
      headers,
      ...(method === 'GET' ? {} : { body: new Uint8Array(body) }),
    });
    const given = [...answer.headers].filter(
      ([name]) => !/^(content-length|transfer-encoding|connection)$/.test(name),
    );
    const bytes = Buffer.from(await answer.arrayBuffer());
    return { status: answer.status, headers: Object.fromEntries(given), body: bytes };
  }
}
