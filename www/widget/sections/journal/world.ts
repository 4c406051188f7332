// The names that a trace of the past can be told with: those of the account. Cards are told by their numbers, since what
// they are called today says nothing of then.
import type { DirectoryView } from '../../api.ts';
import type { World } from '../../preview/world.ts';

export const worldOfDirectory = (directory: DirectoryView | null): World => ({
  contacts: [],
  leads: [],
  companies: [],
  tasks: [],
  notes: [],
  unsorted: [],
  pipelines: [],
  users: directory?.users ?? [],
  task_types: directory?.task_types ?? [],
  fields: { contacts: directory?.fields.contacts ?? [], leads: directory?.fields.leads ?? [] },
});
