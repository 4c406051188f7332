// Somebody else has saved meanwhile: both versions, and the choice between them.

import { html, nothing } from 'lit';
import type { Settings } from 'ringostat-amocrm/sandbox';
import { sameDocument } from '../state/settings.ts';
import { Part } from '../ui/part.ts';

const MOST_LETTERS = 400;

export class Conflict extends Part {
  static override properties = { ...Part.properties, theirs: { state: true } };
  declare theirs: { settings: Settings; etag: string } | null;

  constructor() {
    super();
    this.theirs = null;
  }

  override async firstUpdated() {
    const theirs = await this.session.asking(() => this.session.api.readSettings()).catch(() => null);
    if (!theirs) return this.#close();
    this.theirs = theirs;
    await this.updateComplete;
    this.renderRoot.querySelector('dialog')?.showModal();
  }

  override render() {
    const { theirs } = this;
    if (!theirs) return nothing;
    const { settings, t } = this.session;
    const [mine, other] = [settings.draft, theirs.settings];
    const keys = (Object.keys(mine) as (keyof Settings)[]).filter(
      (key) => !sameDocument(mine[key], other[key]),
    );
    return html`<dialog aria-labelledby="title" @close=${this.#close}>
      <h2 id="title">${t('conflict.title')}</h2>
      <p>${t('conflict.why')}</p>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">${t('conflict.part')}</th>
              <th scope="col">${t('conflict.mine')}</th>
              <th scope="col">${t('conflict.theirs')}</th>
            </tr>
          </thead>
          <tbody>
            ${keys.map(
              (key) =>
                html`<tr>
                  <th scope="row">${t(`conflict.${key}`)}</th>
                  <td><code>${shown(mine[key])}</code></td>
                  <td><code>${shown(other[key])}</code></td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      <div class="row">
        <button type="button" class="primary" @click=${this.#keepMine}>${t('conflict.keep_mine')}</button>
        <button type="button" @click=${this.#takeTheirs}>${t('conflict.take_theirs')}</button>
        <button type="button" @click=${() => this.renderRoot.querySelector('dialog')?.close()}>
          ${t('conflict.later')}
        </button>
      </div>
    </dialog>`;
  }

  #keepMine = async () => {
    const { theirs } = this;
    if (!theirs) return;
    this.session.settings.loaded(theirs.settings, theirs.etag, { keepDraft: true });
    await this.session.save();
    this.#close();
  };

  #takeTheirs = () => {
    const { theirs } = this;
    if (theirs) this.session.settings.loaded(theirs.settings, theirs.etag);
    this.#close();
  };

  #close = () => {
    this.dispatchEvent(new CustomEvent('closed'));
  };
}

const shown = (value: unknown): string => {
  const text = JSON.stringify(value, null, 1);
  return text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS)}…` : text;
};

customElements.define('ringostat-amocrm-conflict', Conflict);
