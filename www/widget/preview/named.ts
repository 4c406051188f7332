// Params of the trace with names in place of ids, before they become a sentence.
import type { Field, TraceEntry } from 'ringostat-amocrm';
import type { World } from './world.ts';

export type Naming = 'users' | 'contacts' | 'leads' | 'companies' | 'pipelines' | 'task_types';

/** Which params carry an id, and of what. */
const IDS: Record<string, Naming> = {
  user: 'users',
  wanted: 'users',
  contact: 'contacts',
  contacts: 'contacts',
  chosen: 'contacts',
  other: 'contacts',
  lead: 'leads',
  open_lead: 'leads',
  company: 'companies',
  pipeline: 'pipelines',
};

/** `id` is of what the step makes. */
const STEPS: Record<string, 'contacts' | 'leads'> = { contact: 'contacts', lead: 'leads' };

/** What is said of nobody: `user` when amoCRM chooses, `wanted` when nobody is chosen. */
export interface Nobody {
  user: string;
  wanted: string;
}

export function namedParams(
  { step, path, params }: Pick<TraceEntry, 'step' | 'path' | 'params'>,
  world: World,
  nobody: Nobody,
): Record<string, unknown> {
  // A row of the mapping writes the card that it stands under.
  const entity = /^\/mapping\/(contact|lead)\//.exec(path)?.[1];
  const named: Record<string, unknown> = entity ? { entity } : {};
  for (const [key, value] of Object.entries(params)) {
    const of = key === 'id' ? STEPS[step] : IDS[key];
    if (key === 'field') named[key] = fieldName(value as Field, world);
    else if (value === null && (key === 'user' || key === 'wanted')) named[key] = nobody[key];
    else named[key] = of ? nameOf(of, value, world) : value;
  }
  return named;
}

function nameOf(of: Naming, value: unknown, world: World): unknown {
  if (Array.isArray(value)) return value.map((one) => nameOf(of, one, world));
  if (typeof value !== 'number') return value;
  const entity = world[of].find(({ id }) => id === value);
  return entity?.name || value;
}

/** As the account calls it; native ones have their texts. */
export function fieldName(field: Field, { fields }: Pick<World, 'fields'>): unknown {
  const known = Object.values(fields)
    .flat()
    .find(({ id, code }) => (typeof field === 'string' ? code === field : id === field?.id));
  return known?.name ?? field;
}
