// Lines whose calls create nothing (seed: "Стоп-лист номеров"), and the lines there are.
import { css, html } from 'lit';
import { findings } from '../ui/findings.ts';
import { focusOn } from '../ui/focus.ts';
import { Part } from '../ui/part.ts';
import { base } from '../ui/styles.ts';
import { entries } from './stop_list/entries.ts';
import { type KnownLine, known } from './stop_list/known.ts';
import { lines } from './stop_list/lines.ts';
import { entryFor, stops } from './stop_list/stopped.ts';

export class StopListSection extends Part {
  static override styles = [
    base,
    css`
      .plain {
        list-style: none;
        padding: 0;
        margin: 0 0 0.75rem;
      }
      .line {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 8.5rem), 1fr));
        gap: 0.5rem 0.75rem;
      }
      .foot {
        justify-content: space-between;
        margin-top: 0.5rem;
      }
      .entry > select {
        flex: 0 1 10rem;
        width: auto;
      }
      .entry > input {
        flex: 1 1 8rem;
        width: auto;
      }
      .known {
        margin: 0.5rem 0 0;
      }
      .important {
        display: block;
        padding: 0.6rem 0.75rem;
      }
      .important ol {
        margin: 0.25rem 0 0;
        padding-inline-start: 1.25rem;
      }
    `,
  ];

  override render() {
    const { session } = this;
    const { t } = session;
    return html`<h2 id="title">${t('stop_list.title')}</h2>
      <p>${t('stop_list.about')}</p>
      <div class="finding warning important">
        <strong>${t('stop_list.important')}</strong>
        <ol>
          <li>${t('stop_list.important.all')}</li>
          <li>${t('stop_list.important.fmc')}</li>
        </ol>
      </div>
      <h3>${t('stop_list.lines')}</h3>
      <p class="muted small">${t('stop_list.lines.hint')}</p>
      <div data-path="/lines">
        ${findings(session, '/lines')} ${lines({ session, onStop: this.#stop, onRemove: this.#removeLine })}
      </div>
      <p><button type="button" data-act="add-line" @click=${this.#addLine}>${t('stop_list.add_line')}</button></p>
      ${known(session, this.#take)}
      <h3>${t('stop_list.entries')}</h3>
      <p class="muted small">${t('stop_list.entries.hint')}</p>
      ${entries({ session, onRemove: this.#removeEntry })}
      <p><button type="button" data-act="add-entry" @click=${this.#addEntry}>${t('stop_list.add_entry')}</button></p>`;
  }

  #stop = (index: number, stop: boolean) => {
    this.session.settings.edit((draft) => {
      const line = draft.lines[index];
      if (!line) return;
      if (stop) draft.stop_list.push(entryFor(line, draft.lines));
      else draft.stop_list = draft.stop_list.filter((entry) => !stops(entry, line));
    });
    // What was clicked and what is so may differ, e.g. for a line without number and login.
    this.requestUpdate();
  };

  #addLine = () => {
    const { settings } = this.session;
    const index = settings.draft.lines.length;
    settings.edit((draft) => draft.lines.push({ number: '', kind: 'sip', sip: '', label: '' }));
    void focusOn(this, `[data-line="${index}"] input`);
  };

  #removeLine = (index: number) => {
    this.session.settings.edit((draft) => draft.lines.splice(index, 1));
    const remove = (line: number) => `[data-line="${line}"] [data-act=remove]`;
    void focusOn(this, remove(index), remove(index - 1), '[data-act=add-line]');
  };

  /** Ringostat does not tell of what kind they are. */
  #take = (taken: KnownLine[]) => {
    const { settings } = this.session;
    const index = settings.draft.lines.length;
    settings.edit((draft) => {
      for (const { number, sip } of taken) draft.lines.push({ number, kind: 'sip', sip, label: '' });
    });
    void focusOn(this, `[data-line="${index}"] input`);
  };

  #addEntry = () => {
    const { settings } = this.session;
    const index = settings.draft.stop_list.length;
    settings.edit((draft) => draft.stop_list.push({ sip: '' }));
    void focusOn(this, `[data-entry="${index}"] input`);
  };

  #removeEntry = (index: number) => {
    this.session.settings.edit((draft) => draft.stop_list.splice(index, 1));
    const remove = (entry: number) => `[data-entry="${entry}"] [data-act=remove]`;
    void focusOn(this, remove(index), remove(index - 1), '[data-act=add-entry]');
  };
}

customElements.define('ringostat-amocrm-stop-list', StopListSection);
