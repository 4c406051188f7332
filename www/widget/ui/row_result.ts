// What a mapping row gives for the previewed event. What came empty is told apart from what did not come.
import { html, nothing, type TemplateResult } from 'lit';
import type { Session } from '../session.ts';

export function rowResult(session: Session, path: string): TemplateResult | typeof nothing {
  const { rowValues, t } = session;
  if (rowValues === null) return nothing;
  const result = rowValues.get(path);
  if (!result) return nothing;
  const said =
    result.kind === 'value'
      ? html`<strong>${result.text}</strong>`
      : html`<em>${t(`forms.result.${result.kind}`)}</em>`;
  return html`<p class="result small"><span class="muted">${t('forms.result')}</span> ${said}</p>`;
}
