// Who may administer a project: whoever brings a token of the Ringostat panel, for this project and for a limited time.
import type { MiddlewareHandler } from 'hono';
import { readConfig } from './env.ts';
import { problem } from './problem.ts';
import { claimed, verified } from './tokens.ts';
import type { App } from './worker.ts';

export const admin: MiddlewareHandler<App, '/v1/projects/:project/*'> = async (c, next) => {
  const token = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
  const refusal = await refused(token ?? '', c.req.param('project'), c.env);
  if (!refusal) return next();
  const [status, code] = refusal;
  return problem(status, code, status === 401 ? { 'www-authenticate': 'Bearer' } : {});
};

/** Only the project knows its own secrets; it is asked about tokens that say they are its. */
async function refused(
  token: string,
  project: string,
  env: App['Bindings'],
): Promise<[401 | 403, string] | null> {
  const { adminSecret, rescued } = readConfig(env);
  const byEnvironment = (await verified(token, adminSecret)) !== null;
  if (claimed(token)?.project !== project) return byEnvironment ? [403, 'forbidden'] : [401, 'unauthorized'];
  if (byEnvironment && rescued.includes(project)) return null;
  const trust = await env.PROJECTS.getByName(project).trusts(token);
  if (trust.own || (byEnvironment && trust.environment)) return null;
  return [401, byEnvironment ? 'secret_rotated' : 'unauthorized'];
}
