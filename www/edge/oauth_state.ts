// What goes to amoCRM with the administrator and comes back with him: which project asked, signed and for a short
// time. That it comes back once only, the project's object sees to.
import type { Language } from 'ringostat-amocrm';
import { decodeBase64url, encodeBase64url } from './base64url.ts';

export interface OAuthState {
  project: string;
  nonce: string;
  /** Unix milliseconds. */
  exp: number;
  language: Language | null;
  resend: boolean;
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
async function keyOf(secret: Uint8Array<ArrayBuffer>) {
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
