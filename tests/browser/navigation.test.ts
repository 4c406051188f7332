// The sections on a small screen: in one line, the one that is open in sight.
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { until } from '../edge/harness.ts';
import { assertAccessible, Desk, focused } from './harness.ts';
import { texts } from './texts.ts';

let desk: Desk;
before(async () => {
  desk = await Desk.start();
  await desk.world.newProject();
});
after(() => desk?.stop());

/** Of a page 320 wide. */
const inSight = async (place: Locator) => {
  const box = await place.boundingBox();
  return box !== null && box.x >= 0 && box.x + box.width <= 320;
};
const overflow = (page: Page) => page.evaluate('document.documentElement.scrollWidth - innerWidth');

it('leaves the first screen to the settings', async () => {
  const t = await texts('ru');
  const page = await desk.open({ lang: 'ru', width: 320, height: 640 });
  const sections = page.getByRole('navigation');
  const current = sections.locator('[aria-current=page]');
  await current.waitFor();
  const box = await sections.boundingBox();
  assert.ok(box && box.height < 70, `${box?.height}`);
  assert.equal(await overflow(page), 0);
  await assertAccessible(page);

  // By keyboard to the last one, which comes into sight and is the one that is open.
  await current.focus();
  const last = sections.getByRole('button', { name: t('statistics.title') });
  await until('the last section', async () => {
    await page.keyboard.press('Tab');
    return focused(last);
  });
  await until('the last section in sight', () => inSight(last));
  await page.keyboard.press('Enter');
  await page
    .getByRole('main')
    .getByRole('heading', { level: 2, name: t('statistics.title') })
    .waitFor();
  assert.equal(await current.innerText(), t('statistics.title'));

  // So does one that is opened from elsewhere.
  await page.locator('ringostat-amocrm').evaluate((element) => {
    (element as unknown as { session: { reveal(path: string): void } }).session.reveal('/employees');
  });
  await page
    .getByRole('main')
    .getByRole('heading', { level: 2, name: t('employees.title') })
    .waitFor();
  assert.equal(await current.innerText(), t('employees.title'));
  await until('the open section in sight', () => inSight(current));
  assert.equal(await overflow(page), 0);
});
