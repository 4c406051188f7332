// Encrypts what must not lie about in the open. The first key encrypts, every key decrypts: a new one is put in front,
// and the old one stays behind it until nothing is left that it sealed.
import { decodeBase64url, encodeBase64url } from './base64url.ts';

export interface VaultKey {
  id: string;
  bytes: Uint8Array<ArrayBuffer>;
}

const IV_BYTES = 12;

export class Vault {
  readonly #keys: [VaultKey, ...VaultKey[]];
  readonly #owner: string;

  /** What one owner sealed, no other one can open. */
  constructor(keys: [VaultKey, ...VaultKey[]], owner: string) {
    this.#keys = keys;
    this.#owner = owner;
  }

  /** `column` is where the text will be kept: moved elsewhere it cannot be opened. */
  async seal(column: string, text: string): Promise<string> {
    const [key] = this.#keys;
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const plain = new TextEncoder().encode(text);
    const sealed = await crypto.subtle.encrypt(this.#cipher(iv, column), await imported(key), plain);
    return `${key.id}.${encodeBase64url(iv)}.${encodeBase64url(new Uint8Array(sealed))}`;
  }

  /** Undefined when the key is gone, or it is not what was sealed. */
  async open(column: string, text: string): Promise<string | undefined> {
    const [id, iv, sealed] = text.split('.');
    const key = this.#keys.find((one) => one.id === id);
    const [ivBytes, sealedBytes] = [decodeBase64url(iv ?? ''), decodeBase64url(sealed ?? '')];
    if (!key || !ivBytes || !sealedBytes) return undefined;
    try {
      const cipher = this.#cipher(ivBytes, column);
      return new TextDecoder().decode(await crypto.subtle.decrypt(cipher, await imported(key), sealedBytes));
    } catch {
      return undefined;
    }
  }

  /** It was sealed by a key that is on its way out. */
  outdated(text: string): boolean {
    return !text.startsWith(`${this.#keys[0].id}.`);
  }

  #cipher(iv: Uint8Array<ArrayBuffer>, column: string) {
    return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(`${this.#owner} ${column}`) };
  }
}

const imported = ({ bytes }: VaultKey) =>
  crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
