// The journal: what came in, what became of it, and the way to send it again.
import { html, nothing, type PropertyValues } from 'lit';
import type { Unsent } from '../api.ts';
import { assumedOf } from '../changes/assumed.ts';
import { usersOf } from '../changes/run.ts';
import { traceStyles } from '../preview/styles.ts';
import { focusLost, focusOn } from '../ui/focus.ts';
import { Part } from '../ui/part.ts';
import { base } from '../ui/styles.ts';
import { shownTime } from '../ui/time.ts';
import { WhileVisible } from '../ui/while_visible.ts';
import { backlogProgress, unsentEvents } from './activation/backlog.ts';
import { eventView } from './journal/event.ts';
import { filters } from './journal/filters.ts';
import { list } from './journal/list.ts';
import { type Filter, type Journal, journalOf } from './journal/state.ts';
import { styles } from './journal/styles.ts';

export class JournalSection extends Part {
  static override styles = [base, traceStyles, styles];

  readonly #visit = new WhileVisible(
    this,
    () => this.session.reachable,
    () => this.#journal.read(),
  );

  get #journal(): Journal {
    return journalOf(this.session);
  }

  override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    this.#journal.changed = () => this.requestUpdate();
  }

  override render() {
    const { session } = this;
    const { t } = session;
    const { time_zone: zone } = session.settings.draft;
    if (session.settings.saved === null)
      return html`<h2 tabindex="-1">${t('journal.title')}</h2>
        <p>${t('journal.no_project')}</p>`;
    return html`<h2 tabindex="-1">${t('journal.title')}</h2>
      <p class="muted">${t('journal.about', { zone })}</p>
      ${this.#journal.opened === null ? this.#list() : this.#opened()}`;
  }

  #list() {
    const { session } = this;
    const { backlog, view } = session.connection;
    const journal = this.#journal;
    const { filter, busy } = journal;
    return html`<div class="stack">
        ${backlog ? backlogProgress(session, backlog) : nothing}
        ${
          backlog && view?.state === 'active'
            ? unsentEvents(session, backlog.unsent, (status) => void this.#sendAll(status), busy)
            : nothing
        }
        ${this.#told()}
        ${filters({
          session,
          filter,
          busy,
          onShow: this.#show,
          onReload: () => void this.#visit.now(),
        })}
      </div>
      ${this.#rows()}`;
  }

  #rows() {
    const { session } = this;
    const { t } = session;
    const journal = this.#journal;
    const { rows, cursor, failed, busy, filter } = journal;
    if (!rows) return failed ? this.#unread(failed) : this.#reading();
    const count = rows.length;
    const none = journal.filtered ? t('journal.none') : t('journal.empty');
    // Filtered as well, it may be known all the same.
    const byIdAlone = filter.find !== null && filter.status === '' && filter.kind === '';
    const nothingFound = byIdAlone ? t('journal.find.none', { id: filter.find }) : none;
    return html`<div class=${failed ? 'old' : ''}>
      ${failed ? this.#unread(failed) : nothing}
      <div class="row">
        <span class="count" role="status">
          ${count === 0 ? nothingFound : t(cursor === null ? 'journal.shown' : 'journal.shown_newest', { count })}
        </span>
        ${this.#since()}
        ${
          journal.filtered
            ? html`<button type="button" class="link" @click=${this.#everything}>${t('journal.everything')}</button>`
            : nothing
        }
      </div>
      ${count > 0 ? list(session, rows, this.#open) : nothing}
      ${
        cursor === null
          ? nothing
          : html`<button id="more" type="button" ?disabled=${busy} @click=${this.#more}>
              ${t('journal.more')}
            </button>`
      }
    </div>`;
  }

  #opened() {
    const { session } = this;
    const { t } = session;
    const { event, failed, busy } = this.#journal;
    return html`<p><button id="back" type="button" @click=${this.#close}>${t('journal.back')}</button></p>
      ${
        event
          ? html`<div class=${failed ? 'old' : ''}>
              ${failed ? this.#unread(failed) : nothing} ${this.#told()}
              ${eventView(session, event, {
                busy,
                onAgain: () => void this.#again(event.event),
                onPreview: () => session.preview(event, assumedOf(event, usersOf(session))),
              })}
              <p>${this.#since()}</p>
            </div>`
          : failed
            ? this.#unread(failed)
            : this.#reading()
      }`;
  }

  #reading() {
    return html`<p role="status">${this.session.t('journal.reading')}</p>`;
  }

  /** The worker is away, or refuses: why, and once more. */
  #unread(failed: string) {
    const { t } = this.session;
    const { readAt } = this.#journal;
    return html`<div class="finding warning told" role="alert">
      <div>
        ${t(failed)}
        ${readAt === null ? nothing : t('journal.old', { at: shownTime(this.session, readAt, true) })}
        <button type="button" class="link" @click=${() => void this.#visit.now()}>${t('journal.retry')}</button>
      </div>
    </div>`;
  }

  #told() {
    const { told } = this.#journal;
    return html`<div role="status">
      ${
        told
          ? html`<div class="finding told ${told.wrong ? 'error' : 'info'}">
              ${this.session.t(told.key, told.params)}
            </div>`
          : nothing
      }
    </div>`;
  }

  #since() {
    const { readAt, failed } = this.#journal;
    if (readAt === null || failed) return nothing;
    return html`<span class="muted small">
      ${this.session.t('journal.as_of', { at: shownTime(this.session, readAt, true) })}
    </span>`;
  }

  #show = (filter: Partial<Filter>) => {
    this.#journal.show(filter);
    void this.#visit.now();
  };

  #everything = () => {
    this.#journal.everything();
    void this.#visit.now();
    void focusOn(this, '#status');
  };

  #open = (id: string) => {
    this.#journal.open(id);
    void this.#visit.now().then(() => this.#stay('#opened', '#back'));
  };

  #close = () => {
    const { opened } = this.#journal;
    this.#journal.close();
    void focusOn(this, `[data-event="${CSS.escape(opened ?? '')}"]`, 'h2');
    void this.#visit.now();
  };

  #more = async () => {
    const first = await this.#journal.more();
    if (first !== undefined) await focusOn(this, `[data-event="${CSS.escape(first)}"]`);
  };

  async #again(id: string): Promise<void> {
    await this.#journal.sendAgain(id);
    void this.#visit.now();
    await this.#stay('#again', '#opened');
  }

  async #sendAll(status: Unsent): Promise<void> {
    await this.#journal.sendAll(status);
    void this.#visit.now();
    await this.#stay('h2');
  }

  /** What had the focus is off or gone: the keyboard goes on from here. */
  async #stay(...places: string[]): Promise<void> {
    await this.updateComplete;
    if (focusLost()) await focusOn(this, ...places);
  }
}

customElements.define('ringostat-amocrm-journal', JournalSection);
