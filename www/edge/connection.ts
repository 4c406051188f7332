// What is on file of the connection to amoCRM: which account, by whose consent, in which state. One row.
import type { Language } from 'ringostat-amocrm';
import type { GateMemory, GateStore, State } from './gate.ts';

export type Mode = 'oauth' | 'long_lived';

export interface Account {
  id: number;
  name: string;
  subdomain: string;
}

export interface User {
  id: number;
  name: string;
}

/** Tokens as they are kept: sealed. Unix milliseconds. */
export interface SealedTokens {
  access: string;
  refresh: string | null;
  expires_at: number | null;
  /** From when on a new pair is wanted; null: there is none to be had. */
  refresh_at: number | null;
  /** Where the account's API lives whatever its subdomain is called. */
  api_domain: string | null;
}

export interface Connected {
  mode: Mode;
  base_url: string;
  account: Account;
  user: User;
  language: Language | null;
}

interface Row extends Record<string, SqlStorageValue> {
  state: State;
  since: number;
  probes: number;
  probe_at: number | null;
  label: string;
  mode: Mode | null;
  base_url: string | null;
  account: string | null;
  user: string | null;
  language: Language | null;
  access: string | null;
  refresh: string | null;
  expires_at: number | null;
  refresh_at: number | null;
  api_domain: string | null;
}

export class Connection implements GateStore {
  readonly #sql: SqlStorage;
  readonly #label: string;
  /** In memory as well: every request asks. */
  #row: Row;

  /** `label` says which account is meant, where the address alone does not. */
  constructor(sql: SqlStorage, label: string) {
    this.#sql = sql;
    this.#label = label;
    sql.exec(
      `INSERT OR IGNORE INTO connection (only, state, since, label) VALUES (1, 'inactive', ?, ?)`,
      Date.now(),
      label,
    );
    this.#row = this.#read();
  }

  get gate(): GateMemory {
    const { state, since, probes, probe_at } = this.#row;
    return { state, since, probes, probe_at };
  }

  remember({ state, since, probes, probe_at }: GateMemory): void {
    this.#write('state = ?, since = ?, probes = ?, probe_at = ?', state, since, probes, probe_at);
  }

  /** The label has changed: whatever was connected is not what is meant now. */
  get outdated(): boolean {
    return this.#row.mode !== null && this.#row.label !== this.#label;
  }

  get mode(): Mode | null {
    return this.#row.mode;
  }

  /** Kept when the connection ends: what was made there still has its address. */
  get baseUrl(): string | null {
    return this.#row.base_url;
  }

  /** Stays the project's until it is released. */
  get account(): Account | null {
    return this.#row.account === null ? null : (JSON.parse(this.#row.account) as Account);
  }

  get user(): User | null {
    return this.#row.user === null ? null : (JSON.parse(this.#row.user) as User);
  }

  /** Of the names that are given to fields in the account; null: as the settings say. */
  get language(): Language | null {
    return this.#row.language;
  }

  get tokens(): SealedTokens | null {
    const { access, refresh, expires_at, refresh_at, api_domain } = this.#row;
    return access === null ? null : { access, refresh, expires_at, refresh_at, api_domain };
  }

  /** Which account it is, for what is remembered of it. */
  keyOf(account: Account): string {
    return `${account.id} ${this.#label}`;
  }

  connect({ mode, base_url, account, user, language }: Connected, tokens: SealedTokens): void {
    this.#write(
      'label = ?, mode = ?, base_url = ?, account = ?, user = ?, language = ?',
      this.#label,
      mode,
      base_url,
      JSON.stringify(account),
      JSON.stringify(user),
      language,
    );
    this.renew(tokens, base_url);
  }

  renew({ access, refresh, expires_at, refresh_at, api_domain }: SealedTokens, baseUrl: string): void {
    this.#write(
      'access = ?, refresh = ?, expires_at = ?, refresh_at = ?, api_domain = ?, base_url = ?',
      access,
      refresh,
      expires_at,
      refresh_at,
      api_domain,
      baseUrl,
    );
  }

  /** Nothing stays that could be used. */
  erase(): void {
    this.#write(
      `mode = NULL, user = NULL, access = NULL, refresh = NULL, expires_at = NULL, refresh_at = NULL,
       api_domain = NULL`,
    );
  }

  /** The account is nobody's any more, as far as this project goes. */
  release(): void {
    this.#write('account = NULL');
  }

  #write(assignments: string, ...values: SqlStorageValue[]): void {
    this.#sql.exec(`UPDATE connection SET ${assignments}`, ...values);
    this.#row = this.#read();
  }

  #read(): Row {
    return this.#sql.exec<Row>('SELECT * FROM connection').one();
  }
}
