// Switching on when something is in the way: what is said, where the keyboard stands, and what is sent afterwards.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { until } from '../edge/harness.ts';
import { Desk } from './harness.ts';
import { stored } from './saving.ts';
import { texts } from './texts.ts';

/** The text of what the keyboard stands on. */
const focused = (page: Page) =>
  page.evaluate<string>(`(() => {
    let inner = document.activeElement;
    while (inner?.shadowRoot?.activeElement) inner = inner.shadowRoot.activeElement;
    return inner?.textContent?.trim() ?? '';
  })()`);

const focusOn = (page: Page, text: string) =>
  until(`focus on ${text}`, async () => (await focused(page)) === text);

describe('activation', () => {
  let desk: Desk;
  before(async () => {
    desk = await Desk.start();
  });
  after(() => desk?.stop());

  it('says at the button why it was refused, and the keyboard stays there', async () => {
    const t = await texts('ru');
    await desk.world.strangeProject();
    const page = await desk.open({ lang: 'ru' });
    const main = page.getByRole('main');
    const start = page.getByRole('button', { name: t('activation.start'), exact: true });
    await main.getByRole('radio', { name: t('activation.mode.long_lived') }).check();
    const token = main.getByLabel(t('activation.token'), { exact: true });

    await token.fill('not-a-token');
    await start.press('Enter');
    await page.getByRole('alert').getByText(t('problem.token_refused')).waitFor();
    await focusOn(page, t('activation.start'));

    await desk.world.switches({ admin: false });
    await token.fill('sandbox');
    await start.press('Enter');
    await page.getByRole('alert').getByText(t('problem.not_admin')).waitFor();
    assert.equal((await desk.world.activation()).state, 'inactive');

    await desk.world.switches({ admin: true });
    await start.press('Enter');
    await page.getByRole('button', { name: t('activation.end'), exact: true }).waitFor();
    await focusOn(page, t('activation.title'));
    await desk.leave();
  });

  it('takes its language along, and an address for consent is never older than the choices', async () => {
    const t = await texts('ru');
    await desk.world.newProject(undefined, { active: false });
    const page = await desk.open({ lang: 'ru' });
    const main = page.getByRole('main');
    const start = page.getByRole('button', { name: t('activation.start'), exact: true });
    const consent = page.getByRole('link', { name: t('activation.consent.open') });
    await start.click();
    await consent.waitFor();
    await main.getByLabel(t('activation.language')).selectOption('uk');
    await consent.waitFor({ state: 'detached' });

    await start.click();
    const query = await desk.world.answered((await consent.getAttribute('href')) ?? '');
    assert.equal((await desk.world.callback(query)).status, 200);
    await page.getByRole('button', { name: t('activation.end'), exact: true }).waitFor();
    assert.equal((await stored<{ language: string }>(desk)).language, 'uk');
    await page.getByText(t('shell.no_changes'), { exact: true }).waitFor();
    await focusOn(page, t('activation.title'));
    await desk.leave();
  });

  it('learns that the consent was refused', async () => {
    const t = await texts('ru');
    await desk.world.newProject(undefined, { active: false });
    const page = await desk.open({ lang: 'ru' });
    const start = page.getByRole('button', { name: t('activation.start'), exact: true });
    const consent = page.getByRole('link', { name: t('activation.consent.open') });
    for (let time = 0; time < 2; time += 1) {
      await start.click();
      await consent.waitFor();
      assert.equal(await page.getByText(t('problem.access_denied')).count(), 0);
      const query = await desk.world.answered((await consent.getAttribute('href')) ?? '', 'deny');
      assert.equal((await desk.world.callback(query)).status, 403);
      await page.getByRole('alert').getByText(t('problem.access_denied')).waitFor();
      assert.equal(await consent.count(), 0);
    }
    await desk.leave();
  });

  it('warns of what is not sent without the tick', async () => {
    const t = await texts('ru');
    await desk.world.newProject();
    await desk.world.switches({ token_valid: false });
    try {
      await desk.world.accepted({ name: 'Тарас', phone: '0501234567' });
      await until('the break', async () => (await desk.world.activation()).state === 'needs_authorization');
      const page = await desk.open({ lang: 'ru' });
      const warning = page.getByText(t('activation.resend.not', { count: 1 }));
      await warning.waitFor();
      await page.getByLabel(t('activation.resend')).check();
      await warning.waitFor({ state: 'detached' });
    } finally {
      await desk.world.switches({ token_valid: true });
      await desk.leave();
    }
  });
});
