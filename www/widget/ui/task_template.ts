// A task to be made: its text with placeholders, type, deadline and who does it.

import { html, type TemplateResult } from 'lit';
import type { TaskTemplate } from 'ringostat-amocrm/sandbox';
import type { Session } from '../session.ts';
import { responsibleGroups, taskTypeOptions, unknownResponsible } from './choices.ts';
import { numberField, selectField, textField } from './field.ts';

export function taskTemplate(
  session: Session,
  path: string,
  task: TaskTemplate,
  edit: (change: (task: TaskTemplate) => void) => void,
  { calls }: { calls: boolean },
): TemplateResult {
  const { t } = session;
  return html`<div class="grid">
    ${textField({
      session,
      path: `${path}/text`,
      label: t('task.text'),
      hint: t('task.text.hint', { example: calls ? '{client_number}' : '{form_name}' }),
      value: task.text,
      onInput: (text) =>
        edit((draft) => {
          draft.text = text;
        }),
    })}
    ${selectField({
      session,
      path: `${path}/type`,
      label: t('task.type'),
      value: task.type,
      options: taskTypeOptions(session),
      unknown: (id) => `#${id}`,
      onChange: (type) =>
        edit((draft) => {
          draft.type = type;
        }),
    })}
    ${numberField({
      session,
      path: `${path}/deadline_minutes`,
      label: t('task.deadline'),
      min: 0,
      value: task.deadline_minutes,
      onInput: (minutes) =>
        edit((draft) => {
          draft.deadline_minutes = minutes;
        }),
    })}
    ${selectField({
      session,
      path: `${path}/responsible`,
      label: t('task.responsible'),
      value: task.responsible,
      groups: responsibleGroups(session, { calls }),
      unknown: unknownResponsible(session),
      onChange: (responsible) =>
        edit((draft) => {
          draft.responsible = responsible;
        }),
    })}
  </div>`;
}
