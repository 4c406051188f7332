// What signs notices. A signature needs the secret itself, so it lies here sealed; the operator gets one by rotating.
import { type Rotated, SealedSecrets } from './sealed_secrets.ts';
import type { Vault } from './vault.ts';

export class NotifySecrets {
  readonly #secrets: SealedSecrets;

  constructor(sql: SqlStorage, vault: Vault, overlapMs: number) {
    this.#secrets = new SealedSecrets(sql, vault, 'notify_secrets', overlapMs);
  }

  /** A new secret, told this once. `leaked`: what was valid before ends at once. */
  rotate(leaked: boolean): Promise<Rotated> {
    return this.#secrets.rotate(leaked);
  }

  /** `t=…,v1=…`: by every secret that is valid now, so that whoever checks may know the old one or the new one. */
  async sign(body: string, now: number): Promise<string> {
    const t = Math.floor(now / 1000);
    const signatures: string[] = [];
    for (const secret of await this.#opened()) signatures.push(`v1=${await hmac(secret, `${t}.${body}`)}`);
    return [`t=${t}`, ...signatures].join(',');
  }

  /** One is made when there is none: no notice leaves unsigned, whether or not anybody can check it yet. */
  async #opened(): Promise<string[]> {
    const opened: string[] = [];
    for (const row of this.#secrets.valid()) {
      const secret = await this.#secrets.open(row);
      if (secret !== undefined) opened.push(secret);
    }
    return opened.length > 0 ? opened : [await this.#secrets.add()];
  }
}

async function hmac(secret: string, text: string): Promise<string> {
  const bytes = (part: string) => new TextEncoder().encode(part);
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', bytes(secret), algorithm, false, ['sign']);
  const signature = new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes(text)));
  return Array.from(signature, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
