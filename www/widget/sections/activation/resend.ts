// Whether what has gathered is sent once the integration is on again, and what is lost on the way when it is not.
import { html, nothing, type TemplateResult } from 'lit';
import type { Session } from '../../session.ts';

export function resend(session: Session, on: boolean, onChange: (on: boolean) => void): TemplateResult {
  const { t, settings, connection } = session;
  const held = connection.view?.held ?? 0;
  return html`<div class="check">
      <input
        id="resend"
        type="checkbox"
        .checked=${on}
        @change=${(event: Event) => onChange((event.target as HTMLInputElement).checked)}
      />
      <label for="resend">
        ${t('activation.resend')}
        <br /><span class="muted small">${t('activation.resend.hint', { count: settings.draft.backlog.days })}</span>
      </label>
    </div>
    ${
      held > 0 && !on
        ? html`<div class="finding warning" role="status">${t('activation.resend.not', { count: held })}</div>`
        : nothing
    }`;
}
