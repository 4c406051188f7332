// Plays Ringostat's list of calls: rows of a stretch of time by the project's clock, and never more than 6,500.
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const MOST = 6_500;

export interface Row extends Record<string, unknown> {
  uniqueid: string;
  calldate: string;
}

export interface Asked {
  key: unknown;
  from: string;
  to: string | null;
  fields: string[];
  rows: number;
  at: number;
}

export class CallList {
  rows: Row[] = [];
  asked: Asked[] = [];
  /** What is answered in place of rows, one after another. */
  answers: ((response: ServerResponse) => void)[] = [];
  readonly #server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    if (pathname !== '/calls/list') return void response.writeHead(404).end();
    const [from = '', to] = [searchParams.get('from') ?? '', searchParams.get('to')];
    const rows = this.rows
      .filter(({ calldate }) => calldate >= from && (to === null || calldate <= to))
      .slice(0, MOST);
    const fields = searchParams.get('fields')?.split(',') ?? [];
    const key = request.headers['auth-key'];
    this.asked.push({ key, from, to, fields, rows: rows.length, at: Date.now() });
    const answer = this.answers.shift();
    if (answer) return answer(response);
    response.writeHead(200, { 'content-type': 'application/json' });
    const named = rows.map((row) => Object.entries(row).filter(([name]) => fields.includes(name)));
    response.end(JSON.stringify(named.map((row) => Object.fromEntries(row))));
  });

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

export const says =
  (status: number, body: unknown = '', headers: Record<string, string> = {}) =>
  (response: ServerResponse): void => {
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  };
