// <ringostat-amocrm>: what a host page embeds. Attributes say which project; events say what happened.
import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { html as staticHtml, unsafeStatic } from 'lit/static-html.js';
import {
  isLanguage,
  LANGUAGE_NAMES,
  LANGUAGES,
  type Language,
  loadTexts,
  preferredLanguage,
  type Texts,
  textOf,
} from '../i18n/index.ts';
import { Api, type Host, Refused, Unreachable } from './api.ts';
import { loadCore, WasmForbidden } from './core.ts';
import './preview/pane.ts';
import './sections/activation.ts';
import { SECTIONS, type SectionId, sectionsOf, tagOf } from './sections/index.ts';
import { type HostEvent, Session } from './session.ts';
import type { SaveBar } from './shell/save_bar.ts';
import './shell/save_bar.ts';
import { base, theme } from './ui/styles.ts';

type Phase =
  | { is: 'loading' }
  | { is: 'ready'; session: Session }
  | { is: 'misconfigured'; missing: string[] }
  | { is: 'forbidden' }
  | { is: 'unreachable' }
  | { is: 'refused'; code: string };

const RETRY_MS = 3_000;

/** The state of the connection as a badge shows it. */
const BADGES: Record<string, string> = { active: 'good', inactive: 'warning' };

/**
 * Attributes: `project`, `endpoint` (the worker's origin; default: where this script came from), `token`,
 * `lang` (ru, uk, en). Property: `renewToken`, asked for a new token when the worker refuses the one there is.
 * Events: `settings-saved` {etag}, `activation-changed` {state}, `error` {code}.
 */
export class RingostatAmocrm extends LitElement {
  static override styles = [
    theme,
    base,
    css`
      :host {
        background: var(--_bg);
        container: widget / inline-size;
        padding: 1rem;
        border-radius: var(--_radius);
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem 1rem;
        align-items: center;
        justify-content: space-between;
        margin-bottom: 1rem;
      }
      h1 {
        font-size: 1.375rem;
        margin: 0;
      }
      .language {
        width: auto;
      }
      nav ul {
        list-style: none;
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem;
        margin: 0 0 1rem;
        padding: 0 0 0.75rem;
        border-bottom: 1px solid var(--_line);
      }
      nav button {
        border-color: transparent;
        background: none;
      }
      nav button[aria-current] {
        background: var(--_surface);
        border-color: var(--_line);
        font-weight: 600;
      }
      .count {
        margin-inline-start: 0.35rem;
        padding: 0 0.4rem;
      }
      .panes {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 1.5rem;
        align-items: start;
      }
      .preview {
        min-width: 0;
        border-top: 1px solid var(--_line);
        padding-top: 1rem;
      }
      .banner {
        margin-bottom: 1rem;
        padding: 0.6rem 0.75rem;
        font-size: 1em;
      }
      /* One line to scroll along: ten of them would fill the screen. */
      @container widget (max-width: 40rem) {
        nav ul {
          flex-wrap: nowrap;
          overflow-x: auto;
          scrollbar-width: thin;
          /* The focus ring is not to be cut off. */
          padding: 5px 5px 0.5rem;
        }
        nav li {
          flex: none;
        }
      }
      @container widget (min-width: 62rem) {
        .panes {
          grid-template-columns: minmax(0, 1.35fr) minmax(22rem, 1fr);
        }
        .preview {
          border-top: 0;
          border-inline-start: 1px solid var(--_line);
          padding: 0 0 0 1.25rem;
          position: sticky;
          top: 0.5rem;
          max-height: calc(100vh - 5rem);
          overflow-y: auto;
        }
      }
    `,
  ];

  static override properties = {
    project: {},
    endpoint: {},
    token: {},
    lang: {},
    section: { state: true },
    phase: { state: true },
    asked: { state: true },
  };
  declare project: string;
  declare endpoint: string;
  declare token: string;
  declare lang: string;
  declare section: SectionId;
  declare phase: Phase;
  /** How often it was asked what the changes do, since that was last closed. */
  declare asked: number;
  /** Asked for a new token when the worker refuses the one there is. */
  renewToken: (() => Promise<string>) | undefined;

  #host: Host | undefined;
  #texts: Texts = {};
  #language: Language = preferredLanguage();
  /** Also the texts that the first paint does without. */
  #wholeTexts = false;
  #shownWish = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  readonly #changed = () => this.#follow();
  readonly #guard = (event: BeforeUnloadEvent) => {
    const { phase } = this;
    if (phase.is !== 'ready' || phase.session.settings.saved === null || !phase.session.settings.dirty)
      return;
    event.preventDefault();
  };

  constructor() {
    super();
    this.project = '';
    this.endpoint = new URL(import.meta.url).origin;
    this.token = '';
    this.lang = '';
    this.section = 'activation';
    this.phase = { is: 'loading' };
    this.asked = 0;
  }

  /** The session once everything is loaded. */
  get session(): Session | undefined {
    return this.phase.is === 'ready' ? this.phase.session : undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('beforeunload', this.#guard);
    this.session?.connection.watch();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('beforeunload', this.#guard);
    clearTimeout(this.#retry);
    this.session?.connection.stop();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('lang')) void this.#speak(isLanguage(this.lang) ? this.lang : preferredLanguage());
    if (changed.has('project') || changed.has('endpoint')) void this.#start();
    else if (changed.has('token')) this.#useToken();
  }

  #useToken(): void {
    if (!this.#host) return void this.#start();
    this.#host.token = this.token;
    // It may be what was missing.
    if (this.phase.is === 'refused') void this.#start();
  }

  async #speak(language: Language): Promise<void> {
    this.#language = language;
    const whole = this.#wholeTexts;
    const texts = await loadTexts(language, whole);
    // Another one was chosen meanwhile, or more of it.
    if (this.#language !== language || this.#wholeTexts !== whole) return;
    this.#texts = texts;
    this.session?.speak(language, texts);
    this.requestUpdate();
  }

  /** Loads the core, the texts and the project. */
  async #start(): Promise<void> {
    clearTimeout(this.#retry);
    this.session?.connection.stop();
    this.asked = 0;
    const missing = (['project', 'token'] as const).filter((name) => !this[name]);
    if (missing.length > 0) {
      this.#host = undefined;
      this.phase = { is: 'misconfigured', missing };
      return;
    }
    const host: Host = {
      endpoint: this.endpoint.replace(/\/+$/, ''),
      project: this.project,
      token: this.token,
      renew: () => this.renewToken?.() ?? Promise.reject(new Error('no renewToken')),
    };
    this.#host = host;
    this.phase = { is: 'loading' };
    const session = await this.#open(host);
    // Something else is wanted by now.
    if (this.#host !== host) return;
    if (!session) return;
    session.addEventListener('change', this.#changed);
    this.phase = { is: 'ready', session };
    if (this.isConnected) session.connection.watch();
    await this.updateComplete;
    await this.#loadSections(session);
  }

  /** Not when they are wanted: the worker may be away by then. A section that is asked for already appears by itself. */
  async #loadSections(session: Session): Promise<void> {
    try {
      this.#wholeTexts = true;
      await this.#speak(this.#language);
      await import(/* webpackChunkName: "sections" */ './sections/all.ts');
    } catch {
      if (this.session === session && this.isConnected)
        this.#retry = setTimeout(() => void this.#loadSections(session), RETRY_MS);
    }
  }

  async #open(host: Host): Promise<Session | undefined> {
    try {
      const [core, texts] = await Promise.all([loadCore(), loadTexts(this.#language, this.#wholeTexts)]);
      this.#texts = texts;
      const tell = (name: HostEvent, detail: unknown) => this.#tell(name, detail);
      const session = new Session(new Api(host), core, this.#language, texts, tell);
      await session.load();
      return session;
    } catch (error) {
      if (this.#host !== host) return undefined;
      if (error instanceof WasmForbidden) this.phase = { is: 'forbidden' };
      else if (error instanceof Refused) this.phase = { is: 'refused', code: error.code };
      else {
        this.phase = { is: 'unreachable' };
        this.#retry = setTimeout(() => void this.#start(), RETRY_MS);
      }
      if (!(error instanceof Refused || error instanceof Unreachable)) {
        console.error(error);
        this.#tell('error', { code: error instanceof WasmForbidden ? 'wasm_forbidden' : 'internal' });
      }
      return undefined;
    }
  }

  #tell(name: HostEvent, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  /** Goes to the section that shows what somebody wants to see, unless the one that is open does. */
  #follow(): void {
    const { session } = this;
    const wish = session?.wish;
    if (session && wish && wish.nonce !== this.#shownWish) {
      this.#shownWish = wish.nonce;
      const showing = wish.section ? [wish.section] : sectionsOf(wish.path, session.settings.draft);
      this.section = showing.find((one) => one === this.section) ?? showing[0] ?? this.section;
    }
    this.requestUpdate();
  }

  #t = (key: string, params?: Record<string, unknown>) => textOf(this.#texts, this.#language, key, params);

  override render() {
    const { phase } = this;
    if (phase.is === 'ready') return this.#ready(phase.session);
    if (phase.is === 'loading') return html`<p role="status">${this.#t('shell.loading')}</p>`;
    return html`<div class="finding error" role="alert">
      <div>
        ${
          phase.is === 'misconfigured'
            ? this.#t('shell.misconfigured', { missing: phase.missing })
            : phase.is === 'refused'
              ? this.#t(`problem.${phase.code}`)
              : this.#t(`shell.${phase.is}`)
        }
        ${
          phase.is === 'forbidden'
            ? html`<p>
                <a href="${this.endpoint}/embed.html" target="_blank" rel="noopener">${this.#t('shell.embed')}</a>
              </p>`
            : nothing
        }
      </div>
    </div>`;
  }

  #ready(session: Session) {
    const { t } = session;
    const state = session.connection.view?.state ?? 'inactive';
    return html`
      <div class="head">
        <div class="row">
          <h1>${t('shell.title')}</h1>
          <span class="badge ${BADGES[state] ?? 'error'}" role="status">${t(`state.${state}`)}</span>
          ${
            session.settings.draft.dry_run
              ? html`<span class="badge warning">${t('shell.dry_run')}</span>`
              : nothing
          }
        </div>
        <select
          class="language"
          aria-label=${t('shell.language')}
          @change=${(event: Event) => {
            this.lang = (event.target as HTMLSelectElement).value;
          }}
        >
          ${LANGUAGES.map(
            (language) =>
              html`<option value=${language} lang=${language} ?selected=${language === session.language}>
                ${LANGUAGE_NAMES[language]}
              </option>`,
          )}
        </select>
      </div>
      ${
        session.online
          ? nothing
          : html`<div class="finding warning banner" role="alert">${t('shell.offline')}</div>`
      }
      <nav aria-label=${t('shell.sections')}>
        <ul
          @focusin=${({ target }: FocusEvent) => {
            // Under a pointer it stays where it is.
            if (target instanceof Element && target.matches(':focus-visible')) this.#showTab(target);
          }}
        >
          ${SECTIONS.map((section) => this.#tab(session, section))}
        </ul>
      </nav>
      <div class="panes" lang=${session.language}>
        <section class="edited" aria-label=${t(`${this.section}.title`)}>
          ${staticHtml`<${unsafeStatic(tagOf(this.section))} .session=${session}></${unsafeStatic(tagOf(this.section))}>`}
        </section>
        <section class="preview" aria-label=${t('preview.title')}>
          <ringostat-amocrm-preview
            .session=${session}
            .section=${this.section}
          ></ringostat-amocrm-preview>
        </section>
      </div>
      ${
        this.asked > 0
          ? html`<ringostat-amocrm-changes
              lang=${session.language}
              .session=${session}
              .asked=${this.asked}
              @closed=${this.#closeChanges}
            ></ringostat-amocrm-changes>`
          : nothing
      }
      <ringostat-amocrm-save-bar
        .session=${session}
        @compare=${() => {
          this.asked += 1;
        }}
      ></ringostat-amocrm-save-bar>
    `;
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has('section') || changed.has('phase'))
      this.#showTab(this.renderRoot.querySelector('nav [aria-current]'));
  }

  /** In one line the tab may be out of sight, or half of it; the page itself does not move. */
  #showTab(tab: Element | null): void {
    const line = tab?.closest('ul');
    if (!tab || !line) return;
    const [of, within] = [tab.getBoundingClientRect(), line.getBoundingClientRect()];
    line.scrollLeft += of.left + of.width / 2 - (within.left + within.width / 2);
  }

  #closeChanges = async () => {
    this.asked = 0;
    await this.updateComplete;
    await this.renderRoot.querySelector<SaveBar>('ringostat-amocrm-save-bar')?.resume();
  };

  #tab(session: Session, section: SectionId) {
    const { t } = session;
    const { findings, draft } = session.settings;
    const found = findings.filter(
      ({ path, severity }) => severity !== 'info' && sectionsOf(path, draft)[0] === section,
    );
    const worst = found.some(({ severity }) => severity !== 'warning') ? 'error' : 'warning';
    return html`<li>
      <button
        type="button"
        aria-current=${section === this.section ? 'page' : nothing}
        @click=${() => {
          session.forget();
          this.section = section;
        }}
      >
        ${t(`${section}.title`)}${
          found.length > 0
            ? html`<span class="badge count ${worst}" aria-hidden="true">${found.length}</span
                ><span class="visually-hidden">: ${t('shell.findings', { count: found.length })}</span>`
            : nothing
        }
      </button>
    </li>`;
  }
}

customElements.define('ringostat-amocrm', RingostatAmocrm);

declare global {
  interface HTMLElementTagNameMap {
    'ringostat-amocrm': RingostatAmocrm;
  }
}
