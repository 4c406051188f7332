// Tabs and rows of the mapping.
import { css } from 'lit';

export const rowStyles = css`
  .rows {
    list-style: none;
    margin: 0 0 0.75rem;
    padding: 0;
    display: flex;
    flex-direction: column;
    gap: 0.75rem;
  }
  .cells {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 11rem), 1fr));
    gap: 0.5rem 0.75rem;
  }
  .foot {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 0.75rem;
    align-items: flex-end;
    justify-content: space-between;
    margin-top: 0.5rem;
  }
  .policy {
    flex: 0 1 22rem;
    min-width: min(100%, 11rem);
  }
  .buttons {
    gap: 0.25rem;
  }
  .result {
    margin: 0.5rem 0 0;
    overflow-wrap: anywhere;
  }
`;

export const mappingStyles = css`
  ${rowStyles}
  .tabs {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem;
    border-bottom: 1px solid var(--_line);
    margin-bottom: 0.75rem;
  }
  .scroll table {
    min-width: 34rem;
  }
  dl {
    margin: 0 0 0.75rem;
  }
  dt,
  dd {
    display: inline;
    margin: 0;
  }
  dt {
    font-weight: 600;
  }
  [role='tab'] {
    border-color: transparent;
    border-bottom: 3px solid transparent;
    border-radius: var(--_radius) var(--_radius) 0 0;
    background: none;
  }
  [role='tab'][aria-selected='true'] {
    border-bottom-color: var(--_accent);
    font-weight: 600;
    background: var(--_surface);
  }
`;
