// What each row of the mapping gave, as its own line in the settings shows it.
import type { TraceEntry } from 'ringostat-amocrm';

/** What a mapping row gives: a value, or nothing, and why. */
export interface RowValue {
  kind: 'value' | 'blank' | 'missing';
  text: string;
}

export function rowValuesOf(trace: TraceEntry[], t: (key: string) => string): Map<string, RowValue> {
  const rows = new Map<string, RowValue>();
  for (const { step, path, code, params } of trace) {
    if (step !== 'mapping') continue;
    switch (code) {
      case 'mapped':
      case 'constant':
      case 'variable':
        rows.set(path, { kind: 'value', text: String(params.value ?? '') });
        break;
      case 'blank':
        rows.set(path, { kind: 'blank', text: t('fate.blank') });
        break;
      case 'missing':
      case 'variable_missing':
        rows.set(path, { kind: 'missing', text: t('fate.missing') });
        break;
      case 'forms_only':
        rows.set(path, { kind: 'missing', text: t('preview.row.forms_only') });
        break;
    }
  }
  // A value that the field cannot take goes elsewhere: the row says why.
  for (const { path, rule, code } of trace) {
    const row = rows.get(path);
    if (rule !== 'field_type' || row?.kind !== 'value') continue;
    rows.set(path, { kind: 'value', text: `${row.text} — ${t(`misfit.${code}`)}` });
  }
  return rows;
}

export function sameRows(
  a: ReadonlyMap<string, RowValue> | null,
  b: ReadonlyMap<string, RowValue> | null,
): boolean {
  if (a === null || b === null || a.size !== b.size) return a === b;
  return [...a].every(([path, { kind, text }]) => {
    const other = b.get(path);
    return other?.kind === kind && other.text === text;
  });
}
