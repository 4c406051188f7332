// What signs the admin tokens of this project: the environment's secret, until the project gets one of its own. Tokens
// are signatures, so the secrets themselves are needed; they lie here sealed, and never leave the object.
import { type Rotated, SealedSecrets } from './sealed_secrets.ts';
import { verified } from './tokens.ts';
import type { Vault } from './vault.ts';

export class AdminSecrets {
  readonly #sql: SqlStorage;
  readonly #secrets: SealedSecrets;

  constructor(sql: SqlStorage, vault: Vault, overlapMs: number) {
    this.#sql = sql;
    this.#secrets = new SealedSecrets(sql, vault, 'admin_secrets', overlapMs);
  }

  /** A new secret, told this once. `leaked`: what was valid before ends at once. */
  rotate(leaked: boolean): Promise<Rotated> {
    // The environment's secret is the first one: sealed is null.
    return this.#secrets.rotate(leaked, () => {
      this.#sql.exec(
        'INSERT INTO admin_secrets (sealed) SELECT NULL WHERE NOT EXISTS (SELECT 1 FROM admin_secrets)',
      );
    });
  }

  /** Whether a token that the environment's secret signed is good here. */
  get environment(): boolean {
    return this.#none() || this.#secrets.valid().some(({ sealed }) => sealed === null);
  }

  /** Whether one of the project's own secrets signed it. */
  async signed(token: string): Promise<boolean> {
    for (const row of this.#secrets.valid()) {
      const secret = await this.#secrets.open(row);
      if (secret !== undefined && (await verified(token, new TextEncoder().encode(secret)))) return true;
    }
    return false;
  }

  #none(): boolean {
    return this.#sql.exec('SELECT 1 FROM admin_secrets LIMIT 1').toArray().length === 0;
  }
}
