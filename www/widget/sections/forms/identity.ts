// How the client behind a form is found among those that amoCRM has.
import { html, type TemplateResult } from 'lit';
import type { Session } from '../../session.ts';
import { checkField } from '../../ui/field.ts';

const OPTIONS = ['fall_through', 'check_companies'] as const;

export function identity(session: Session): TemplateResult {
  const { t } = session;
  return html`
    <p class="muted">${t('forms.identity.how')}</p>
    <div class="stack">
      ${OPTIONS.map((option) =>
        checkField({
          session,
          path: `/identity/${option}`,
          label: t(`forms.identity.${option}`),
          hint: t(`forms.identity.${option}.hint`),
          value: session.settings.draft.identity[option],
          onChange: (on) =>
            session.settings.edit((draft) => {
              draft.identity[option] = on;
            }),
        }),
      )}
    </div>
  `;
}
