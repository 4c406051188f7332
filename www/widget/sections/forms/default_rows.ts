// What is always handed over, whatever the rows say: shown, never sent.
import type { AmoField } from '../../api.ts';

export type LockedSource =
  | { type: 'constant'; text: string }
  | { type: 'variable'; name: string }
  | { type: 'event' };

export interface LockedRow {
  entities: readonly ('contact' | 'lead')[];
  /** Null: amoCRM's own tags. */
  field: string | null;
  source: LockedSource;
}

/** What everything that the integration makes is tagged with. */
export const TAG = 'Ringostat Automation';
const MARKS = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term'];
const BOTH = ['contact', 'lead'] as const;

/** Fields of ours are called as the account calls them; before it was read, as they will be. */
export function lockedRows(
  fields: Record<'contact' | 'lead', readonly AmoField[]>,
  markerName: string,
): LockedRow[] {
  const all = [...fields.contact, ...fields.lead];
  const called = (code: string, otherwise: string) => all.find((one) => one.code === code)?.name ?? otherwise;
  const tracking = (entity: 'contact' | 'lead', code: string) =>
    fields[entity].find((one) => one.type === 'tracking_data' && one.code === code);
  return [
    { entities: BOTH, field: null, source: { type: 'constant', text: TAG } },
    ...MARKS.flatMap((mark): LockedRow[] => {
      const code = mark.toUpperCase();
      const source: LockedSource = { type: 'variable', name: mark };
      const tracked = BOTH.filter((entity) => tracking(entity, code));
      return [
        { entities: BOTH, field: called(`RINGOSTAT_${code}`, `Ringostat: ${mark}`), source },
        ...tracked.map((entity) => ({
          entities: [entity],
          field: tracking(entity, code)?.name ?? code,
          source,
        })),
      ];
    }),
    {
      entities: ['contact'],
      field: called('RINGOSTAT_CLIENT_ID', 'Ringostat: client id'),
      source: { type: 'variable', name: 'client_id' },
    },
    { entities: BOTH, field: called('RINGOSTAT_EVENT', markerName), source: { type: 'event' } },
  ];
}
