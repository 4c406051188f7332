// What a row of the matrix creates, as a list.
import type { MatrixRow, Settings, TaskTemplate } from 'ringostat-amocrm/sandbox';

type Creates = MatrixRow['creates'];
export type Thing = keyof Creates;
export type TaskThing = 'open_task' | 'completed_task';

/** In the order of the columns. */
export const THINGS: Thing[] = [
  'contact',
  'lead',
  'unsorted',
  'call_record',
  'note',
  'open_task',
  'completed_task',
];
export const TASKS: TaskThing[] = ['open_task', 'completed_task'];

const isTask = (thing: Thing): thing is TaskThing => TASKS.some((task) => task === thing);

export const isOn = (creates: Creates, thing: Thing): boolean =>
  isTask(thing) ? creates[thing] !== undefined : creates[thing];

export const created = (creates: Creates): Thing[] => THINGS.filter((thing) => isOn(creates, thing));

/** Whether something is made that somebody becomes responsible for. Tasks name their own. */
export const hasResponsible = ({ contact, lead, unsorted }: Creates): boolean => contact || lead || unsorted;

/** Switches a thing on or off; `task` says what a new task looks like. */
export function turn(creates: Creates, thing: Thing, task: () => TaskTemplate): void {
  if (!isTask(thing)) creates[thing] = !creates[thing];
  else if (creates[thing] === undefined) creates[thing] = { ...task() };
  else delete creates[thing];
}

/** A task to begin with: as the recommended matrix has it for such a call, else for any. */
export function firstTask(
  recommended: Settings['matrix'],
  call: MatrixRow['when']['call'],
  thing: TaskThing,
): TaskTemplate {
  const rows = [...recommended.rows].sort(
    (a, b) => Number(b.when.call === call) - Number(a.when.call === call),
  );
  const found = rows.find(({ creates }) => creates[thing])?.creates[thing];
  return found ?? { text: '', type: 1, deadline_minutes: 240, responsible: 'crm_responsible' };
}

export const emptyRow = (): MatrixRow => ({
  when: {},
  moment: 'after_call',
  creates: { unsorted: false, contact: false, lead: false, call_record: false, note: false },
  responsible: 'crm_responsible',
});
