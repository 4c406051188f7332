import { css } from 'lit';

export const styles = css`
  :host {
    container: journal / inline-size;
  }
  .filters {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr)) minmax(0, 1.6fr) auto;
    gap: 0.75rem;
    margin-bottom: 0.75rem;
  }
  .filters > .reload {
    align-self: start;
    margin-top: 1.4rem;
  }
  .with-button {
    display: flex;
    gap: 0.35rem;
  }
  .with-button > input {
    flex: 1;
  }
  .told {
    font-size: 1em;
    margin-bottom: 0.75rem;
    padding: 0.5rem 0.75rem;
  }
  .events,
  .requests {
    list-style: none;
    margin: 0 0 0.75rem;
    padding: 0;
    border-top: 1px solid var(--_line);
  }
  .events > li,
  .requests > li {
    display: grid;
    grid-template-columns: 11.5rem minmax(0, 1fr) auto;
    gap: 0.25rem 0.75rem;
    align-items: baseline;
    padding: 0.5rem 0.25rem;
    border-bottom: 1px solid var(--_line);
  }
  .why {
    grid-column: 2 / -1;
  }
  .why,
  .count {
    overflow-wrap: anywhere;
  }
  .old {
    border: 2px dashed var(--_warning);
    border-radius: var(--_radius);
    padding: 0.5rem;
  }
  .old .events,
  .old .badge {
    color: var(--_muted);
    background: none;
  }
  .acts {
    margin: 0.75rem 0;
  }
  dl {
    margin: 0.75rem 0;
  }
  dl > div {
    display: grid;
    grid-template-columns: 12rem minmax(0, 1fr);
    gap: 0.75rem;
    padding: 0.2rem 0;
  }
  dt {
    color: var(--_muted);
  }
  dd {
    margin: 0;
    overflow-wrap: anywhere;
  }
  code {
    font: 0.8125rem / 1.4 ui-monospace, monospace;
    overflow-wrap: anywhere;
  }
  @container journal (max-width: 46rem) {
    .filters {
      display: flex;
      flex-wrap: wrap;
    }
    .filters > .field {
      flex: 1 1 9.5rem;
    }
    .filters > .find {
      flex-basis: 100%;
    }
    .filters > .reload {
      margin-top: 0;
    }
  }
  @container journal (max-width: 34rem) {
    .events > li,
    .requests > li {
      grid-template-columns: minmax(0, 1fr) auto;
    }
    .events .at,
    .why {
      grid-column: 1 / -1;
    }
    .requests code {
      grid-column: 1 / -1;
      order: 1;
    }
    dl > div {
      grid-template-columns: minmax(0, 1fr);
      gap: 0;
    }
  }
`;
