// Asks the account one thing at a time, before everything that nobody waits for, and tells trouble with the
// connection apart from an answer.
import type { AmoRequest } from 'ringostat-amocrm';
import { type core, type Held, parse } from '../core.ts';
import { type Gate, isTrouble } from '../gate.ts';
import { runJourney } from '../journey.ts';
import type { Arrival, Line, Passage } from '../line.ts';
import { Slice } from '../pace.ts';
import type { Code } from './findings.ts';

/** The connection is in trouble: no use in asking on. */
export class Stopped extends Error {
  readonly code: Code;

  constructor(code: Code) {
    super(code);
    this.code = code;
  }
}

/** amoCRM answered what we do not understand: this check ends, others go on. */
export class Unexpected extends Error {
  readonly code: Code;
  readonly params: Record<string, unknown>;

  constructor(code: Code, params: Record<string, unknown>) {
    super(code);
    this.code = code;
    this.params = params;
  }
}

export type Json = Record<string, unknown>;

/** `body`: null of an empty one, `undefined` of what is no JSON. */
export interface Answered {
  status: number;
  body: unknown;
}

const TROUBLES: Record<string, Code> = {
  needs_authorization: 'token_refused',
  unpaid: 'unpaid',
  blocked: 'blocked',
  insufficient_rights: 'not_readable',
};
const MOST_REQUESTS = 80;
const MOST_MS = 60_000;
/** Of one question, when amoCRM asks us to slow down. */
const ATTEMPTS = 3;

export class Asker {
  readonly #line: Line;
  readonly #gate: Gate;
  readonly #begun = Date.now();
  readonly #passage: Passage = { slice: new Slice(MOST_REQUESTS, MOST_MS), rank: () => 'interactive' };
  #requests = 0;

  constructor(line: Line, gate: Gate) {
    this.#line = line;
    this.#gate = gate;
  }

  get requests(): number {
    return this.#requests;
  }

  /** The object that a GET answers; null when there is nothing. */
  async read(path: string): Promise<Json | null> {
    const { status, body } = await this.ask('GET', path);
    const what = { path: path.split('?')[0], status };
    if (status === 403) throw new Unexpected('not_readable', what);
    if (status < 200 || status > 299 || (body !== null && !isObject(body))) {
      throw new Unexpected('answer_unexpected', what);
    }
    return body;
  }

  /** Whatever is answered, trouble with the connection excepted. Lost: it may have been carried out. */
  async write(method: 'POST' | 'PATCH', path: string, body: unknown): Promise<Answered | 'lost'> {
    const arrival = await this.#send({ method, path, body: JSON.stringify(body) });
    if (!arrival.answered && arrival.kind === 'lost') return 'lost';
    return this.#answer(arrival);
  }

  async ask(method: 'GET', path: string): Promise<Answered> {
    return this.#answer(await this.#send({ method, path, body: null }));
  }

  /** What one of the core's own journeys reads. */
  async travel(journey: Held<core.Journey>): Promise<Json> {
    try {
      const outcome = await runJourney(journey, this.#line, this.#passage, async () => {});
      this.#requests += (
        JSON.parse(journey.use((j) => text(j.report()))) as { requests: unknown[] }
      ).requests.length;
      if (outcome.end === 'paused') throw new Stopped('slow_account');
      if (outcome.end === 'wait') this.#stop(outcome.reason.code);
      return parse<Json>(journey.use((j) => j.result()));
    } finally {
      journey.free();
    }
  }

  /** The account answered as it should. */
  works(): void {
    // Who may read may not be allowed to write.
    if (this.#gate.state === 'insufficient_rights') this.#gate.probe(Date.now());
    else this.#gate.learn('works', this.#begun, Date.now());
  }

  async #send(request: AmoRequest): Promise<Arrival> {
    for (let attempt = 1; ; attempt += 1) {
      const arrival = await this.#line.send(request, false, this.#passage, async () => {
        this.#requests += 1;
      });
      const slower = arrival.answered && arrival.status === 429;
      if (!slower || attempt === ATTEMPTS) return arrival;
    }
  }

  #answer(arrival: Arrival): Answered {
    if (!arrival.answered) {
      if (arrival.kind === 'postponed') throw new Stopped('slow_account');
      return this.#stop(this.#gate.connected ? 'account_unreachable' : 'needs_authorization');
    }
    const { status } = arrival;
    const body = jsonOf(arrival.body);
    if (status === 401) this.#stop('needs_authorization');
    if (status === 402) this.#stop('unpaid');
    // A ban is HTML, a missing right is JSON.
    if (status === 403 && body === undefined) this.#stop('blocked');
    if (status === 429) throw new Stopped('slow_account');
    return { status, body };
  }

  #stop(code: string): never {
    if (isTrouble(code)) this.#gate.learn(code, this.#begun, Date.now());
    throw new Stopped(TROUBLES[code] ?? 'account_unreachable');
  }
}

const decoder = new TextDecoder();
const text = (bytes: Uint8Array) => decoder.decode(bytes);

function jsonOf(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return null;
  try {
    return JSON.parse(text(bytes)) as unknown;
  } catch {
    return undefined;
  }
}

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The items of a page. Undefined: it is not shaped as one. */
export function itemsOf(page: Json | null, key: string): Json[] | undefined {
  if (page === null) return [];
  const embedded = isObject(page._embedded) ? page._embedded[key] : undefined;
  return Array.isArray(embedded) ? embedded.filter(isObject) : undefined;
}
