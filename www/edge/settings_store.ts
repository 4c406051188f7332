// The project's settings document: one row, replaced whole. Its ETag is a hash of its text.

export interface StoredSettings {
  document: string;
  etag: string;
}

/** The keys the host itself reads; the rest is the core's. */
export interface HostSettings {
  time_zone: string;
  default_country: string;
  backlog: { days: number; retention_days: number; fill_gaps: boolean };
  forms: { cors_origins: string[] };
  notify: { url: string | null; task_for_senior: boolean; held_more_than: number };
  matrix: { senior_user: number | null };
}

export class SettingsStore {
  readonly #sql: SqlStorage;
  #stored: StoredSettings | undefined;
  /** Asked for with every event. */
  #host: HostSettings | undefined;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  read(): StoredSettings | undefined {
    this.#stored ??= this.#sql
      .exec<{ document: string; etag: string }>('SELECT document, etag FROM settings')
      .toArray()[0];
    return this.#stored;
  }

  write(document: string, etag: string): void {
    this.#sql.exec('INSERT OR REPLACE INTO settings VALUES (1, ?, ?)', document, etag);
    this.#stored = { document, etag };
    this.#host = undefined;
  }

  host(): HostSettings | undefined {
    const stored = this.read();
    if (stored) this.#host ??= JSON.parse(stored.document) as HostSettings;
    return this.#host;
  }
}

export async function etagOf(document: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(document));
  const hex = Array.from(new Uint8Array(digest).slice(0, 12), (byte) => byte.toString(16).padStart(2, '0'));
  return `"${hex.join('')}"`;
}

/** If-Match: `*` or a list; a weak mark on a tag does not matter here. */
export function matches(ifMatch: string, etag: string): boolean {
  const tags = ifMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}
