// One person: who that is in Ringostat, whence that is known, and who in amoCRM.
import { html, nothing, type TemplateResult } from 'lit';
import type { Employee } from 'ringostat-amocrm/sandbox';
import type { Session } from '../../session.ts';
import { unknownUser, userOptions } from '../../ui/choices.ts';
import { selectField } from '../../ui/field.ts';
import { findings } from '../../ui/findings.ts';
import { marksFields, marksLine } from './marks.ts';
import { type Person, titleOf } from './roster.ts';
import type { Suggestion } from './suggest.ts';

export function personCard(card: {
  session: Session;
  person: Person;
  /** Position on the page. */
  at: number;
  suggestion: Suggestion | undefined;
  onLink: (user: number) => void;
  onEdit: (change: (employee: Employee) => void) => void;
  onUnlink: () => void;
}): TemplateResult {
  const { session, person, at, suggestion, onLink, onEdit, onUnlink } = card;
  const { t } = session;
  const { index, marks, known, key } = person;
  const path = index === null ? `unlinked/${at}` : `/employees/${index}`;
  const name = titleOf(marks) || t('employees.nameless');
  const user = index === null ? 0 : (session.settings.draft.employees[index]?.amocrm_user ?? 0);
  return html`<li class="card ${index === null ? 'open' : ''}" data-path=${path} data-key=${key}>
    <div class="match">
      <div class="who">
        <p><strong>${name}</strong></p>
        <p class="muted small">${marksLine(session, marks)}</p>
        <p class="muted small">${learned(session, known)}</p>
      </div>
      <div>
        ${selectField<number>({
          session,
          path: `${path}/amocrm_user`,
          label: t('employees.user', { name }),
          value: user,
          options: userOptions(session),
          unknown: (id) => (id === 0 ? t('employees.user.none') : unknownUser(session)(id)),
          onChange: onLink,
        })}
        ${
          suggestion
            ? html`<div class="act">
                <button type="button" class="primary" @click=${() => onLink(suggestion.user.id)}>
                  ${t('employees.suggest', { user: suggestion.user.name })}
                </button>
                <span class="muted small">${t(`employees.why.${suggestion.why}`)}</span>
              </div>`
            : nothing
        }
      </div>
    </div>
    ${findings(session, path)}
    ${
      index === null
        ? nothing
        : html`<details>
            <summary>${t('employees.details', { name })}</summary>
            <p class="muted small">${t('employees.details.hint')}</p>
            ${marksFields(session, `${path}/ringostat`, marks, (change) =>
              onEdit(({ ringostat }) => {
                Object.assign(ringostat, change);
              }),
            )}
            <p class="act">
              <button type="button" class="danger" @click=${onUnlink}>
                ${t(known ? 'employees.unlink' : 'employees.remove', { name })}
              </button>
            </p>
          </details>`
    }
  </li>`;
}

function learned(session: Session, known: Person['known']): string {
  const { t, language } = session;
  if (!known) return t('employees.from.hand');
  const seen = known.seen_at ? new Date(known.seen_at) : null;
  const date = seen
    ? new Intl.DateTimeFormat(language, { dateStyle: 'medium' }).format(seen)
    : t('employees.from.unknown_date');
  return t(known.source === 'calls' ? 'employees.from.calls' : 'employees.from.ringostat', { date });
}
