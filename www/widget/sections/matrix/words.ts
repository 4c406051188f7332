// How rows of the matrix are spoken of.
import type { MatrixRow } from 'ringostat-amocrm/sandbox';
import type { Session } from '../../session.ts';

/** What a row speaks of: call, client and, where it matters, who answered. */
export function whenParts({ t }: Session, { call, client, answered_by }: MatrixRow['when']): string[] {
  return [
    call ? t(`call.${call}`) : t('matrix.any_call'),
    client ? t(`client.${client}`) : t('matrix.any_client'),
    ...(answered_by ? [t(`answered_by.${answered_by}`)] : []),
  ];
}

/** Rows count from 1 for people. */
export const rowName = (session: Session, index: number): string =>
  session.t('matrix.row', { number: index + 1 });

export const rowPath = (index: number): string => `/matrix/rows/${index}`;
