// Values of a parameter that the project is known to have.
import type { Variable } from 'ringostat-amocrm/sandbox';
import type { Session } from '../../session.ts';

export function suggestions({ account }: Session, variable: Variable): string[] {
  const { pools = [], schemes = [] } = account.directory?.ringostat ?? {};
  const known = variable === 'pool_name' ? pools : variable === 'scheme_name' ? schemes : [];
  return [...new Set(known.map(({ name }) => name).filter(Boolean))];
}
