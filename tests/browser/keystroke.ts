// What a keystroke costs in a browser: 50 mapping rows, 100 funnel rules, the preview beside them. Prints milliseconds
// as JSON; `npm run bench` reports them.
import { demoSettings } from '../edge/harness.ts';
import { Desk } from './harness.ts';
import { texts } from './texts.ts';

const ROWS = 50;
const RULES = 100;
const STROKES = 60;

/** In the page: one more letter in the field that has the focus, until the preview of it is drawn. */
const STROKE = `(async () => {
  let input = document.activeElement;
  while (input.shadowRoot?.activeElement) input = input.shadowRoot.activeElement;
  const begun = performance.now();
  input.value += 'x';
  input.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
  const measured = () => performance.getEntriesByName('preview').find(({ startTime }) => startTime > begun);
  while (!measured()) await new Promise(requestAnimationFrame);
  return { preview: measured().duration, painted: performance.now() - begun };
})()`;

const desk = await Desk.start();
try {
  const settings = await demoSettings();
  const { contact, lead } = settings.mapping as { contact: unknown[]; lead: unknown[] };
  const more = Array.from({ length: ROWS - contact.length - lead.length }, (_, n) => ({
    field: 'tags',
    value: { form_fields: [`field-${n}`] },
  }));
  const funnel = Array.from({ length: RULES }, (_, n) => ({
    pipeline: 6950551,
    variable: 'utm_source',
    equals: [`source ${n}`],
  }));
  await desk.world.newProject({ ...settings, mapping: { contact: [...contact, ...more], lead }, funnel });
  const t = await texts('en');
  const page = await desk.open({ lang: 'en' });
  await desk.section(page, t('forms.title'));
  await page.getByRole('tab', { name: t('forms.tab.contact') }).click();
  const field = page.getByRole('tabpanel').getByLabel(t('forms.value.form_fields')).first();
  await field.focus();
  const spent: { preview: number[]; painted: number[] } = { preview: [], painted: [] };
  for (let stroke = 0; stroke < STROKES; stroke += 1) {
    const taken = (await page.evaluate(STROKE)) as { preview: number; painted: number };
    spent.preview.push(taken.preview);
    spent.painted.push(taken.painted);
  }
  const median = (all: number[]) => all.sort((a, b) => a - b)[Math.floor(all.length / 2)];
  process.stdout.write(
    `${JSON.stringify({ preview: median(spent.preview), painted: median(spent.painted) })}\n`,
  );
} finally {
  await desk.stop();
}
