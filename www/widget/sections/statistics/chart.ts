// Days as bars: what ended how on each, and a mark at what came in. Each part has a pattern of its own beside its colour.
// Bars are placed in shares of the width and pixels of the height, so that patterns and lines are never stretched.
import { html, type SVGTemplateResult, svg, type TemplateResult } from 'lit';
import type { Outcome } from '../../api.ts';
import type { Session } from '../../session.ts';
import { COUNTS, type DayCounts, OUTCOMES, scaleOf, totalOf } from './figures.ts';
import { countName, shownDay } from './words.ts';

const HEIGHT = 140;
/** Of a day's room. */
const WIDTH = 0.7;
const TOP = 2;

export function chart(session: Session, days: readonly DayCounts[]): TemplateResult {
  const { t, language } = session;
  const number = new Intl.NumberFormat(language);
  const top = scaleOf(days);
  const from = shownDay(session, days[0]?.day ?? '');
  const to = shownDay(session, days.at(-1)?.day ?? '');
  const total = totalOf(days);
  const said = COUNTS.map((of) => `${countName(session, of)}: ${number.format(total[of])}`).join(', ');
  return html`<div class="chart">
      <div class="scale small muted" aria-hidden="true">
        <span>${number.format(top)}</span><span>0</span>
      </div>
      <svg role="img" aria-label=${t('statistics.chart', { from, to, said })} width="100%" height=${HEIGHT}>
        ${patterns()} ${grid()}
        ${days.map((day, index) => bar(session, day, index, days.length, top, number))}
      </svg>
      <div class="ends small muted" aria-hidden="true"><span>${from}</span><span>${to}</span></div>
    </div>
    <ul class="legend small" aria-hidden="true">
      <li>${swatch(svg`<rect class="received" x="0" y="6" width="16" height="3" />`)} ${countName(session, 'received')}</li>
      ${OUTCOMES.map((of) => html`<li>${swatch(filled(of, 0, 0, 16, 16))} ${countName(session, of)}</li>`)}
    </ul>`;
}

function bar(
  session: Session,
  day: DayCounts,
  index: number,
  days: number,
  top: number,
  number: Intl.NumberFormat,
): SVGTemplateResult {
  const share = (part: number) => `${(part / days) * 100}%`;
  const tall = (count: number) => (count / top) * (HEIGHT - TOP);
  const [x, width] = [share(index + (1 - WIDTH) / 2), share(WIDTH)];
  let y = HEIGHT;
  const parts = OUTCOMES.filter((of) => day[of] > 0).map((of) => {
    const height = tall(day[of]);
    y -= height;
    return filled(of, x, y, width, height);
  });
  const said = COUNTS.map((of) => `${countName(session, of)}: ${number.format(day[of])}`).join('\n');
  return svg`<g>
    <title>${shownDay(session, day.day)}\n${said}</title>
    <rect class="room" x=${share(index)} y="0" width=${share(1)} height=${HEIGHT} />
    ${parts}
    ${
      day.received > 0
        ? svg`<rect class="received" x=${share(index + 0.05)} y=${HEIGHT - tall(day.received) - 1} width=${share(0.9)} height="2" />`
        : ''
    }
  </g>`;
}

type Length = number | string;

const filled = (of: Outcome, x: Length, y: number, width: Length, height: number) =>
  svg`<rect class="bar ${of}" x=${x} y=${y} width=${width} height=${height} fill=${`url(#of-${of})`} />`;

const swatch = (shape: SVGTemplateResult) => html`<svg width="16" height="16">${patterns()}${shape}</svg>`;

/** Full, dotted, hatched one way and the other. */
const patterns = () => svg`<defs>
  ${pattern('delivered', svg``)}
  ${pattern('skipped', svg`<circle cx="2" cy="2" r="1" /><circle cx="6" cy="6" r="1" />`)}
  ${pattern('failed', svg`<path d="M-2,2 l4,-4 M0,8 l8,-8 M6,10 l4,-4" />`)}
  ${pattern('expired', svg`<path d="M0,4 h8" />`)}
</defs>`;

const pattern = (of: Outcome, ink: SVGTemplateResult) =>
  svg`<pattern id=${`of-${of}`} class=${of} width="8" height="8" patternUnits="userSpaceOnUse">
    <rect class="ground" width="8" height="8" />${ink}
  </pattern>`;

const grid = () =>
  [TOP / 2, HEIGHT / 2, HEIGHT - 0.5].map((y) => svg`<line class="grid" x1="0" x2="100%" y1=${y} y2=${y} />`);
