// What concerns the whole integration: place and language, the dry run, what is kept and who is told.
import { html, type TemplateResult } from 'lit';
import type { Settings } from 'ringostat-amocrm/sandbox';
import { LANGUAGE_NAMES, LANGUAGES } from '../../i18n/index.ts';
import { checkField, numberField, selectField, textField } from '../ui/field.ts';
import { findings } from '../ui/findings.ts';
import { Part } from '../ui/part.ts';
import { countryOptions } from './general/countries.ts';
import { zoneField } from './general/zone_field.ts';

export class GeneralSection extends Part {
  override render() {
    const { session } = this;
    const { t } = session;
    return html`<h2 id="title">${t('general.title')}</h2>
      <div class="grid">${zoneField(this.session)} ${this.#language()} ${this.#country()}</div>
      <h3>${t('general.dry_run')}</h3>
      ${this.#dryRun()}
      <h3>${t('general.backlog')}</h3>
      ${this.#backlog()}
      <h3>${t('general.notify')}</h3>
      ${this.#notify()} ${findings(session, '')}`;
  }

  #edit(change: (draft: Settings) => void): void {
    this.session.settings.edit(change);
  }

  #language(): TemplateResult {
    const { session } = this;
    const { t, settings } = session;
    return selectField({
      session,
      path: '/language',
      label: t('general.language'),
      hint: t('general.language.hint'),
      value: settings.draft.language,
      options: LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] })),
      onChange: (value) =>
        this.#edit((draft) => {
          draft.language = value;
        }),
    });
  }

  #country(): TemplateResult {
    const { session } = this;
    const { t, settings, language } = session;
    return selectField({
      session,
      path: '/default_country',
      label: t('general.country'),
      hint: t('general.country.hint'),
      // The core takes codes in any case.
      value: settings.draft.default_country.toUpperCase(),
      options: countryOptions(language),
      unknown: (value) => value,
      onChange: (value) =>
        this.#edit((draft) => {
          draft.default_country = value;
        }),
    });
  }

  #dryRun(): TemplateResult {
    const { session } = this;
    const { t, settings } = session;
    return checkField({
      session,
      path: '/dry_run',
      label: t('general.dry_run.on'),
      hint: t('general.dry_run.hint'),
      value: settings.draft.dry_run,
      onChange: (on) =>
        this.#edit((draft) => {
          draft.dry_run = on;
        }),
    });
  }

  #backlog(): TemplateResult {
    const { session } = this;
    const { t, settings } = session;
    const { backlog } = settings.draft;
    const days = (key: 'days' | 'retention_days') =>
      numberField({
        session,
        path: `/backlog/${key}`,
        label: t(`general.backlog.${key}`),
        hint: t(`general.backlog.${key}.hint`),
        min: 1,
        value: backlog[key],
        onInput: (value) =>
          this.#edit((draft) => {
            draft.backlog[key] = value;
          }),
      });
    return html`<div class="stack">
      <div class="grid">${days('days')} ${days('retention_days')}</div>
      ${checkField({
        session,
        path: '/backlog/fill_gaps',
        label: t('general.fill_gaps'),
        hint: t('general.fill_gaps.hint'),
        value: backlog.fill_gaps,
        onChange: (on) =>
          this.#edit((draft) => {
            draft.backlog.fill_gaps = on;
          }),
      })}
    </div>`;
  }

  #notify(): TemplateResult {
    const { session } = this;
    const { t, settings } = session;
    const { notify, matrix } = settings.draft;
    return html`<div class="stack">
      ${checkField({
        session,
        path: '/notify/task_for_senior',
        label: t('general.task_for_senior'),
        hint: t(
          matrix.senior_user === null ? 'general.task_for_senior.nobody' : 'general.task_for_senior.hint',
        ),
        value: notify.task_for_senior,
        onChange: (on) =>
          this.#edit((draft) => {
            draft.notify.task_for_senior = on;
          }),
      })}
      <div class="grid">
        ${textField({
          session,
          path: '/notify/url',
          label: t('general.notify.url'),
          hint: t('general.notify.url.hint'),
          type: 'url',
          placeholder: 'https://',
          value: notify.url ?? '',
          onInput: (url) =>
            this.#edit((draft) => {
              draft.notify.url = url.trim() === '' ? null : url.trim();
            }),
        })}
        ${numberField({
          session,
          path: '/notify/held_more_than',
          label: t('general.notify.held'),
          hint: t('general.notify.held.hint'),
          min: 0,
          value: notify.held_more_than,
          onInput: (events) =>
            this.#edit((draft) => {
              draft.notify.held_more_than = events;
            }),
        })}
      </div>
    </div>`;
  }
}

customElements.define('ringostat-amocrm-general', GeneralSection);
