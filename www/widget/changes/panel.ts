// What the edited settings would do to the latest events, before they are saved.
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { Part } from '../ui/part.ts';
import { base } from '../ui/styles.ts';
import { groupList } from './cases.ts';
import { Comparison } from './comparison.ts';
import { leftOut } from './left_out.ts';
import type { Group } from './summarise.ts';

/** Fires `closed`. */
export class Changes extends Part {
  static override styles = [
    base,
    css`
      :host {
        margin-top: 1.5rem;
        border-top: 1px solid var(--_line);
        padding-top: 1rem;
        container: changes / inline-size;
      }
      .head {
        justify-content: space-between;
        margin-bottom: 0.5rem;
      }
      h2 {
        margin: 0;
        scroll-margin-top: 1rem;
      }
      h2:focus-visible {
        outline-offset: 4px;
      }
      .notice {
        font-size: 1em;
        padding: 0.6rem 0.75rem;
        margin: 0 0 0.75rem;
        justify-content: space-between;
        flex-wrap: wrap;
        align-items: center;
      }
      .total {
        font-weight: 600;
      }
      progress {
        max-width: 24rem;
      }
      .old .shown {
        border: 2px dashed var(--_warning);
        border-radius: var(--_radius);
        padding: 0.5rem;
        color: var(--_muted);
      }
      .groups,
      .cases {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      .groups > li {
        border: 1px solid var(--_line);
        border-radius: var(--_radius);
        margin-bottom: 0.5rem;
        background: var(--_bg);
      }
      summary {
        cursor: pointer;
        padding: 0.5rem 0.75rem;
        overflow-wrap: anywhere;
      }
      .cases > li {
        display: grid;
        grid-template-columns: minmax(0, 17rem) minmax(0, 1fr) auto;
        gap: 0.15rem 1rem;
        align-items: start;
        padding: 0.4rem 0.75rem;
        border-top: 1px solid var(--_line);
      }
      .sides {
        overflow-wrap: anywhere;
      }
      del,
      ins {
        text-decoration: none;
      }
      del {
        color: var(--_muted);
      }
      ins {
        font-weight: 600;
      }
      @container changes (max-width: 40rem) {
        .cases > li {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];
  static override properties = { ...Part.properties, asked: {} };
  /** Grows whenever it is asked for again. */
  declare asked: number;

  #comparison: Comparison | null = null;
  /** The reader is on his way here, or waits here for the result. */
  #arriving: 'here' | 'waiting' | null = null;

  constructor() {
    super();
    this.asked = 0;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#comparison?.stop();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    if (changed.has('asked')) this.#compare();
    // Nobody needs the rest of what is outdated already.
    else if (this.#comparison?.running && this.#comparison.outdated) this.#comparison.stop();
  }

  override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    const title = this.renderRoot.querySelector<HTMLElement>('#title');
    if (this.#arriving === 'here') title?.focus({ preventScroll: true });
    // Before there was a result there was not enough below to scroll. Who has gone on meanwhile is left alone.
    const wanted = this.#arriving === 'here' || !this.#comparison?.running;
    if (this.#arriving && wanted && title?.matches(':focus')) title.scrollIntoView({ block: 'start' });
    if (this.#arriving) this.#arriving = this.#comparison?.running ? 'waiting' : null;
  }

  #compare(): void {
    const { settings } = this.session;
    this.#comparison?.stop();
    if (!settings.saved || !settings.valid) return;
    this.#arriving = 'here';
    this.#comparison = new Comparison(this.session, settings.saved, () => this.requestUpdate());
  }

  override render() {
    const comparison = this.#comparison;
    if (!comparison) return nothing;
    const { t } = this.session;
    const old = comparison.outdated;
    return html`<section aria-labelledby="title" class=${old && comparison.state.is === 'done' ? 'old' : ''}>
      <div class="row head">
        <h2 id="title" tabindex="-1">${t('changes.title')}</h2>
        <button type="button" @click=${() => this.dispatchEvent(new CustomEvent('closed'))}>
          ${t('changes.close')}
        </button>
      </div>
      <p class="muted small">${t('changes.hint')} ${t('changes.assumed')}</p>
      ${old ? this.#oldNotice() : nothing}
      <div class="shown" aria-busy=${old || comparison.running}>${this.#shown(comparison)}</div>
      <p class="visually-hidden" role="status">${this.#announced(comparison)}</p>
    </section>`;
  }

  /** It never passes for the present state. */
  #oldNotice() {
    const { settings, t } = this.session;
    const why = !settings.valid
      ? 'changes.old.invalid'
      : settings.dirty
        ? 'changes.old'
        : 'changes.old.saved';
    return html`<div class="finding warning notice">
      <strong>${t(why)}</strong>
      ${settings.valid && settings.dirty ? this.#againButton() : nothing}
    </div>`;
  }

  #againButton() {
    return html`<button
      type="button"
      @click=${() => {
        this.#compare();
        this.requestUpdate();
      }}
    >
      ${this.session.t('changes.again')}
    </button>`;
  }

  #shown(comparison: Comparison): TemplateResult | typeof nothing {
    const { t } = this.session;
    const { state } = comparison;
    switch (state.is) {
      case 'reading':
      case 'running': {
        const { done, all } = state.is === 'running' ? state : { done: 0, all: 0 };
        return html`<div class="row">
          <label for="progress">${t(all > 0 ? 'changes.running' : 'changes.reading', { count: all })}</label>
          <progress id="progress" max=${all || 1} .value=${done}></progress>
          <button type="button" @click=${() => comparison.stop()}>${t('changes.stop')}</button>
        </div>`;
      }
      case 'stopped':
        return comparison.outdated
          ? nothing
          : html`<div class="finding info notice">${t('changes.stopped')} ${this.#againButton()}</div>`;
      case 'unread':
        return html`<div class="finding error notice">
          <span>${t('changes.unread')} ${t(state.why)}</span>
          ${comparison.outdated ? nothing : this.#againButton()}
        </div>`;
      case 'empty':
        return html`<div class="finding info notice">${t('changes.empty')}</div>`;
      case 'done':
        return this.#done(comparison, state.groups);
    }
  }

  #done(comparison: Comparison, groups: Group[]) {
    const { session } = this;
    return html`<p class="total">${this.#total(comparison)}</p>
      ${this.#notes(comparison).map((note) => html`<p class="muted">${note}</p>`)}
      ${groups.length > 0 ? groupList(session, groups) : nothing}`;
  }

  #total({ state, saved, draft }: Comparison): string {
    const { t } = this.session;
    if (state.is !== 'done') return '';
    const { compared, changed } = state.result;
    if (compared === 0) return t('changes.not_one');
    if (changed.length === 0) {
      const none = leftOut(saved, draft).length > 0 ? 'changes.none_else' : 'changes.none';
      return t(none, { count: compared });
    }
    return t('changes.some', { count: changed.length, compared });
  }

  /** What the total leaves out. */
  #notes({ state, saved, draft }: Comparison): string[] {
    const { t } = this.session;
    if (state.is !== 'done') return [];
    const { unasked, erased, failed } = state.result;
    const dry = saved.dry_run === draft.dry_run ? 'stays' : draft.dry_run ? 'on' : 'off';
    return [
      ...(state.overtaken ? [t('changes.overtaken')] : []),
      ...(saved.dry_run || draft.dry_run ? [t(`changes.dry.${dry}`)] : []),
      ...leftOut(saved, draft).map((name) => t(`changes.left_out.${name}`)),
      ...(unasked > 0 ? [t('changes.unasked', { count: unasked })] : []),
      ...(erased > 0 ? [t('changes.erased', { count: erased })] : []),
      ...(failed > 0 ? [t('changes.failed', { count: failed })] : []),
    ];
  }

  /** Once per state, not at every step of the way. */
  #announced(comparison: Comparison): string {
    const { settings, t } = this.session;
    const { state } = comparison;
    if (comparison.outdated) {
      if (!settings.valid) return t('changes.old.invalid');
      return t(settings.dirty ? 'changes.old' : 'changes.old.saved');
    }
    if (state.is === 'reading' || state.is === 'running') return t('changes.reading');
    if (state.is === 'done') return [this.#total(comparison), ...this.#notes(comparison)].join(' ');
    if (state.is === 'unread') return `${t('changes.unread')} ${t(state.why)}`;
    return t(`changes.${state.is}`);
  }
}

customElements.define('ringostat-amocrm-changes', Changes);
