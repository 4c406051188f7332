// Where the keyboard goes on when what it stood on has moved or is gone.
import type { LitElement } from 'lit';

/** Nothing has the focus: what had it was taken away or switched off. */
export const focusLost = (): boolean => {
  const { activeElement } = document;
  return activeElement === null || activeElement === document.body;
};

/** Focuses the first of the places that is there and can be used, once the part shows what has changed. */
export async function focusOn(part: LitElement, ...places: string[]): Promise<void> {
  await part.updateComplete;
  for (const place of places) {
    const found = part.renderRoot.querySelector<HTMLElement>(`:is(${place}):not(:disabled)`);
    if (!found) continue;
    found.focus();
    return;
  }
}
