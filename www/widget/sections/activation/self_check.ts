// Compares the real account with what the integration relies on, when somebody asks.
import { html, nothing } from 'lit';
import { Refused, type SelfCheckView } from '../../api.ts';
import { Part } from '../../ui/part.ts';
import { shownTime } from '../../ui/time.ts';

type Found = SelfCheckView['findings'][number];

export class SelfCheck extends Part {
  static override properties = {
    ...Part.properties,
    write: { state: true },
    busy: { state: true },
    wrong: { state: true },
    result: { state: true },
  };
  declare write: boolean;
  declare busy: boolean;
  declare wrong: string | null;
  declare result: SelfCheckView | null;

  constructor() {
    super();
    this.write = false;
    this.busy = false;
    this.wrong = null;
    this.result = null;
  }

  override render() {
    const { t } = this.session;
    return html`<h3>${t('check.title')}</h3>
      <div class="stack">
        <p class="muted">${t('check.what')}</p>
        <div class="check">
          <input
            id="write"
            type="checkbox"
            .checked=${this.write}
            @change=${(event: Event) => {
              this.write = (event.target as HTMLInputElement).checked;
            }}
          />
          <label for="write">
            ${t('check.write')}<br /><span class="muted small">${t('check.write.hint')}</span>
          </label>
        </div>
        <div>
          <button type="button" ?disabled=${this.busy} @click=${this.#run}>
            ${t(this.busy ? 'check.running' : 'check.run')}
          </button>
        </div>
        ${this.wrong ? html`<div class="finding error" role="alert">${this.wrong}</div>` : nothing}
        ${this.result ? this.#told(this.result) : nothing}
      </div>`;
  }

  #told({ findings, checked_at }: SelfCheckView) {
    const { session } = this;
    const { t } = session;
    const at = shownTime(session, checked_at);
    const fine = findings.filter(({ severity }) => severity === 'ok');
    const odd = findings.filter(({ severity }) => severity !== 'ok');
    const count = odd.filter(({ severity }) => severity !== 'info').length;
    return html`<div role="status">
      <p><strong>${count === 0 ? t('check.fine', { at }) : t('check.found', { count, at })}</strong></p>
      ${odd.map((finding) => this.#line(finding))}
      <details>
        <summary>${t('check.rest', { count: fine.length })}</summary>
        <ul>
          ${fine.map(({ code, params }) => html`<li>${t(`check.${code}`, params)}</li>`)}
        </ul>
      </details>
    </div>`;
  }

  #line({ code, severity, params }: Found) {
    const { t } = this.session;
    return html`<div class="finding ${severity}">
      <span class="visually-hidden">${t(`severity.${severity}`)}:</span> ${t(`check.${code}`, params)}
    </div>`;
  }

  #run = async () => {
    const { session, write } = this;
    this.busy = true;
    this.wrong = null;
    try {
      this.result = (await session.asking(() => session.api.selfCheck(write))) ?? null;
    } catch (error) {
      this.wrong =
        error instanceof Refused
          ? error.errors.map((problem) => session.problemText(problem)).join(' ')
          : session.t('shell.unreachable');
    } finally {
      this.busy = false;
    }
  };
}

customElements.define('ringostat-amocrm-self-check', SelfCheck);
