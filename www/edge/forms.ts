// Takes a form: the body streams through the core's reader, the event is durable before the answer leaves.
import type { Accepted, Answer, Problem } from 'ringostat-amocrm';
import { pump } from './body.ts';
import { type core, type Held, isFailure, parse } from './core.ts';
import type { Engine } from './engine.ts';
import type { Inbox } from './inbox.ts';
import { problem } from './problem.ts';

const STATUS: Record<string, number> = {
  malformed: 400,
  unsupported_type: 415,
  too_large: 413,
};

/** `address`: whose browser it was, where that is known. */
export async function acceptForm(
  request: Request,
  address: string | undefined,
  engine: Engine,
  inbox: Inbox,
): Promise<Response> {
  const answer = await readForm(request, address, engine);
  if (answer.type === 'failure') return refusal(answer.errors);
  const { id, duplicate } = inbox.accept(answer);
  return Response.json({ event: id, status: duplicate ? 'duplicate' : 'queued' }, { status: 202 });
}

export const refusal = (errors: Problem[]) => problem(STATUS[errors[0]?.code ?? ''] ?? 422, errors);

async function readForm(
  request: Request,
  address: string | undefined,
  engine: Engine,
): Promise<Answer<Accepted>> {
  let reader: Held<core.FormReader>;
  try {
    reader = engine.formReader(request.headers.get('content-type') ?? '');
  } catch (error) {
    if (isFailure(error)) return error;
    throw error;
  }
  try {
    await pump(request.body, (chunk) => reader.use((r) => r.push(chunk)));
    return parse(reader.use((r) => r.finish(context(request, address))));
  } finally {
    reader.free();
  }
}

function context({ headers }: Request, address: string | undefined): string {
  return JSON.stringify({
    idempotency_key: headers.get('idempotency-key') ?? undefined,
    referrer: headers.get('referer') ?? undefined,
    remote_ip: address,
  });
}
