// Somebody else has saved meanwhile: both versions, and the choice between them.

import { css, html, nothing } from 'lit';
import type { Settings } from 'ringostat-amocrm/sandbox';
import { differences, merged, type Place } from '../state/merge.ts';
import { Part } from '../ui/part.ts';
import { base } from '../ui/styles.ts';
import { placeWords } from './place_words.ts';
import { valueWords } from './value_words.ts';

export class Conflict extends Part {
  static override styles = [
    base,
    css`
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      dialog > .row {
        margin-top: 0.75rem;
      }
      li + li {
        margin-top: 0.35rem;
      }
    `,
  ];
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
    const found = differences(settings.saved, settings.draft, theirs.settings);
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
            ${found.map(
              ({ part, by, places }) =>
                html`<tr>
                  <th scope="row">
                    ${t(`conflict.${part}`)}<br /><span class="muted">${t(`conflict.by.${by}`)}</span>
                  </th>
                  <td>${this.#list(theirs.settings, part, places, 'mine')}</td>
                  <td>${this.#list(theirs.settings, part, places, 'theirs')}</td>
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

  #list(theirs: Settings, part: keyof Settings, places: Place[], side: 'mine' | 'theirs') {
    const { session } = this;
    const documents = [session.settings.draft, theirs];
    const told = places.slice(0, MOST_PLACES);
    const rest = places.length - told.length;
    return html`<ul>
      ${told.map((place) => {
        const where = placeWords(session, documents, part, place.path);
        const what = valueWords(session, part, place.path, place[side]);
        return html`<li>${where ? html`<span class="muted">${where}:</span> ` : nothing}${what}</li>`;
      })}
      ${rest > 0 ? html`<li class="muted">${session.t('conflict.rest', { count: rest })}</li>` : nothing}
    </ul>`;
  }

  #keepMine = async () => {
    const { theirs } = this;
    if (!theirs) return;
    const { settings } = this.session;
    const both = merged(settings.saved, settings.draft, theirs.settings);
    settings.loaded(theirs.settings, theirs.etag);
    settings.edit((draft) => {
      Object.assign(draft, both);
    });
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

/** More would not be read. */
const MOST_PLACES = 8;

customElements.define('ringostat-amocrm-conflict', Conflict);
