// Consents that were asked for and not given yet: each is good for one answer, and not for long.
import { encodeBase64url } from './base64url.ts';

const VALID_MS = 15 * 60_000;

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

  /** None that was asked for so far is good any more. */
  forget(): void {
    this.#sql.exec('DELETE FROM oauth_nonces');
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
