// What remains to be done after switching on, in the order of the manual.
import { html, type TemplateResult } from 'lit';
import type { Session } from '../../session.ts';

const STEPS = [
  { key: 'employees', path: '/employees', done: ({ employees }) => employees.length > 0 },
  { key: 'matrix', path: '/matrix', done: ({ matrix }) => matrix.rows.length > 0 },
  {
    key: 'forms',
    path: '/mapping/contact',
    done: ({ mapping }) => mapping.contact.length + mapping.lead.length > 0,
  },
] as const satisfies {
  key: string;
  path: string;
  done: (settings: Session['settings']['draft']) => boolean;
}[];

export function nextSteps(session: Session): TemplateResult {
  const { t, settings } = session;
  return html`<section aria-labelledby="steps">
    <h3 id="steps">${t('activation.steps')}</h3>
    <ol>
      ${STEPS.map(
        ({ key, path, done }) =>
          html`<li>
            <button type="button" class="link" @click=${() => session.reveal(path)}>
              ${t(`activation.steps.${key}`)}
            </button>
            ${done(settings.draft) ? html`<span class="badge good">${t('activation.steps.done')}</span>` : ''}
          </li>`,
      )}
    </ol>
  </section>`;
}
