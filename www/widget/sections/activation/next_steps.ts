// What remains to be done after switching on, in the order of the manual.
import { html, type TemplateResult } from 'lit';
import type { Settings } from 'ringostat-amocrm/sandbox';
import type { Session } from '../../session.ts';
import type { SectionId } from '../index.ts';

interface Step {
  key: string;
  path?: string;
  section?: SectionId;
  done: (settings: Settings) => boolean;
}

const STEPS: readonly Step[] = [
  { key: 'employees', path: '/employees', done: ({ employees }) => employees.length > 0 },
  {
    key: 'parameters',
    section: 'parameters',
    done: ({ mapping }) =>
      [...mapping.contact, ...mapping.lead].some(
        ({ value }) => 'variable' in value && typeof value.variable === 'object',
      ),
  },
  { key: 'matrix', path: '/matrix', done: ({ matrix }) => matrix.rows.length > 0 },
  {
    key: 'forms',
    path: '/mapping/contact',
    done: ({ mapping }) => mapping.contact.length + mapping.lead.length > 0,
  },
];

export function nextSteps(session: Session): TemplateResult {
  const { t, settings } = session;
  return html`<section aria-labelledby="steps">
    <h3 id="steps">${t('activation.steps')}</h3>
    <ol>
      ${STEPS.map(
        ({ key, path = '', section, done }) =>
          html`<li>
            <button type="button" class="link" @click=${() => session.reveal(path, section)}>
              ${t(`activation.steps.${key}`)}
            </button>
            ${done(settings.draft) ? html`<span class="badge good">${t('activation.steps.done')}</span>` : ''}
          </li>`,
      )}
    </ol>
  </section>`;
}
