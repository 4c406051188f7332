// What a call creates: rows of scenarios, the first that fits takes effect.
import { html, type PropertyValues } from 'lit';
import type { MatrixRow, TaskTemplate } from 'ringostat-amocrm/sandbox';
import { findings } from '../ui/findings.ts';
import { focusOn } from '../ui/focus.ts';
import { followed, move } from '../ui/list_edit.ts';
import { Part } from '../ui/part.ts';
import { focusMoved, rowButtons } from '../ui/row_buttons.ts';
import { base } from '../ui/styles.ts';
import { emptyRow, firstTask, TASKS, THINGS, type Thing, turn } from './matrix/creates.ts';
import { keys } from './matrix/keys.ts';
import { overview } from './matrix/overview.ts';
import { presets } from './matrix/presets.ts';
import { rest } from './matrix/rest.ts';
import { matrixRow } from './matrix/row.ts';
import { rowEditor } from './matrix/row_editor.ts';
import { matrixStyles } from './matrix/styles.ts';
import { rowName } from './matrix/words.ts';

export class MatrixSection extends Part {
  static override styles = [base, matrixStyles];
  static override properties = {
    ...Part.properties,
    open: { state: true },
    asked: { state: true },
    said: { state: true },
  };
  /** The row whose details are shown. */
  declare open: number | null;
  /** The preset that waits for a confirmation. */
  declare asked: string | null;
  /** What has happened, for screen readers. */
  declare said: string;
  #followedWish = 0;
  /** A task that was switched off: switched on again it says what it said. */
  readonly #switchedOff = new Map<string, TaskTemplate>();

  constructor() {
    super();
    this.open = null;
    this.asked = null;
    this.said = '';
  }

  /** Somebody wants to see a place that is inside a row: the row opens. */
  override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    const { wish } = this.session;
    if (!wish || wish.nonce === this.#followedWish) return;
    this.#followedWish = wish.nonce;
    const inside = /^\/matrix\/rows\/(\d+)\/./.exec(wish.path);
    if (inside) this.open = Number(inside[1]);
  }

  override render() {
    const { session } = this;
    const { t } = session;
    const { rows } = session.settings.draft.matrix;
    return html`<h2 id="title">${t('matrix.title')}</h2>
      <p>${t('matrix.about')}</p>
      ${presets({
        session,
        asked: this.asked,
        onAsk: (name) => this.#ask(name),
        onApply: (name) => this.#apply(name),
      })}
      <h3>${t('matrix.overview')}</h3>
      ${overview(session)}
      <h3>${t('matrix.rows')}</h3>
      <div data-path="/matrix/rows">
        ${findings(session, '/matrix/rows')}
        <table class="rows">
          <caption>
            ${t('matrix.rows.hint')}
          </caption>
          <thead>
            <tr>
              <th scope="col" class="number">№</th>
              <th scope="col">${t('matrix.when')}</th>
              <th scope="col" class="moment">${t('matrix.moment')}</th>
              ${THINGS.map((thing) => html`<th scope="col" class="mark"><span>${t(`creates.${thing}`)}</span></th>`)}
              <th scope="col" class="who">${t('matrix.responsible')}</th>
              <td class="more"></td>
            </tr>
          </thead>
          ${rows.map((row, index) => this.#row(row, index))}
        </table>
        <p><button type="button" data-act="add" @click=${this.#add}>${t('matrix.add')}</button></p>
        <span class="visually-hidden" role="status">${this.said}</span>
      </div>
      ${rest(session)} ${keys({ session, onAdd: this.#addKey, onRemove: this.#removeKey })}`;
  }

  #row(row: MatrixRow, index: number) {
    const { session } = this;
    const { rows } = session.settings.draft.matrix;
    return matrixRow({
      session,
      row,
      index,
      open: this.open === index,
      onToggle: (thing) => this.#turn(index, thing),
      onOpen: () => {
        this.open = this.open === index ? null : index;
      },
      editor: () =>
        rowEditor(
          session,
          row,
          index,
          (change) => this.#edit(index, change),
          rowButtons({
            t: session.t,
            area: 'matrix',
            name: rowName(session, index),
            index,
            count: rows.length,
            onMove: (to) => this.#move(index, to),
            onRemove: () => this.#remove(index),
            onDuplicate: () => this.#insert(index + 1, structuredClone(row)),
          }),
        ),
    });
  }

  #edit(index: number, change: (row: MatrixRow) => void): void {
    this.session.settings.edit(({ matrix }) => {
      const row = matrix.rows[index];
      if (row) change(row);
    });
  }

  /** Rows are others from now on. */
  #change(change: (rows: MatrixRow[]) => void): void {
    this.#switchedOff.clear();
    this.session.settings.edit(({ matrix }) => change(matrix.rows));
  }

  #turn(index: number, thing: Thing): void {
    const { core, settings } = this.session;
    const row = settings.draft.matrix.rows[index];
    const key = TASKS.find((task) => task === thing);
    // What was switched off is not that of another row which stands here meanwhile.
    const place = `${index} ${key} ${JSON.stringify(row?.when)}`;
    const before = key && row?.creates[key];
    if (before) this.#switchedOff.set(place, before);
    const [recommended] = core.matrix_presets(settings.draft.language);
    const task = () =>
      this.#switchedOff.get(place) ??
      (recommended && key ? firstTask(recommended.matrix, row?.when.call, key) : emptyTask());
    this.#edit(index, ({ creates }) => turn(creates, thing, task));
  }

  #move(from: number, to: number): void {
    this.#change((rows) => move(rows, from, to));
    if (this.open !== null) this.open = followed(this.open, from, to);
    const { t, settings } = this.session;
    this.said = t('matrix.moved', { number: to + 1, of: settings.draft.matrix.rows.length });
    void focusMoved(this, from, to);
  }

  #remove(index: number): void {
    this.#change((rows) => rows.splice(index, 1));
    this.open = null;
    this.said = this.session.t('matrix.removed', { name: rowName(this.session, index) });
    const open = (row: number) => `[data-row="${row}"] [data-act=open]`;
    void focusOn(this, open(index), open(index - 1), '[data-act=add]');
  }

  #insert(index: number, row: MatrixRow): void {
    this.#change((rows) => rows.splice(index, 0, row));
    this.open = index;
    void focusOn(this, `[data-row="${index}"] .editor select`);
  }

  #add = () => this.#insert(this.session.settings.draft.matrix.rows.length, emptyRow());

  #ask(name: string | null): void {
    const { asked } = this;
    this.asked = name;
    void focusOn(this, name === null ? `[data-preset="${asked}"]` : '[data-act=keep]');
  }

  #apply(name: string): void {
    const { core, settings } = this.session;
    const preset = core.matrix_presets(settings.draft.language).find((known) => known.name === name);
    if (preset) this.#change((rows) => rows.splice(0, rows.length, ...preset.matrix.rows));
    this.open = null;
    this.#ask(null);
  }

  #addKey = () => {
    const { settings } = this.session;
    const index = settings.draft.calls.keys.length;
    settings.edit(({ calls }) => calls.keys.push({ name: '', means: 'client_number' }));
    void focusOn(this, `[data-key="${index}"] input`);
  };

  #removeKey = (index: number) => {
    this.session.settings.edit(({ calls }) => calls.keys.splice(index, 1));
    void focusOn(this, `[data-key="${index}"] button`, '[data-act=add-key]');
  };
}

const emptyTask = (): TaskTemplate => ({
  text: '',
  type: 1,
  deadline_minutes: 240,
  responsible: 'crm_responsible',
});

customElements.define('ringostat-amocrm-matrix', MatrixSection);
