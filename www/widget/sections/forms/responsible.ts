// Who becomes responsible for what a form makes.
import { css, html, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import type { FormResponsible } from 'ringostat-amocrm/sandbox';
import { unknownUser, userOptions } from '../../ui/choices.ts';
import { type Option, selectField } from '../../ui/field.ts';
import { findings } from '../../ui/findings.ts';
import { Part } from '../../ui/part.ts';
import { base } from '../../ui/styles.ts';

type Kind = FormResponsible['kind'];
const KINDS: Kind[] = ['account_default', 'user', 'round_robin'];
const PATH = '/forms/responsible';

export class FormResponsiblePart extends Part {
  static override styles = [
    base,
    css`
      .users {
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 12rem), 1fr));
      }
    `,
  ];

  /** What was chosen under another kind comes back with it. */
  #kept: Partial<Record<Kind, FormResponsible>> = {};

  #set(value: FormResponsible): void {
    this.session.settings.edit((draft) => {
      draft.forms.responsible = value;
    });
  }

  #switch(kind: Kind): void {
    const before = this.session.settings.draft.forms.responsible;
    this.#kept[before.kind] = before;
    this.#set(this.#kept[kind] ?? this.#blank(kind));
  }

  #blank(kind: Kind): FormResponsible {
    const users = userOptions(this.session).map(({ value }) => value);
    if (kind === 'account_default') return { kind };
    if (kind === 'user') return { kind, id: users[0] ?? 0 };
    return { kind, users };
  }

  override render() {
    const { session } = this;
    const { t } = session;
    const { responsible } = session.settings.draft.forms;
    return html`<div class="stack" data-path=${PATH}>
      ${selectField<Kind>({
        session,
        path: `${PATH}/kind`,
        label: t('forms.responsible'),
        value: responsible.kind,
        options: KINDS.map((kind) => ({ value: kind, label: t(`forms.responsible.${kind}`) })),
        onChange: (kind) => this.#switch(kind),
      })}
      ${responsible.kind === 'user' ? this.#one(responsible.id) : nothing}
      ${responsible.kind === 'round_robin' ? this.#turn(responsible.users) : nothing}
    </div>`;
  }

  #one(id: number) {
    const { session } = this;
    return selectField({
      session,
      path: `${PATH}/id`,
      label: session.t('forms.responsible.who'),
      value: id,
      options: userOptions(session),
      unknown: unknownUser(session),
      onChange: (chosen) => this.#set({ kind: 'user', id: chosen }),
    });
  }

  #turn(users: readonly number[]) {
    const { session } = this;
    const known = userOptions(session);
    const gone = users
      .filter((id) => known.every(({ value }) => value !== id))
      .map((id): Option<number> => ({ value: id, label: unknownUser(session)(id) }));
    return html`<fieldset data-path="${PATH}/users">
      <legend>${session.t('forms.responsible.turn')}</legend>
      <p class="muted small">${session.t('forms.responsible.turn.hint')}</p>
      <div class="grid users">
        ${[...known, ...gone].map(
          ({ value, label }) => html`<label class="check">
            <input
              type="checkbox"
              .checked=${live(users.includes(value))}
              @change=${(event: Event) => {
                const { checked } = event.target as HTMLInputElement;
                const others = users.filter((id) => id !== value);
                this.#set({ kind: 'round_robin', users: checked ? [...others, value] : others });
              }}
            />
            <span>${label}</span>
          </label>`,
        )}
      </div>
      ${findings(session, `${PATH}/users`, { deep: true })}
    </fieldset>`;
  }
}

customElements.define('ringostat-amocrm-form-responsible', FormResponsiblePart);
