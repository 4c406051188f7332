// The worker's environment, checked once. A wrong value is refused by name, never guessed around.
import type { Accounts } from './account_owner.ts';
import { accountOrigin, isLoopback } from './address.ts';
import { decodeBase64url } from './base64url.ts';
import type { Roster } from './metrics/roster.ts';
import type { OAuthConfig } from './oauth_client.ts';
import type { Project } from './project.ts';
import type { RingostatSource } from './ringostat_api.ts';
import type { VaultKey } from './vault.ts';

/** Null: on a machine of one's own it is not in the environment. */
type Text = string | null;

/** As the runtime gives it: texts and bindings. */
export interface Env {
  PROJECTS: DurableObjectNamespace<Project>;
  ACCOUNTS: DurableObjectNamespace<Accounts>;
  ROSTER: DurableObjectNamespace<Roster>;
  /** What an activation by a long-lived token takes when it names nothing else. */
  AMOCRM_BASE_URL?: Text;
  AMOCRM_TOKEN?: Text;
  ADMIN_JWT_SECRET: Text;
  /** Names of projects, by commas: their own admin secrets are lost, so this one is good for them again. */
  ADMIN_RESCUE?: Text;
  /** Names of the projects that there may be, by commas. Without it any, and a look at each leaves a file. */
  PROJECT_NAMES?: Text;
  /** Seal tokens: `{"id":"base64"}` or `id:base64,id:base64`, 32 bytes each. The first seals, all open. */
  TOKEN_KEYS: Text;
  /** The integration as amoCRM knows it. */
  OAUTH_CLIENT_ID?: Text;
  OAUTH_CLIENT_SECRET?: Text;
  OAUTH_REDIRECT_URL?: Text;
  OAUTH_CONSENT_URL?: Text;
  /** Requests a second to one amoCRM account. */
  RATE_PER_SECOND?: Text;
  /** How long a late commit may take: an unknown write is sent again only after it. */
  SETTLE_MS?: Text;
  RETRY_BASE_MS?: Text;
  /** Forms a second that one project accepts. */
  FORMS_PER_SECOND?: Text;
  /** Forms a minute from one address, where addresses are known. */
  FORMS_PER_MINUTE_PER_ADDRESS?: Text;
  /** The runtime's own limit, in place of that. */
  FORMS_LIMIT?: RateLimit;
  /** The header in which the proxy in front tells the client's address. It must let none of a client's through. */
  CLIENT_ADDRESS_HEADER?: Text;
  /** How long a secret stays valid after it was rotated. */
  SECRET_OVERLAP_MS?: Text;
  /** How long a day of retention is, and how often it is looked after. */
  RETENTION_DAY_MS?: Text;
  /** A label of the account behind the base URL: when it changes, what was remembered of the account is dropped. */
  AMOCRM_ACCOUNT?: Text;
  /** What a monitoring system shows to `GET /metrics`; without it there is none. */
  METRICS_TOKEN?: Text;
  /** With both, employees are read from Ringostat's API, and calls that webhooks did not bring. */
  RINGOSTAT_AUTH_KEY?: Text;
  RINGOSTAT_PROJECT_ID?: Text;
  RINGOSTAT_API_URL?: Text;
  /** "1" allows a loopback amoCRM (the sandbox) and Ringostat. */
  DEVELOPMENT?: Text;
  /** Origins of the panels that embed the widget, by commas: their scripts may administrate. */
  PANEL_ORIGINS?: Text;
  /** The widget's files. Without them only data is served. */
  ASSETS?: Fetcher;
}

export interface Config {
  /** Of an activation. */
  defaults: { baseUrl: string | undefined; token: string | undefined };
  development: boolean;
  adminSecret: Uint8Array<ArrayBuffer>;
  rescued: string[];
  /** Undefined: any name. */
  projectNames: ReadonlySet<string> | undefined;
  tokenKeys: [VaultKey, ...VaultKey[]];
  oauth: OAuthConfig | undefined;
  ratePerSecond: number;
  formsPerSecond: number;
  formsPerAddress: number;
  addressHeader: string | undefined;
  secretOverlapMs: number;
  retentionDayMs: number;
  /** The core's options, as JSON. */
  coreOptions: string;
  retryBaseMs: number;
  /** How long a late write may take. */
  settleMs: number;
  /** Says which account is meant where its address and number do not. */
  accountLabel: string;
  ringostat: RingostatSource | undefined;
  metricsToken: string | undefined;
  panelOrigins: string[];
}

export class ConfigError extends Error {
  readonly variable: string;

  constructor(variable: string, why: string) {
    super(`${variable}: ${why}`);
    this.variable = variable;
  }
}

export function readConfig(env: Env): Config {
  const development = env.DEVELOPMENT === '1';
  const baseUrl = env.AMOCRM_BASE_URL ? amoCrmUrl(env.AMOCRM_BASE_URL, development) : undefined;
  if (env.AMOCRM_TOKEN && !/^[\x21-\x7e]+$/.test(env.AMOCRM_TOKEN))
    throw new ConfigError('AMOCRM_TOKEN', 'must be plain letters');
  const adminSecret = Uint8Array.from(new TextEncoder().encode(env.ADMIN_JWT_SECRET ?? ''));
  if (adminSecret.length < 32) throw new ConfigError('ADMIN_JWT_SECRET', 'needs at least 32 bytes');
  const settleMs = positive('SETTLE_MS', env.SETTLE_MS, 45_000);
  const retryBaseMs = positive('RETRY_BASE_MS', env.RETRY_BASE_MS, 1_000);
  return {
    defaults: { baseUrl, token: env.AMOCRM_TOKEN || undefined },
    development,
    adminSecret,
    rescued: (env.ADMIN_RESCUE ?? '').split(',').map((name) => name.trim()),
    projectNames: projectNames(env.PROJECT_NAMES),
    tokenKeys: tokenKeys(env.TOKEN_KEYS),
    oauth: oauth(env, development),
    ratePerSecond: positive('RATE_PER_SECOND', env.RATE_PER_SECOND, 6),
    formsPerSecond: positive('FORMS_PER_SECOND', env.FORMS_PER_SECOND, 100),
    formsPerAddress: positive('FORMS_PER_MINUTE_PER_ADDRESS', env.FORMS_PER_MINUTE_PER_ADDRESS, 30),
    addressHeader: headerName('CLIENT_ADDRESS_HEADER', env.CLIENT_ADDRESS_HEADER),
    secretOverlapMs: positive('SECRET_OVERLAP_MS', env.SECRET_OVERLAP_MS, 24 * 3_600_000),
    retentionDayMs: positive('RETENTION_DAY_MS', env.RETENTION_DAY_MS, 24 * 3_600_000),
    settleMs,
    coreOptions: JSON.stringify({ settle_ms: settleMs, retry_base_ms: retryBaseMs }),
    retryBaseMs,
    accountLabel: env.AMOCRM_ACCOUNT ?? '',
    ringostat: ringostat(env),
    metricsToken: metricsToken(env.METRICS_TOKEN),
    panelOrigins: panelOrigins(env.PANEL_ORIGINS ?? ''),
  };
}

const AMOCRM_HOSTS = ['amocrm.ru', 'amocrm.com', 'kommo.com'];
const RINGOSTAT_HOSTS = ['ringostat.net', 'ringostat.com'];
const RINGOSTAT_API = 'https://api.ringostat.net';
const CONSENT_URL = 'https://www.amocrm.ru/oauth';

/** The token goes there. */
export const amoCrmUrl = (text: Text | undefined, development: boolean): string =>
  trustedUrl('AMOCRM_BASE_URL', text, AMOCRM_HOSTS, development);

/** All or nothing. */
function oauth(env: Env, development: boolean): OAuthConfig | undefined {
  const {
    OAUTH_CLIENT_ID: clientId,
    OAUTH_CLIENT_SECRET: clientSecret,
    OAUTH_REDIRECT_URL: redirectUrl,
  } = env;
  if (!clientId && !clientSecret && !redirectUrl) return undefined;
  if (!clientId) throw new ConfigError('OAUTH_CLIENT_ID', 'is missing');
  if (!clientSecret) throw new ConfigError('OAUTH_CLIENT_SECRET', 'is missing');
  const redirect = URL.parse(redirectUrl ?? '');
  if (!redirect || !(redirect.protocol === 'https:' || (development && isLoopback(redirect))))
    throw new ConfigError('OAUTH_REDIRECT_URL', 'must be an https address');
  const consent = URL.parse(env.OAUTH_CONSENT_URL || CONSENT_URL);
  if (!consent || consent.hash || !accountOrigin(consent.origin, development))
    throw new ConfigError('OAUTH_CONSENT_URL', `must be https on ${AMOCRM_HOSTS.join(', ')}`);
  // As configured there, to the letter.
  return { clientId, clientSecret, redirectUrl: redirectUrl ?? '', consentUrl: consent.href };
}

/** How projects may be called at all. */
export const PROJECT_NAME = /^[a-z0-9-]{1,64}$/;

function projectNames(text: Text | undefined): ReadonlySet<string> | undefined {
  if (!text) return undefined;
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name) => PROJECT_NAME.test(name))) return new Set(names);
  throw new ConfigError('PROJECT_NAMES', 'must be names of small letters, digits and hyphens');
}

const KEY_BYTES = 32;

function tokenKeys(text: Text | undefined): [VaultKey, ...VaultKey[]] {
  const wrong = (why: string) => new ConfigError('TOKEN_KEYS', why);
  if (!text) throw wrong('is missing');
  const keys: VaultKey[] = pairs(text).map(([id, key]) => {
    if (!/^[A-Za-z0-9_-]{1,32}$/.test(id)) throw wrong('an id must be letters and digits');
    const bytes = decodeBase64url(key);
    if (bytes?.length !== KEY_BYTES) throw wrong(`each key must be ${KEY_BYTES} bytes in base64`);
    return { id, bytes };
  });
  const [first, ...more] = keys;
  if (!first) throw wrong('is empty');
  if (new Set(keys.map(({ id }) => id)).size < keys.length) throw wrong('an id is there twice');
  return [first, ...more];
}

function pairs(text: string): [string, string][] {
  if (!text.trimStart().startsWith('{')) {
    return text.split(',').map((pair) => {
      const [id = '', key = ''] = pair.trim().split(':');
      return [id, key];
    });
  }
  try {
    return Object.entries(JSON.parse(text) as Record<string, unknown>).map(([id, key]) => [id, String(key)]);
  } catch {
    throw new ConfigError('TOKEN_KEYS', 'is no JSON');
  }
}

function ringostat(env: Env): RingostatSource | undefined {
  const key = env.RINGOSTAT_AUTH_KEY;
  if (!key) return undefined;
  if (!/^[\x21-\x7e]+$/.test(key)) throw new ConfigError('RINGOSTAT_AUTH_KEY', 'must be plain letters');
  const projectId = Number(env.RINGOSTAT_PROJECT_ID);
  if (!Number.isSafeInteger(projectId) || projectId <= 0)
    throw new ConfigError('RINGOSTAT_PROJECT_ID', 'must be a number when there is a key');
  const url = env.RINGOSTAT_API_URL || RINGOSTAT_API;
  return {
    url: trustedUrl('RINGOSTAT_API_URL', url, RINGOSTAT_HOSTS, env.DEVELOPMENT === '1'),
    key,
    projectId,
  };
}

/** Whoever guesses it reads the names of all projects. */
function metricsToken(text: Text | undefined): string | undefined {
  if (!text || /^[\x21-\x7e]{16,}$/.test(text)) return text || undefined;
  throw new ConfigError('METRICS_TOKEN', 'needs at least 16 plain letters');
}

/** A secret goes there: only the service's own hosts over https, or this machine in development. */
function trustedUrl(variable: string, text: Text | undefined, hosts: string[], development: boolean): string {
  const url = URL.parse(text ?? '');
  if (!url) throw new ConfigError(variable, 'is not a URL');
  const own = hosts.some((host) => url.hostname === host || url.hostname.endsWith(`.${host}`));
  const plain = !url.username && !url.password && url.pathname === '/' && !url.search && !url.hash;
  const secure = url.protocol === 'https:' && own && url.port === '';
  const local = development && isLoopback(url);
  if (!plain || !(secure || local)) {
    throw new ConfigError(variable, `must be https on ${hosts.join(', ')}, without a path`);
  }
  return url.origin;
}

/** Each by name: a wildcard would let any site's script use a token that it got hold of. */
function panelOrigins(text: string): string[] {
  const origins = text.split(',').map((origin) => origin.trim());
  return origins.filter(Boolean).map((origin) => {
    if (URL.parse(origin)?.origin === origin) return origin;
    throw new ConfigError('PANEL_ORIGINS', 'must be origins such as https://app.example');
  });
}

function positive(variable: string, text: Text | undefined, fallback: number): number {
  if (!text) return fallback;
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new ConfigError(variable, 'must be a positive number');
  return value;
}

function headerName(variable: string, text: Text | undefined): string | undefined {
  if (!text) return undefined;
  if (!/^[A-Za-z0-9-]+$/.test(text)) throw new ConfigError(variable, 'must be the name of a header');
  return text;
}
