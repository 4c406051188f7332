// A mapping row whose field is not chosen yet. The core takes no such row and says only that the value does not fit.
import type { Problem, Settings } from 'ringostat-amocrm/sandbox';
import { valueAt } from './pointer.ts';

/** What stands in a row until its field is chosen: nothing that could be saved. */
export const NOT_CHOSEN = '';

const PLACE = /^\/mapping\/(contact|lead)\/\d+\/field$/;

/** The problem by its own name when it is that. */
export function named(problem: Problem, draft: Settings): Problem {
  const blank = PLACE.test(problem.path) && valueAt(draft, problem.path) === NOT_CHOSEN;
  return blank ? { ...problem, code: 'field_not_chosen' } : problem;
}
