// The widget's files: the script that hosts embed, what it loads, and two pages that embed it.
import type { Env } from './env.ts';
import { problem } from './problem.ts';

/** No inline script or style; WebAssembly needs a word of its own. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
];
/** A page with a token in it is no one else's frame; the one made for frames is given its token by the frame's owner. */
const FRAMED = '/embed.html';
const HASHED = /\.[0-9a-f]{8}\.(js|wasm)$/;
/** All there is; a disk knows no types. Of other names it is not asked: a folder's would be answered with its contents. */
const TYPES = new Map([
  ['css', 'text/css; charset=utf-8'],
  ['html', 'text/html; charset=utf-8'],
  ['js', 'text/javascript; charset=utf-8'],
  ['map', 'application/json'],
  ['txt', 'text/plain; charset=utf-8'],
  ['wasm', 'application/wasm'],
]);
const NAME = /^\/\w[\w.-]*\.([a-z]+)$/;

export async function page(request: Request, env: Env): Promise<Response> {
  const url = new URL(request.url);
  if (url.pathname === '/') url.pathname = '/index.html';
  const type = TYPES.get(NAME.exec(url.pathname)?.[1] ?? '');
  const found = type && (await env.ASSETS?.fetch(new Request(url, { headers: request.headers })));
  if (!found || !(found.ok || found.status === 304)) return problem(404, 'not_found');
  const answer = known(request, found) ? await unchanged(found) : new Response(found.body, found);
  const { headers } = answer;
  headers.set('content-type', type);
  const forever = 'public, max-age=31536000, immutable';
  headers.set('cache-control', HASHED.test(url.pathname) ? forever : 'no-cache');
  // Module scripts and wasm of another origin are loaded with CORS; they are public.
  headers.set('access-control-allow-origin', '*');
  const ancestors = `frame-ancestors ${url.pathname === FRAMED ? '*' : "'none'"}`;
  headers.set('content-security-policy', [...PAGE_POLICY, ancestors].join('; '));
  return answer;
}

/** A disk says when a file was changed but compares nothing. An older file than the known one is another, too. */
function known(request: Request, found: Response): boolean {
  const changed = found.headers.get('last-modified');
  return (
    changed !== null && changed === request.headers.get('if-modified-since') && !found.headers.has('etag')
  );
}

async function unchanged({ body, headers }: Response): Promise<Response> {
  await body?.cancel();
  const answer = new Response(null, { status: 304, headers });
  answer.headers.delete('content-length');
  return answer;
}
