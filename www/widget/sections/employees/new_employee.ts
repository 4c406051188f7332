// An employee whom neither calls nor Ringostat told of yet.
import { html, nothing, type TemplateResult } from 'lit';
import type { RingostatEmployee } from '../../api.ts';
import type { Session } from '../../session.ts';
import { userOptions } from '../../ui/choices.ts';
import { selectField } from '../../ui/field.ts';
import { marksFields } from './marks.ts';

/** `user`: 0 while none is chosen. */
export interface NewEmployee extends RingostatEmployee {
  user: number;
}

export function newEmployeeForm(form: {
  session: Session;
  value: NewEmployee;
  lacking: 'name' | 'user' | null;
  /** Shown at once: there is nobody else. */
  open: boolean;
  onInput: (change: Partial<NewEmployee>) => void;
  onAdd: () => void;
}): TemplateResult {
  const { session, value, lacking, open, onInput, onAdd } = form;
  const { t } = session;
  return html`<form
    class="new"
    novalidate
    @submit=${(event: Event) => {
      event.preventDefault();
      onAdd();
    }}
  >
    <details class="card" ?open=${open}>
      <summary>${t('employees.new')}</summary>
      <p class="muted small">${t('employees.new.hint')}</p>
      ${marksFields(session, 'fresh', value, onInput)}
      <div class="grid act">
        ${selectField<number>({
          session,
          path: 'fresh/user',
          label: t('employees.new.of'),
          value: value.user,
          options: userOptions(session),
          unknown: () => t('employees.user.none'),
          onChange: (user) => onInput({ user }),
        })}
      </div>
      ${lacking ? html`<p class="finding error" role="alert">${t(`employees.new.${lacking}`)}</p>` : nothing}
      <p class="act"><button type="submit">${t('employees.new.add')}</button></p>
    </details>
  </form>`;
}
