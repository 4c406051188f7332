// What can be done with an entry of an ordered list: up, down, a copy, away.

import type { LitElement } from 'lit';
import { html, nothing, type TemplateResult } from 'lit';
import type { Text } from '../../i18n/index.ts';
import { focusOn } from './focus.ts';

interface RowButtons {
  t: Text;
  /** Beginning of the keys: `up`, `down`, `duplicate`, `remove`, each about the entry called `{name}`; `copy` alone. */
  area: string;
  name: string;
  index: number;
  count: number;
  onMove: (to: number) => void;
  onRemove: () => void;
  onDuplicate?: () => void;
}

export function rowButtons(row: RowButtons): TemplateResult {
  const { t, area, name, index, count } = row;
  const button = (act: string, sign: string, enabled: boolean, onClick: () => void) => {
    const label = t(`${area}.${act}`, { name });
    return html`<button
      type="button"
      class="icon"
      data-act=${act}
      aria-label=${label}
      title=${label}
      ?disabled=${!enabled}
      @click=${onClick}
    >
      ${sign}
    </button>`;
  };
  return html`<span class="row row-buttons">
    ${button('up', '↑', index > 0, () => row.onMove(index - 1))}
    ${button('down', '↓', index < count - 1, () => row.onMove(index + 1))}
    ${row.onDuplicate ? button('duplicate', t(`${area}.copy`), true, row.onDuplicate) : nothing}
    ${button('remove', '✕', true, row.onRemove)}
  </span>`;
}

/** After a move the hand stays on the entry, on the same button as long as it can go on that way. */
export const focusMoved = (part: LitElement, from: number, to: number): Promise<void> => {
  const row = `[data-row="${to}"]`;
  const act = to < from ? 'up' : 'down';
  return focusOn(part, `${row} [data-act=${act}]`, `${row} [data-act=up]`, `${row} [data-act=down]`);
};
