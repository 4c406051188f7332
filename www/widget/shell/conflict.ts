// Somebody else has saved meanwhile: both versions, and the choice between them.

import { html, nothing } from 'lit';
import type { Settings } from 'ringostat-amocrm/sandbox';
import { differences, merged, type Place } from '../state/merge.ts';
import { Part } from '../ui/part.ts';

const MOST_LETTERS = 80;

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
                  <td>${list(places, 'mine')}</td>
                  <td>${list(places, 'theirs')}</td>
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

function list(places: Place[], side: 'mine' | 'theirs') {
  const told = places.slice(0, MOST_PLACES);
  return html`${told.map((place) => html`<div><code>${place.path.slice(1)} ${shown(place[side])}</code></div>`)}
  ${places.length > told.length ? '…' : nothing}`;
}

function shown(value: unknown): string {
  const text = value === undefined ? '—' : JSON.stringify(value);
  return text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS)}…` : text;
}

customElements.define('ringostat-amocrm-conflict', Conflict);
