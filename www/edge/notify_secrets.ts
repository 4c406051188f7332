// What signs notices. A signature needs the secret itself, so it lies here sealed; the operator gets one by rotating.

import type { Rotated } from './admin_secrets.ts';
import { encodeBase64url } from './base64url.ts';
import type { Vault } from './vault.ts';

const BYTES = 32;
const COLUMN = 'notify_secrets.sealed';

interface Sealed extends Record<string, SqlStorageValue> {
  id: number;
  sealed: string;
}

export class NotifySecrets {
  readonly #sql: SqlStorage;
  readonly #vault: Vault;
  readonly #overlapMs: number;

  constructor(sql: SqlStorage, vault: Vault, overlapMs: number) {
    this.#sql = sql;
    this.#vault = vault;
    this.#overlapMs = overlapMs;
  }

  /** A new secret, told this once. `leaked`: what was valid before ends at once. */
  async rotate(leaked: boolean): Promise<Rotated> {
    const { secret, sealed } = await this.#make();
    const now = Date.now();
    const until = now + (leaked ? 0 : this.#overlapMs);
    const { rowsWritten } = this.#sql.exec(
      'UPDATE notify_secrets SET valid_until = min(coalesce(valid_until, ?1), ?1)',
      until,
    );
    this.#sql.exec('DELETE FROM notify_secrets WHERE valid_until <= ?', now);
    this.#sql.exec('INSERT INTO notify_secrets (sealed) VALUES (?)', sealed);
    return { secret, previousValidUntil: rowsWritten > 0 ? until : null };
  }

  /** `t=…,v1=…`: by every secret that is valid now, so that whoever checks may know the old one or the new one. */
  async sign(body: string, now: number): Promise<string> {
    const t = Math.floor(now / 1000);
    const signatures: string[] = [];
    for (const secret of await this.#secrets()) signatures.push(`v1=${await hmac(secret, `${t}.${body}`)}`);
    return [`t=${t}`, ...signatures].join(',');
  }

  /** One is made when there is none: no notice leaves unsigned, whether or not anybody can check it yet. */
  async #secrets(): Promise<string[]> {
    const opened: string[] = [];
    for (const row of this.#valid()) {
      const secret = await this.#open(row);
      if (secret !== undefined) opened.push(secret);
    }
    if (opened.length > 0) return opened;
    const { secret, sealed } = await this.#make();
    this.#sql.exec('INSERT INTO notify_secrets (sealed) VALUES (?)', sealed);
    return [secret];
  }

  async #make(): Promise<{ secret: string; sealed: string }> {
    const secret = encodeBase64url(crypto.getRandomValues(new Uint8Array(BYTES)));
    return { secret, sealed: await this.#vault.seal(COLUMN, secret) };
  }

  /** What an older key sealed is sealed again, so that the key can go. */
  async #open({ id, sealed }: Sealed): Promise<string | undefined> {
    const secret = await this.#vault.open(COLUMN, sealed);
    if (secret !== undefined && this.#vault.outdated(sealed)) {
      const again = await this.#vault.seal(COLUMN, secret);
      this.#sql.exec('UPDATE notify_secrets SET sealed = ? WHERE id = ?', again, id);
    }
    return secret;
  }

  #valid(): Sealed[] {
    return this.#sql
      .exec<Sealed>(
        'SELECT id, sealed FROM notify_secrets WHERE valid_until IS NULL OR valid_until > ? ORDER BY id DESC',
        Date.now(),
      )
      .toArray();
  }
}

async function hmac(secret: string, text: string): Promise<string> {
  const bytes = (part: string) => new TextEncoder().encode(part);
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', bytes(secret), algorithm, false, ['sign']);
  const signature = new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes(text)));
  return Array.from(signature, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
