// Admin tokens: a JWT of the Ringostat panel, for one project and for a limited time.
import type { MiddlewareHandler } from 'hono';
import { jwtVerify } from 'jose';
import { readConfig } from './env.ts';
import { problem } from './problem.ts';
import type { App } from './worker.ts';

export const admin: MiddlewareHandler<App, '/v1/projects/:project/*'> = async (c, next) => {
  const token = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
  const claims = token && (await verified(token, readConfig(c.env).adminSecret));
  if (!claims) return problem(401, 'unauthorized', { 'www-authenticate': 'Bearer' });
  if (claims.project !== c.req.param('project')) return problem(403, 'forbidden');
  return next();
};

async function verified(token: string, secret: Uint8Array) {
  try {
    const options = { algorithms: ['HS256'], requiredClaims: ['exp', 'project'] };
    return (await jwtVerify(token, secret, options)).payload;
  } catch {
    return null;
  }
}
