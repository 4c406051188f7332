// Switching the integration on and off: how it is connected, what is in the way, and what waits to be sent.
import { html, nothing, type PropertyValues } from 'lit';
import { LANGUAGE_NAMES, LANGUAGES, type Language } from '../../i18n/index.ts';
import { type ActivationView, Refused, type Unsent } from '../api.ts';
import { focusLost, focusOn } from '../ui/focus.ts';
import { Part } from '../ui/part.ts';
import { shownTime } from '../ui/time.ts';
import { backlogProgress, unsentEvents } from './activation/backlog.ts';
import { nextSteps } from './activation/next_steps.ts';
import { resend } from './activation/resend.ts';
import './activation/self_check.ts';

type Mode = 'oauth' | 'long_lived';

export class ActivationSection extends Part {
  static override properties = {
    ...Part.properties,
    mode: { state: true },
    token: { state: true },
    domain: { state: true },
    resend: { state: true },
    language: { state: true },
    busy: { state: true },
    wrong: { state: true },
    consentUrl: { state: true },
    asks: { state: true },
  };
  declare mode: Mode;
  declare token: string;
  declare domain: string;
  declare resend: boolean;
  /** Null: that of the settings. */
  declare language: Language | null;
  declare busy: boolean;
  declare wrong: string | null;
  declare consentUrl: string | null;
  declare asks: boolean;

  constructor() {
    super();
    this.mode = 'oauth';
    this.token = '';
    this.domain = '';
    this.resend = false;
    this.language = null;
    this.busy = false;
    this.wrong = null;
    this.consentUrl = null;
    this.asks = false;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    const { refusedConsent, view } = this.session.connection;
    if (this.consentUrl === null || (view?.state !== 'active' && refusedConsent === null)) return;
    // Given or refused: that address leads nowhere any more.
    this.consentUrl = null;
    if (refusedConsent !== null) this.wrong = this.session.t(`problem.${refusedConsent}`);
    void this.#stay();
  }

  override render() {
    const { session } = this;
    const { t, connection } = session;
    const { view } = connection;
    const state = view?.state ?? 'inactive';
    return html`<h2 tabindex="-1">${t('activation.title')}</h2>
      <div class="stack">
        ${this.#state(view)} ${connection.backlog ? backlogProgress(session, connection.backlog) : nothing}
        ${state === 'active' ? [this.#whatIsWrong(), this.#connected()] : nothing}
        ${
          state === 'active' && connection.backlog
            ? unsentEvents(session, connection.backlog.unsent, (status) => void this.#send(status), this.busy)
            : nothing
        }
        ${state === 'active' || MENDING.includes(state) ? this.#end() : nothing}
        ${state === 'active' ? nextSteps(session) : this.#form(state)}
        ${
          view && state !== 'inactive'
            ? html`<ringostat-amocrm-self-check .session=${session}></ringostat-amocrm-self-check>`
            : nothing
        }
      </div>`;
  }

  #state(view: ActivationView | null) {
    const { session } = this;
    const { t } = session;
    const state = view?.state ?? 'inactive';
    const good = state === 'active';
    return html`<div class="card" role="status">
      <p>
        <strong>${t(`state.${state}`)}</strong>
        ${
          view?.account
            ? html`<br />${t('activation.account', { account: view.account.name, subdomain: view.account.subdomain })}`
            : nothing
        }
        ${
          view?.user
            ? html`<br /><span class="muted">${t('activation.user', { user: view.user.name })}</span>`
            : nothing
        }
      </p>
      ${good ? nothing : html`<p>${t(`state.${state}.hint`)}</p>`}
      ${
        view && (view.mode !== null || view.held > 0)
          ? html`<p class="muted small">
              ${t('activation.since', { since: shownTime(session, view.since) })}
              ${view.held > 0 ? t('activation.held', { count: view.held }) : nothing}
            </p>`
          : nothing
      }
    </div>`;
  }

  #whatIsWrong() {
    return this.wrong ? html`<div class="finding error" role="alert">${this.wrong}</div>` : nothing;
  }

  #connected() {
    const { session } = this;
    const { account, t } = session;
    const read = account.directory?.read_at;
    return html`<div class="row">
      <button type="button" ?disabled=${account.reading} @click=${this.#refresh}>
        ${t(account.reading ? 'activation.reading' : 'activation.refresh')}
      </button>
      ${
        read
          ? html`<span class="muted small">${t('activation.read_at', { at: shownTime(session, read) })}</span>`
          : nothing
      }
    </div>`;
  }

  #end() {
    const { t } = this.session;
    if (!this.asks) {
      return html`<div>
        <button id="end" type="button" class="danger" ?disabled=${this.busy} @click=${() => this.#ask(true)}>
          ${t('activation.end')}
        </button>
      </div>`;
    }
    return html`<div class="finding warning row" role="alert">
      <span>${t('activation.end.sure')}</span>
      <button type="button" class="danger" @click=${this.#deactivate}>${t('activation.end')}</button>
      <button id="keep" type="button" @click=${() => this.#ask(false)}>${t('shell.keep')}</button>
    </div>`;
  }

  #ask(asks: boolean): void {
    this.asks = asks;
    void focusOn(this, asks ? '#keep' : '#end');
  }

  #form(state: string) {
    const { session } = this;
    const { t } = session;
    const language = this.language ?? session.settings.draft.language;
    return html`<form class="stack" @submit=${this.#activate} aria-labelledby="form-title">
      <h3 id="form-title">${t(state === 'inactive' ? 'activation.begin' : 'activation.begin_again')}</h3>
      <p class="muted">${t('activation.admin_only')}</p>
      <div class="field">
        <label for="language">${t('activation.language')}</label>
        <select
          id="language"
          @change=${(event: Event) => {
            this.language = (event.target as HTMLSelectElement).value as Language;
            this.consentUrl = null;
          }}
        >
          ${LANGUAGES.map(
            (one) => html`<option value=${one} ?selected=${one === language}>${LANGUAGE_NAMES[one]}</option>`,
          )}
        </select>
        <span class="muted small">${t('activation.language.hint')}</span>
      </div>
      <fieldset>
        <legend>${t('activation.mode')}</legend>
        <div class="stack">${this.#modeChoice('oauth')} ${this.#modeChoice('long_lived')}</div>
      </fieldset>
      ${this.mode === 'long_lived' ? this.#tokenFields() : nothing}
      ${resend(session, this.resend, (on) => {
        this.resend = on;
        this.consentUrl = null;
      })}
      ${this.consentUrl ? this.#consent(this.consentUrl) : nothing} ${this.#whatIsWrong()}
      <div>
        <button id="start" class="primary" type="submit" ?disabled=${this.busy}>
          ${t(this.busy ? 'activation.starting' : 'activation.start')}
        </button>
      </div>
    </form>`;
  }

  #modeChoice(mode: Mode) {
    const { t } = this.session;
    return html`<div class="check">
      <input
        id=${mode}
        type="radio"
        name="mode"
        .checked=${this.mode === mode}
        @change=${() => {
          this.mode = mode;
          this.consentUrl = null;
        }}
      />
      <label for=${mode}>
        ${t(`activation.mode.${mode}`)}
        <br /><span class="muted small">${t(`activation.mode.${mode}.hint`)}</span>
      </label>
    </div>`;
  }

  #tokenFields() {
    const { t } = this.session;
    return html`<div class="grid">
      <div class="field">
        <label for="domain">${t('activation.domain')}</label>
        <input
          id="domain"
          type="text"
          inputmode="url"
          placeholder="firm.amocrm.ru"
          autocomplete="off"
          .value=${this.domain}
          @input=${(event: Event) => {
            this.domain = (event.target as HTMLInputElement).value.trim();
          }}
        />
      </div>
      <div class="field">
        <label for="token">${t('activation.token')}</label>
        <input
          id="token"
          type="password"
          autocomplete="off"
          .value=${this.token}
          @input=${(event: Event) => {
            this.token = (event.target as HTMLInputElement).value.trim();
          }}
        />
      </div>
    </div>`;
  }

  #consent(url: string) {
    const { t } = this.session;
    return html`<div class="finding info" role="status">
      <div>
        <p>${t('activation.consent')}</p>
        <a class="button" id="consent" href=${url} target="_blank" rel="noopener">${t('activation.consent.open')}</a>
      </div>
    </div>`;
  }

  #activate = async (event: Event) => {
    event.preventDefault();
    const { session, mode, token, domain, resend } = this;
    const { settings, connection } = session;
    const language = this.language ?? settings.draft.language;
    await this.#doing(async () => {
      // Texts in amoCRM come in the language of the integration.
      const wasSaved = !settings.dirty;
      if (language !== settings.draft.language) {
        settings.edit((draft) => {
          draft.language = language;
        });
      }
      // A project begins with its settings; a language chosen here alone needs no second button.
      const wanted = settings.saved === null || (wasSaved && settings.dirty);
      if (wanted && (await session.save()) !== 'saved' && settings.saved === null) {
        throw new Refused(422, [{ code: 'settings_not_saved', path: '', params: {} }]);
      }
      const typed = { ...(token && { token }), ...(domain && { domain }) };
      const own = mode === 'long_lived' ? typed : {};
      this.consentUrl = await connection.activate({ mode, language, resend_backlog: resend, ...own });
      if (this.consentUrl) {
        await this.updateComplete;
        this.renderRoot.querySelector<HTMLElement>('#consent')?.focus();
        return;
      }
      this.token = '';
    });
  };

  #deactivate = async () => {
    this.asks = false;
    await this.#doing(async () => {
      await this.session.connection.deactivate();
      this.resend = false;
      this.consentUrl = null;
    });
  };

  #send = (status: Unsent) =>
    this.#doing(async () => {
      await this.session.api.retry(status);
      await this.session.connection.read();
      this.session.connection.hurry();
    });

  #refresh = () => this.#doing(() => this.session.account.read(true));

  /** One thing at a time; what is in the way is said in words. */
  async #doing(work: () => Promise<void>): Promise<void> {
    const { session } = this;
    this.busy = true;
    this.wrong = null;
    try {
      await session.asking(work);
    } catch (error) {
      if (!(error instanceof Refused)) this.wrong = session.t('shell.save.unreachable');
      else this.wrong = error.errors.map((problem) => session.problemText(problem)).join(' ');
    } finally {
      this.busy = false;
      void this.#stay();
    }
  }

  /** What had the focus is off or gone: the keyboard goes on from here. */
  async #stay(): Promise<void> {
    await this.updateComplete;
    if (focusLost()) await focusOn(this, this.wrong ? '#start' : 'h2', 'h2');
  }
}

/** These end by themselves, or by switching off. */
const MENDING = ['insufficient_rights', 'unpaid', 'blocked'];

customElements.define('ringostat-amocrm-activation', ActivationSection);
