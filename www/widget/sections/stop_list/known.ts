// Lines that calls or Ringostat's own lists told of and the settings do not have yet.
import { html, nothing } from 'lit';
import type { Session } from '../../session.ts';
import { newLines } from './stopped.ts';

export interface KnownLine {
  number: string;
  sip: string;
}

export function known(session: Session, onTake: (taken: KnownLine[]) => void) {
  const { t, account, settings } = session;
  const found = newLines(account.directory?.ringostat.lines ?? [], settings.draft.lines);
  if (found.length === 0) return nothing;
  return html`<div class="card" role="group" aria-labelledby="known">
    <div class="row">
      <span id="known" class="label">${t('stop_list.known', { count: found.length })}</span>
      <button type="button" data-act="take-all" @click=${() => onTake(found)}>${t('stop_list.take_all')}</button>
    </div>
    <ul class="plain known">
      ${found.map(
        (line) =>
          html`<li class="row">
            <span>${[line.number, line.sip].filter(Boolean).join(' · ')}</span>
            <button
              type="button"
              class="link"
              data-act="take"
              aria-label=${t('stop_list.take_line', { name: line.number || line.sip })}
              @click=${() => onTake([line])}>
              ${t('stop_list.take')}
            </button>
          </li>`,
      )}
    </ul>
  </div>`;
}
