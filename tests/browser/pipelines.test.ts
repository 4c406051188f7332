// Rules for pipelines as an administrator writes them.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { Settings } from 'ringostat-amocrm/sandbox';
import { assertAccessible, Desk, focused } from './harness.ts';
import { learned } from './learned.ts';
import { save, stored } from './saving.ts';

describe('leads to chosen pipelines', () => {
  let desk: Desk;
  let page: Page;
  const rule = (index: number) => page.locator(`[data-row="${index}"]`);

  before(async () => {
    desk = await Desk.start();
    await desk.world.newProject();
    await learned(desk, { dst: '380441112233', pool_name: 'Organic' }, 'pools');
    page = await desk.open();
    await desk.section(page, 'Pipelines');
  });
  after(() => desk.stop());

  test('a rule is added with values that the project has, and moved', async () => {
    await page.getByRole('button', { name: 'Add a rule' }).press('Enter');
    assert.ok(await focused(rule(1).getByLabel('Pipeline', { exact: true })));
    assert.ok(await page.getByRole('button', { name: 'Save' }).isDisabled(), 'a value is needed');
    await rule(1).getByRole('button', { name: '+ Organic' }).click();
    await rule(1).getByLabel('Value').press('End');
    await rule(1).getByLabel('Value').pressSequentially(', Direct');
    const stage = rule(1).getByLabel('Stage');
    const second = await stage.locator('option').nth(2).getAttribute('value');
    await stage.selectOption(second);
    await rule(1).locator('[data-act=up]').press('Enter');
    assert.ok(await focused(rule(0).locator('[data-act=down]')));
    await save(page);
    const { funnel } = await stored<Settings>(desk);
    assert.deepEqual(funnel[0]?.equals, ['Organic', 'Direct']);
    assert.equal(funnel[0]?.variable, 'pool_name');
    assert.equal(String(funnel[0]?.status), second);
    assert.deepEqual(funnel[1]?.equals, ['Контекстная реклама']);
    await assertAccessible(page);
  });

  test('another pipeline takes no stage with it; additional parameters go by name', async () => {
    await rule(0).getByLabel('Pipeline', { exact: true }).selectOption({ index: 0 });
    assert.equal(await rule(0).getByLabel('Stage').inputValue(), 'null');
    await rule(0)
      .getByLabel('Ringostat parameter')
      .selectOption({ label: 'An additional parameter by name…' });
    await rule(0).getByLabel('Name of the additional parameter').fill('roistat_visit');
    await save(page);
    const { funnel } = await stored<Settings>(desk);
    assert.deepEqual(funnel[0]?.variable, { tracked: 'roistat_visit' });
    assert.equal(funnel[0]?.status, null);
  });

  test('says what happens without a fitting rule, and leads to the setting of the forms', async () => {
    await page.getByText(/When no rule fits.*“Воронка”/).waitFor();
    await rule(0).locator('[data-act=remove]').press('Enter');
    assert.ok(await focused(rule(0).getByLabel('Pipeline', { exact: true })));
    await rule(0).locator('[data-act=remove]').press('Enter');
    assert.ok(await focused(page.getByRole('button', { name: 'Add a rule' })));
    await page.getByText(/There are no rules/).waitFor();
    await page.getByRole('button', { name: 'The setting of the forms' }).click();
    await page.getByRole('main').getByRole('heading', { name: 'Forms' }).first().waitFor();
  });
});
