// Contact and lead as amoCRM shows them. What is changed on an existing one is told before and after.
import { html, nothing, type TemplateResult } from 'lit';
import type { Session } from '../session.ts';
import type { Change } from './changes.ts';
import { leading } from './explanation.ts';
import type { Origins } from './origins.ts';
import type { Touched } from './outcome.ts';
import { shownValue } from './values.ts';
import type { Card, FieldValue, World } from './world.ts';

type Of = 'contact' | 'lead';
interface Line {
  label: string;
  value: string;
  /** The place of the settings that made it. */
  path: string | undefined;
}

/** By this we find our own entities again; people have no use for it. */
const TECHNICAL = 'RINGOSTAT_EVENT';
const SIGNS = { new: 'good', changed: 'warning', used: '' } as const;

export function card(
  session: Session,
  of: Of,
  { now, changes, state, waits }: Touched<Card>,
  world: World,
  origins: Origins,
): TemplateResult {
  const { t } = session;
  const lines = linesOf(session, of, now, world, origins);
  return html`<article class="card entity ${state}">
    <div class="entity-head">
      <span class="kind">${t(`preview.card.${of}`)}</span>
      <span class="badge ${SIGNS[state]}">${t(`preview.state.${state}`)}</span>
      ${waits ? html`<span class="badge">${t('preview.card.unsorted')}</span>` : nothing}
    </div>
    <h3>${withOrigin(session, { label: t('native.name'), value: now.name || t('value.none'), path: state === 'new' ? origins.of(of, 'name') : undefined })}</h3>
    ${
      state === 'new'
        ? definitions(session, lines)
        : html`${changes.length > 0 ? changeList(session, of, changes, origins) : nothing}
            <details>
              <summary>${t('preview.card.whole')}</summary>
              ${definitions(session, lines)}
            </details>`
    }
  </article>`;
}

const definitions = (session: Session, lines: Line[]) =>
  html`<dl>
    ${lines.map((line) => html`<div><dt>${line.label}</dt><dd>${withOrigin(session, line)}</dd></div>`)}
  </dl>`;

function withOrigin(session: Session, { label, value, path }: Line) {
  if (path === undefined) return value;
  return leading(session, path, value, session.t('preview.card.origin', { field: label, value }));
}

function linesOf(session: Session, of: Of, now: Card, world: World, origins: Origins): Line[] {
  const { t } = session;
  const name = (of_: { id: number; name: string }[], id: number | undefined) =>
    of_.find((one) => one.id === id)?.name ?? t('value.none');
  const pipeline = world.pipelines.find(({ id }) => id === now.pipeline_id);
  const fields = (now.custom_fields_values ?? []).filter(({ field_code: code }) => code !== TECHNICAL);
  const lines: Line[] = [
    {
      label: t('native.responsible_user'),
      value: name(world.users, now.responsible_user_id),
      path: origins.responsible(of),
    },
  ];
  if (of === 'lead') {
    const stage = pipeline?._embedded.statuses.find(({ id }) => id === now.status_id);
    lines.push({
      label: t('preview.card.pipeline'),
      value: pipeline?.name ?? t('value.none'),
      path: origins.pipeline,
    });
    lines.push({ label: t('preview.card.stage'), value: stage?.name ?? t('value.none'), path: undefined });
    if (now.price)
      lines.push({
        label: t('native.price'),
        value: shownValue(session, now.price, null),
        path: origins.of(of, 'price'),
      });
  }
  for (const field of fields) lines.push(lineOf(session, of, field, origins));
  const tags = (now._embedded.tags ?? []).map((tag) => tag.name);
  if (tags.length > 0)
    lines.push({ label: t('native.tags'), value: tags.join(', '), path: origins.of(of, 'tags') });
  return lines;
}

function lineOf(session: Session, of: Of, field: FieldValue, origins: Origins): Line {
  const values = field.values.map(({ value }) => value);
  return {
    label: field.field_name,
    value: shownValue(session, values, field.field_type),
    path: origins.of(of, field.field_id, field.field_code),
  };
}

function changeList(session: Session, of: Of, changes: Change[], origins: Origins) {
  return html`<dl class="changes">
    ${changes.map((change) => {
      const { key, before, after, type } = change;
      const label = labelOf(session, change);
      const path = key.startsWith('field:') ? origins.of(of, Number(key.slice(6))) : origins.of(of, key);
      const value = shownValue(session, after, type);
      return html`<div>
        <dt>${label}</dt>
        <dd>
          <span class="visually-hidden">${session.t('preview.was')}</span>
          <del>${shownValue(session, before, type)}</del>
          <span aria-hidden="true">→</span>
          <span class="visually-hidden">${session.t('preview.becomes')}</span>
          <ins>${withOrigin(session, { label, value, path })}</ins>
        </dd>
      </div>`;
    })}
  </dl>`;
}

const NATIVE: Record<string, string> = {
  name: 'native.name',
  price: 'native.price',
  tags: 'native.tags',
  responsible_user_id: 'native.responsible_user',
  pipeline: 'preview.card.pipeline',
  status: 'preview.card.stage',
};

export const labelOf = ({ t }: Session, { key, label }: Pick<Change, 'key' | 'label'>): string =>
  label ?? t(NATIVE[key] ?? key);
