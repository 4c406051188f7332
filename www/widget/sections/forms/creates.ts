// What a form makes, and where its lead goes.
import { html, nothing, type TemplateResult } from 'lit';
import type { Forms } from 'ringostat-amocrm/sandbox';
import type { Session } from '../../session.ts';
import { checkField, selectField } from '../../ui/field.ts';
import { taskTemplate } from '../../ui/task_template.ts';

const ENTITIES = ['contact', 'lead', 'unsorted', 'note'] as const;
const OPEN_LEAD: Forms['open_lead'][] = ['reuse', 'create'];

/** Elsewhere these words stand inside of sentences. */
const capital = ({ language }: Session, text: string): string =>
  text.slice(0, 1).toLocaleUpperCase(language) + text.slice(1);

export function creates(session: Session): TemplateResult {
  const { t } = session;
  const { forms } = session.settings.draft;
  const edit = (change: (forms: Forms) => void) => session.settings.edit((draft) => change(draft.forms));
  const { task } = forms.creates;
  return html`
    <fieldset data-path="/forms/creates">
      <legend>${t('forms.creates')}</legend>
      <div class="stack">
        ${ENTITIES.map((entity) =>
          checkField({
            session,
            path: `/forms/creates/${entity}`,
            label: capital(session, t(`creates.${entity}`)),
            hint: t(`forms.creates.${entity}.hint`),
            value: forms.creates[entity],
            onChange: (on) =>
              edit((draft) => {
                draft.creates[entity] = on;
              }),
          }),
        )}
        ${checkField({
          session,
          path: '/forms/creates/task/on',
          label: t('forms.creates.task'),
          hint: t('forms.creates.task.hint'),
          value: task.on,
          onChange: (on) =>
            edit((draft) => {
              draft.creates.task.on = on;
            }),
        })}
        ${
          task.on
            ? html`<div class="card">
                ${taskTemplate(
                  session,
                  '/forms/creates/task',
                  task,
                  (change) => edit((draft) => change(draft.creates.task)),
                  { calls: false },
                )}
              </div>`
            : nothing
        }
      </div>
    </fieldset>
    ${selectField({
      session,
      path: '/forms/open_lead',
      label: t('forms.open_lead'),
      value: forms.open_lead,
      options: OPEN_LEAD.map((value) => ({ value, label: t(`forms.open_lead.${value}`) })),
      onChange: (value) =>
        edit((draft) => {
          draft.open_lead = value;
        }),
    })}
    ${checkField({
      session,
      path: '/forms/use_funnel_rules',
      label: t('forms.use_funnel_rules'),
      hint: t('forms.use_funnel_rules.hint'),
      value: forms.use_funnel_rules,
      onChange: (on) =>
        edit((draft) => {
          draft.use_funnel_rules = on;
        }),
    })}
  `;
}
