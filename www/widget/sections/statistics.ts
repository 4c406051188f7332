// What happened in the last days: events, delays and requests, as a chart and as tables.
import { html, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import { Refused, type StatsView } from '../api.ts';
import { Part } from '../ui/part.ts';
import { base } from '../ui/styles.ts';
import { shownTime } from '../ui/time.ts';
import { WhileVisible } from '../ui/while_visible.ts';
import { chart } from './statistics/chart.ts';
import { COUNTS, countOf, countsOf, type Kind, livelyDays, totalOf } from './statistics/figures.ts';
import { styles } from './statistics/styles.ts';
import { tables } from './statistics/tables.ts';
import { countName } from './statistics/words.ts';

const EVERY_MS = 60_000;
/** While the worker is away. */
const AWAY_MS = 10_000;

export class StatisticsSection extends Part {
  static override styles = [base, styles];
  static override properties = {
    ...Part.properties,
    kind: { state: true },
    stats: { state: true },
    failed: { state: true },
  };
  declare kind: Kind;
  declare stats: StatsView | null;
  /** It could not be read again: the key of a text that says why. */
  declare failed: string | null;

  #readAt = 0;
  readonly #visit = new WhileVisible(
    this,
    () => this.session.reachable,
    () => this.#read(),
  );

  constructor() {
    super();
    this.kind = '';
    this.stats = null;
    this.failed = null;
  }

  async #read(): Promise<number> {
    const { session } = this;
    if (session.settings.saved === null) return EVERY_MS;
    try {
      const stats = await session.asking(() => session.api.stats());
      this.stats = stats ?? null;
      this.#readAt = Date.now();
      this.failed = null;
      return EVERY_MS;
    } catch (error) {
      this.failed = error instanceof Refused ? `problem.${error.code}` : 'journal.unreachable';
      return AWAY_MS;
    }
  }

  override render() {
    const { session, stats, failed } = this;
    const { t } = session;
    return html`<h2 tabindex="-1">${t('statistics.title')}</h2>
      ${
        session.settings.saved === null
          ? html`<p>${t('journal.no_project')}</p>`
          : stats
            ? this.#shown(stats)
            : failed
              ? this.#unread(failed)
              : html`<p role="status">${t('journal.reading')}</p>`
      }`;
  }

  #shown(stats: StatsView) {
    const { session, kind, failed } = this;
    const { t } = session;
    const days = livelyDays(stats);
    const counts = countsOf(stats.days, kind);
    return html`<p class="muted">
        ${t('statistics.about', { count: stats.days.length, zone: stats.time_zone })}
      </p>
      <div class="row head">
        <div class="field">
          <label for="kind">${t('journal.kind')}</label>
          <select
            id="kind"
            @change=${(event: Event) => {
              this.kind = (event.target as HTMLSelectElement).value as Kind;
            }}
          >
            ${(['', 'form', 'call'] as const).map(
              (one) =>
                html`<option value=${one} .selected=${live(one === kind)}>
                  ${t(`journal.kind.${one || 'any'}`)}
                </option>`,
            )}
          </select>
        </div>
        <button id="reload" type="button" @click=${() => void this.#visit.now()}>${t('journal.reload')}</button>
        ${
          failed
            ? nothing
            : html`<span class="muted small">
                ${t('journal.as_of', { at: shownTime(session, this.#readAt, true) })}
              </span>`
        }
      </div>
      <div class=${failed ? 'old' : ''}>
        ${failed ? this.#unread(failed) : nothing} ${this.#totals(stats)}
        ${
          days.length === 0
            ? html`<p>${t('statistics.none')}</p>`
            : [chart(session, counts), tables(session, days, kind)]
        }
      </div>`;
  }

  #totals({ days, held }: StatsView) {
    const { session, kind } = this;
    const number = new Intl.NumberFormat(session.language);
    const total = totalOf(countsOf(days, kind));
    const pair = (label: string, value: number) =>
      html`<div><dt>${label}</dt><dd>${number.format(value)}</dd></div>`;
    return html`<dl class="totals">
      ${COUNTS.map((of) => pair(countName(session, of), total[of]))}
      ${pair(countName(session, 'held'), countOf(held, kind))}
    </dl>`;
  }

  #unread(failed: string) {
    const { t } = this.session;
    return html`<div class="finding warning told" role="alert">
      <div>
        ${t(failed)}
        ${this.stats ? t('journal.old', { at: shownTime(this.session, this.#readAt, true) }) : nothing}
        <button type="button" class="link" @click=${() => void this.#visit.now()}>${t('journal.retry')}</button>
      </div>
    </div>`;
  }
}

customElements.define('ringostat-amocrm-statistics', StatisticsSection);
