// Secrets that the project hands out. Only their hashes are kept; a rotated one stays valid for a while, so that
// whoever uses it can be told the new one in peace.

import { encodeBase64url } from './base64url.ts';
import type { Rotated } from './sealed_secrets.ts';

export type SecretKind = 'webhook';

const BYTES = 32;

export class Secrets {
  readonly #sql: SqlStorage;
  readonly #overlapMs: number;

  constructor(sql: SqlStorage, overlapMs: number) {
    this.#sql = sql;
    this.#overlapMs = overlapMs;
  }

  /** A new secret, told this once. `leaked`: what was valid before ends at once. */
  async rotate(kind: SecretKind, leaked: boolean): Promise<Rotated> {
    const secret = encodeBase64url(crypto.getRandomValues(new Uint8Array(BYTES)));
    const hash = await sha256(secret);
    const now = Date.now();
    const until = now + (leaked ? 0 : this.#overlapMs);
    const { rowsWritten } = this.#sql.exec(
      'UPDATE secrets SET valid_until = min(coalesce(valid_until, ?1), ?1) WHERE kind = ?2',
      until,
      kind,
    );
    this.#sql.exec('DELETE FROM secrets WHERE valid_until <= ?', now);
    this.#sql.exec('INSERT INTO secrets VALUES (?, ?, NULL)', kind, hash);
    return { secret, previousValidUntil: rowsWritten > 0 ? until : null };
  }

  /** Takes the same time whatever is wrong with it. */
  async accepts(kind: SecretKind, given: string): Promise<boolean> {
    const hash = await sha256(given);
    const valid = this.#sql.exec<{ hash: ArrayBuffer }>(
      'SELECT hash FROM secrets WHERE kind = ? AND (valid_until IS NULL OR valid_until > ?)',
      kind,
      Date.now(),
    );
    return valid.toArray().filter((one) => crypto.subtle.timingSafeEqual(one.hash, hash)).length > 0;
  }
}

const sha256 = (text: string) => crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
