// Labelled controls for places in the settings: each carries its path, and what the core says of it.
import { html, nothing, type TemplateResult } from 'lit';
import { ifDefined } from 'lit/directives/if-defined.js';
import { live } from 'lit/directives/live.js';
import type { Session } from '../session.ts';
import { describedBy, findings, isWrong } from './findings.ts';
import { keepTyped } from './keep_typed.ts';

interface Common {
  session: Session;
  /** JSON Pointer of what is edited. */
  path: string;
  label: string;
  hint?: string | undefined;
  /** The label is for screen readers only: the table's head says it for the eye. */
  hideLabel?: boolean;
  disabled?: boolean;
}

export interface Option<T> {
  value: T;
  label: string;
  disabled?: boolean;
}

export interface Group<T> {
  label: string;
  options: Option<T>[];
}

const idOf = (path: string): string => `at${path.replaceAll('/', '-')}`;

/** A label, its control, and what the core says of the place. */
export function frame(common: Common, control: TemplateResult, deep = false): TemplateResult {
  const { session, path, label, hint, hideLabel = false } = common;
  return html`<div class="field" data-path=${path}>
    <label class=${hideLabel ? 'visually-hidden' : ''} for=${idOf(path)}>${label}</label>
    ${control}
    ${hint ? html`<span class="muted small">${hint}</span>` : nothing}
    ${findings(session, path, { deep })}
  </div>`;
}

export const wrong = ({ session, path }: Pick<Common, 'session' | 'path'>) =>
  isWrong(session, path) ? 'true' : 'false';
export const said = ({ session, path }: Pick<Common, 'session' | 'path'>) =>
  session.settings.at(path).length > 0 ? describedBy(path) : undefined;

export function textField(
  field: Common & {
    value: string;
    onInput: (value: string) => void;
    type?: 'text' | 'url' | 'email' | 'tel' | 'password';
    list?: string;
    placeholder?: string;
  },
): TemplateResult {
  return frame(
    field,
    html`<input
      id=${idOf(field.path)}
      type=${field.type ?? 'text'}
      .value=${live(field.value)}
      list=${ifDefined(field.list)}
      placeholder=${ifDefined(field.placeholder)}
      ?disabled=${field.disabled ?? false}
      autocomplete="off"
      aria-invalid=${wrong(field)}
      aria-describedby=${ifDefined(said(field))}
      @input=${(event: Event) => field.onInput((event.target as HTMLInputElement).value)}
    />`,
  );
}

/** Whole numbers. Anything else is handed on as it is: the core says what is wrong with it. */
export function numberField(
  field: Common & { value: number; onInput: (value: number) => void; min?: number },
): TemplateResult {
  return frame(
    field,
    html`<input
      id=${idOf(field.path)}
      type="number"
      inputmode="numeric"
      step="1"
      min=${ifDefined(field.min)}
      .value=${live(Number.isFinite(field.value) ? String(field.value) : '')}
      ?disabled=${field.disabled ?? false}
      aria-invalid=${wrong(field)}
      aria-describedby=${ifDefined(said(field))}
      @input=${(event: Event) => field.onInput((event.target as HTMLInputElement).valueAsNumber)}
    />`,
  );
}

/** One of some values. A value that is none of them is shown as `unknown` says. */
export function selectField<T>(
  field: Common & {
    value: T;
    options?: Option<T>[];
    groups?: Group<T>[];
    onChange: (value: T) => void;
    unknown?: (value: T) => string;
  },
): TemplateResult {
  const groups: Group<T>[] = [
    ...(field.options ? [{ label: '', options: field.options }] : []),
    ...(field.groups ?? []).filter(({ options }) => options.length > 0),
  ];
  const keyOf = (value: T) => JSON.stringify(value);
  const all = groups.flatMap(({ options }) => options);
  const chosen = keyOf(field.value);
  const known = all.some(({ value }) => keyOf(value) === chosen);
  const option = ({ value, label, disabled = false }: Option<T>) =>
    html`<option value=${keyOf(value)} .selected=${live(keyOf(value) === chosen)} ?disabled=${disabled}>
      ${label}
    </option>`;
  return frame(
    field,
    html`<select
      id=${idOf(field.path)}
      ?disabled=${field.disabled ?? false}
      aria-invalid=${wrong(field)}
      aria-describedby=${ifDefined(said(field))}
      @change=${(event: Event) => {
        const { value } = event.target as HTMLSelectElement;
        const picked = all.find((one) => keyOf(one.value) === value);
        if (picked) field.onChange(picked.value);
      }}
    >
      ${known ? nothing : option({ value: field.value, label: field.unknown?.(field.value) ?? '—' })}
      ${groups.map(({ label, options }) =>
        label === '' ? options.map(option) : html`<optgroup label=${label}>${options.map(option)}</optgroup>`,
      )}
    </select>`,
    true,
  );
}

export function checkField(
  field: Common & { value: boolean; onChange: (value: boolean) => void },
): TemplateResult {
  const { session, path, label, hint } = field;
  return html`<div data-path=${path}>
    <div class="check">
      <input
        id=${idOf(path)}
        type="checkbox"
        .checked=${live(field.value)}
        ?disabled=${field.disabled ?? false}
        aria-invalid=${wrong(field)}
        aria-describedby=${ifDefined(said(field))}
        @change=${(event: Event) => field.onChange((event.target as HTMLInputElement).checked)}
      />
      <label for=${idOf(path)}>
        <span class=${field.hideLabel ? 'visually-hidden' : ''}>${label}</span>
        ${hint ? html`<br /><span class="muted small">${hint}</span>` : nothing}
      </label>
    </div>
    ${findings(session, path)}
  </div>`;
}

/** Several texts, by commas, in their order. What is being typed is not put in order under the hands. */
export function listField(
  field: Common & {
    value: string[];
    onInput: (value: string[]) => void;
    placeholder?: string;
    list?: string;
  },
): TemplateResult {
  const read = (text: string) =>
    text
      .split(',')
      .map((one) => one.trim())
      .filter(Boolean);
  const shown = field.value.join(', ');
  return frame(
    field,
    html`<input
      id=${idOf(field.path)}
      type="text"
      .value=${keepTyped(shown, read)}
      list=${ifDefined(field.list)}
      placeholder=${ifDefined(field.placeholder)}
      ?disabled=${field.disabled ?? false}
      autocomplete="off"
      aria-invalid=${wrong(field)}
      aria-describedby=${ifDefined(said(field))}
      @input=${(event: Event) => field.onInput(read((event.target as HTMLInputElement).value))}
      @change=${(event: Event) => {
        const input = event.target as HTMLInputElement;
        input.value = read(input.value).join(', ');
      }}
    />`,
    true,
  );
}
