// The journal's endpoints: list, one, send again.
import type { Problem } from 'ringostat-amocrm';
import { viewContent, viewEvent, viewInBrief } from './event_view.ts';
import { type Journal, KINDS, RETRYABLE, STATUSES } from './journal.ts';
import { one, problem } from './problem.ts';
import { namesOf } from './subjects.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

export interface EventsQuery {
  status?: string;
  kind?: string;
  /** An event's id, or a call's as Ringostat tells it. */
  find?: string;
  cursor?: string;
  limit?: string;
  /** `1`: without requests and trace. */
  brief?: string;
  /** `1`: with what came in, as of a single event. */
  content?: string;
}

export function listEvents(journal: Journal, query: EventsQuery, baseUrl: string): Response {
  const errors: Problem[] = [];
  const oneOf = (name: 'status' | 'kind', allowed: readonly string[]) => {
    const value = query[name];
    if (value !== undefined && !allowed.includes(value)) {
      errors.push(one('unknown_value', `/${name}`, { value, allowed }));
    }
    return value;
  };
  const whole = (name: 'cursor' | 'limit', max: number) => {
    const text = query[name];
    if (text === undefined) return undefined;
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < 1 || value > max)
      errors.push(one('out_of_range', `/${name}`, { min: 1, max }));
    return value;
  };
  const filter = {
    status: oneOf('status', STATUSES),
    kind: oneOf('kind', KINDS),
    named: query.find === undefined ? undefined : namesOf(query.find),
    before: whole('cursor', Number.MAX_SAFE_INTEGER),
    limit: whole('limit', MAX_LIMIT) ?? DEFAULT_LIMIT,
  };
  if (errors.length > 0) return problem(422, errors);
  // One more than asked tells whether there is a next page.
  const rows = journal.list({ ...filter, limit: filter.limit + 1 });
  const page = rows.slice(0, filter.limit);
  const last = page.at(-1);
  const view = query.brief === '1' ? viewInBrief : viewEvent;
  return Response.json({
    events: page.map((row) => ({
      ...view(row, baseUrl),
      ...(query.content === '1' ? { content: viewContent(row) } : {}),
    })),
    next_cursor: rows.length > page.length && last ? String(last.seq) : null,
  });
}

/** `content`: with what came in, for a preview. */
export function oneEvent(journal: Journal, id: string, baseUrl: string, content: boolean): Response {
  const row = journal.find(id);
  if (!row) return problem(404, 'unknown_event');
  const view = viewEvent(row, baseUrl);
  return Response.json(content ? { ...view, content: viewContent(row) } : view);
}

export function retryOne(journal: Journal, id: string): Response {
  if (!journal.find(id)) return problem(404, 'unknown_event');
  return queued(journal.requeue({ id }));
}

export function retryMany(journal: Journal, body: string): Response {
  let status: unknown;
  try {
    status = (JSON.parse(body) as { status?: unknown } | null)?.status;
  } catch {
    return problem(400, 'malformed');
  }
  if (typeof status !== 'string' || !(RETRYABLE as readonly string[]).includes(status)) {
    return problem(422, [one('unknown_value', '/status', { value: status ?? null, allowed: RETRYABLE })]);
  }
  return queued(journal.requeue({ status }));
}

const queued = (count: number) => Response.json({ queued: count }, { status: 202 });
