// Takes one message about a call. Ringostat does not send again: whatever is understood is stored, and answered 200.

import { clockOf } from '../clock.ts';
import { pump } from './body.ts';
import type { Engine } from './engine.ts';
import type { Inbox } from './inbox.ts';
import { one, problem } from './problem.ts';

/** Query and body together. */
const MAX_BYTES = 256 * 1024;

/** A message as the worker read it, without its secret. */
export interface CallMessage {
  contentType: string;
  query: string;
  /** Null when query and body are too long. */
  body: Uint8Array | null;
}

/** Reads no more than a message may have. The secret comes apart: nothing that is kept or told may carry it. */
export async function readMessage(request: Request): Promise<{ key: string; message: CallMessage }> {
  const { search, searchParams } = new URL(request.url);
  const key = searchParams.get('key') || request.headers.get('x-webhook-key') || '';
  searchParams.delete('key');
  const chunks: Uint8Array[] = [];
  let length = search.length;
  await pump(request.body, (chunk) => {
    length += chunk.length;
    if (length > MAX_BYTES) chunks.length = 0;
    else chunks.push(chunk);
    return length <= MAX_BYTES;
  });
  const body = length > MAX_BYTES ? null : new Uint8Array(await new Blob(chunks).arrayBuffer());
  const contentType = request.headers.get('content-type') ?? '';
  return { key, message: { contentType, query: body ? searchParams.toString() : '', body } };
}

export function acceptCall(
  { contentType, query, body }: CallMessage,
  engine: Engine,
  timeZone: string,
  inbox: Inbox,
): Response {
  if (!body) return problem(413, [one('too_large', '', { limit: MAX_BYTES })]);
  const clock = JSON.stringify(clockOf(timeZone, Date.now()));
  const answer = engine.readCall(contentType, query, body, clock);
  if (answer.type === 'failure') {
    return problem(answer.errors[0]?.code === 'too_large' ? 413 : 400, answer.errors);
  }
  const { id, duplicate } = inbox.accept(answer);
  return Response.json({ event: id, status: duplicate ? 'duplicate' : 'queued' });
}
