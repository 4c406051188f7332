// What amoCRM was asked on behalf of an event, and what it answered.
import { html, nothing, type TemplateResult } from 'lit';
import type { EventView } from '../../api.ts';
import type { Session } from '../../session.ts';
import { shownTime } from '../../ui/time.ts';

export function requests(session: Session, made: EventView['requests']): TemplateResult | typeof nothing {
  const { t } = session;
  if (made.length === 0) return nothing;
  return html`<h3 id="requests">${t('journal.requests')}</h3>
    <div class="scroll" role="region" aria-labelledby="requests" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">${t('journal.request.at')}</th>
            <th scope="col">${t('journal.request')}</th>
            <th scope="col">${t('journal.request.status')}</th>
          </tr>
        </thead>
        <tbody>
          ${made.map(
            ({ method, path, status, at }) =>
              html`<tr>
                <td class="at">${shownTime(session, at, true)}</td>
                <td><code>${method} ${readable(path)}</code></td>
                <td>${status ?? t('journal.request.unanswered')}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

function readable(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
