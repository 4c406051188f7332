// The tab that cannot be changed.
import { html, type TemplateResult } from 'lit';
import type { Session } from '../../session.ts';
import { variableName } from '../../ui/choices.ts';
import { type LockedSource, lockedRows } from './default_rows.ts';

export function lockedTab(session: Session): TemplateResult {
  const { t, account } = session;
  const source = (from: LockedSource) => {
    if (from.type === 'constant') return from.text;
    if (from.type === 'event') return t('forms.locked.event');
    return variableName(session, from.name);
  };
  const type = ({ type }: LockedSource) => t(type === 'event' ? 'forms.locked.own' : `value_kind.${type}`);
  const rows = lockedRows(
    { contact: account.fields('contact'), lead: account.fields('lead') },
    t('forms.locked.marker'),
  );
  return html`
    <p class="muted">${t('forms.locked.why')}</p>
    <div class="scroll" tabindex="0" role="region" aria-label=${t('forms.tab.default')}>
      <table>
        <thead>
          <tr>
            <th scope="col">${t('forms.row.field')}</th>
            <th scope="col">${t('forms.locked.entity')}</th>
            <th scope="col">${t('forms.row.type')}</th>
            <th scope="col">${t('forms.row.value')}</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) => html`<tr>
              <td>${row.field ?? t('forms.field.tags')}</td>
              <td>${row.entities.map((entity) => t(`forms.entity.${entity}`)).join(', ')}</td>
              <td>${type(row.source)}</td>
              <td>${source(row.source)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="muted small">${t('forms.locked.utm')}</p>
    <p class="muted small">${t('forms.locked.names')}</p>
  `;
}
