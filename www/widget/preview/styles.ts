import { css } from 'lit';

export const styles = css`
  :host {
    container: preview / inline-size;
    /* The bar for saving lies over the end. */
    padding-bottom: 4rem;
  }
  h3 {
    margin-top: 1.25rem;
  }
  .entity h3 {
    font-size: 1rem;
    margin: 0.25rem 0 0.4rem;
    overflow-wrap: anywhere;
  }
  .questions {
    display: grid;
    gap: 0.75rem;
    margin-bottom: 1rem;
  }
  .with-button {
    display: flex;
    gap: 0.35rem;
  }
  .with-button select {
    flex: 1;
  }
  #pasted {
    font-family: ui-monospace, monospace;
    font-size: 0.8125rem;
  }
  .verdict {
    border-radius: var(--_radius);
    padding: 0.6rem 0.75rem;
    font-weight: 600;
    font-size: 1.0625rem;
    line-height: 1.35;
    margin-bottom: 0.75rem;
    overflow-wrap: anywhere;
  }
  .verdict.made {
    background: var(--_good-bg);
    color: var(--_good);
  }
  .verdict.nothing,
  .verdict.trouble {
    background: var(--_warning-bg);
    color: var(--_warning);
    font-size: 1.25rem;
  }
  .notice {
    font-size: 1em;
    margin: 0 0 0.75rem;
    padding: 0.5rem 0.75rem;
  }
  .old {
    border: 2px dashed var(--_warning);
    border-radius: var(--_radius);
    padding: 0.5rem;
  }
  .old .shown,
  .old .shown .badge,
  .old .shown .verdict {
    color: var(--_muted);
    background: none;
  }
  .entity {
    margin-bottom: 0.6rem;
    border-inline-start: 4px solid var(--_line);
  }
  .entity.new {
    border-inline-start-color: var(--_good);
  }
  .entity.changed {
    border-inline-start-color: var(--_warning);
  }
  .entity-head {
    display: flex;
    flex-wrap: wrap;
    gap: 0.4rem;
    align-items: center;
  }
  .kind {
    color: var(--_muted);
    font-size: 0.8125rem;
    font-weight: 600;
  }
  dl {
    margin: 0;
    font-size: 0.875rem;
  }
  dl > div {
    display: grid;
    grid-template-columns: minmax(0, 2fr) minmax(0, 3fr);
    gap: 0.5rem;
    padding: 0.15rem 0;
  }
  dt {
    color: var(--_muted);
    overflow-wrap: anywhere;
  }
  dd {
    margin: 0;
    overflow-wrap: anywhere;
  }
  del {
    color: var(--_muted);
  }
  ins {
    text-decoration: none;
    font-weight: 600;
  }
  .text {
    white-space: pre-line;
    overflow-wrap: anywhere;
    margin: 0.25rem 0;
    font-size: 0.875rem;
  }
  summary {
    cursor: pointer;
    padding: 0.25rem 0;
    overflow-wrap: anywhere;
  }
  .entity summary {
    font-size: 0.8125rem;
    color: var(--_muted);
  }
  .requests {
    margin-top: 1rem;
    font-size: 0.875rem;
  }
  .requests > summary {
    font-weight: 600;
  }
  .requests ol {
    margin: 0;
    padding-inline-start: 1.5rem;
  }
  code,
  pre {
    font: 0.8125rem / 1.4 ui-monospace, monospace;
    overflow-wrap: anywhere;
  }
  pre {
    white-space: pre-wrap;
    background: var(--_surface);
    border-radius: var(--_radius);
    padding: 0.5rem;
    margin: 0.25rem 0;
    max-height: 24rem;
    overflow: auto;
  }
  @container preview (min-width: 46rem) {
    .questions {
      grid-template-columns: 1fr 1fr;
    }
  }
  @container preview (max-width: 18rem) {
    dl > div {
      grid-template-columns: minmax(0, 1fr);
      gap: 0;
    }
  }
`;

/** Of the lines that say why. */
export const traceStyles = css`
  h4 {
    font-size: 0.9375rem;
    margin: 0.75rem 0 0.3rem;
  }
  button.leads {
    border: 0;
    background: none;
    padding: 0;
    min-height: 0;
    color: inherit;
    text-align: start;
    font: inherit;
    overflow-wrap: anywhere;
    text-decoration: underline dotted var(--_accent);
    text-underline-offset: 0.2em;
    vertical-align: top;
  }
  button.leads:hover,
  button.leads:focus-visible {
    color: var(--_accent);
    text-decoration-style: solid;
  }
  .trace {
    margin: 0;
    padding-inline-start: 1.1rem;
    font-size: 0.875rem;
  }
  .trace li {
    margin-bottom: 0.3rem;
  }
  .plain {
    overflow-wrap: anywhere;
  }
`;
