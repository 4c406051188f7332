// What concerns all rows of the matrix: the senior manager, the link to the recording, tasks of missed calls.
import { html, type TemplateResult } from 'lit';
import type { Settings } from 'ringostat-amocrm/sandbox';
import type { Session } from '../../session.ts';
import { unknownUser, userOptions } from '../../ui/choices.ts';
import { checkField, numberField, selectField } from '../../ui/field.ts';

type Matrix = Settings['matrix'];
const LINKS: Matrix['recording_link'][] = ['recording', 'call_card', 'none'];

export function rest(session: Session): TemplateResult {
  const { t, settings } = session;
  const { matrix } = settings.draft;
  const edit = (change: (matrix: Matrix) => void) => settings.edit((draft) => change(draft.matrix));
  return html`<h3>${t('matrix.rest')}</h3>
    <div class="stack">
      <div class="grid">
        ${selectField<number | null>({
          session,
          path: '/matrix/senior_user',
          label: t('matrix.senior'),
          hint: t('matrix.senior.hint'),
          value: matrix.senior_user,
          options: [{ value: null, label: t('choice.nobody') }, ...userOptions(session)],
          unknown: unknownUser(session),
          onChange: (user) =>
            edit((draft) => {
              draft.senior_user = user;
            }),
        })}
        ${selectField({
          session,
          path: '/matrix/recording_link',
          label: t('matrix.recording_link'),
          hint: t('matrix.recording_link.hint'),
          value: matrix.recording_link,
          options: LINKS.map((value) => ({ value, label: t(`recording_link.${value}`) })),
          onChange: (link) =>
            edit((draft) => {
              draft.recording_link = link;
            }),
        })}
      </div>
      ${checkField({
        session,
        path: '/matrix/close_missed_task/on',
        label: t('matrix.close_missed'),
        hint: t('matrix.close_missed.hint'),
        value: matrix.close_missed_task.on,
        onChange: (on) =>
          edit((draft) => {
            draft.close_missed_task.on = on;
          }),
      })}
      <div class="grid">
        ${numberField({
          session,
          path: '/matrix/close_missed_task/min_talk_seconds',
          label: t('matrix.min_talk'),
          min: 0,
          disabled: !matrix.close_missed_task.on,
          value: matrix.close_missed_task.min_talk_seconds,
          onInput: (seconds) =>
            edit((draft) => {
              draft.close_missed_task.min_talk_seconds = seconds;
            }),
        })}
      </div>
    </div>`;
}
