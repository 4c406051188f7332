// Before and after, field by field.

/** `key`: a native name, or `field:<id>` with the account's own name in `label`. Null: nothing was or is there. */
export interface Change {
  key: string;
  label: string | null;
  type: string | null;
  before: unknown;
  after: unknown;
}

/** A custom field's value with what the account calls it. */
interface Labelled {
  label: string;
  type: string;
  values: unknown[];
}

export function changesOf(before: Record<string, unknown>, after: Record<string, unknown>): Change[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key): Change[] => {
    const [then, now] = [before[key], after[key]];
    const [was, is] = [plain(then), plain(now)];
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    const { label = null, type = null } = labelled(now) ?? labelled(then) ?? {};
    return [{ key, label, type, before: was, after: is }];
  });
}

function labelled(value: unknown): Labelled | null {
  // A list has `values` too: a method.
  const isLabelled = typeof value === 'object' && value !== null && Object.hasOwn(value, 'values');
  return isLabelled ? (value as Labelled) : null;
}

function plain(value: unknown): unknown {
  const bare = labelled(value)?.values ?? value ?? null;
  const nothing = bare === '' || (Array.isArray(bare) && bare.length === 0);
  return nothing ? null : bare;
}
