// Carries one request to the account through the core's own fetch, and never waits for ever.
import type { AmoRequest, Reply } from 'ringostat-amocrm';
import { call, core } from './core.ts';

const TIMEOUT_MS = 20_000;
/** A call that its own timeout did not end, e.g. because the wasm instance was rebuilt meanwhile. */
const GUARD_MS = TIMEOUT_MS + 5_000;

export class Transport {
  readonly #baseUrl: string;
  readonly #token: string;

  constructor(baseUrl: string, token: string) {
    this.#baseUrl = baseUrl;
    this.#token = token;
  }

  async send(request: AmoRequest): Promise<Reply> {
    const lost = (message: string): Reply => ({ answered: false, kind: 'lost', message });
    const reply = call(() => core.send(this.#baseUrl, this.#token, JSON.stringify(request), TIMEOUT_MS));
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
}
