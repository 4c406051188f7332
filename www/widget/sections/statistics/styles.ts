import { css } from 'lit';

export const styles = css`
  :host {
    container: statistics / inline-size;
  }
  .head {
    align-items: end;
    margin-bottom: 0.75rem;
  }
  .head select {
    width: auto;
  }
  .totals {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(7rem, 1fr));
    gap: 0.5rem;
    margin: 0 0 1rem;
  }
  .totals > div {
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    padding: 0.4rem 0.6rem;
  }
  dt {
    color: var(--_muted);
    font-size: 0.8125rem;
    overflow-wrap: anywhere;
  }
  dd {
    margin: 0;
    font-size: 1.25rem;
    font-weight: 600;
  }
  .chart {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 0.15rem 0.4rem;
  }
  .chart > svg {
    display: block;
  }
  .scale {
    display: flex;
    flex-direction: column;
    justify-content: space-between;
    text-align: end;
    line-height: 1;
  }
  .ends {
    grid-column: 2;
    display: flex;
    justify-content: space-between;
  }
  .legend {
    list-style: none;
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem 1rem;
    padding: 0;
    margin: 0.5rem 0 0;
  }
  .legend > li {
    display: flex;
    gap: 0.35rem;
    align-items: center;
  }
  .legend svg {
    flex: none;
  }
  .grid {
    stroke: var(--_line);
  }
  .room {
    fill: transparent;
  }
  g:hover > .room {
    fill: var(--_surface);
  }
  rect.received {
    fill: var(--_text);
  }
  .bar {
    stroke-width: 1;
  }
  .bar.delivered {
    stroke: var(--_good);
  }
  .bar.skipped {
    stroke: var(--_muted);
  }
  .bar.failed {
    stroke: var(--_error);
  }
  .bar.expired {
    stroke: var(--_warning);
  }
  .ground {
    fill: var(--_bg);
  }
  .delivered > .ground {
    fill: var(--_good);
  }
  pattern > circle {
    fill: var(--_muted);
  }
  pattern > path {
    fill: none;
    stroke: var(--_error);
    stroke-width: 3;
  }
  pattern.expired > path {
    stroke: var(--_warning);
    stroke-width: 2;
  }
  .number {
    text-align: end;
    font-variant-numeric: tabular-nums;
  }
  td,
  tbody th {
    white-space: nowrap;
  }
  /* What does not fit is scrolled to. */
  thead th {
    overflow-wrap: normal;
  }
  tbody th {
    font-weight: 400;
    font-size: inherit;
  }
  .old {
    border: 2px dashed var(--_warning);
    border-radius: var(--_radius);
    padding: 0.5rem;
  }
  .told {
    font-size: 1em;
    margin-bottom: 0.75rem;
    padding: 0.5rem 0.75rem;
  }
`;
