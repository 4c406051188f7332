// Every line that says why leads to the setting that decided, and that lights up and stays so.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { Desk } from './harness.ts';
import { texts } from './texts.ts';

const SAMPLES = ['form_visit', 'call_missed', 'call_answered', 'call_outgoing'];

/** The places that are lit and can be seen, once there are any. */
async function lit(page: Page): Promise<string[]> {
  const places = page.locator('.edited .lit');
  await places.first().waitFor();
  return places.evaluateAll((all) =>
    all.filter((one) => one.checkVisibility()).map((one) => one.getAttribute('data-path') ?? ''),
  );
}

describe('the lines of the trace', () => {
  let desk: Desk;
  before(async () => {
    desk = await Desk.start();
  });
  after(() => desk?.stop());

  for (const sample of SAMPLES) {
    it(`of ${sample} lead to what lights up`, async () => {
      const t = await texts('ru');
      await desk.world.newProject();
      const page = await desk.open({ lang: 'ru' });
      const preview = page.getByRole('region', { name: t('preview.title') });
      await preview
        .getByLabel(t('preview.event'), { exact: true })
        .selectOption({ label: t(`preview.sample.${sample}`) });
      const lines = preview.locator('.trace button');
      await lines.first().waitFor();
      const count = await lines.count();
      assert.ok(count > 3);
      for (let index = 0; index < count; index++) {
        const line = lines.nth(index);
        await line.click();
        assert.equal((await lit(page)).length, 1, await line.innerText());
        // Past the other lines, as a pointer goes back to the settings.
        await lines.nth((index + 1) % count).hover();
        await page.mouse.move(5, 5);
        assert.equal((await lit(page)).length, 1, `gone dark: ${await line.innerText()}`);
      }
      await desk.leave();
    });
  }

  it('and the findings speak of places in words', async () => {
    const t = await texts('ru');
    await desk.world.strangeProject();
    const page = await desk.open({ lang: 'ru' });
    const missing = t('diagnostic.senior_missing', { places: Array.from({ length: 12 }) });
    assert.match(missing, / 12 местах/);
    await page
      .getByText(t('shell.findings', { count: 1 }), { exact: true })
      .first()
      .click();
    await page.getByText(missing).first().waitFor();
    await desk.leave();
  });
});
