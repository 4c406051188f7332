// By what Ringostat knows an employee, as fields.
import { html, type TemplateResult } from 'lit';
import type { RingostatEmployee } from '../../api.ts';
import type { Session } from '../../session.ts';
import { listField, textField } from '../../ui/field.ts';

const TEXTS = ['name', 'email', 'extension', 'staff_id'] as const;
const LISTS = ['sip', 'numbers'] as const;

export function marksFields(
  session: Session,
  path: string,
  marks: RingostatEmployee,
  onInput: (change: Partial<RingostatEmployee>) => void,
): TemplateResult {
  const { t } = session;
  return html`<div class="grid">
    ${TEXTS.map((key) =>
      textField({
        session,
        path: `${path}/${key}`,
        label: t(`employees.mark.${key}`),
        value: marks[key],
        onInput: (value) => onInput({ [key]: value }),
      }),
    )}
    ${LISTS.map((key) =>
      listField({
        session,
        path: `${path}/${key}`,
        label: t(`employees.mark.${key}`),
        hint: t(`employees.mark.${key}.hint`),
        value: marks[key],
        onInput: (value) => onInput({ [key]: value }),
      }),
    )}
  </div>`;
}

/** All of them in one line. */
export function marksLine(session: Session, marks: RingostatEmployee): string {
  const { t } = session;
  return [
    marks.email,
    marks.extension && t('employees.short.extension', { value: marks.extension }),
    marks.sip.length > 0 && t('employees.short.sip', { value: marks.sip.join(', ') }),
    marks.numbers.length > 0 && t('employees.short.numbers', { value: marks.numbers.join(', ') }),
    marks.staff_id && t('employees.short.staff_id', { value: marks.staff_id }),
  ]
    .filter(Boolean)
    .join(' · ');
}
