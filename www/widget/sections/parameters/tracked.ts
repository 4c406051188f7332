// The rows that hand over an additional parameter, among all mapping rows.
import type { Row, Settings } from 'ringostat-amocrm/sandbox';
import type { Entity } from '../../ui/amo_fields.ts';

export interface TrackedRow {
  entity: Entity;
  index: number;
  path: string;
  name: string;
  row: Row;
}

export function trackedName({ value }: Row): string | null {
  if (!('variable' in value) || typeof value.variable === 'string') return null;
  return value.variable.tracked;
}

export const trackedRows = (mapping: Settings['mapping']): TrackedRow[] =>
  (['contact', 'lead'] as const).flatMap((entity) =>
    mapping[entity].flatMap((row, index) => {
      const name = trackedName(row);
      return name === null ? [] : [{ entity, index, path: `/mapping/${entity}/${index}`, name, row }];
    }),
  );
