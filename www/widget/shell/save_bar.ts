// What is not saved yet, what is wrong with it, and what can be done with the whole document.

import { css, html, nothing } from 'lit';
import type { Problem } from 'ringostat-amocrm/sandbox';
import type { SaveResult } from '../session.ts';
import type { Finding } from '../state/settings.ts';
import { findingRow } from '../ui/findings.ts';
import { focusLost, focusOn } from '../ui/focus.ts';
import { Part } from '../ui/part.ts';
import { base } from '../ui/styles.ts';

/** Fires `compare` when somebody asks what his changes do. */
export class SaveBar extends Part {
  static override styles = [
    base,
    css`
      :host {
        position: sticky;
        bottom: 0;
        background: var(--_bg);
        border-top: 1px solid var(--_line);
        margin-top: 1.5rem;
        padding: 0.6rem 0;
        z-index: 1;
      }
      #why {
        margin: 0.35rem 0 0;
        text-align: end;
      }
      /* On a small screen it would cover what is edited. */
      @container (max-width: 40rem) {
        :host {
          position: static;
        }
        #why {
          text-align: start;
        }
      }
      .bar {
        justify-content: space-between;
      }
      ol,
      ul {
        margin: 0.5rem 0;
        padding-inline-start: 1.5rem;
        max-height: 12rem;
        overflow: auto;
      }
    `,
  ];
  static override properties = {
    ...Part.properties,
    result: { state: true },
    imported: { state: true },
    asks: { state: true },
  };
  /** Of the last attempt to save; nothing once something was changed again. */
  declare result: { is: SaveResult; version: number } | null;
  /** What is wrong with the document that was to be imported. */
  declare imported: Problem[];
  declare asks: 'discard' | 'reset' | null;

  constructor() {
    super();
    this.result = null;
    this.imported = [];
    this.asks = null;
  }

  override render() {
    const { session } = this;
    const { settings, t } = session;
    const problems = settings.findings.filter(({ severity }) => severity === 'problem');
    return html`
      ${this.#list(settings.findings)}
      ${this.imported.length > 0 ? this.#notImported() : nothing}
      ${this.asks ? this.#question(this.asks) : nothing}
      <div class="row bar">
        <span id="status" role="status" tabindex="-1">${this.#status(problems.length)}</span>
        <div class="row">
          <button type="button" @click=${this.#export}>${t('shell.export')}</button>
          <button type="button" @click=${() => this.renderRoot.querySelector<HTMLInputElement>('#file')?.click()}>
            ${t('shell.import')}
          </button>
          <input
            id="file"
            type="file"
            accept="application/json,.json"
            hidden
            aria-label=${t('shell.import')}
            @change=${this.#import}
          />
          <button id="reset" type="button" @click=${() => this.#ask('reset')}>${t('shell.reset')}</button>
          <button
            id="discard"
            type="button"
            ?disabled=${!settings.dirty || settings.saved === null}
            @click=${() => this.#ask('discard')}
          >
            ${t('shell.discard')}
          </button>
          <button
            id="compare"
            type="button"
            aria-describedby=${problems.length > 0 ? 'why' : nothing}
            ?disabled=${!settings.dirty || settings.saved === null || problems.length > 0}
            @click=${() => this.dispatchEvent(new CustomEvent('compare'))}
          >
            ${t('shell.compare')}
          </button>
          <button
            id="save"
            type="button"
            class="primary"
            ?disabled=${!settings.dirty || problems.length > 0 || session.saving}
            @click=${this.#save}
          >
            ${t(session.saving ? 'shell.saving' : 'shell.save')}
          </button>
        </div>
      </div>
      ${
        problems.length > 0 && settings.saved !== null
          ? html`<p id="why" class="muted small">${t('shell.compare.invalid')}</p>`
          : nothing
      }
      ${
        this.result?.is === 'conflict'
          ? html`<ringostat-amocrm-conflict
              .session=${session}
              @closed=${() => {
                this.result = null;
                void this.#stay('#save');
              }}
            ></ringostat-amocrm-conflict>`
          : nothing
      }
    `;
  }

  #status(problems: number) {
    const { settings, t } = this.session;
    if (problems > 0)
      return html`<span class="badge error">${t('shell.problems', { count: problems })}</span>`;
    const { result } = this;
    if (result && result.is !== 'saved' && result.is !== 'conflict')
      return html`<span class="badge error">${t(`shell.save.${result.is}`)}</span>`;
    if (settings.dirty) return t(settings.saved === null ? 'shell.not_saved_yet' : 'shell.unsaved');
    return result?.is === 'saved'
      ? html`<span class="badge good">${t('shell.saved')}</span>`
      : t('shell.no_changes');
  }

  /** Everything that is odd, each line leading to its place. */
  #list(found: Finding[]) {
    const { session } = this;
    if (found.length === 0) return nothing;
    return html`<details>
      <summary>${session.t('shell.findings', { count: found.length })}</summary>
      <ol>
        ${found.map(
          (finding) =>
            html`<li>
              <button type="button" class="link" @click=${() => session.reveal(finding.path)}>
                ${findingRow(session, finding)}
              </button>
            </li>`,
        )}
      </ol>
    </details>`;
  }

  /** Where in the file and what; its author thinks in the places of the document. */
  #notImported() {
    const { session } = this;
    const { t } = session;
    const text = (problem: Problem) =>
      problem.code === 'malformed' ? t('shell.import.not_json') : session.problemText(problem);
    return html`<div class="finding error" role="alert">
      <div>
        ${t('shell.import.refused')}
        <ul>
          ${this.imported.map(
            (problem) =>
              html`<li>${text(problem)} ${problem.path ? html`<code>${problem.path}</code>` : nothing}</li>`,
          )}
        </ul>
      </div>
    </div>`;
  }

  #ask(what: 'discard' | 'reset'): void {
    this.asks = what;
    this.imported = [];
    void focusOn(this, '#keep');
  }

  #question(what: 'discard' | 'reset') {
    const { settings, t } = this.session;
    return html`<div class="finding warning row" role="alert">
      <span>${t(`shell.${what}.sure`)}</span>
      <button
        type="button"
        class="danger"
        @click=${() => {
          settings[what]();
          this.asks = null;
          void this.#stay(`#${what}`);
        }}
      >
        ${t(`shell.${what}`)}
      </button>
      <button
        id="keep"
        type="button"
        @click=${() => {
          this.asks = null;
          void this.#stay(`#${what}`);
        }}
      >
        ${t('shell.keep')}
      </button>
    </div>`;
  }

  #save = async () => {
    const { version } = this.session.settings;
    this.imported = [];
    this.result = { is: await this.session.save(), version };
    if (this.result.is !== 'conflict') await this.#stay('#save');
  };

  /** The keyboard comes back from what "What changes?" has opened. */
  resume(): Promise<void> {
    return focusOn(this, '#compare', '#status');
  }

  /** A button that has done its work is off or gone: the keyboard goes on from beside it. */
  async #stay(button: string): Promise<void> {
    await this.updateComplete;
    if (focusLost()) await focusOn(this, button, '#status');
  }

  #export = () => {
    const { settings, api } = this.session;
    const text = JSON.stringify(settings.draft, null, 2);
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    link.download = `ringostat-amocrm-${api.project}.json`;
    link.click();
    URL.revokeObjectURL(link.href);
  };

  #import = async (event: Event) => {
    const input = event.target as HTMLInputElement;
    const text = await input.files?.[0]?.text();
    input.value = '';
    if (text === undefined) return;
    this.imported = this.session.settings.import(text);
  };
}

customElements.define('ringostat-amocrm-save-bar', SaveBar);
