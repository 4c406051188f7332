// An event as the outside sees it.
import type { EntityLink, Report } from 'ringostat-amocrm';
import type { EventRow } from './journal.ts';

const time = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

export function viewEvent(row: EventRow, baseUrl: string) {
  const report = row.report === null ? null : (JSON.parse(row.report) as Report);
  const link = (collection: string, entity: EntityLink | null | undefined) =>
    entity
      ? { id: entity.id, url: `${baseUrl}/${collection}/detail/${entity.id}`, created: entity.created }
      : null;
  return {
    event: row.id,
    kind: row.kind,
    phase: row.phase,
    subject: row.subject,
    status: row.status,
    reason: row.reason === null ? null : JSON.parse(row.reason),
    received_at: time(row.received_at),
    delivered_at: time(row.delivered_at),
    attempts: row.attempts,
    next_attempt_at: time(row.next_attempt_at),
    requests: (report?.requests ?? []).map((request) => ({ ...request, at: time(request.at) })),
    contact: link('contacts', report?.contact),
    lead: link('leads', report?.lead),
    unsorted: report?.unsorted ?? null,
    tasks: report?.tasks ?? [],
    notes: report?.notes ?? [],
    trace: report?.trace ?? [],
  };
}

/** For lists of them: requests and trace are by far the longest. */
export function viewInBrief(row: EventRow, baseUrl: string) {
  const { requests: _requests, trace: _trace, ...brief } = viewEvent(row, baseUrl);
  return brief;
}

/** What came in, as `PreviewInput` takes it. Null: erased. */
export function viewContent({ kind, event, subject }: EventRow) {
  return event === '' ? null : { kind, event: JSON.parse(event) as unknown, subject };
}
