// The sections of the widget in the order of the product's manual, then those that only show, and which places of the
// settings each one shows.
import { contains } from '../state/pointer.ts';

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

/** The first that contains a place shows it. Additional parameters are mapping rows: the forms show them too. */
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

export const sectionOf = (path: string): SectionId =>
  SECTIONS.find((section) => PLACES[section].some((place) => contains(place, path))) ?? 'general';

export const tagOf = (section: SectionId): string => `ringostat-amocrm-${section.replace('_', '-')}`;
