// How far the sending of what had gathered is.
import { html, nothing, type TemplateResult } from 'lit';
import type { BacklogView } from '../../api.ts';
import type { Session } from '../../session.ts';
import { shownTime } from '../../ui/time.ts';

export function backlogProgress(session: Session, backlog: BacklogView): TemplateResult | typeof nothing {
  const { t } = session;
  if (backlog.state === 'none' || backlog.total + backlog.expired === 0) return nothing;
  const done = backlog.sent + backlog.failed;
  return html`<div class="card">
    <p>
      <strong>${t(`activation.backlog.${backlog.state}`)}</strong>
      <br />${t('activation.backlog.count', { count: done, total: backlog.total })}
      ${backlog.failed > 0 ? html`<br />${t('activation.backlog.failed', { count: backlog.failed })}` : nothing}
      ${backlog.expired > 0 ? html`<br />${t('activation.backlog.expired', { count: backlog.expired })}` : nothing}
    </p>
    ${
      backlog.state === 'sending'
        ? html`<progress
              aria-label=${t('activation.backlog.sending')}
              max=${backlog.total}
              value=${done}
            ></progress>
            ${
              backlog.expected_end
                ? html`<p class="muted small">
                    ${t('activation.backlog.end', { at: shownTime(session, backlog.expected_end) })}
                  </p>`
                : nothing
            }`
        : nothing
    }
  </div>`;
}
