// The same figures to be read: what happened, how long delivery took, and what amoCRM answered, by day.
import { html, type TemplateResult } from 'lit';
import type { DayView } from '../../api.ts';
import type { Session } from '../../session.ts';
import { shownDuration } from '../../ui/duration.ts';
import { COUNTS, countsOf, type Kind } from './figures.ts';
import { countName, shownDay } from './words.ts';

const REQUESTS = ['total', '2xx', '3xx', '4xx', '5xx', 'none'] as const;
const SHARES = ['p50', 'p95', 'p99'] as const;

/** `days`: newest first. */
export function tables(session: Session, days: readonly DayView[], kind: Kind): TemplateResult {
  const { t, language } = session;
  const number = new Intl.NumberFormat(language);
  const counts = countsOf(days, kind);
  const duration = (ms: number | null) => (ms === null ? '—' : shownDuration(language, ms));
  return html`
    ${table(
      session,
      'events',
      COUNTS.map((of) => countName(session, of)),
      counts.map((day) => [day.day, COUNTS.map((of) => number.format(day[of]))]),
    )}
    ${table(
      session,
      'delay',
      [t('statistics.delay.events'), ...SHARES.map((share) => t(`statistics.delay.${share}`))],
      days.map(({ day, delay }) => [
        day,
        [number.format(delay.events), ...SHARES.map((share) => duration(delay[share]))],
      ]),
    )}
    ${table(
      session,
      'requests',
      REQUESTS.map((of) => t(`statistics.requests.${of}`)),
      days.map(({ day, requests }) => [day, REQUESTS.map((of) => number.format(requests[of]))]),
    )}
  `;
}

type Row = [day: string, cells: string[]];

function table(session: Session, of: string, heads: string[], rows: Row[]): TemplateResult {
  const { t } = session;
  return html`<h3 id=${of}>${t(`statistics.table.${of}`)}</h3>
    <p class="muted small">${t(`statistics.table.${of}.hint`)}</p>
    <div class="scroll" role="region" aria-labelledby=${of} tabindex="0">
      <table aria-labelledby=${of}>
        <thead>
          <tr>
            <th scope="col">${t('statistics.day')}</th>
            ${heads.map((head) => html`<th scope="col" class="number">${head}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ([day, cells]) =>
              html`<tr>
                <th scope="row">${shownDay(session, day, true)}</th>
                ${cells.map((cell) => html`<td class="number">${cell}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}
