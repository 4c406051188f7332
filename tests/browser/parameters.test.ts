// Additional parameters of Ringostat find their fields.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Settings } from 'ringostat-amocrm';
import { until } from '../edge/harness.ts';
import { assertAccessible, Desk } from './harness.ts';

let desk: Desk;
before(async () => {
  desk = await Desk.start();
  await desk.world.newProject();
});
after(() => desk.stop());

const saved = (what: string, wanted: (settings: Settings) => boolean) =>
  until(what, async () => {
    const settings = (await (await desk.world.call('GET', '/settings')).json()) as Settings;
    return wanted(settings) && settings;
  });

const isTracked = ({ value }: Settings['mapping']['lead'][number]) =>
  'variable' in value && typeof value.variable === 'object';

test('a parameter is added, changed and removed', async () => {
  const page = await desk.open();
  await desk.section(page, 'Additional parameters');
  const form = page.getByRole('group', { name: 'New parameter' });
  await form.getByRole('button', { name: 'Add the parameter' }).click();
  await form.getByText('Type the parameter’s name.').waitFor();
  assert.ok(await form.getByLabel('Parameter name').evaluate((input) => input.matches(':focus')));
  await page.keyboard.type('roistat_visit');
  await form.getByLabel('amoCRM field').selectOption({ label: 'roistat' });
  await form.getByLabel('If the field is filled already').selectOption({ index: 1 });
  await form.getByRole('button', { name: 'Add the parameter' }).click();
  const row = page.locator('[data-path="/mapping/lead/1"]');
  await row.waitFor();
  assert.ok(await form.getByLabel('Parameter name').evaluate((input) => input.matches(':focus')));
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const { mapping } = await saved('the parameter', ({ mapping }) => mapping.lead.some(isTracked));
  assert.deepEqual(mapping.lead[1], {
    field: { id: 700101 },
    value: { variable: { tracked: 'roistat_visit' } },
    policy: 'overwrite',
  });
  // The core's word on it stands here as well.
  await row.getByLabel('amoCRM field').selectOption({ label: 'Lead’s name' });
  await row.locator('.finding.warning').waitFor();
  // And is counted here, not at the forms, which show the row too.
  const sections = page.getByRole('navigation');
  await sections.getByRole('button', { name: /^Additional parameters.*remark/ }).waitFor();
  await sections.getByRole('button', { name: 'Forms', exact: true }).waitFor();
  const list = page.locator('ringostat-amocrm-save-bar details');
  const line = list.getByRole('button', { name: /already writes the field/ });
  await list.locator('summary').click();
  await desk.section(page, 'Matrix');
  await line.click();
  assert.ok(await row.getByLabel('amoCRM field').evaluate((select) => select.matches(':focus')));
  // Who is at the forms stays there.
  await desk.section(page, 'Forms');
  await line.click();
  await page.getByRole('tabpanel').locator('[data-path="/mapping/lead/1/field"].lit').waitFor();
  await desk.section(page, 'Additional parameters');
  await row.getByRole('button', { name: /Remove the parameter roistat_visit/ }).click();
  await row.waitFor({ state: 'detached' });
  assert.ok(await form.getByLabel('Parameter name').evaluate((input) => input.matches(':focus')));
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await saved('its end', ({ mapping }) => !mapping.lead.some(isTracked));
});
