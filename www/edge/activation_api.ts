// The endpoints of activation: what is asked, and how it ended.
import type { Language, Problem } from 'ringostat-amocrm';
import type { Activation, Candidate, Refusal } from './activation.ts';
import { accountOrigin } from './address.ts';
import type { Connection, Mode } from './connection.ts';
import type { Config } from './env.ts';
import type { OAuthClient } from './oauth_client.ts';
import type { Nonces } from './oauth_nonces.ts';
import { finishedPage, LANGUAGES } from './oauth_page.ts';
import { type OAuthState, signState } from './oauth_state.ts';
import { one, problem } from './problem.ts';

const KEYS = ['mode', 'token', 'domain', 'language', 'resend_backlog'];
/** Of a consent that nothing came of yet. */
const ASKED = 'asked';
const MODES: readonly Mode[] = ['oauth', 'long_lived'];

interface Wanted {
  mode: Mode;
  token: string | undefined;
  domain: string | undefined;
  language: Language | null;
  resend: boolean;
}

/** What came back from amoCRM, its state already checked. */
export interface Consent {
  state: OAuthState;
  /** Null: refused. */
  code: string | null;
  /** The account's host. */
  referer: string;
}

const time = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

export class ActivationApi {
  readonly #connection: Connection;
  readonly #activation: Activation;
  readonly #nonces: Nonces;
  readonly #client: OAuthClient | undefined;
  readonly #config: Config;
  readonly #held: () => number;
  /** The last one that was asked for, until it is given: `asked`, or why nothing came of it. */
  #consent: { code: string; at: string } | null = null;

  constructor(
    connection: Connection,
    activation: Activation,
    nonces: Nonces,
    client: OAuthClient | undefined,
    config: Config,
    held: () => number,
  ) {
    this.#connection = connection;
    this.#activation = activation;
    this.#nonces = nonces;
    this.#client = client;
    this.#config = config;
    this.#held = held;
  }

  read(): Response {
    const { gate, account, user, mode, language, tokens } = this.#connection;
    return Response.json({
      state: gate.state,
      since: time(gate.since),
      account: gate.state === 'inactive' ? null : account,
      user,
      held: this.#held(),
      mode,
      language,
      expires_at: time(tokens?.expires_at ?? null),
      consent: this.#consent,
    });
  }

  async end(project: string): Promise<Response> {
    // Who switches off does not want a window that is still open to switch on again.
    this.forgetConsents();
    await this.#activation.end(project);
    return this.read();
  }

  forgetConsents(): void {
    this.#nonces.forget();
    this.#consent = null;
  }

  async begin(project: string, body: string): Promise<Response> {
    const wanted = readWanted(body);
    if (wanted instanceof Response) return wanted;
    if (wanted.mode === 'oauth') return this.#ask(project, wanted);
    const { defaults, development } = this.#config;
    const token = wanted.token ?? defaults.token;
    const domain = wanted.domain ?? defaults.baseUrl;
    const baseUrl = domain === undefined ? undefined : accountOrigin(domain, development);
    const problems: Problem[] = [];
    if (token === undefined) problems.push(one('missing_key', '/token'));
    if (baseUrl === undefined) problems.push(one('missing_key', '/domain'));
    if (baseUrl === null) problems.push(one('domain_not_allowed', '/domain'));
    if (token === undefined || !baseUrl) return problem(422, problems);
    const refusal = await this.#activation.activate(project, {
      mode: 'long_lived',
      baseUrl,
      tokens: { access: token, refresh: null, expiresIn: null },
      language: wanted.language,
      resend: wanted.resend,
    });
    return refusal ? problem(refusal.status, [refusal.problem]) : this.read();
  }

  async #ask(project: string, { language, resend }: Wanted): Promise<Response> {
    if (!this.#client) return problem(422, [one('oauth_not_configured', '/mode')]);
    const { nonce, exp } = this.#nonces.make(Date.now());
    this.#consent = { code: ASKED, at: new Date().toISOString() };
    const state = await signState(this.#config.adminSecret, { project, nonce, exp, language, resend });
    const consentUrl = this.#client.consentUrl(state);
    return Response.json({
      state: this.#connection.gate.state,
      consent_url: consentUrl,
      consent: this.#consent,
    });
  }

  /** Ends what `begin` began, as a page for the administrator. */
  async finish({ state, code, referer }: Consent): Promise<Response> {
    const { language } = state;
    if (!this.#nonces.use(state.nonce, Date.now())) return finishedPage(400, 'bad_state', language);
    const denied: Refusal = { status: 403, problem: one('access_denied') };
    const refusal = code === null ? denied : await this.#exchange(state, code, referer);
    this.#consent = refusal && { code: refusal.problem.code, at: new Date().toISOString() };
    return refusal
      ? finishedPage(refusal.status, refusal.problem.code, language)
      : finishedPage(200, 'activated', language);
  }

  async #exchange(state: OAuthState, code: string, referer: string): Promise<Refusal | null> {
    const refused = (status: number, code: string): Refusal => ({ status, problem: one(code) });
    const baseUrl = accountOrigin(referer, this.#config.development);
    if (!baseUrl) return refused(422, 'domain_not_allowed');
    if (!this.#client) return refused(422, 'oauth_not_configured');
    const answer = await this.#client.ask(baseUrl, 'code', code);
    if (answer.type === 'lost' || answer.type === 'later') return refused(503, 'account_unreachable');
    if (answer.type !== 'granted') return refused(422, 'code_refused');
    const { access_token: access, refresh_token: refresh, expires_in: expiresIn } = answer;
    const candidate: Candidate = {
      mode: 'oauth',
      baseUrl,
      tokens: { access, refresh, expiresIn },
      language: state.language,
      resend: state.resend,
    };
    return this.#activation.activate(state.project, candidate);
  }
}

/** The body of a POST, or every error in it. */
function readWanted(body: string): Wanted | Response {
  let document: Record<string, unknown>;
  try {
    document = JSON.parse(body) as Record<string, unknown>;
    if (typeof document !== 'object' || document === null || Array.isArray(document)) throw new Error();
  } catch {
    return problem(400, 'malformed');
  }
  const problems: Problem[] = Object.keys(document)
    .filter((key) => !KEYS.includes(key))
    .map((key) => one('unknown_key', `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`));
  const choice = <T extends string>(key: string, allowed: readonly T[]): T | undefined => {
    const value = document[key];
    if (value === undefined) return undefined;
    const known = allowed.find((one) => one === value);
    // The value is not told: a secret may have been put there by mistake.
    if (known === undefined) problems.push(one('unknown_value', `/${key}`, { allowed }));
    return known;
  };
  const text = (key: string): string | undefined => {
    const value = document[key];
    // A token goes into a header: nothing but plain letters.
    if (value === undefined) return undefined;
    if (typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)) return value;
    problems.push(one('invalid_value', `/${key}`));
    return undefined;
  };
  const mode = choice('mode', MODES);
  if (document.mode === undefined) problems.push(one('missing_key', '/mode', { allowed: MODES }));
  const language = choice('language', LANGUAGES) ?? null;
  const [token, domain] = [text('token'), text('domain')];
  const { resend_backlog: resend = false } = document;
  if (typeof resend !== 'boolean') problems.push(one('invalid_value', '/resend_backlog'));
  if (mode === 'oauth') {
    for (const [key, value] of Object.entries({ token, domain })) {
      if (value !== undefined) problems.push(one('unknown_key', `/${key}`));
    }
  }
  if (problems.length > 0 || mode === undefined) return problem(422, problems);
  return { mode, token, domain, language, resend: resend === true };
}
