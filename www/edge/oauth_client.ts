// The integration as amoCRM knows it: asks the token endpoint, and where an account has moved to.
import type { TokenAnswer } from 'ringostat-amocrm';
import { accountOrigin } from './address.ts';
import { call, core } from './core.ts';

const TIMEOUT_MS = 20_000;

export interface OAuthConfig {
  clientId: string;
  clientSecret: string;
  redirectUrl: string;
  consentUrl: string;
}

/** Nobody answered, or nobody knows whether. */
export type Asked = TokenAnswer | { type: 'lost' };

export class OAuthClient {
  readonly #config: OAuthConfig;
  readonly #development: boolean;

  constructor(config: OAuthConfig, development: boolean) {
    this.#config = config;
    this.#development = development;
  }

  consentUrl(state: string): string {
    const { consentUrl, clientId } = this.#config;
    return call(() => core.consent_url(consentUrl, clientId, state));
  }

  /** A pair for a code, or for the refresh token of the last pair. */
  async ask(origin: string, grant: 'code' | 'refresh', value: string): Promise<Asked> {
    const { clientId, clientSecret, redirectUrl } = this.#config;
    const body = call(() => core.token_request(clientId, clientSecret, redirectUrl, grant, value));
    try {
      const answer = await fetch(`${origin}/oauth2/access_token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const bytes = new Uint8Array(await answer.arrayBuffer());
      return call(() => core.token_answer(answer.status, bytes));
    } catch {
      return { type: 'lost' };
    }
  }

  /** Where the account of that refresh token is now; null when nobody knows it; `lost` when nobody answered. */
  async find(apiDomain: string, refresh: string): Promise<string | null | 'lost'> {
    const api = accountOrigin(apiDomain, this.#development);
    if (!api) return null;
    try {
      const answer = await fetch(`${api}/oauth2/account/current/subdomain`, {
        headers: { 'x-refresh-token': refresh, accept: 'application/json' },
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const text = await answer.text();
      if (answer.status >= 500 || answer.status === 429 || answer.status === 403) return 'lost';
      if (!answer.ok) return null;
      const { domain } = JSON.parse(text) as { domain?: unknown };
      return typeof domain === 'string' ? accountOrigin(domain, this.#development) : null;
    } catch {
      return 'lost';
    }
  }
}
