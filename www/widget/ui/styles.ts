// What all parts of the widget look like. Hosts theme it by the custom properties named in README.md.
import { css } from 'lit';

/** Colours and measures; on the element itself, so that a host's values win. */
export const theme = css`
  :host {
    color-scheme: light dark;
    --_bg: var(--ringostat-amocrm-background, light-dark(#ffffff, #14181d));
    --_surface: var(--ringostat-amocrm-surface, light-dark(#f4f6f8, #1d232a));
    --_text: var(--ringostat-amocrm-text, light-dark(#1b2330, #e6e9ee));
    --_muted: var(--ringostat-amocrm-muted, light-dark(#556070, #a9b2be));
    --_line: var(--ringostat-amocrm-line, light-dark(#d3d9e0, #38424e));
    --_control: light-dark(#7a8594, #7d8896);
    --_accent: var(--ringostat-amocrm-accent, light-dark(#1a5fb4, #8ab8ff));
    --_on-accent: var(--ringostat-amocrm-on-accent, light-dark(#ffffff, #0d1620));
    --_lit: light-dark(#fff3c4, #4a3d0c);
    --_error: light-dark(#b3261e, #ffb4ab);
    --_error-bg: light-dark(#fdeceb, #40201d);
    --_warning: light-dark(#7a4d00, #ffcc80);
    --_warning-bg: light-dark(#fff4e0, #3a2c12);
    --_info: light-dark(#1a5fb4, #8ab8ff);
    --_info-bg: light-dark(#e8f1fc, #1a2b40);
    --_good: light-dark(#1b6e3c, #84d8a3);
    --_good-bg: light-dark(#e4f5ea, #173323);
    --_radius: var(--ringostat-amocrm-radius, 6px);
    --_font: var(--ringostat-amocrm-font, system-ui, sans-serif);
  }
`;

/** Of controls, tables and texts; every part adopts it. */
export const base = css`
  :host {
    display: block;
    font: 400 0.9375rem / 1.45 var(--_font);
    color: var(--_text);
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h2 {
    font-size: 1.25rem;
    line-height: 1.25;
    margin: 0 0 0.5rem;
  }
  h3 {
    font-size: 1rem;
    margin: 1.5rem 0 0.5rem;
  }
  p {
    margin: 0 0 0.75rem;
  }
  .muted {
    color: var(--_muted);
  }
  .small {
    font-size: 0.8125rem;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    align-items: center;
  }
  .stack {
    display: flex;
    flex-direction: column;
    gap: 0.75rem;
  }
  .grid {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr));
    gap: 0.75rem 1rem;
  }
  .card {
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    padding: 0.75rem;
    background: var(--_bg);
  }
  .card > :last-child {
    margin-bottom: 0;
  }
  .lit {
    background: var(--_lit);
    outline: 2px solid var(--_warning);
    outline-offset: 1px;
  }
  /* What the keyboard comes to is not to lie under the bar at the bottom. */
  button,
  input,
  select,
  textarea,
  summary {
    scroll-margin-block: 1rem 7rem;
  }
  button,
  input,
  select,
  textarea {
    font: inherit;
    color: inherit;
  }
  button,
  a.button {
    display: inline-block;
    border: 1px solid var(--_control);
    border-radius: var(--_radius);
    background: var(--_bg);
    color: var(--_text);
    padding: 0.35rem 0.75rem;
    min-height: 2.1rem;
    cursor: pointer;
    text-decoration: none;
  }
  button:hover:not(:disabled) {
    border-color: var(--_accent);
  }
  button:disabled {
    color: var(--_muted);
    border-color: var(--_line);
    cursor: default;
  }
  button.primary {
    background: var(--_accent);
    border-color: var(--_accent);
    color: var(--_on-accent);
  }
  button.primary:disabled {
    background: var(--_surface);
    border-color: var(--_line);
    color: var(--_muted);
  }
  button.danger {
    color: var(--_error);
    border-color: var(--_error);
  }
  button.icon {
    padding: 0.2rem 0.5rem;
    min-width: 2.1rem;
  }
  button.link {
    border: 0;
    background: none;
    color: var(--_accent);
    padding: 0;
    min-height: 0;
    text-align: start;
    text-decoration: underline;
  }
  a {
    color: var(--_accent);
  }
  :focus-visible {
    outline: 3px solid var(--_accent);
    outline-offset: 2px;
  }
  input:not([type='checkbox']):not([type='radio']),
  select,
  textarea {
    width: 100%;
    min-width: 0;
    border: 1px solid var(--_control);
    border-radius: var(--_radius);
    background: var(--_bg);
    padding: 0.35rem 0.5rem;
    min-height: 2.1rem;
  }
  textarea {
    min-height: 5rem;
    resize: vertical;
  }
  input[type='checkbox'],
  input[type='radio'] {
    width: 1.1rem;
    height: 1.1rem;
    accent-color: var(--_accent);
    flex: none;
    margin: 0;
  }
  [aria-invalid='true']:not([type='checkbox']) {
    border-color: var(--_error);
  }
  .field {
    display: flex;
    flex-direction: column;
    gap: 0.2rem;
    min-width: 0;
  }
  .field > label,
  .label {
    font-weight: 600;
    font-size: 0.8125rem;
  }
  .check {
    display: flex;
    gap: 0.5rem;
    align-items: flex-start;
  }
  .check > input {
    margin-top: 0.15rem;
  }
  fieldset {
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    padding: 0.5rem 0.75rem 0.75rem;
    margin: 0;
    min-width: 0;
  }
  legend {
    font-weight: 600;
    padding: 0 0.25rem;
  }
  table {
    border-collapse: collapse;
    width: 100%;
  }
  th,
  td {
    text-align: start;
    vertical-align: top;
    padding: 0.4rem 0.5rem;
    border-bottom: 1px solid var(--_line);
    overflow-wrap: anywhere;
  }
  th {
    font-size: 0.8125rem;
  }
  .scroll {
    overflow-x: auto;
  }
  .finding {
    display: flex;
    gap: 0.4rem;
    border-radius: var(--_radius);
    padding: 0.25rem 0.5rem;
    font-size: 0.8125rem;
    margin-top: 0.25rem;
    overflow-wrap: anywhere;
  }
  .finding.problem,
  .finding.error {
    color: var(--_error);
    background: var(--_error-bg);
  }
  .finding.warning {
    color: var(--_warning);
    background: var(--_warning-bg);
  }
  .finding.info {
    color: var(--_info);
    background: var(--_info-bg);
  }
  .badge {
    display: inline-block;
    border-radius: 1rem;
    padding: 0.05rem 0.6rem;
    font-size: 0.8125rem;
    background: var(--_surface);
    color: var(--_text);
    border: 1px solid var(--_line);
  }
  .badge.good {
    background: var(--_good-bg);
    color: var(--_good);
  }
  .badge.warning {
    background: var(--_warning-bg);
    color: var(--_warning);
  }
  .badge.error {
    background: var(--_error-bg);
    color: var(--_error);
  }
  progress {
    width: 100%;
    accent-color: var(--_accent);
  }
  dialog {
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_bg);
    color: var(--_text);
    max-width: min(40rem, calc(100vw - 2rem));
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 50%);
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;
