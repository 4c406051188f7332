// Which forms are taken in, and what of them is never kept.
import { html, type TemplateResult } from 'lit';
import type { Session } from '../../session.ts';
import { listField, textField } from '../../ui/field.ts';

export function intake(session: Session): TemplateResult {
  const { t, settings } = session;
  const { forms } = settings.draft;
  return html`<div class="stack">
    ${listField({
      session,
      path: '/forms/cors_origins',
      label: t('forms.cors_origins'),
      hint: t('forms.cors_origins.hint'),
      placeholder: 'https://site.example',
      value: forms.cors_origins,
      onInput: (origins) =>
        settings.edit((draft) => {
          draft.forms.cors_origins = origins;
        }),
    })}
    ${listField({
      session,
      path: '/forms/ignored_fields',
      label: t('forms.ignored_fields'),
      hint: t('forms.ignored_fields.hint'),
      value: forms.ignored_fields,
      onInput: (names) =>
        settings.edit((draft) => {
          draft.forms.ignored_fields = names;
        }),
    })}
    ${textField({
      session,
      path: '/forms/honeypot_field',
      label: t('forms.honeypot_field'),
      hint: t('forms.honeypot_field.hint'),
      value: forms.honeypot_field ?? '',
      onInput: (name) =>
        settings.edit((draft) => {
          draft.forms.honeypot_field = name.trim() === '' ? null : name;
        }),
    })}
  </div>`;
}
