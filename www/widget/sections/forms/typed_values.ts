// What was typed into a mapping row for other types of value: it comes back with the type.
import type { Row, Value } from 'ringostat-amocrm/sandbox';

export type ValueType = 'variable' | 'form_fields' | 'constant';
export const VALUE_TYPES: readonly ValueType[] = ['variable', 'form_fields', 'constant'];

export const typeOf = (value: Value): ValueType =>
  'variable' in value ? 'variable' : 'form_fields' in value ? 'form_fields' : 'constant';

const BLANK: Record<ValueType, Value> = {
  variable: { variable: 'utm_source' },
  form_fields: { form_fields: [] },
  constant: { constant: '' },
};

type Kept = Partial<Record<ValueType, Value>>;

/** Of the rows of one tab, by position. Rows that were changed elsewhere have nothing kept. */
export class TypedValues {
  #kept: Kept[] = [];
  #rows: readonly Row[] | undefined;

  /** These are the rows now. */
  follow(rows: readonly Row[]): void {
    if (rows === this.#rows) return;
    this.#rows = rows;
    this.#kept = rows.map(() => ({}));
  }

  /** The rows after a change of ours that left every row where it was. */
  changed(rows: readonly Row[]): void {
    this.#rows = rows;
    this.#kept = rows.map((_, index) => this.#kept[index] ?? {});
  }

  removed(index: number, rows: readonly Row[]): void {
    this.#kept.splice(index, 1);
    this.changed(rows);
  }

  swapped(a: number, b: number, rows: readonly Row[]): void {
    const [one = {}, other = {}] = [this.#kept[a], this.#kept[b]];
    this.#kept[a] = other;
    this.#kept[b] = one;
    this.changed(rows);
  }

  /** The value of the row when it becomes one of `type`; what it was is kept. */
  switched(index: number, value: Value, type: ValueType): Value {
    const kept = this.#kept[index] ?? {};
    this.#kept[index] = { ...kept, [typeOf(value)]: value };
    return this.#kept[index]?.[type] ?? BLANK[type];
  }
}
