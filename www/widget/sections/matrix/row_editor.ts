// Everything of a row of the matrix that can be changed, but for its marks.
import { html, nothing, type TemplateResult } from 'lit';
import type { MatrixRow } from 'ringostat-amocrm/sandbox';
import type { Session } from '../../session.ts';
import { responsibleGroups, unknownResponsible } from '../../ui/choices.ts';
import { type Option, selectField } from '../../ui/field.ts';
import { taskTemplate } from '../../ui/task_template.ts';
import { hasResponsible, TASKS } from './creates.ts';
import { ANSWERED_BY, CALL_KINDS, CLIENTS } from './effective.ts';
import { rowPath } from './words.ts';

type When = MatrixRow['when'];

export function rowEditor(
  session: Session,
  row: MatrixRow,
  index: number,
  edit: (change: (row: MatrixRow) => void) => void,
  buttons: TemplateResult,
): TemplateResult {
  const { t } = session;
  const path = rowPath(index);
  const condition = <K extends keyof When>(
    key: K,
    names: string,
    values: NonNullable<When[K]>[],
    any: string,
  ) =>
    selectField<When[K] | null>({
      session,
      path: `${path}/when/${key}`,
      label: t(`matrix.${key}`),
      value: row.when[key] ?? null,
      options: [
        { value: null, label: t(any) },
        ...values.map((value): Option<When[K] | null> => ({ value, label: t(`${names}.${value}`) })),
      ],
      onChange: (value) =>
        edit((draft) => {
          if (value === null || value === undefined) delete draft.when[key];
          else draft.when[key] = value;
        }),
    });
  return html`<div class="stack">
    <div class="grid">
      ${condition('call', 'call', CALL_KINDS, 'matrix.any_call')}
      ${condition('client', 'client', CLIENTS, 'matrix.any_client')}
      ${condition('answered_by', 'answered_by', ANSWERED_BY, 'matrix.any_answered_by')}
      ${selectField({
        session,
        path: `${path}/moment`,
        label: t('matrix.moment'),
        hint: t('matrix.moment.hint'),
        value: row.moment,
        options: (['pick_up', 'after_call'] as const).map((value) => ({
          value,
          label: t(`moment.${value}`),
        })),
        onChange: (moment) =>
          edit((draft) => {
            draft.moment = moment;
          }),
      })}
      ${selectField({
        session,
        path: `${path}/responsible`,
        label: t('matrix.responsible'),
        hint: t(hasResponsible(row.creates) ? 'matrix.responsible.hint' : 'matrix.responsible.unused'),
        value: row.responsible,
        groups: responsibleGroups(session, { calls: true }),
        unknown: unknownResponsible(session),
        onChange: (responsible) =>
          edit((draft) => {
            draft.responsible = responsible;
          }),
      })}
    </div>
    ${TASKS.map((key) => {
      const task = row.creates[key];
      if (!task) return nothing;
      return html`<fieldset data-path=${`${path}/creates/${key}`}>
        <legend>${t(`creates.${key}`)}</legend>
        ${taskTemplate(
          session,
          `${path}/creates/${key}`,
          task,
          (change) =>
            edit((draft) => {
              const written = draft.creates[key];
              if (written) change(written);
            }),
          { calls: true },
        )}
      </fieldset>`;
    })}
    ${buttons}
  </div>`;
}
