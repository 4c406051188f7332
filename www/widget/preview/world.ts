// The account of a preview by names: whole amoCRM objects, as the core's sandbox shows them before and after.
import type { PreviewResult } from 'ringostat-amocrm';

export interface FieldValue {
  field_id: number;
  field_name: string;
  field_code: string | null;
  field_type: string;
  values: { value: unknown }[];
}
export interface Card {
  id: number;
  name: string;
  responsible_user_id: number;
  custom_fields_values: FieldValue[] | null;
  price?: number;
  pipeline_id?: number;
  status_id?: number;
  _embedded: { tags?: { name: string }[]; contacts?: { id: number }[] };
}
export interface Task {
  id: number;
  text: string;
  task_type_id: number;
  complete_till: number;
  is_completed: boolean;
  responsible_user_id: number;
  entity_type: string;
  result?: { text?: string } | unknown[];
}
export interface Note {
  id: number;
  note_type: string;
  entity_type: string;
  params: Record<string, unknown>;
}
export interface Unsorted {
  uid: string;
  category: string;
  pipeline_id: number;
  metadata: Record<string, unknown>;
  _embedded: { contacts?: { id: number }[]; leads?: { id: number }[] };
}
interface Named {
  id: number;
  name: string;
}

/** What `PreviewResult` types loosely. */
export interface World {
  contacts: Card[];
  leads: Card[];
  companies: Named[];
  tasks: Task[];
  notes: Note[];
  unsorted: Unsorted[];
  users: Named[];
  pipelines: (Named & { _embedded: { statuses: Named[] } })[];
  task_types: Named[];
  fields: Record<string, (Named & { code: string | null })[]>;
}

export const worldOf = (state: PreviewResult['after']): World => state as unknown as World;
