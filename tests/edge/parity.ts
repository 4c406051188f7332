// Makes two runs of one event comparable: what each of them numbers and times for itself is named by its place.
import type { Report, SandboxState } from 'ringostat-amocrm/sandbox';

const COLLECTIONS = ['contacts', 'leads', 'companies', 'tasks', 'notes', 'unsorted'] as const;
/** Kept by the account for itself; nothing that a rule decides. */
const OWN = [
  '_links',
  'request_id',
  'created_at',
  'updated_at',
  'closest_task_at',
  'uid',
  'created_by',
  'updated_by',
  'account_id',
  'group_id',
];
/** Unix seconds of this decade. */
const isTime = (value: number) => value > 1_700_000_000 && value < 2_100_000_000 && Number.isInteger(value);

type Entity = Record<string, unknown> & { id?: number };

export function alike({ report, after }: { report: Report; after: SandboxState }, before: SandboxState) {
  const names = new Map<string, string>();
  for (const collection of COLLECTIONS) {
    const known = new Set((before[collection] as Entity[]).map(({ id }) => id));
    const made = (after[collection] as Entity[]).flatMap(({ id }) =>
      id === undefined || known.has(id) ? [] : [id],
    );
    made.sort((a, b) => a - b);
    for (const [place, id] of made.entries()) names.set(String(id), `new ${collection} ${place}`);
  }
  const named = (value: unknown): unknown => {
    if (typeof value === 'number') return names.get(String(value)) ?? (isTime(value) ? 'a time' : value);
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) return value.map(named);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).filter(([key]) => !OWN.includes(key));
    return Object.fromEntries(
      entries.map(([key, one]) => [key, key === 'tags' ? tagNames(one) : named(one)]),
    );
  };
  const text = (value: string) =>
    value
      .replaceAll(/\b[fc]-[0-9A-Za-z_.-]+/g, 'a subject')
      .replaceAll(/\d+/g, (digits) => names.get(digits) ?? digits)
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?/g, 'a time');
  const sorted = (entities: unknown[]) =>
    entities
      .map(named)
      .map((one) => JSON.stringify(one))
      .sort();
  // A company's fields are not in the directory: the preview numbers them itself.
  const fields = (company: unknown) => JSON.parse(JSON.stringify(company), withoutFieldIds);
  return {
    entities: Object.fromEntries(
      COLLECTIONS.map((collection) => [
        collection,
        sorted(collection === 'companies' ? after.companies.map(fields) : after[collection]),
      ]),
    ),
    trace: named(report.trace) as Report['trace'],
    outcome: named({
      status: report.status,
      reason: report.reason,
      requests: report.requests.map(({ method, path, status }) => `${method} ${path} ${status}`),
    }),
  };
}

/** Tags are numbered as they come. */
const tagNames = (tags: unknown) => (tags as { name: string }[]).map(({ name }) => name);

const withoutFieldIds = (key: string, value: unknown) =>
  ['field_id', 'enum_id'].includes(key) ? null : value;
