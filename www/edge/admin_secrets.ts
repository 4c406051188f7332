// What signs the admin tokens of this project: the environment's secret, until the project gets one of its own. Tokens
// are signatures, so the secrets themselves are needed; they lie here sealed, and never leave the object.
import { encodeBase64url } from './base64url.ts';
import { verified } from './tokens.ts';
import type { Vault } from './vault.ts';

const BYTES = 32;
const COLUMN = 'admin_secrets.sealed';

export interface Rotated {
  secret: string;
  /** Unix milliseconds; null: there was none. */
  previousValidUntil: number | null;
}

export class AdminSecrets {
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
    const secret = encodeBase64url(crypto.getRandomValues(new Uint8Array(BYTES)));
    const sealed = await this.#vault.seal(COLUMN, secret);
    const now = Date.now();
    const until = now + (leaked ? 0 : this.#overlapMs);
    // The environment's secret is the first one: sealed is null.
    this.#sql.exec(
      'INSERT INTO admin_secrets (sealed) SELECT NULL WHERE NOT EXISTS (SELECT 1 FROM admin_secrets)',
    );
    this.#sql.exec('UPDATE admin_secrets SET valid_until = min(coalesce(valid_until, ?1), ?1)', until);
    this.#sql.exec('DELETE FROM admin_secrets WHERE valid_until <= ?', now);
    this.#sql.exec('INSERT INTO admin_secrets (sealed) VALUES (?)', sealed);
    return { secret, previousValidUntil: until };
  }

  /** Whether a token that the environment's secret signed is good here. */
  get environment(): boolean {
    return this.#none() || this.#valid().some(({ sealed }) => sealed === null);
  }

  /** Whether one of the project's own secrets signed it. */
  async signed(token: string): Promise<boolean> {
    for (const { sealed } of this.#valid()) {
      const secret = sealed === null ? undefined : await this.#vault.open(COLUMN, sealed);
      if (secret !== undefined && (await verified(token, new TextEncoder().encode(secret)))) return true;
    }
    return false;
  }

  #none(): boolean {
    return this.#sql.exec('SELECT 1 FROM admin_secrets LIMIT 1').toArray().length === 0;
  }

  #valid(): { sealed: string | null }[] {
    return this.#sql
      .exec<{ sealed: string | null }>(
        'SELECT sealed FROM admin_secrets WHERE valid_until IS NULL OR valid_until > ? ORDER BY id DESC',
        Date.now(),
      )
      .toArray();
  }
}
