// What one widget knows and does: its settings, the account, the connection, and the texts it speaks in.
import type { Problem } from 'ringostat-amocrm/sandbox';
import { type Language, type Text, type Texts, textOf } from '../i18n/index.ts';
import { type Api, type EventBrief, Refused } from './api.ts';
import type { Assumed } from './changes/assumed.ts';
import type { Core } from './core.ts';
import type { RowValue } from './preview/row_values.ts';
import type { SectionId } from './sections/index.ts';
import { AccountState } from './state/account.ts';
import { ConnectionState } from './state/connection.ts';
import { defaultSettings } from './state/defaults.ts';
import { SettingsState } from './state/settings.ts';

/** Where somebody wants to look: a place in the settings. `nonce` grows with every wish. */
export interface Wish {
  path: string;
  /** Which section shall show it; else the one that shows such places. */
  section?: SectionId | undefined;
  nonce: number;
}

/** Which event of the journal somebody wants to see in the preview. */
export interface Look {
  event: EventBrief;
  /** Undefined: as it was chosen. */
  assumed?: Assumed | undefined;
}

/** What happened, for the host page. */
export type HostEvent = 'settings-saved' | 'activation-changed' | 'error';

export type { RowValue };

export type SaveResult = 'saved' | 'conflict' | 'refused' | 'unreachable';

/** Fires `change` whenever something of it has changed. */
export class Session extends EventTarget {
  readonly api: Api;
  readonly core: Core;
  readonly settings: SettingsState;
  readonly account: AccountState;
  readonly connection: ConnectionState;
  language: Language;
  /** The worker answers. */
  online = true;
  wish: Wish | null = null;
  /** The place that the trace speaks of: its row lights up. */
  lit: string | null = null;
  /** Another object with every wish. */
  look: Look | null = null;
  /** What each mapping row gives for the previewed event, by path. Null: nothing to show. */
  rowValues: ReadonlyMap<string, RowValue> | null = null;
  saving = false;
  #texts: Texts;
  readonly #tell: (event: HostEvent, detail: unknown) => void;

  constructor(
    api: Api,
    core: Core,
    language: Language,
    texts: Texts,
    tell: (event: HostEvent, detail: unknown) => void,
  ) {
    super();
    this.api = api;
    this.core = core;
    this.language = language;
    this.#texts = texts;
    this.#tell = tell;
    const changed = () => this.changed();
    this.settings = new SettingsState(core, defaultSettings(core, language), changed);
    this.account = new AccountState(this);
    this.connection = new ConnectionState(this);
  }

  /** The text of a key. */
  t: Text = (key, params) => textOf(this.#texts, this.language, key, params);

  /** The worker answers, and knows the project. */
  get reachable(): boolean {
    return this.online && this.settings.saved !== null;
  }

  /** Whether there is a text of that key. */
  knows(key: string): boolean {
    return key in this.#texts;
  }

  speak(language: Language, texts: Texts): void {
    this.language = language;
    this.#texts = texts;
    this.changed();
  }

  /** What a problem says, in words. */
  problemText({ code, params }: Pick<Problem, 'code' | 'params'>): string {
    return this.t(`problem.${code}`, params);
  }

  changed(): void {
    this.dispatchEvent(new Event('change'));
  }

  /** Brings a place of the settings into view. */
  reveal(path: string, section?: SectionId): void {
    this.wish = { path, section, nonce: (this.wish?.nonce ?? 0) + 1 };
    this.lit = path;
    this.changed();
  }

  /** Shows in the preview what an event of the journal would become now; `assumed`: and what amoCRM knew of its client. */
  preview(event: EventBrief, assumed?: Assumed): void {
    this.look = { event, assumed };
    this.changed();
  }

  /** Whoever looks around by himself has found what he wanted to see. */
  forget(): void {
    this.wish = null;
    this.lit = null;
  }

  /** Lights up a place without going there. */
  light(path: string | null): void {
    if (this.lit === path) return;
    this.lit = path;
    this.changed();
  }

  /** Everything that the worker knows. What is edited and not saved stays. */
  async load(): Promise<void> {
    await this.asking(async () => {
      const stored = await this.api.readSettings();
      if (stored) {
        const keepDraft = this.settings.saved !== null && this.settings.dirty;
        this.settings.loaded(stored.settings, stored.etag, { keepDraft });
      }
      // Of a project that is not there yet the worker knows nothing else.
      if (this.settings.saved === null) return;
      await Promise.all([this.connection.read(), this.account.read()]);
    });
  }

  /** Does what asks the worker; when it cannot be reached the widget says so and goes on trying. */
  async asking<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await work();
      this.#reached(true);
      return result;
    } catch (error) {
      const refused = error instanceof Refused;
      this.#reached(refused);
      this.#tell('error', { code: refused ? error.code : 'unreachable' });
      throw error;
    }
  }

  #reached(online: boolean): void {
    if (this.online === online) return;
    this.online = online;
    if (!online) this.connection.hurry();
    this.changed();
  }

  /** Saves the whole document. A conflict leaves everything as it is. */
  async save(): Promise<SaveResult> {
    const { settings } = this;
    const { text, version } = settings;
    const begins = settings.saved === null;
    this.saving = true;
    this.changed();
    try {
      const stored = await this.asking(() => this.api.writeSettings(text, settings.etag));
      if (!stored) return 'unreachable';
      // What was typed while it was on its way is not saved yet.
      settings.loaded(stored.settings, stored.etag, { keepDraft: settings.version !== version });
      this.#tell('settings-saved', { etag: stored.etag });
      // It is there now; should this fail, the connection is looked at again anyway.
      if (begins) void this.connection.read().catch(() => {});
      return 'saved';
    } catch (error) {
      if (!(error instanceof Refused)) return 'unreachable';
      return error.status === 412 || error.status === 428 ? 'conflict' : 'refused';
    } finally {
      this.saving = false;
      this.changed();
    }
  }

  activationChanged(): void {
    this.#tell('activation-changed', { state: this.connection.view?.state ?? null });
  }
}
