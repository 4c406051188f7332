// What one keystroke in the settings costs: reading them, a form's whole journey, and in a browser its drawing.
import { preview } from 'ringostat-amocrm/sandbox';
import { run } from '../scripts/run.mjs';
import { demoDocument, read } from './account.ts';
import { atMost, report } from './report.ts';
import { race } from './timing.ts';

const ROWS = 50;
const RULES = 100;

const document = demoDocument();
const { contact, lead } = document.mapping;
const more = Array.from({ length: ROWS - contact.length }, (_, index) => ({
  field: { id: 1_000 + index },
  value: { form_fields: [`field-${index}`, 'name'] },
}));
const large = JSON.stringify({
  ...document,
  mapping: { contact: [...contact, ...more], lead },
  funnel: Array.from({ length: RULES }, (_, index) => ({
    pipeline: 1,
    variable: 'utm_source',
    equals: [`source ${index}`],
  })),
});
const input = JSON.stringify({
  account: null,
  content_type: 'application/json',
  body: read('scripts', 'demo', 'form.json').toString(),
  context: {},
  now_ms: 1_795_000_000_000,
});

const inNode = await race({ preview: () => preview(large, input) });
const page = ['--import', 'tsx', 'tests/browser/keystroke.ts'];
const inBrowser = JSON.parse(await run(process.execPath, page, { output: 'text' })) as {
  preview: number;
  painted: number;
};
report([
  {
    what: `preview, ${ROWS} mapping rows, ${RULES} funnel rules`,
    measured: `${(inNode.preview / 1000).toFixed(2)} ms`,
    limit: atMost(inNode.preview / 1000, 4, 'ms'),
  },
  {
    what: 'in Chromium: preview and its drawing',
    measured: `${inBrowser.preview.toFixed(1)} ms`,
    limit: atMost(inBrowser.preview, 4, 'ms'),
  },
  {
    what: 'in Chromium: from the letter to the next frame with it',
    measured: `${inBrowser.painted.toFixed(1)} ms`,
    limit: '',
  },
]);
