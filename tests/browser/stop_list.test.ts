// The stop-list as an administrator keeps it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { Settings } from 'ringostat-amocrm/sandbox';
import { assertAccessible, Desk, focused } from './harness.ts';
import { learned } from './learned.ts';
import { save, stored } from './saving.ts';

describe('the stop-list', () => {
  let desk: Desk;
  let page: Page;
  const line = (index: number) => page.locator(`[data-line="${index}"]`);
  const entry = (index: number) => page.locator(`[data-entry="${index}"]`);

  before(async () => {
    desk = await Desk.start();
    await desk.world.newProject();
    await learned(desk, { dst: '380441119999' }, 'lines');
    page = await desk.open();
    await desk.section(page, 'Stop-list');
  });
  after(() => desk.stop());

  test('a tick puts a line on it and takes it off', async () => {
    const stop = (index: number) => line(index).getByRole('checkbox');
    assert.ok(!(await stop(0).isChecked()));
    assert.ok(await stop(1).isChecked(), 'as it was saved');
    await stop(0).press('Space');
    await save(page);
    assert.deepEqual((await stored<Settings>(desk)).stop_list, [{ sip: 'firm_mob1' }, { sip: 'firm_main' }]);
    assert.match(await entry(1).innerText(), /Stops: Сайт/);
    await stop(0).press('Space');
    await save(page);
    assert.deepEqual((await stored<Settings>(desk)).stop_list, [{ sip: 'firm_mob1' }]);
    await assertAccessible(page);
  });

  test('FMC numbers with one SIP are told of where they stand, and stopped together', async () => {
    assert.equal(await page.getByText(/shared with/).count(), 0);
    await page.getByRole('button', { name: 'Add a number' }).press('Enter');
    assert.ok(await focused(line(2).getByLabel('Name', { exact: true })));
    await line(2).getByLabel('Name', { exact: true }).fill('Second mobile');
    await line(2).getByLabel('Number', { exact: true }).fill('380501112244');
    await line(2).getByLabel('Type').selectOption('"fmc"');
    await line(2).getByLabel('SIP login').fill('firm_mob1');
    assert.match(await line(1).innerText(), /shared with: Second mobile/);
    assert.match(await line(2).innerText(), /shared with: Личный номер директора/);
    assert.ok(await line(2).getByRole('checkbox').isChecked(), 'the entry stops both');
    assert.equal(await entry(0).locator('.finding.warning').count(), 1, 'the core says so at the entry');
    await assertAccessible(page);
    await save(page);
    assert.equal((await stored<Settings>(desk)).lines[2]?.kind, 'fmc');
  });

  test('a line that Ringostat has is taken over', async () => {
    const take = page.getByRole('button', { name: 'Add 380441119999' });
    await take.press('Enter');
    assert.ok(await focused(line(3).getByLabel('Name', { exact: true })));
    assert.equal(await take.count(), 0);
    await save(page);
    const added = (await stored<Settings>(desk)).lines[3];
    assert.deepEqual([added?.number, added?.kind], ['380441119999', 'sip']);
  });

  test('an entry by hand, and none', async () => {
    await page.getByRole('button', { name: 'Add by hand' }).press('Enter');
    const value = entry(1).getByRole('combobox').last();
    assert.ok(await focused(entry(1).locator('input')));
    await entry(1).locator('select').selectOption('number');
    await value.fill('+380 44 111 99 99');
    assert.match(await entry(1).innerText(), /Stops: 380441119999/);
    await save(page);
    assert.deepEqual((await stored<Settings>(desk)).stop_list[1], { number: '+380 44 111 99 99' });
    await entry(1).getByRole('button').press('Enter');
    assert.ok(await focused(entry(0).getByRole('button')));
    await entry(0).getByRole('button').press('Enter');
    assert.ok(await focused(page.getByRole('button', { name: 'Add by hand' })));
    await page.getByText(/The stop-list is empty/).waitFor();
  });
});
