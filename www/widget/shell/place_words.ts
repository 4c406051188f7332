// Where something stands inside a part of the settings, in the words of the section that shows it.
import type { Settings } from 'ringostat-amocrm/sandbox';
import type { Session } from '../session.ts';
import { keysOf } from '../state/pointer.ts';
import { isIndex, nameOf } from './place_names.ts';

/** Employees and lines have names; they are shown in another order than they stand in. */
function rowName(settings: Settings, part: keyof Settings, index: number): string | undefined {
  if (part === 'employees') return settings.employees[index]?.ringostat.name;
  if (part !== 'lines') return undefined;
  const line = settings.lines[index];
  return line?.label || line?.number;
}

/** E.g. "row 2, amoCRM field"; empty of the part itself. `path` is inside of `part` of one of the documents. */
export function placeWords(
  session: Session,
  documents: readonly Settings[],
  part: keyof Settings,
  path: string,
): string {
  const keys = [part, ...keysOf(path)];
  const words = keys.slice(1).map((key, at) => {
    if (isIndex(key)) {
      const name = documents.map((one) => rowName(one, part, Number(key))).find(Boolean);
      return name
        ? session.t('conflict.name', { name })
        : session.t('conflict.row', { number: Number(key) + 1 });
    }
    const name = nameOf(keys.slice(0, at + 2));
    return name ? session.t(name) : '';
  });
  return words.filter(Boolean).join(', ');
}
