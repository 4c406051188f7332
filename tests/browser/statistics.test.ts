// The statistics: as a chart and as tables, of forms, of calls, or of both.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { until } from '../edge/harness.ts';
import { assertAccessible, Desk } from './harness.ts';
import { texts } from './texts.ts';

describe('the statistics', () => {
  let desk: Desk;
  before(async () => {
    desk = await Desk.start();
  });
  after(() => desk?.stop());
  beforeEach(async () => {
    await desk.world.reset();
    await desk.world.faults();
    await desk.world.newProject();
  });
  afterEach(() => desk.leave());

  /** Two forms delivered and one failed, one call delivered and one skipped. */
  async function day(): Promise<void> {
    const { world } = desk;
    const call = { call_type: 'in', dst: '380441112233', disposition: 'NO ANSWER' };
    await world.delivered([
      await world.accepted({ name: 'Олена', phone: '0502222211' }),
      await world.accepted({ name: 'Ганна', phone: '0502222212' }),
      (await world.called({ ...call, uniqueid: 'ua1_-1791545397.1', caller: '380671234567' })).event,
    ]);
    const hidden = await world.called({ ...call, uniqueid: 'ua1_-1791545397.2', caller: 'anonymous' });
    assert.equal((await world.ended(hidden.event)).status, 'skipped');
    await world.faults({ method: 'POST', path: '/api/v4/leads/complex', kind: 'status', status: 400 });
    assert.equal(
      (await world.ended(await world.accepted({ name: 'Петро', phone: '0502222213' }))).status,
      'failed',
    );
    await world.faults();
  }
  const main = (page: Page) => page.getByRole('region', { name: 'Statistics' }).first();
  /** The cells of today's row. */
  const today = (page: Page, table: string) =>
    main(page).getByRole('table', { name: table }).getByRole('row').nth(1).getByRole('cell').allInnerTexts();

  it('tell the days as the worker counts them', async () => {
    await day();
    const page = await desk.open();
    await desk.section(page, 'Statistics');
    await main(page).getByRole('table', { name: 'Events' }).waitFor();
    assert.deepEqual(await today(page, 'Events'), ['5', '3', '1', '1', '0']);
    const { days } = (await (await desk.world.call('GET', '/stats')).json()) as {
      days: { day: string; delay: { events: number }; requests: Record<string, number> }[];
    };
    const last = days.at(-1);
    const heads = await main(page)
      .getByRole('table', { name: 'Events' })
      .getByRole('rowheader')
      .allInnerTexts();
    const shown = new Intl.DateTimeFormat('en', {
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      timeZone: 'UTC',
    });
    assert.deepEqual(heads, [shown.format(new Date(`${last?.day}T00:00:00Z`))]);
    assert.deepEqual(
      await today(page, 'Requests to amoCRM'),
      ['total', '2xx', '3xx', '4xx', '5xx', 'none'].map((of) => String(last?.requests[of])),
    );
    const [deliveries, ...delays] = await today(page, 'From arrival to amoCRM');
    assert.equal(deliveries, '3');
    for (const delay of delays) assert.match(delay, /^[\d.]+\ssec$/);
    const chart = main(page).getByRole('img', {
      name: /Received: 5, Delivered: 3, Skipped: 1, Failed: 1, Expired: 0/,
    });
    await chart.waitFor();
    const bars = await chart
      .locator('.bar')
      .evaluateAll((all) => all.map((bar) => Number(bar.getAttribute('height'))));
    assert.equal(bars.length, 3);
    assert.ok((bars[0] ?? 0) > (bars[1] ?? 0) * 2.9, 'three times as many are three times as high');
  });

  it('tell those of forms or of calls alone, and what is new when asked', async () => {
    await day();
    const page = await desk.open();
    await desk.section(page, 'Statistics');
    const kind = main(page).getByLabel('What', { exact: true });
    await kind.selectOption('form');
    assert.deepEqual(await today(page, 'Events'), ['3', '2', '0', '1', '0']);
    await kind.selectOption('call');
    assert.deepEqual(await today(page, 'Events'), ['2', '1', '1', '0', '0']);
    await desk.world.delivered([await desk.world.accepted({ name: 'Нова', phone: '0502222214' })]);
    await kind.selectOption('');
    await main(page).getByRole('button', { name: 'Read again' }).click();
    await until('the new one', async () => (await today(page, 'Events'))[0] === '6');
  });

  it('of a project to which nothing has happened say so', async () => {
    await desk.world.newProject(undefined, { active: false });
    const page = await desk.open();
    await desk.section(page, 'Statistics');
    await main(page).getByText('Nothing has happened in these days.').waitFor();
    assert.equal(await main(page).getByRole('table').count(), 0);
  });

  it('say when the worker is away', async () => {
    await day();
    const page = await desk.open();
    await desk.section(page, 'Statistics');
    await main(page).getByRole('table', { name: 'Events' }).waitFor();
    await page.context().setOffline(true);
    await main(page).getByRole('button', { name: 'Read again' }).click();
    const alert = main(page).getByRole('alert');
    await alert.filter({ hasText: 'does not answer. What is shown is as of' }).waitFor();
    await page.context().setOffline(false);
    await alert.waitFor({ state: 'detached' });
  });

  for (const [lang, width, dark] of [
    ['ru', 320, false],
    ['en', 1360, true],
    ['uk', 1360, false],
  ] as const) {
    it(`keep nobody out and fit: ${lang}, ${width}`, async () => {
      const t = await texts(lang);
      await day();
      const page = await desk.open({ lang, width, dark });
      await desk.section(page, t('statistics.title'));
      await page.locator('.chart').waitFor();
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width, 'overflows');
      assert.doesNotMatch(await page.locator('.edited').innerText(), /\b(journal|statistics|status)\.[a-z]/);
      await assertAccessible(page);
    });
  }
});
