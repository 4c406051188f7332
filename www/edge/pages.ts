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

export async function page(request: Request, env: Env): Promise<Response> {
  const url = new URL(request.url);
  if (url.pathname === '/') url.pathname = '/index.html';
  const found = await env.ASSETS?.fetch(new Request(url, { headers: request.headers }));
  if (!found || !(found.ok || found.status === 304)) return problem(404, 'not_found');
  const answer = new Response(found.body, found);
  const { headers } = answer;
  const forever = 'public, max-age=31536000, immutable';
  headers.set('cache-control', HASHED.test(url.pathname) ? forever : 'no-cache');
  // Module scripts and wasm of another origin are loaded with CORS; they are public.
  headers.set('access-control-allow-origin', '*');
  const ancestors = `frame-ancestors ${url.pathname === FRAMED ? '*' : "'none'"}`;
  headers.set('content-security-policy', [...PAGE_POLICY, ancestors].join('; '));
  return answer;
}
