// Calls that the widget makes from a panel on another origin.
import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { readConfig } from './env.ts';
import type { App } from './worker.ts';

const allowed = cors({
  origin: (origin, c) => (readConfig(c.env).panelOrigins.includes(origin) ? origin : null),
  allowMethods: ['GET', 'POST', 'PUT', 'DELETE'],
  allowHeaders: ['authorization', 'content-type', 'if-match'],
  exposeHeaders: ['etag', 'retry-after'],
  maxAge: 600,
});

/** Forms and calls are no business of the panel: forms have their own rule, by the project's settings. */
export const panel: MiddlewareHandler<App> = (c, next) =>
  c.req.path.endsWith('/forms') || c.req.path.endsWith('/calls') ? next() : allowed(c, next);
