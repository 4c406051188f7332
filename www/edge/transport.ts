// Carries one request to the account through the core's own fetch, and never waits for ever. Where to and by which
// token is asked for every request: both can change while a journey is under way.
import type { AmoRequest, Reply } from 'ringostat-amocrm';
import { call, core } from './core.ts';

const TIMEOUT_MS = 20_000;
/** A call that its own timeout did not end, e.g. because the wasm instance was rebuilt meanwhile. */
const GUARD_MS = TIMEOUT_MS + 5_000;

/** Where the account is and what opens it. */
export interface Access {
  baseUrl: string;
  token: string;
}

export interface AccessSource {
  /** Null: there is none, or none just now. */
  current(): Promise<Access | null>;
  /** amoCRM answered 401 to that token. `refused`: there will be no other one; `later`: ask again. */
  renewed(token: string): Promise<Access | 'refused' | 'later'>;
}

/** Is told of every request that left, by its status; null: nothing was answered. */
export type Meter = (status: number | null) => void;

export class Transport {
  readonly #source: AccessSource;
  readonly #meter: Meter;

  constructor(source: AccessSource, meter: Meter) {
    this.#source = source;
    this.#meter = meter;
  }

  async send(request: AmoRequest): Promise<Reply> {
    const access = await this.#source.current();
    if (!access) return unsent('no token');
    const reply = await sendOnce(access, request, this.#meter);
    if (!reply.answered || reply.status !== 401) return reply;
    // A 401 was not carried out, whatever it was.
    const renewed = await this.#source.renewed(access.token);
    if (renewed === 'refused') return reply;
    return renewed === 'later' ? unsent('token not renewed') : sendOnce(renewed, request, this.#meter);
  }
}

const unsent = (message: string): Reply => ({ answered: false, kind: 'not_sent', message });

/** Never rejects. */
export async function sendOnce(access: Access, request: AmoRequest, meter: Meter): Promise<Reply> {
  const reply = await carry(access, request);
  meter(reply.answered ? reply.status : null);
  return reply;
}

async function carry({ baseUrl, token }: Access, request: AmoRequest): Promise<Reply> {
  const lost = (message: string): Reply => ({ answered: false, kind: 'lost', message });
  const reply = call(() => core.send(baseUrl, token, JSON.stringify(request), TIMEOUT_MS));
  let timer = 0;
  const guard = new Promise<Reply>((resolve) => {
    timer = setTimeout(() => resolve(lost('guard')), GUARD_MS);
  });
  try {
    return await Promise.race([reply.catch(() => lost('rejected')), guard]);
  } finally {
    clearTimeout(timer);
  }
}
