// The general settings as an administrator sets them.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { Settings } from 'ringostat-amocrm/sandbox';
import { assertAccessible, Desk } from './harness.ts';
import { save, stored } from './saving.ts';

describe('general settings', () => {
  let desk: Desk;
  let page: Page;

  before(async () => {
    desk = await Desk.start();
    await desk.world.newProject();
    page = await desk.open();
    await desk.section(page, 'General');
  });
  after(() => desk.stop());

  test('are saved, everything of them', async () => {
    const zone = page.getByLabel('Time zone');
    assert.equal(await zone.inputValue(), 'Europe/Kyiv');
    // By keyboard, as people call it: a part that no other zone has is enough.
    await zone.focus();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('japan');
    await page.keyboard.press('Enter');
    assert.equal(await zone.inputValue(), 'Asia/Tokyo');
    await page.getByText(/It is .*GMT\+9 there now/).waitFor();
    await page.getByLabel('Language of the integration').selectOption('"uk"');
    await page.getByLabel('Country').selectOption({ label: 'Poland' });
    await page.getByLabel('Create nothing in amoCRM').press('Space');
    await page.getByLabel('Sent after re-activation, days').fill('5');
    await page.getByLabel('Events are kept in the journal, days').fill('14');
    await page.getByLabel(/its webhooks did not bring/).check();
    await page.getByLabel(/A task for the senior manager/).uncheck();
    await page.getByLabel('Address for notices').fill('https://firm.example/told');
    await page.getByLabel('Tell when more events wait than').fill('7');
    await assertAccessible(page);
    await save(page);
    const settings = await stored<Settings>(desk);
    assert.equal(settings.time_zone, 'Asia/Tokyo');
    assert.equal(settings.language, 'uk');
    assert.equal(settings.default_country, 'PL');
    assert.equal(settings.dry_run, true);
    assert.deepEqual(settings.backlog, { days: 5, retention_days: 14, fill_gaps: true });
    assert.deepEqual(settings.notify, {
      url: 'https://firm.example/told',
      task_for_senior: false,
      held_more_than: 7,
    });
  });

  test('a time zone that is none is said so, and is not saved', async () => {
    const zone = page.getByLabel('Time zone');
    const button = page.getByRole('button', { name: 'Save', exact: true });
    for (const typed of ['Atlantis', 'America']) {
      await zone.fill(typed);
      await zone.press('Tab');
      await page.getByText(`There is no time zone “${typed}”`).first().waitFor();
      assert.equal(await zone.getAttribute('aria-invalid'), 'true');
      assert.ok(await button.isDisabled());
    }
    await assertAccessible(page);
    await zone.fill('europe/kyiv');
    await zone.press('Tab');
    assert.equal(await zone.inputValue(), 'Europe/Kyiv');
    await save(page);
    assert.equal((await stored<Settings>(desk)).time_zone, 'Europe/Kyiv');
  });

  test('what cannot be is said at its field, and an empty address is none', async () => {
    const days = page.getByLabel('Sent after re-activation, days');
    await days.fill('0');
    assert.equal(await days.getAttribute('aria-invalid'), 'true');
    assert.ok(await page.getByRole('button', { name: 'Save', exact: true }).isDisabled());
    await days.fill('3');
    await page.getByLabel('Address for notices').fill('');
    await save(page);
    assert.equal((await stored<Settings>(desk)).notify.url, null);
  });

  test('names of countries follow the language of the page', async () => {
    const ukrainian = await desk.open({ lang: 'uk', width: 320 });
    await desk.section(ukrainian, 'Загальні');
    assert.ok((await ukrainian.locator('option', { hasText: 'Польща' }).count()) > 0);
    const zone = ukrainian.getByLabel('Часовий пояс');
    await zone.fill('Японія');
    await zone.press('Tab');
    assert.equal(await zone.inputValue(), 'Asia/Tokyo');
    assert.ok(await ukrainian.evaluate('document.documentElement.scrollWidth <= innerWidth'));
  });
});
