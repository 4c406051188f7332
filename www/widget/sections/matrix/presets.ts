// Matrices to begin with. What they replace is said before it is replaced.
import { html, nothing, type TemplateResult } from 'lit';
import type { Session } from '../../session.ts';

interface Presets {
  session: Session;
  /** Which one was asked for and not confirmed yet. */
  asked: string | null;
  onAsk: (name: string | null) => void;
  onApply: (name: string) => void;
}

export function presets({ session, asked, onAsk, onApply }: Presets): TemplateResult {
  const { t, settings } = session;
  const known = session.core.matrix_presets(settings.draft.language);
  const wanted = known.find(({ name }) => name === asked);
  return html`<div class="stack">
    <div class="row" role="group" aria-labelledby="presets">
      <span id="presets" class="label">${t('matrix.presets')}</span>
      ${known.map(
        ({ name }) =>
          html`<button type="button" data-preset=${name} @click=${() => onAsk(name)}>${t(`preset.${name}`)}</button>`,
      )}
    </div>
    ${
      wanted
        ? html`<div class="finding warning question" role="alert">
            <span>
              ${t('matrix.preset.sure', {
                name: t(`preset.${wanted.name}`),
                count: settings.draft.matrix.rows.length,
                rows: wanted.matrix.rows.length,
              })}
            </span>
            <span class="row">
              <button type="button" class="danger" data-act="apply" @click=${() => onApply(wanted.name)}>
                ${t('matrix.preset.apply')}
              </button>
              <button type="button" data-act="keep" @click=${() => onAsk(null)}>${t('matrix.preset.keep')}</button>
            </span>
          </div>`
        : nothing
    }
  </div>`;
}
