// What a look-up found, as the sandbox takes it in: links lead to entities that were read, values belong to fields and
// options that the directory knows. Anything else would be refused there, and says nothing to the rules.
import type { LookupResult } from 'ringostat-amocrm';
import type { ApiField, Fields } from './account.ts';

export const ENTITIES = ['contacts', 'leads', 'companies'] as const;
export type Entity = (typeof ENTITIES)[number];

interface Raw {
  id: number;
  custom_fields_values?: RawField[] | null;
  _embedded?: Partial<Record<Entity | 'tags', { id: number }[]>>;
}
interface RawField {
  field_id: number;
  field_code?: string | null;
  values?: RawValue[] | null;
}
interface RawValue {
  value?: unknown;
  enum_id?: number | null;
  enum_code?: string | null;
}

/** `fields`: null when the account is the sandbox's own; then only what has a code can be told apart. */
export function found(result: LookupResult, fields: Fields | null): Record<Entity, unknown[]> {
  const read = (entity: Entity) => result[entity] as Raw[];
  const ids = Object.fromEntries(
    ENTITIES.map((entity) => [entity, new Set(read(entity).map(({ id }) => id))]),
  ) as Record<Entity, Set<number>>;
  const entities = (entity: Entity) =>
    read(entity).map((raw) => entityOf(raw, ids, fields?.[entity] ?? null));
  return { contacts: entities('contacts'), leads: entities('leads'), companies: entities('companies') };
}

function entityOf(raw: Raw, ids: Record<Entity, Set<number>>, fields: ApiField[] | null): unknown {
  const { _embedded: embedded = {}, custom_fields_values: values, ...attributes } = raw;
  const links = ENTITIES.map((entity) => [
    entity,
    (embedded[entity] ?? []).filter(({ id }) => ids[entity].has(id)),
  ]);
  return {
    ...attributes,
    custom_fields_values: (values ?? []).flatMap((field) => valuesOf(field, fields)),
    _embedded: { ...Object.fromEntries(links), tags: embedded.tags ?? [] },
  };
}

function valuesOf(
  { field_id: id, field_code: code, values }: RawField,
  fields: ApiField[] | null,
): unknown[] {
  if (!fields) {
    const isList = code === 'PHONE' || code === 'EMAIL';
    return isList ? [{ field_code: code, values: plain(values ?? []) }] : [];
  }
  // A company's phones stand in a field of their own.
  const field = fields.find((one) => one.id === id) ?? fields.find((one) => code && one.code === code);
  if (!field) return [];
  const options = field.enums ?? [];
  const isOption = ({ enum_id: option }: RawValue) => options.some((one) => one.id === option);
  const kept = (values ?? []).flatMap((value): RawValue[] => {
    if (isOption(value)) return [{ value: value.value, enum_id: value.enum_id ?? null }];
    if (options.length === 0) return [value];
    return field.type === 'multitext' ? [{ value: value.value, enum_id: options[0]?.id ?? null }] : [];
  });
  return kept.length > 0 ? [{ field_id: field.id, values: kept }] : [];
}

const plain = (values: RawValue[]): RawValue[] => values.map(({ value }) => ({ value }));
