// A part of the widget: renders anew whenever its session has changed, and shows the place somebody wants to see.
import { LitElement, type PropertyValues } from 'lit';
import type { Session } from '../session.ts';
import { contains } from '../state/pointer.ts';
import { base } from './styles.ts';

export abstract class Part extends LitElement {
  static override styles = [base];
  static override properties = { session: { attribute: false } };
  declare session: Session;
  #observed: Session | undefined;
  #shownWish = 0;
  readonly #changed = () => this.requestUpdate();

  override connectedCallback(): void {
    super.connectedCallback();
    // A part made for a wish answers it; older wishes are over.
    this.#observe();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observed?.removeEventListener('change', this.#changed);
    this.#observed = undefined;
  }

  override willUpdate(_: PropertyValues<this>): void {
    this.#observe();
  }

  #observe(): void {
    if (this.#observed === this.session) return;
    this.#observed?.removeEventListener('change', this.#changed);
    this.#observed = this.session;
    this.#observed?.addEventListener('change', this.#changed);
  }

  override updated(_: PropertyValues<this>): void {
    const { wish, lit } = this.session;
    for (const place of this.renderRoot.querySelectorAll<HTMLElement>('[data-path]')) {
      place.classList.toggle('lit', lit !== null && this.#nearest(lit) === place);
    }
    if (!wish || wish.nonce === this.#shownWish) return;
    const place = this.#nearest(wish.path);
    if (!place) return;
    this.#shownWish = wish.nonce;
    for (let outer: Element | null = place; outer; outer = outer.parentElement) {
      if (outer instanceof HTMLDetailsElement) outer.open = true;
    }
    place.scrollIntoView({ block: 'center' });
    const focusable = place.matches(FOCUSABLE) ? place : place.querySelector<HTMLElement>(FOCUSABLE);
    focusable?.focus({ preventScroll: true });
  }

  /** The innermost element that shows the place. */
  #nearest(path: string): HTMLElement | null {
    let nearest: HTMLElement | null = null;
    for (const place of this.renderRoot.querySelectorAll<HTMLElement>('[data-path]')) {
      const own = place.dataset.path ?? '';
      if (contains(own, path) && own.length >= (nearest?.dataset.path?.length ?? 0)) nearest = place;
    }
    return nearest;
  }
}

const FOCUSABLE = 'input:not(:disabled), select:not(:disabled), textarea, button:not(:disabled)';
