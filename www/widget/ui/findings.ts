// What the core says of a place in the settings, in words, right there.
import { html, nothing, type TemplateResult } from 'lit';
import type { Session } from '../session.ts';
import type { Finding } from '../state/settings.ts';

const SIGNS = { problem: '✕', error: '✕', warning: '!', info: 'i' } as const;

export const findingText = (session: Session, { severity, code, params }: Finding): string =>
  session.t(`${severity === 'problem' ? 'problem' : 'diagnostic'}.${code}`, params);

export const findingRow = (session: Session, finding: Finding): TemplateResult =>
  html`<div class="finding ${finding.severity}">
    <span aria-hidden="true">${SIGNS[finding.severity]}</span>
    <span><span class="visually-hidden">${session.t(`severity.${finding.severity}`)}: </span>${findingText(session, finding)}</span>
  </div>`;

/** Everything that is said of `path`; with `deep` of what lies under it too. */
export function findings(session: Session, path: string, { deep = false } = {}) {
  const found = session.settings.at(path).filter((finding) => deep || finding.path === path);
  if (found.length === 0) return nothing;
  return html`<div id=${describedBy(path)}>${found.map((finding) => findingRow(session, finding))}</div>`;
}

export const describedBy = (path: string): string => `said-of${path.replaceAll('/', '-')}`;

/** Whether something at that place forbids saving. */
export const isWrong = (session: Session, path: string): boolean =>
  session.settings.at(path).some(({ severity }) => severity === 'problem' || severity === 'error');
