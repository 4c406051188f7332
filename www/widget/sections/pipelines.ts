// Leads to chosen pipelines by rule (seed: "Передача сделок в выбранные воронки"): the first that fits counts.
import { css, html } from 'lit';
import type { FunnelRule } from 'ringostat-amocrm/sandbox';
import { findings } from '../ui/findings.ts';
import { focusOn } from '../ui/focus.ts';
import { move } from '../ui/list_edit.ts';
import { Part } from '../ui/part.ts';
import { focusMoved, rowButtons } from '../ui/row_buttons.ts';
import { base } from '../ui/styles.ts';
import { rule } from './pipelines/rule.ts';

export class PipelinesSection extends Part {
  static override styles = [
    base,
    css`
      ol {
        list-style: none;
        padding: 0;
        margin: 0 0 0.75rem;
      }
      .head {
        justify-content: space-between;
        margin-bottom: 0.5rem;
      }
    `,
  ];
  static override properties = { ...Part.properties, said: { state: true } };
  /** What has happened, for screen readers. */
  declare said: string;

  constructor() {
    super();
    this.said = '';
  }

  override render() {
    const { session } = this;
    const { t, settings, account } = session;
    const rules = settings.draft.funnel;
    const main = account.pipelines.find(({ is_main }) => is_main);
    const forms = settings.draft.forms.use_funnel_rules;
    return html`<h2 id="title">${t('pipelines.heading')}</h2>
      <p>${t('pipelines.about')}</p>
      <div data-path="/funnel">
        ${findings(session, '/funnel')}
        <ol class="stack">
          ${rules.map((given, index) =>
            rule(
              session,
              given,
              index,
              (change) =>
                settings.edit(({ funnel }) => {
                  const written = funnel[index];
                  if (written) change(written);
                }),
              rowButtons({
                t,
                area: 'pipelines',
                name: t('pipelines.rule', { number: index + 1 }),
                index,
                count: rules.length,
                onMove: (to) => this.#move(index, to),
                onRemove: () => this.#remove(index),
              }),
            ),
          )}
        </ol>
        <p><button type="button" data-act="add" @click=${this.#add}>${t('pipelines.add')}</button></p>
        <span class="visually-hidden" role="status">${this.said}</span>
      </div>
      <p>
        ${
          rules.length === 0
            ? main
              ? t('pipelines.none', { name: main.name })
              : t('pipelines.none.unnamed')
            : main
              ? t('pipelines.else', { name: main.name })
              : t('pipelines.else.unnamed')
        }
      </p>
      <p>
        ${t(forms ? 'pipelines.forms.on' : 'pipelines.forms.off')}
        <button type="button" class="link" @click=${() => session.reveal('/forms/use_funnel_rules')}>
          ${t('pipelines.forms.show')}
        </button>
      </p>`;
  }

  #move(from: number, to: number): void {
    const { t, settings } = this.session;
    settings.edit(({ funnel }) => move(funnel, from, to));
    this.said = t('pipelines.moved', { number: to + 1, of: settings.draft.funnel.length });
    void focusMoved(this, from, to);
  }

  #remove(index: number): void {
    const { t, settings } = this.session;
    settings.edit(({ funnel }) => funnel.splice(index, 1));
    this.said = t('pipelines.removed', { number: index + 1 });
    const select = (row: number) => `[data-row="${row}"] select`;
    void focusOn(this, select(index), select(index - 1), '[data-act=add]');
  }

  #add = () => {
    const { settings, account } = this.session;
    const open = account.pipelines.filter(({ is_archive }) => !is_archive);
    // The default one needs no rule.
    const pipeline = (open.find(({ is_main }) => !is_main) ?? open[0])?.id ?? 0;
    const index = settings.draft.funnel.length;
    const added: FunnelRule = { pipeline, status: null, variable: 'pool_name', equals: [] };
    settings.edit(({ funnel }) => funnel.push(added));
    void focusOn(this, `[data-row="${index}"] select`);
  };
}

customElements.define('ringostat-amocrm-pipelines', PipelinesSection);
