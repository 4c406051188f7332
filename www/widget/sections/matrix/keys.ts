// A project's own names of the parameters of its webhooks.
import { html, type TemplateResult } from 'lit';
import type { CallKey, KeyName } from 'ringostat-amocrm/sandbox';
import type { Session } from '../../session.ts';
import { selectField, textField } from '../../ui/field.ts';
import { findings } from '../../ui/findings.ts';
import { CALL_KEYS } from './call_keys.ts';

interface Keys {
  session: Session;
  onAdd: () => void;
  onRemove: (index: number) => void;
}

export function keys({ session, onAdd, onRemove }: Keys): TemplateResult {
  const { t, settings } = session;
  const known = settings.draft.calls.keys;
  const options = CALL_KEYS.map((value) => ({ value, label: t(`call_key.${value}`) })).sort((a, b) =>
    a.label.localeCompare(b.label, session.language),
  );
  return html`<details data-path="/calls/keys">
    <summary>${t('matrix.keys', { count: known.length })}</summary>
    <p class="muted small">${t('matrix.keys.hint')}</p>
    ${findings(session, '/calls/keys')}
    <div class="stack">
      ${known.map((key, index) => one(session, key, index, options, () => onRemove(index)))}
      <div><button type="button" data-act="add-key" @click=${onAdd}>${t('matrix.keys.add')}</button></div>
    </div>
  </details>`;
}

function one(
  session: Session,
  key: KeyName,
  index: number,
  options: { value: CallKey; label: string }[],
  onRemove: () => void,
): TemplateResult {
  const { t, settings } = session;
  const path = `/calls/keys/${index}`;
  const edit = (change: (key: KeyName) => void) =>
    settings.edit((draft) => {
      const written = draft.calls.keys[index];
      if (written) change(written);
    });
  const remove = t('matrix.keys.remove', { name: key.name || index + 1 });
  return html`<div class="key card" data-path=${path} data-key=${index}>
    ${textField({
      session,
      path: `${path}/name`,
      label: t('matrix.keys.name'),
      value: key.name,
      placeholder: index === 0 ? 'phone_of_client' : '',
      onInput: (name) =>
        edit((draft) => {
          draft.name = name;
        }),
    })}
    ${selectField({
      session,
      path: `${path}/means`,
      label: t('matrix.keys.means'),
      value: key.means,
      options,
      onChange: (means) =>
        edit((draft) => {
          draft.means = means;
        }),
    })}
    <button type="button" class="icon" aria-label=${remove} title=${remove} @click=${onRemove}>✕</button>
  </div>`;
}
