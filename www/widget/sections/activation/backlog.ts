// How far the sending of what had gathered is.
import { html, nothing, type TemplateResult } from 'lit';
import type { BacklogView, Unsent } from '../../api.ts';
import type { Session } from '../../session.ts';
import { shownTime } from '../../ui/time.ts';

export function backlogProgress(session: Session, backlog: BacklogView): TemplateResult | typeof nothing {
  const { t } = session;
  if (backlog.state === 'none' || backlog.total + backlog.expired === 0) return nothing;
  const done = backlog.sent + backlog.failed;
  const number = new Intl.NumberFormat(session.language);
  return html`<div class="card">
    <p>
      <strong>${t(`activation.backlog.${backlog.state}`)}</strong>
      <br />${t('activation.backlog.count', { count: backlog.sent, total: backlog.total })}
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
            <p class="muted small">
              ${backlog.rate ? t('activation.backlog.rate', { rate: number.format(backlog.rate) }) : nothing}
              ${
                backlog.expected_end
                  ? t('activation.backlog.end', { at: shownTime(session, backlog.expected_end) })
                  : nothing
              }
            </p>`
        : nothing
    }
  </div>`;
}

/** What ended without being sent, and the way to send it after all. */
export function unsentEvents(
  session: Session,
  unsent: Record<Unsent, number>,
  send: (status: Unsent) => void,
  busy: boolean,
): TemplateResult | typeof nothing {
  const { t } = session;
  const some = (['expired', 'failed'] as const).filter((status) => unsent[status] > 0);
  if (some.length === 0) return nothing;
  return html`<div class="row">
    ${some.map(
      (status) =>
        html`<button type="button" ?disabled=${busy} @click=${() => send(status)}>
          ${t(`activation.resend_${status}`, { count: unsent[status] })}
        </button>`,
    )}
  </div>`;
}
