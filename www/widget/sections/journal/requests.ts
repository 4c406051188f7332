// What amoCRM was asked on behalf of an event, and what it answered.
import { html, nothing, type TemplateResult } from 'lit';
import type { EventView } from '../../api.ts';
import type { Session } from '../../session.ts';
import { shownTime } from '../../ui/time.ts';

export function requests(session: Session, made: EventView['requests']): TemplateResult | typeof nothing {
  const { t } = session;
  if (made.length === 0) return nothing;
  return html`<h3>${t('journal.requests')}</h3>
    <ol class="requests">
      ${made.map(
        ({ method, path, status, at }) =>
          html`<li>
            <span class="at muted small">${shownTime(session, at, true)}</span>
            <code>${method} ${readable(path)}</code>
            <span class="badge ${status === null || status >= 400 ? 'warning' : ''}">
              ${status === null ? t('journal.request.unanswered') : t('journal.request.answer', { status })}
            </span>
          </li>`,
      )}
    </ol>`;
}

function readable(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
