// What would be sent to amoCRM, for whoever wants to know exactly.
import { html, type TemplateResult } from 'lit';
import type { AmoRequest } from 'ringostat-amocrm';
import type { Session } from '../session.ts';

/** What a request does, for whoever does not read HTTP. */
const VERBS: Record<string, string> = { GET: 'read', POST: 'create', PATCH: 'change' };

export function requestList({ t }: Session, requests: AmoRequest[]): TemplateResult {
  return html`<details class="requests">
    <summary>${t('preview.requests', { count: requests.length })}</summary>
    <ol>
      ${requests.map(({ method, path, body }) => {
        const what = t(`preview.request.${VERBS[method] ?? 'other'}`);
        const head = html`${what} <code>${method} ${readable(path)}</code>`;
        return body
          ? html`<li><details><summary>${head}</summary><pre tabindex="0">${pretty(body)}</pre></details></li>`
          : html`<li>${head}</li>`;
      })}
    </ol>
  </details>`;
}

function readable(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
