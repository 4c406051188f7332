// Errors as application/problem+json. Codes are stable; texts are the widget's business.
import type { Problem } from 'ringostat-amocrm';

const TITLES: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  428: 'Precondition Required',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** An answer that names every problem; the first one gives the code. `more` tells what was done nevertheless. */
export function problem(
  status: number,
  problems: string | Problem[],
  headers: HeadersInit = {},
  more: Record<string, unknown> = {},
): Response {
  const errors = typeof problems === 'string' ? [one(problems)] : problems;
  const code = errors[0]?.code ?? 'unknown';
  const body = {
    type: `urn:ringostat-amocrm:${code}`,
    title: TITLES[status] ?? 'Error',
    status,
    code,
    errors,
    ...more,
  };
  const answer = new Response(JSON.stringify(body), { status, headers });
  answer.headers.set('content-type', 'application/problem+json');
  return answer;
}

export const one = (code: string, path = '', params: Record<string, unknown> = {}): Problem => ({
  code,
  path,
  params,
});

export const unknownProject = () => problem(404, 'unknown_project');
