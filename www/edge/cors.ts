// Which sites' scripts may read the answers to a form.

const MAX_AGE_S = '600';

/** Headers for a listed origin ("*" lists all); none for the others. */
export function corsHeaders(origin: string | null, listed: readonly string[]): Headers {
  const headers = new Headers({ vary: 'Origin' });
  if (origin !== null && (listed.includes(origin) || listed.includes('*'))) {
    headers.set('access-control-allow-origin', origin);
    headers.set('access-control-expose-headers', 'retry-after');
  }
  return headers;
}

export function preflight(origin: string | null, listed: readonly string[]): Response {
  const headers = corsHeaders(origin, listed);
  if (headers.has('access-control-allow-origin')) {
    headers.set('access-control-allow-methods', 'POST');
    headers.set('access-control-allow-headers', 'content-type, idempotency-key');
    headers.set('access-control-max-age', MAX_AGE_S);
  }
  return new Response(null, { status: 204, headers });
}

export function withHeaders(answer: Response, headers: Headers): Response {
  for (const [name, value] of headers) answer.headers.set(name, value);
  return answer;
}
