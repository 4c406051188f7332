// The sections of the widget in the order of the product's manual, then those that only show, and which places of the
// settings each one shows.
import type { Settings } from 'ringostat-amocrm/sandbox';
import { contains } from '../state/pointer.ts';
import { trackedRows } from './parameters/tracked.ts';

export const SECTIONS = [
  'activation',
  'employees',
  'parameters',
  'forms',
  'matrix',
  'pipelines',
  'stop_list',
  'general',
  'journal',
  'statistics',
] as const;
export type SectionId = (typeof SECTIONS)[number];

/** The first that contains a place shows it. */
const PLACES: Record<SectionId, string[]> = {
  activation: [],
  employees: ['/employees'],
  parameters: [],
  forms: ['/forms', '/mapping', '/identity'],
  matrix: ['/matrix', '/calls'],
  pipelines: ['/funnel'],
  stop_list: ['/stop_list', '/lines'],
  general: [''],
  journal: [],
  statistics: [],
};

/** Those that show a place, the one it belongs to first: additional parameters are mapping rows, and forms show these. */
export function sectionsOf(
  path: string,
  { mapping }: Pick<Settings, 'mapping'>,
): [SectionId, ...SectionId[]] {
  const section = SECTIONS.find((one) => PLACES[one].some((place) => contains(place, path))) ?? 'general';
  const tracked = section === 'forms' && trackedRows(mapping).some((row) => contains(row.path, path));
  return tracked ? ['parameters', section] : [section];
}

export const tagOf = (section: SectionId): string => `ringostat-amocrm-${section.replace('_', '-')}`;
