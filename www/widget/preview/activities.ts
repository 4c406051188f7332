// Tasks, call records, notes and incoming leads as amoCRM shows them.
import { html, nothing, type TemplateResult } from 'lit';
import type { Session } from '../session.ts';
import { shownTime } from '../ui/time.ts';
import type { Outcome, Touched } from './outcome.ts';
import type { Note, Task, Unsorted, World } from './world.ts';

const time = (session: Session, seconds: number) =>
  shownTime(session, new Date(seconds * 1000).toISOString());

export function activities(session: Session, outcome: Outcome, world: World): TemplateResult {
  return html`
    ${outcome.unsorted.map((one) => unsorted(session, one, world))}
    ${outcome.tasks.map((one) => task(session, one, world))}
    ${outcome.records.map((one) => record(session, one))}
    ${outcome.notes.map((one) => note(session, one))}
  `;
}

function task(session: Session, { now, state }: Touched<Task>, world: World): TemplateResult {
  const { t } = session;
  const type = world.task_types.find(({ id }) => id === now.task_type_id)?.name;
  const who = world.users.find(({ id }) => id === now.responsible_user_id)?.name;
  return html`<article class="card entity ${state}">
    ${head(session, t('preview.card.task'), state, t(now.is_completed ? 'preview.task.done' : 'preview.task.open'))}
    <h3>${now.text}</h3>
    <dl>
      ${pair(t('preview.task.type'), type ?? `#${now.task_type_id}`)}
      ${pair(t('preview.task.who'), who ?? t('value.none'))}
      ${pair(t('preview.task.till'), time(session, now.complete_till))}
      ${pair(t('preview.on'), t(`preview.on.${now.entity_type}`))}
    </dl>
  </article>`;
}

function record(session: Session, { now, state }: Touched<Note>): TemplateResult {
  const { t } = session;
  const { phone, duration, call_result: result, link } = now.params;
  return html`<article class="card entity ${state}">
    ${head(session, t('preview.card.call_record'), state)}
    <h3>${t(now.note_type === 'call_out' ? 'preview.record.out' : 'preview.record.in')}</h3>
    <dl>
      ${result ? pair(t('preview.record.result'), String(result)) : nothing}
      ${pair(t('preview.record.phone'), String(phone ?? t('value.none')))}
      ${pair(t('preview.record.duration'), t('preview.seconds', { count: Number(duration ?? 0) }))}
      ${pair(t('preview.record.link'), link ? String(link) : t('value.none'))}
      ${pair(t('preview.on'), t(`preview.on.${now.entity_type}`))}
    </dl>
  </article>`;
}

function note(session: Session, { params, entity_type: on }: Note): TemplateResult {
  const { t } = session;
  return html`<article class="card entity new">
    ${head(session, t('preview.card.note'), 'new')}
    <p class="text">${String(params.text ?? '')}</p>
    <dl>${pair(t('preview.on'), t(`preview.on.${on}`))}</dl>
  </article>`;
}

function unsorted(
  session: Session,
  { category, pipeline_id: pipeline }: Unsorted,
  world: World,
): TemplateResult {
  const { t } = session;
  const name = world.pipelines.find(({ id }) => id === pipeline)?.name;
  return html`<article class="card entity new">
    ${head(session, t('preview.card.unsorted'), 'new')}
    <h3>${t(category === 'sip' ? 'preview.unsorted.call' : 'preview.unsorted.form')}</h3>
    <dl>${pair(t('preview.card.pipeline'), name ?? t('value.none'))}</dl>
    <p class="muted small">${t('preview.unsorted.hint')}</p>
  </article>`;
}

const head = ({ t }: Session, kind: string, state: 'new' | 'changed' | 'used', more?: string) =>
  html`<div class="entity-head">
    <span class="kind">${kind}</span>
    <span class="badge ${state === 'new' ? 'good' : 'warning'}">${t(`preview.state.${state}`)}</span>
    ${more ? html`<span class="badge">${more}</span>` : nothing}
  </div>`;

const pair = (label: string, value: string) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`;
