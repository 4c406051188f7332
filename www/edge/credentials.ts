// The tokens: sealed on file, in the open only in memory. A new pair is durable before it is used, and is asked for
// once however many wait for it.

import type { Connected, Connection, SealedTokens } from './connection.ts';
import { call, core } from './core.ts';
import { logError } from './log.ts';
import type { OAuthClient } from './oauth_client.ts';
import type { Access, AccessSource } from './transport.ts';
import type { Vault } from './vault.ts';

/** As they were given. */
export interface Tokens {
  access: string;
  refresh: string | null;
  /** Seconds. Null: the token itself may say. */
  expiresIn: number | null;
}

const AHEAD_MS = 5 * 60_000;
/** Answers that may be lost before it is left for later. */
const ATTEMPTS = 3;

type Renewal = 'renewed' | 'refused' | 'later';

export class Credentials implements AccessSource {
  readonly #connection: Connection;
  readonly #vault: Vault;
  readonly #client: OAuthClient | undefined;
  readonly #storage: DurableObjectStorage;
  readonly #pauseMs: number;
  /** The consent is gone. */
  readonly #lost: () => void;
  #open: { access: string; refresh: string | null } | undefined;
  #running: Promise<Renewal> | undefined;
  /** Nobody answered lately: no use in asking at once again. */
  #restUntil = 0;
  /** Counts what was stored by activation: what was asked before it is void. */
  #version = 0;

  constructor(
    connection: Connection,
    vault: Vault,
    client: OAuthClient | undefined,
    storage: DurableObjectStorage,
    pauseMs: number,
    lost: () => void,
  ) {
    this.#connection = connection;
    this.#vault = vault;
    this.#client = client;
    this.#storage = storage;
    this.#pauseMs = pauseMs;
    this.#lost = lost;
  }

  async current(): Promise<Access | null> {
    const { refresh_at: refreshAt, expires_at: expiresAt } = this.#connection.tokens ?? {};
    const now = Date.now();
    if (refreshAt && refreshAt <= now && this.#restUntil <= now) {
      const renewal = await this.#renewal();
      if (renewal === 'refused') return null;
    }
    if (refreshAt && expiresAt && (this.#connection.tokens?.expires_at ?? 0) <= Date.now()) return null;
    return this.#access();
  }

  async renewed(token: string): Promise<Access | 'refused' | 'later'> {
    const current = await this.#access();
    if (!current) return 'later';
    // Somebody was faster.
    if (current.token !== token) return current;
    const renewal = await this.#renewal();
    if (renewal !== 'renewed') return renewal;
    return (await this.#access()) ?? 'later';
  }

  /** Puts a connection in place of the last one, and does what goes with it. Durable when it returns. */
  async store(connected: Connected, tokens: Tokens, also: () => void): Promise<void> {
    const sealed = await this.#seal(tokens);
    this.#version += 1;
    this.#restUntil = 0;
    this.#open = { access: tokens.access, refresh: tokens.refresh };
    this.#connection.connect(connected, sealed);
    also();
    await this.#storage.sync();
  }

  erase(): void {
    this.#version += 1;
    this.#open = undefined;
    this.#connection.erase();
  }

  async #access(): Promise<Access | null> {
    const { baseUrl } = this.#connection;
    const open = await this.#opened();
    return open && baseUrl !== null ? { baseUrl, token: open.access } : null;
  }

  async #opened() {
    const sealed = this.#connection.tokens;
    if (this.#open || !sealed) return this.#open;
    const version = this.#version;
    const [access, refresh] = await Promise.all([
      this.#vault.open('access', sealed.access),
      sealed.refresh === null ? null : this.#vault.open('refresh', sealed.refresh),
    ]);
    if (version !== this.#version) return this.#open;
    if (access === undefined || refresh === undefined) {
      logError('tokens', new Error('sealed by a key that is not there'));
      this.#lost();
      return undefined;
    }
    this.#open = { access, refresh };
    if (this.#vault.outdated(sealed.access)) await this.#sealAgain(sealed, access, refresh);
    return this.#open;
  }

  /** A long-lived token would need its old key for years. */
  async #sealAgain(sealed: SealedTokens, access: string, refresh: string | null): Promise<void> {
    const version = this.#version;
    const again = await this.#sealed(access, refresh);
    const { baseUrl, tokens } = this.#connection;
    const same = version === this.#version && tokens?.access === sealed.access;
    if (same && baseUrl !== null) this.#connection.renew({ ...sealed, ...again }, baseUrl);
  }

  #renewal(): Promise<Renewal> {
    this.#running ??= this.#renew().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #renew(): Promise<Renewal> {
    const version = this.#version;
    const refresh = (await this.#opened())?.refresh;
    const { baseUrl, tokens } = this.#connection;
    if (!this.#client || !refresh || !tokens || baseUrl === null) {
      // A long-lived token: there is nothing to renew it with.
      this.#lost();
      return 'refused';
    }
    let origin = baseUrl;
    let answer = await this.#ask(this.#client, origin, refresh);
    if (answer.type === 'refused' && tokens.api_domain !== null) {
      const found = await this.#client.find(tokens.api_domain, refresh);
      if (found === 'lost') answer = { type: 'lost' };
      else if (found !== null && found !== origin) {
        origin = found;
        answer = await this.#ask(this.#client, origin, refresh);
      }
    }
    // Activated, or switched off, meanwhile: what was asked for is nobody's.
    if (version !== this.#version) return 'later';
    if (answer.type === 'granted') {
      const given = {
        access: answer.access_token,
        refresh: answer.refresh_token,
        expiresIn: answer.expires_in,
      };
      const sealed = await this.#seal(given);
      if (version !== this.#version) return 'later';
      this.#connection.renew(sealed, origin);
      await this.#storage.sync();
      if (version !== this.#version) return 'later';
      this.#open = given;
      return 'renewed';
    }
    if (answer.type === 'refused' || answer.type === 'unacceptable') {
      this.#lost();
      return 'refused';
    }
    this.#restUntil = Date.now() + this.#pauseMs * 10;
    return 'later';
  }

  /** An answer that was lost may have been a new pair: the old token still stands until that is used. */
  async #ask(client: OAuthClient, origin: string, refresh: string) {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await client.ask(origin, 'refresh', refresh);
      const again = answer.type === 'lost' || answer.type === 'later';
      if (!again || attempt === ATTEMPTS) return answer;
      await new Promise((resolve) => setTimeout(resolve, this.#pauseMs * attempt));
    }
  }

  async #sealed(access: string, refresh: string | null) {
    return {
      access: await this.#vault.seal('access', access),
      refresh: refresh === null ? null : await this.#vault.seal('refresh', refresh),
    };
  }

  async #seal({ access, refresh, expiresIn }: Tokens): Promise<SealedTokens> {
    const now = Date.now();
    const { exp, api_domain } = call(() => core.token_claims(access));
    const expires_at = expiresIn !== null ? now + expiresIn * 1000 : exp !== null ? exp * 1000 : null;
    // A token that lives for minutes only is not renewed all the time.
    const ahead = Math.min(AHEAD_MS, ((expires_at ?? now) - now) / 2);
    return {
      ...(await this.#sealed(access, refresh)),
      expires_at,
      refresh_at: refresh === null || expires_at === null ? null : expires_at - ahead,
      api_domain,
    };
  }
}
