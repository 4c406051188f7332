// The worker: which call goes where, who may make it, and the headers that every answer carries.
import { type Context, type Handler, Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { admin } from './auth.ts';
import { BrokenBody, pump } from './body.ts';
import { readMessage } from './calls.ts';
import { ConfigError, type Env, PROJECT_NAME, readConfig } from './env.ts';
import { logError, logMisconfigured } from './log.ts';
import { readMetrics } from './metrics/metrics.ts';
import { finishedPage } from './oauth_page.ts';
import { readState } from './oauth_state.ts';
import { page } from './pages.ts';
import { panel } from './panel.ts';
import { problem, unknownProject } from './problem.ts';

export { Accounts } from './account_owner.ts';
export { Roster } from './metrics/roster.ts';
export { Project } from './project.ts';

export type App = { Bindings: Env };
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS';

const MAX_ADMIN_BODY = 1024 * 1024;
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";
const PROJECT = '/v1/projects/:project';

const app = new Hono<App>();

app.use(secureHeaders({ crossOriginResourcePolicy: 'cross-origin' }), async (c, next) => {
  await next();
  if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store');
  // A page says itself what it may do; data may do nothing.
  if (!c.res.headers.has('content-security-policy'))
    c.res.headers.set('content-security-policy', DATA_POLICY);
});

app.use(`${PROJECT}/*`, panel);
app.use(`${PROJECT}/*`, async (c, next) => {
  const { projectNames } = readConfig(c.env);
  const name = c.req.param('project');
  // To ask an object whether it is one already leaves a file.
  return PROJECT_NAME.test(name) && projectNames?.has(name) !== false ? next() : unknownProject();
});

const nameOf = (c: Context<App>) => c.req.param('project') ?? '';
/** The project's object; answers of another object are copied so that headers can be added. */
const project = (c: Context<App>) => c.env.PROJECTS.getByName(nameOf(c));
const relay = async (answer: Promise<Response>) => {
  const given = await answer;
  return new Response(given.body, given);
};

/** One path with its verbs; any other verb is 405. */
function route(path: string, access: 'public' | 'admin', verbs: Partial<Record<Method, Handler<App>>>) {
  for (const [method, handler] of Object.entries(verbs)) {
    if (access === 'admin') app.on(method, path, admin, handler);
    else app.on(method, path, handler);
  }
  const allow = Object.keys(verbs).join(', ');
  app.all(path, () => problem(405, 'method_not_allowed', { allow }));
}

const form: Handler<App> = (c) => relay(project(c).fetch(c.req.raw));
route(`${PROJECT}/forms`, 'public', { POST: form, OPTIONS: form });

const call: Handler<App> = async (c) => {
  // Hono answers HEAD by what answers GET, and a look must not become a call.
  if (c.req.raw.method === 'HEAD') return problem(405, 'method_not_allowed', { allow: 'POST, GET' });
  const { key, message } = await readMessage(c.req.raw);
  return relay(project(c).call(key, message));
};
route(`${PROJECT}/calls`, 'public', { POST: call, GET: call });
route(`${PROJECT}/calls/import`, 'admin', {
  POST: (c) => relay(project(c).importCalls(c.req.header('content-type') ?? '', c.req.raw.body)),
});
for (const kind of ['webhook', 'admin', 'notify'] as const) {
  route(`${PROJECT}/secrets/${kind}/rotate`, 'admin', {
    POST: (c) => relay(project(c).rotateSecret(kind, c.req.query('leaked') === '1')),
  });
}

route(`${PROJECT}/events`, 'admin', { GET: (c) => relay(project(c).events({ ...c.req.query() })) });
route(`${PROJECT}/events/retry`, 'admin', {
  POST: (c) => withBody(c, (body) => project(c).retryEvents(body)),
});
route(`${PROJECT}/events/:id`, 'admin', {
  GET: (c) => relay(project(c).event(c.req.param('id') ?? '', c.req.query('content') === '1')),
});
route(`${PROJECT}/events/:id/retry`, 'admin', {
  POST: (c) => relay(project(c).retryEvent(c.req.param('id') ?? '')),
});
route(`${PROJECT}/settings`, 'admin', {
  GET: (c) => relay(project(c).readSettings()),
  PUT: (c) =>
    withBody(c, (body) => project(c).writeSettings(nameOf(c), body, c.req.header('if-match') ?? null)),
});
route(`${PROJECT}/directory`, 'admin', {
  GET: (c) => relay(project(c).directory(c.req.query('refresh') === '1')),
});
route(`${PROJECT}/backlog`, 'admin', { GET: (c) => relay(project(c).progress()) });
route(`${PROJECT}/stats`, 'admin', { GET: (c) => relay(project(c).stats()) });
route(`${PROJECT}/clients`, 'admin', {
  DELETE: (c) => relay(project(c).eraseClient(new URL(c.req.url).search)),
});
route(`${PROJECT}/lookup`, 'admin', { POST: (c) => withBody(c, (body) => project(c).lookup(body)) });
route(`${PROJECT}/self-check`, 'admin', { POST: (c) => withBody(c, (body) => project(c).selfCheck(body)) });
route(`${PROJECT}/activation`, 'admin', {
  GET: (c) => relay(project(c).activation()),
  POST: (c) => withBody(c, (body) => project(c).activate(nameOf(c), body)),
  DELETE: (c) => relay(project(c).deactivate(nameOf(c))),
});
route('/v1/oauth/callback', 'public', {
  GET: async (c) => {
    // A look must not use the code up.
    if (c.req.raw.method === 'HEAD') return problem(405, 'method_not_allowed', { allow: 'GET' });
    const { state: text, code, error, referer } = c.req.query();
    const state = await readState(readConfig(c.env).adminSecret, text ?? '', Date.now());
    if (!state) return finishedPage(400, 'bad_state', null);
    const consent = { state, code: error || !code ? null : code, referer: referer ?? '' };
    return relay(c.env.PROJECTS.getByName(state.project).consented(consent));
  },
});
route('/healthz', 'public', {
  GET: (c) => {
    readConfig(c.env);
    return c.json({ status: 'ok' });
  },
});

route('/metrics', 'public', {
  GET: (c) => readMetrics(readConfig(c.env).metricsToken, c.req.header('authorization') ?? '', c.env),
});

for (const path of ['/', '/:file']) {
  app.get(path, (c) => page(c.req.raw, c.env));
  app.all(path, async (c) => {
    const { ok } = await page(new Request(c.req.url), c.env);
    return ok ? problem(405, 'method_not_allowed', { allow: 'GET' }) : problem(404, 'not_found');
  });
}

app.notFound(() => problem(404, 'not_found'));
app.onError((error) => {
  if (error instanceof ConfigError) {
    logMisconfigured(error.variable);
    return problem(500, 'misconfigured');
  }
  if (error instanceof BrokenBody) return problem(400, 'malformed');
  logError('request', error);
  return problem(500, 'internal');
});

/** An admin's body as text, refused when it is too long. */
async function withBody(c: Context<App>, work: (body: string) => Promise<Response>): Promise<Response> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  await pump(c.req.raw.body, (chunk) => {
    length += chunk.length;
    chunks.push(chunk);
    return length <= MAX_ADMIN_BODY;
  });
  if (length > MAX_ADMIN_BODY) return problem(413, 'too_large');
  return relay(work(await new Blob(chunks).text()));
}

export default app;
