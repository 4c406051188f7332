// The trace in words, by steps; each line leads to the place of the settings that decided.
import { html, nothing, type TemplateResult } from 'lit';
import type { TraceEntry } from 'ringostat-amocrm';
import type { Session } from '../session.ts';
import { namedParams } from './named.ts';
import { keysOf, type Tense } from './telling.ts';
import type { World } from './world.ts';

/** In the order in which people think of them; others come last. */
const STEPS = [
  'intake',
  'call',
  'identity',
  'mapping',
  'contact',
  'lead',
  'unsorted',
  'task',
  'call_record',
  'note',
  'delivery',
];

export function explanation(
  session: Session,
  trace: TraceEntry[],
  world: World,
  tense: Tense = 'would',
): TemplateResult {
  const { t } = session;
  const others = [...new Set(trace.map(({ step }) => step))].filter((step) => !STEPS.includes(step));
  const steps = [...STEPS, ...others]
    .map((step) => ({ step, lines: trace.filter((entry) => entry.step === step) }))
    .filter(({ lines }) => lines.length > 0);
  return html`<h3>${t('preview.why')}</h3>
    <p class="muted small">${t(tense === 'would' ? 'preview.why.hint' : 'journal.why.hint')}</p>
    ${steps.map(
      ({ step, lines }) =>
        html`<h4>${t(`step.${step}`)}</h4>
          <ul class="trace">
            ${lines.map((entry) => html`<li>${line(session, entry, world, tense)}</li>`)}
          </ul>`,
    )}`;
}

function line(session: Session, entry: TraceEntry, world: World, tense: Tense) {
  const text = lineText(session, entry, world, tense);
  return entry.path === '' ? html`<span class="plain">${text}</span>` : leading(session, entry.path, text);
}

/** What was gone to is lit again once pointer or focus has left the other lines. */
const unlight = (session: Session, path: string) => {
  if (session.wish?.path !== path) session.light(session.wish?.path ?? null);
};

/** A text that leads to a place of the settings. Only a pointer that moves lights it, not lines that move under the pointer. */
export const leading = (session: Session, path: string, text: string | TemplateResult, label?: string) =>
  html`<button
    type="button"
    class="leads"
    aria-label=${label ?? nothing}
    title=${label ?? nothing}
    @click=${() => session.reveal(path)}
    @pointermove=${() => session.light(path)}
    @pointerleave=${() => unlight(session, path)}
    @focus=${() => session.light(path)}
    @blur=${() => unlight(session, path)}
  >${text}</button>`;

export function lineText(session: Session, entry: TraceEntry, world: World, tense: Tense = 'would'): string {
  const { t } = session;
  const key = keysOf(entry, tense).find((one) => session.knows(one)) ?? `trace.${entry.code}`;
  const nobody = { user: t('form_responsible.account_default'), wanted: t('choice.nobody') };
  const text = t(key, namedParams(entry, world, nobody));
  const task = /\/(open_task|completed_task|task)\//.exec(entry.path)?.[1];
  return task ? t('preview.trace.of', { what: task, text }) : text;
}
