// Asks Ringostat's API for the calls of a stretch of time.
import type { RingostatSource, Unread } from '../ringostat_api.ts';

/** All of an answer, which may have thousands of rows. */
export const TIMEOUT_MS = 60_000;

/** What is asked for by name: without an id calls could not be told apart. */
const FIELDS = [
  'uniqueid',
  'calldate',
  'call_type',
  'caller',
  'caller_number',
  'dst',
  'n_alias',
  'connected_with',
  'disposition',
  'duration',
  'duration_ms',
  'waittime',
  'billsec',
  'pool_name',
  'scheme_name',
  'call_counter',
  'proper_flag',
  'repeated_flag',
  'employee_number',
  'employee_fio',
  'department',
  'additional_number',
  'category_mark',
  'category_number',
  'employee_mark',
  'utm_source',
  'utm_medium',
  'utm_campaign',
  'utm_content',
  'utm_term',
  'client_id',
  'remote_ip',
  'refferrer',
  'landing',
  'has_recording',
  'recording',
  'recording_wav',
  'call_card',
];

/** The answer broke off. */
export class Broken extends Error {
  readonly unread: Unread;

  constructor(unread: Unread) {
    super('the list of calls broke off');
    this.unread = unread;
  }
}

export type Refused = Unread & { retryAfterMs?: number };

/** Times as the API wants them; `to` null: until now. Reading what comes may throw `Broken`. */
export async function readCallList(
  { url, key }: RingostatSource,
  from: string,
  to: string | null,
): Promise<{ body: AsyncIterable<Uint8Array> } | Refused> {
  const query = new URLSearchParams({ export_type: 'json', from, fields: FIELDS.join(',') });
  if (to !== null) query.set('to', to);
  try {
    const answer = await fetch(`${url}/calls/list?${query}`, {
      headers: { 'Auth-key': key },
      // The key goes nowhere else.
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const { status, body } = answer;
    if (status === 200) return { body: whole(body) };
    await body?.cancel();
    if (status === 401 || status === 403) return { reason: 'refused', status };
    const seconds = Number(answer.headers.get('retry-after'));
    return { reason: 'wrong_status', status, ...(seconds > 0 ? { retryAfterMs: seconds * 1000 } : {}) };
  } catch (error) {
    return unread(error);
  }
}

async function* whole(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  const chunks = (body ?? new Blob([]).stream())[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await chunks.next().catch((error) => {
        throw new Broken(unread(error));
      });
      if (done) return;
      yield value;
    }
  } finally {
    // Also when the reader has had enough.
    await chunks.return?.().catch(() => {});
  }
}

const unread = (error: unknown): Unread =>
  error instanceof Error && error.name === 'TimeoutError' ? { reason: 'timeout' } : { reason: 'unreachable' };
