// Tables of the matrix: marks in narrow columns, and cards where there is no room for columns.
import { css } from 'lit';

export const matrixStyles = css`
  :host {
    container: matrix / inline-size;
  }
  caption {
    text-align: start;
    color: var(--_muted);
    font-size: 0.8125rem;
    padding-bottom: 0.4rem;
  }
  .question {
    flex-direction: column;
    padding: 0.6rem 0.75rem;
  }
  /* Names of codes are written as parts of sentences. */
  th::first-letter,
  .mark > span::first-letter,
  .outcome > .first::first-letter,
  .narrow-label::first-letter,
  legend::first-letter {
    text-transform: uppercase;
  }
  .overview {
    margin-bottom: 1rem;
  }
  .overview tbody th {
    width: 20%;
  }
  .outcome {
    display: flex;
    flex-direction: column;
    align-items: flex-start;
    font-size: 0.875rem;
  }
  .outcome + .outcome {
    margin-top: 0.4rem;
    padding-top: 0.4rem;
    border-top: 1px dashed var(--_line);
  }
  .narrow-label {
    display: none;
  }
  .rows {
    table-layout: fixed;
  }
  .rows th,
  .rows td {
    padding: 0.3rem 0.15rem;
  }
  .rows thead th {
    vertical-align: bottom;
    font-size: 0.8125rem;
    overflow-wrap: normal;
  }
  .rows thead .mark span {
    writing-mode: vertical-rl;
    rotate: 180deg;
    white-space: nowrap;
  }
  .rows tr:has(+ .said) > *,
  .rows tr:has(+ .editor) > * {
    border-bottom: 0;
  }
  .number {
    color: var(--_muted);
    width: 1.75rem;
    white-space: nowrap;
  }
  .when {
    font-weight: 600;
  }
  .when .muted,
  .who .muted {
    display: block;
    font-weight: 400;
  }
  .moment,
  .who {
    font-size: 0.875rem;
    width: 5.5rem;
  }
  .who {
    width: 8rem;
  }
  .rows .who {
    padding-inline-start: 0.5rem;
  }
  .depends {
    display: block;
    line-height: 1.3;
    margin-bottom: 0.25rem;
  }
  .mark {
    width: 2.1rem;
    text-align: center;
  }
  .mark button {
    width: 1.9rem;
    min-height: 1.9rem;
    padding: 0;
    border-color: var(--_line);
  }
  .mark .on {
    background: var(--_good-bg);
    color: var(--_good);
    border-color: var(--_good);
    font-weight: 700;
  }
  .mark .off {
    color: var(--_muted);
  }
  .mark .what {
    display: none;
  }
  .more {
    width: 2.6rem;
    text-align: end;
  }
  .editor > td {
    padding: 0.5rem 0.5rem 1rem;
  }
  .key {
    display: flex;
    flex-wrap: wrap;
    gap: 0.75rem;
    align-items: end;
  }
  .key > .field {
    flex: 1 1 12rem;
  }
  summary {
    cursor: pointer;
    font-weight: 600;
    margin: 1rem 0 0.5rem;
  }
  @container matrix (max-width: 42rem) {
    table,
    tbody,
    caption {
      display: block;
    }
    thead {
      position: absolute;
      clip-path: inset(50%);
      width: 1px;
      height: 1px;
      overflow: hidden;
    }
    .overview tr {
      display: block;
      border: 1px solid var(--_line);
      border-radius: var(--_radius);
      padding: 0.5rem;
      margin-bottom: 0.5rem;
    }
    .overview :is(th, td) {
      display: block;
      border: 0;
      padding: 0.25rem 0;
    }
    .overview tbody th {
      width: auto;
      font-size: 0.9375rem;
    }
    .overview td {
      border-top: 1px solid var(--_line);
    }
    .overview .narrow-label {
      display: block;
      font-size: 0.8125rem;
      font-weight: 600;
    }
    .rows tbody {
      border: 1px solid var(--_line);
      border-radius: var(--_radius);
      padding: 0.5rem;
      margin-bottom: 0.5rem;
    }
    .rows tr {
      display: flex;
      flex-wrap: wrap;
      align-items: baseline;
      gap: 0.25rem;
    }
    .rows :is(th, td) {
      border: 0;
      width: auto;
      padding: 0.1rem;
    }
    .rows .when {
      flex: 1 1 70%;
      font-size: 0.9375rem;
    }
    .rows .moment,
    .rows .who {
      flex: 1 1 100%;
    }
    .rows .more {
      order: -1;
      margin-inline-start: auto;
    }
    .rows .number {
      order: -2;
    }
    .rows .when {
      order: -2;
    }
    .rows .mark button {
      width: auto;
      padding: 0 0.5rem;
    }
    .rows .mark .what {
      display: inline;
      font-weight: 400;
    }
    .said > td,
    .editor > td {
      flex: 1 1 100%;
    }
  }
`;
