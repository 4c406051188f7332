// Who is who: employees of Ringostat and users of amoCRM.
import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Employee } from 'ringostat-amocrm/sandbox';
import { Part } from '../ui/part.ts';
import { base } from '../ui/styles.ts';
import { type NewEmployee, newEmployeeForm } from './employees/new_employee.ts';
import { personCard } from './employees/person_card.ts';
import { handKey, marksOnly, Order, type Person, roster, titleOf } from './employees/roster.ts';
import { employeeStyles } from './employees/styles.ts';
import { type Suggestion, suggest } from './employees/suggest.ts';

const NEW: NewEmployee = { name: '', email: '', extension: '', sip: [], numbers: [], staff_id: '', user: 0 };

export class EmployeesSection extends Part {
  static override styles = [base, employeeStyles];
  static override properties = {
    ...Part.properties,
    fresh: { state: true },
    asking: { state: true },
    said: { state: true },
    lacking: { state: true },
  };
  /** Being added by hand. */
  declare fresh: NewEmployee;
  /** What all suggestions would do is shown. */
  declare asking: boolean;
  declare said: string;
  /** What the new employee lacks. */
  declare lacking: 'name' | 'user' | null;
  readonly #order = new Order();
  #pinned: { key: string; index: number } | null = null;

  constructor() {
    super();
    this.fresh = NEW;
    this.asking = false;
    this.said = '';
    this.lacking = null;
  }

  get #linked(): readonly Employee[] {
    return this.session.settings.draft.employees;
  }

  override render() {
    const { session } = this;
    const { t } = session;
    const { directory, users } = session.account;
    const known = directory?.ringostat.employees ?? [];
    const people = this.#order.sort(roster(this.#linked, known, this.#pinned));
    const open = people.filter(({ index }) => index === null);
    const found = suggest(
      open.map(({ marks }) => marks),
      users,
      new Set(this.#linked.map(({ amocrm_user }) => amocrm_user)),
    );
    const suggestions = new Map<string, Suggestion>();
    for (const [at, suggestion] of found) {
      const person = open[at];
      if (person) suggestions.set(person.key, suggestion);
    }
    return html`
      <h2 id="title">${t('employees.title')}</h2>
      <p>${t('employees.intro')}</p>
      ${directory ? nothing : html`<p class="finding info">${t('employees.no_account')}</p>`}
      ${
        directory && known.length === 0
          ? html`<p class="finding info">${t('employees.no_ringostat')}</p>`
          : nothing
      }
      <p id="summary" tabindex="-1">
        ${
          people.length > 0
            ? html`<span class="badge ${open.length > 0 ? 'warning' : 'good'}"
                >${t('employees.unlinked', { count: open.length })}</span
              >`
            : nothing
        }
        <span class="badge">${t('employees.linked', { count: this.#linked.length })}</span>
      </p>
      ${this.#all(open, suggestions)}
      <p class="visually-hidden" role="status">${this.said}</p>
      <ul class="people">
        ${repeat(
          people,
          ({ key }) => key,
          (person, at) => this.#card(person, at, suggestions.get(person.key)),
        )}
      </ul>
      ${newEmployeeForm({
        session,
        value: this.fresh,
        lacking: this.lacking,
        open: people.length === 0,
        onInput: (change) => {
          this.fresh = { ...this.fresh, ...change };
        },
        onAdd: () => this.#addByHand(),
      })}
    `;
  }

  #all(open: Person[], suggestions: ReadonlyMap<string, Suggestion>) {
    const { t } = this.session;
    const linkable = open.flatMap((person) => {
      const suggestion = suggestions.get(person.key);
      return suggestion ? [{ person, suggestion }] : [];
    });
    if (linkable.length === 0) return nothing;
    if (!this.asking) {
      return html`<p>
        <button
          type="button"
          id="all"
          @click=${() => {
            this.asking = true;
            void this.#focus('#confirm');
          }}
        >
          ${t('employees.all', { count: linkable.length })}
        </button>
      </p>`;
    }
    return html`<div class="card all" role="group" aria-labelledby="all-title">
      <p id="all-title"><strong>${t('employees.all.title')}</strong></p>
      <ul>
        ${linkable.map(
          ({ person, suggestion: { user, why } }) =>
            html`<li>
              ${titleOf(person.marks)} → ${user.name}
              <span class="muted">(${t(`employees.why.${why}`)})</span>
            </li>`,
        )}
      </ul>
      <div class="row">
        <button type="button" class="primary" id="confirm" @click=${() => this.#linkAll(linkable)}>
          ${t('employees.all.confirm')}
        </button>
        <button
          type="button"
          @click=${() => {
            this.asking = false;
            void this.#focus('#all');
          }}
        >
          ${t('employees.all.cancel')}
        </button>
      </div>
    </div>`;
  }

  #card(person: Person, at: number, suggestion: Suggestion | undefined) {
    return personCard({
      session: this.session,
      person,
      at,
      suggestion,
      onLink: (user) => this.#link(person, user),
      onEdit: (change) => {
        const { index } = person;
        if (index === null) return;
        this.#pinned = { key: person.key, index };
        this.session.settings.edit((draft) => {
          const employee = draft.employees[index];
          if (employee) change(employee);
        });
      },
      onUnlink: () => this.#unlink(person),
    });
  }

  #link({ key, index, marks }: Person, user: number): void {
    const { session } = this;
    session.settings.edit(({ employees }) => {
      const employee = index === null ? undefined : employees[index];
      if (employee) employee.amocrm_user = user;
      else employees.push({ ringostat: marksOnly(marks), amocrm_user: user });
    });
    this.said = session.t('employees.done', {
      name: titleOf(marks),
      user: session.account.userName(user),
    });
    void this.#focus(`[data-key="${CSS.escape(key)}"] select`);
  }

  #linkAll(linkable: { person: Person; suggestion: Suggestion }[]): void {
    const { session } = this;
    session.settings.edit(({ employees }) => {
      for (const { person, suggestion } of linkable) {
        employees.push({ ringostat: marksOnly(person.marks), amocrm_user: suggestion.user.id });
      }
    });
    this.asking = false;
    this.said = session.t('employees.all.done', { count: linkable.length });
    void this.#focus('#summary');
  }

  #unlink({ key, index, marks, known }: Person): void {
    if (index === null) return;
    // Positions behind it change.
    this.#pinned = null;
    this.session.settings.edit(({ employees }) => {
      employees.splice(index, 1);
    });
    this.said = this.session.t(known ? 'employees.undone' : 'employees.removed', { name: titleOf(marks) });
    void this.#focus(...(known ? [`[data-key="${CSS.escape(key)}"] select`] : []), '#summary');
  }

  #addByHand(): void {
    const { session } = this;
    const { user, ...marks } = this.fresh;
    const texts = [marks.name, marks.email, marks.extension, marks.staff_id, ...marks.sip, ...marks.numbers];
    const missing = texts.every((text) => text.trim() === '') ? 'name' : user === 0 ? 'user' : null;
    this.lacking = missing;
    if (missing) {
      void this.#focus(`[data-path="fresh/${missing}"] :is(input, select)`);
      return;
    }
    const index = this.#linked.length;
    session.settings.edit(({ employees }) => {
      employees.push({ ringostat: marks, amocrm_user: user });
    });
    this.fresh = NEW;
    this.said = session.t('employees.done', { name: titleOf(marks), user: session.account.userName(user) });
    void this.#focus(`[data-key="${CSS.escape(handKey(index))}"] select`, '[data-path="fresh/name"] input');
  }

  /** The first of those that is there. */
  async #focus(...selectors: string[]): Promise<void> {
    await this.updateComplete;
    for (const selector of selectors) {
      const target = this.renderRoot.querySelector<HTMLElement>(selector);
      if (target) return target.focus();
    }
  }
}

customElements.define('ringostat-amocrm-employees', EmployeesSection);
