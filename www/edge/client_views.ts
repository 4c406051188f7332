// Clients as the latest journeys read them: the next event of the same client need not search again. In memory and for
// seconds; a core that finds a view too old or of somebody else searches all the same.
import type { Report } from 'ringostat-amocrm';

const KEPT_MS = 10_000;

interface Kept {
  view: unknown;
  contact: number | undefined;
  until: number;
}

export class ClientViews {
  readonly #kept = new Map<string, Kept>();

  of(identifiers: string[]): unknown {
    for (const identifier of identifiers) {
      const kept = this.#kept.get(identifier);
      if (kept) return kept.view;
    }
    return null;
  }

  /** The account is another one. */
  forget(): void {
    this.#kept.clear();
  }

  learn(identifiers: string[], { view, contact }: Pick<Report, 'view' | 'contact'>, now: number): void {
    const own = contact?.id;
    for (const [identifier, kept] of this.#kept) {
      // Something was written on that card, by whichever of its numbers.
      const touched = view === null && own !== undefined && kept.contact === own;
      if (touched || kept.until <= now) this.#kept.delete(identifier);
    }
    for (const identifier of identifiers) {
      if (view === null) this.#kept.delete(identifier);
      else this.#kept.set(identifier, { view, contact: own, until: now + KEPT_MS });
    }
  }
}
