// `POST /self-check`: what is asked, and what was found.
import type { Problem } from 'ringostat-amocrm';
import type { Gate } from '../gate.ts';
import { one, problem } from '../problem.ts';
import type { SelfCheck } from './self_check.ts';

export async function selfCheck(body: string, check: SelfCheck, gate: Gate): Promise<Response> {
  const wanted = readWanted(body);
  if (wanted instanceof Response) return wanted;
  // Switched off: the account is not ours to ask.
  if (gate.state === 'inactive') return problem(409, 'inactive');
  return Response.json(await check.run(wanted.write));
}

/** An empty body reads only. */
function readWanted(body: string): { write: boolean } | Response {
  let document: unknown;
  try {
    document = body.trim() === '' ? {} : JSON.parse(body);
  } catch {
    return problem(400, 'malformed');
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    return problem(400, 'malformed');
  }
  const { write = false, ...rest } = document as Record<string, unknown>;
  const problems: Problem[] = Object.keys(rest).map((key) =>
    one('unknown_key', `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  );
  if (typeof write !== 'boolean') problems.push(one('invalid_value', '/write'));
  return problems.length > 0 ? problem(422, problems) : { write: write === true };
}
