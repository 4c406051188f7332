// What goes to amoCRM with the administrator and comes back with him: which project asked, signed and for a short
// time. That it comes back once only, the project's object sees to.
import { decodeBase64url, encodeBase64url } from './base64url.ts';
import type { Language } from './connection.ts';

const VALID_MS = 15 * 60_000;

export interface OAuthState {
  project: string;
  nonce: string;
  /** Unix milliseconds. */
  exp: number;
  language: Language | null;
  resend: boolean;
}

/** Nonces of consents under way. */
export class Nonces {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  make(now: number): { nonce: string; exp: number } {
    const nonce = encodeBase64url(crypto.getRandomValues(new Uint8Array(16)));
    const exp = now + VALID_MS;
    this.#sql.exec('DELETE FROM oauth_nonces WHERE expires_at <= ?', now);
    this.#sql.exec('INSERT INTO oauth_nonces VALUES (?, ?)', nonce, exp);
    return { nonce, exp };
  }

  /** True once. */
  use(nonce: string, now: number): boolean {
    const used = this.#sql.exec(
      'DELETE FROM oauth_nonces WHERE nonce = ? AND expires_at > ? RETURNING nonce',
      nonce,
      now,
    );
    return used.toArray().length > 0;
  }
}

export async function signState(secret: Uint8Array<ArrayBuffer>, state: OAuthState): Promise<string> {
  const payload = encodeBase64url(new TextEncoder().encode(JSON.stringify(state)));
  const signature = await crypto.subtle.sign('HMAC', await keyOf(secret), new TextEncoder().encode(payload));
  return `${payload}.${encodeBase64url(new Uint8Array(signature))}`;
}

/** Null: forged, cut, or too late. */
export async function readState(
  secret: Uint8Array<ArrayBuffer>,
  text: string,
  now: number,
): Promise<OAuthState | null> {
  const [payload = '', signature = '', ...more] = text.split('.');
  const [body, given] = [decodeBase64url(payload), decodeBase64url(signature)];
  if (!body || !given || more.length > 0) return null;
  const key = await keyOf(secret);
  if (!(await crypto.subtle.verify('HMAC', key, given, new TextEncoder().encode(payload)))) return null;
  const state = JSON.parse(new TextDecoder().decode(body)) as OAuthState;
  return state.exp > now ? state : null;
}

/** A key of its own: nothing that this one signs passes for an admin's token. */
async function keyOf(secret: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey']);
  const info = new TextEncoder().encode('ringostat-amocrm oauth state');
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info },
    material,
    { name: 'HMAC', hash: 'SHA-256', length: 256 },
    false,
    ['sign', 'verify'],
  );
}
