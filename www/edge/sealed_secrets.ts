// Secrets that are needed themselves and not only their hash: they lie sealed in a table of their own, are told once, and
// stay valid for an overlap after they were rotated. Columns: id, sealed, valid_until (unix milliseconds, null: in force).
import { encodeBase64url } from './base64url.ts';
import type { Vault } from './vault.ts';

const BYTES = 32;

export interface Rotated {
  secret: string;
  /** Unix milliseconds; null: there was none. */
  previousValidUntil: number | null;
}

interface Sealed extends Record<string, SqlStorageValue> {
  id: number;
  /** Null: a secret that lies elsewhere. */
  sealed: string | null;
}

export class SealedSecrets {
  readonly #sql: SqlStorage;
  readonly #vault: Vault;
  readonly #table: 'admin_secrets' | 'notify_secrets';
  readonly #overlapMs: number;

  constructor(sql: SqlStorage, vault: Vault, table: 'admin_secrets' | 'notify_secrets', overlapMs: number) {
    this.#sql = sql;
    this.#vault = vault;
    this.#table = table;
    this.#overlapMs = overlapMs;
  }

  /** A new secret, told this once. `leaked`: what was valid before ends at once. `first` runs right before the change. */
  async rotate(leaked: boolean, first = () => {}): Promise<Rotated> {
    const { secret, sealed } = await this.#make();
    first();
    const now = Date.now();
    const until = now + (leaked ? 0 : this.#overlapMs);
    const { rowsWritten } = this.#sql.exec(
      `UPDATE ${this.#table} SET valid_until = min(coalesce(valid_until, ?1), ?1)`,
      until,
    );
    this.#sql.exec(`DELETE FROM ${this.#table} WHERE valid_until <= ?`, now);
    this.#insert(sealed);
    return { secret, previousValidUntil: rowsWritten > 0 ? until : null };
  }

  /** One that is in force from now on. */
  async add(): Promise<string> {
    const { secret, sealed } = await this.#make();
    this.#insert(sealed);
    return secret;
  }

  /** Those that are valid now, the newest first. */
  valid(): Sealed[] {
    return this.#sql
      .exec<Sealed>(
        `SELECT id, sealed FROM ${this.#table} WHERE valid_until IS NULL OR valid_until > ? ORDER BY id DESC`,
        Date.now(),
      )
      .toArray();
  }

  /** Undefined: it lies elsewhere, or no key opens it. What an older key sealed is sealed again, so that the key can go. */
  async open({ id, sealed }: Sealed): Promise<string | undefined> {
    if (sealed === null) return undefined;
    const secret = await this.#vault.open(this.#column, sealed);
    if (secret !== undefined && this.#vault.outdated(sealed)) {
      const again = await this.#vault.seal(this.#column, secret);
      this.#sql.exec(`UPDATE ${this.#table} SET sealed = ? WHERE id = ?`, again, id);
    }
    return secret;
  }

  async #make(): Promise<{ secret: string; sealed: string }> {
    const secret = encodeBase64url(crypto.getRandomValues(new Uint8Array(BYTES)));
    return { secret, sealed: await this.#vault.seal(this.#column, secret) };
  }

  #insert(sealed: string): void {
    this.#sql.exec(`INSERT INTO ${this.#table} (sealed) VALUES (?)`, sealed);
  }

  /** What is sealed is bound to the place where it lies. */
  get #column(): string {
    return `${this.#table}.sealed`;
  }
}
