// The administrator says what forms become, and where their fields go.
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

const stored = async (): Promise<Settings> =>
  (await (await desk.world.call('GET', '/settings')).json()) as Settings;

/** The settings once they are as wanted. */
const saved = (what: string, wanted: (settings: Settings) => boolean) =>
  until(what, async () => {
    const settings = await stored();
    return wanted(settings) && settings;
  });

test('what a form creates and who is responsible', async () => {
  const page = await desk.open();
  await desk.section(page, 'Forms');
  await page.getByRole('checkbox', { name: 'Task' }).check();
  await page.getByLabel('Text of the task').fill('Call {form_name}');
  await page.getByLabel('If the client already has an open lead').selectOption({ index: 1 });
  await page.getByRole('checkbox', { name: /Apply pipeline rules/ }).check();
  await page.getByLabel('Responsible for what a form creates').selectOption({ index: 2 });
  const turn = page.getByRole('group', { name: 'Who takes turns' });
  const users = await turn.getByRole('checkbox').count();
  await turn.getByRole('checkbox').first().uncheck();
  await page.getByLabel('Trap field for robots').fill('website');
  await page.getByLabel('Fields not to keep').fill('secret, g-recaptcha-response');
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const { forms } = await saved('the forms', ({ forms }) => forms.honeypot_field === 'website');
  assert.equal(forms.creates.task.on, true);
  assert.equal(forms.creates.task.text, 'Call {form_name}');
  assert.equal(forms.open_lead, 'create');
  assert.equal(forms.use_funnel_rules, true);
  assert.ok(forms.responsible.kind === 'round_robin' && forms.responsible.users.length === users - 1);
  assert.deepEqual(forms.ignored_fields, ['secret', 'g-recaptcha-response']);
});

test('a row is added, moved and removed by keyboard, and the focus goes along', async () => {
  const page = await desk.open();
  await desk.section(page, 'Forms');
  await page.getByRole('tab', { name: 'Contact mapping' }).focus();
  await page.keyboard.press('ArrowRight');
  const lead = page.getByRole('tab', { name: 'Lead mapping' });
  assert.equal(await lead.getAttribute('aria-selected'), 'true');
  assert.ok(await lead.evaluate((tab) => tab.matches(':focus')));
  await page.getByRole('button', { name: 'Add a row' }).focus();
  await page.keyboard.press('Enter');
  const rows = page.getByRole('tabpanel').getByRole('listitem');
  await rows.nth(1).waitFor();
  const field = rows.nth(1).getByLabel('amoCRM field');
  assert.ok(await field.evaluate((select) => select.matches(':focus')));
  const save = page.getByRole('button', { name: 'Save', exact: true });
  assert.ok(await save.isDisabled());
  // Nothing of the account is chosen, so that nothing of it can be saved by mistake.
  await rows.nth(1).getByLabel('The field’s name attribute').fill('budget, sum');
  assert.equal(await field.inputValue(), 'null');
  await rows.nth(1).getByText('Choose the field of amoCRM').waitFor();
  assert.equal(await field.getAttribute('aria-invalid'), 'true');
  assert.ok(await save.isDisabled());
  await assertAccessible(page);
  await rows.nth(1).getByLabel('The field’s name attribute').fill('budget, sum');
  await field.selectOption({ label: 'Budget' });
  await rows.nth(1).locator('[data-action=up]').focus();
  await page.keyboard.press('Enter');
  const down = rows.first().locator('[data-action=down]');
  await down.evaluate((button) => button.matches(':focus'));
  assert.ok(await down.evaluate((button) => button.matches(':focus')));
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const { mapping } = await saved('the row', ({ mapping }) => mapping.lead.length === 2);
  assert.deepEqual(mapping.lead[0], {
    field: 'price',
    value: { form_fields: ['budget', 'sum'] },
    policy: 'fill_if_empty',
  });
  await rows.first().locator('[data-action=remove]').focus();
  await page.keyboard.press('Enter');
  await rows.nth(1).waitFor({ state: 'detached' });
  assert.ok(
    await rows
      .first()
      .locator('[data-action=remove]')
      .evaluate((button) => button.matches(':focus')),
  );
});

test('what was typed under another type comes back with it', async () => {
  const page = await desk.open();
  await desk.section(page, 'Forms');
  const row = page.getByRole('tabpanel').getByRole('listitem').nth(1);
  const type = row.getByLabel('Type of data');
  await type.selectOption({ label: 'Constant' });
  await row.getByLabel('Text', { exact: true }).fill('not a phone');
  // The core's word on it stands at the row.
  await row.locator('.finding.error').waitFor();
  await type.selectOption({ label: 'Ringostat variable' });
  await row.getByLabel('Variable').selectOption({ index: 0 });
  await type.selectOption({ label: 'Field of your form' });
  assert.equal(await row.getByLabel('The field’s name attribute').inputValue(), 'phone, tel, telephone');
  // Still there when one comes back to the section.
  await desk.section(page, 'Matrix');
  await desk.section(page, 'Forms');
  await type.selectOption({ label: 'Constant' });
  assert.equal(await row.getByLabel('Text', { exact: true }).inputValue(), 'not a phone');
});

test('each row shows what it gives, blank told apart from missing, and a place leads to its tab', async () => {
  const page = await desk.open();
  await desk.section(page, 'Forms');
  const preview = page.getByRole('region', { name: 'What would be created' });
  await preview
    .getByLabel('What happened', { exact: true })
    .selectOption({ label: 'Paste a form or a call…' });
  await preview.getByLabel('Form or call', { exact: true }).fill(JSON.stringify({ name: 'Anna', phone: '' }));
  const rows = page.getByRole('tabpanel').getByRole('listitem');
  await rows.nth(0).getByText('Anna').waitFor();
  await rows.nth(1).getByText('came empty').waitFor();
  await rows.nth(2).getByText('not in the event').waitFor();
  await page.locator('ringostat-amocrm').evaluate((element) => {
    (element as unknown as { session: { reveal(path: string): void } }).session.reveal('/mapping/lead/0');
  });
  await page.locator('[data-path="/mapping/lead/0"].lit').waitFor();
});

test('the default tab is shown and cannot be changed', async () => {
  const page = await desk.open();
  await desk.section(page, 'Forms');
  await page.getByRole('tab', { name: 'Default mapping' }).click();
  const panel = page.getByRole('tabpanel');
  await panel.getByRole('cell', { name: 'Ringostat Automation' }).waitFor();
  await panel.getByRole('cell', { name: 'Ringostat: utm_source' }).waitFor();
  assert.equal(await panel.locator('input, select, button').count(), 0);
  await assertAccessible(page);
});

test('nothing runs over a narrow page', async () => {
  const page = await desk.open({ width: 320, lang: 'ru' });
  await desk.section(page, 'Формы');
  const tabs = page.getByRole('tab');
  for (let at = 0; at < 3; at += 1) {
    await tabs.nth(at).click();
    const width = await page.locator('html').evaluate((html) => html.scrollWidth);
    assert.equal(width, 320);
  }
});

test('names of the fields that came last are suggested', async () => {
  await desk.world.accepted({ phone: '0671112233', your_city: 'Kyiv' });
  const page = await desk.open();
  await desk.section(page, 'Forms');
  const names = page.getByRole('tabpanel').locator('datalist').first().locator('option');
  const wanted = page.locator('option[value="name, first-name, your_city"]');
  await wanted.waitFor({ state: 'attached' });
  assert.ok((await names.count()) > 1);
});
