// The journal: what came in is found, told of, and sent again.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { until } from '../edge/harness.ts';
import { assertAccessible, Desk, focused } from './harness.ts';
import { texts } from './texts.ts';

const REFUSED = { method: 'POST', path: '/api/v4/leads/complex', kind: 'status', status: 400 };
const AWAY = { ...REFUSED, status: 503 };
/** The key of a text that is not there. */
const UNTOLD = /\b(journal|preview|status|reason|trace|activation)\.[a-z]/;
const CALL = { call_type: 'in', dst: '380441112233', caller: '380671234567' };

describe('the journal', () => {
  let desk: Desk;
  before(async () => {
    // What is tried again is not tried so soon that nobody could see it wait.
    desk = await Desk.start({ RETRY_BASE_MS: '200' });
  });
  after(() => desk?.stop());
  beforeEach(async () => {
    await desk.world.reset();
    await desk.world.switches({ rate_per_second: 100_000 });
    await desk.world.faults();
    await desk.world.newProject();
  });
  afterEach(async () => {
    await desk.leave();
    await desk.world.faults();
    await desk.world.idle();
  });

  const form = (n = 0) => desk.world.accepted({ name: `Олена ${n}`, phone: `05022222${10 + n}` });
  async function failed(n = 9): Promise<string> {
    await desk.world.faults(REFUSED);
    const id = await form(n);
    assert.equal((await desk.world.ended(id)).status, 'failed');
    await desk.world.faults();
    return id;
  }
  async function opened(view = {}): Promise<Page> {
    const page = await desk.open(view);
    await desk.section(page, 'Journal');
    return page;
  }
  const main = (page: Page) => page.getByRole('region', { name: 'Journal' });
  const rows = (page: Page) => main(page).locator('.events > li');
  const row = (page: Page, id: string) => rows(page).filter({ has: page.locator(`[data-event="${id}"]`) });
  const open = async (page: Page, id: string) => {
    await row(page, id).getByRole('button').click();
    await main(page).getByRole('heading', { level: 3 }).first().waitFor();
  };
  const count = (page: Page, wanted: number) =>
    until(`${wanted} rows`, async () => (await rows(page).count()) === wanted);
  const focusOn = (place: Locator) => until('the focus', () => focused(place));

  it('lists forms and calls newest first, and by status and kind', async () => {
    const first = await form(1);
    const { event: call } = await desk.world.called({
      ...CALL,
      uniqueid: 'ua1_-1791545397.1',
      disposition: 'NO ANSWER',
    });
    await desk.world.delivered([first, call]);
    const bad = await failed();
    const page = await opened();
    await count(page, 3);
    const told = await rows(page).allInnerTexts();
    assert.match(told[0] ?? '', /Form.*Failed.*amoCRM did not take the data/s);
    assert.match(told[1] ?? '', /Call: over.*Delivered/s);
    assert.match(told[2] ?? '', /Form.*Delivered/s);
    await main(page).getByText('3 events', { exact: true }).waitFor();
    // In the project's time zone, whatever the browser's.
    const { received_at } = await desk.world.event(bad);
    const at = new Intl.DateTimeFormat('en', {
      dateStyle: 'medium',
      timeStyle: 'medium',
      timeZone: 'Europe/Kyiv',
    }).format(new Date(received_at));
    const name = (await row(page, bad).getByRole('button').getAttribute('aria-label')) ?? '';
    assert.equal(name.replace(/\s/g, ' '), `Form, ${at}`.replace(/\s/g, ' '));

    await main(page).getByLabel('Status', { exact: true }).selectOption('failed');
    await count(page, 1);
    await row(page, bad).waitFor();
    await main(page).getByLabel('What', { exact: true }).selectOption('call');
    await main(page).getByText('There are no such events.').waitFor();
    await main(page).getByRole('button', { name: 'Show all events' }).click();
    await count(page, 3);
  });

  it('finds an event by its id and a call by that of Ringostat, and says when there is none', async () => {
    const id = await form(1);
    const { event: call } = await desk.world.called({
      ...CALL,
      uniqueid: 'ua1_-1791545397.1',
      disposition: 'NO ANSWER',
    });
    const page = await opened();
    const find = async (text: string) => {
      await main(page).getByLabel('Id of an event or a call').fill(text);
      await main(page).getByLabel('Id of an event or a call').press('Enter');
    };
    await find(`  ${id} `);
    await count(page, 1);
    await row(page, id).waitFor();
    await find('ua1_-1791545397.1');
    await row(page, call).waitFor();
    await count(page, 1);
    await find('ua1_-1.1');
    await main(page)
      .getByText(/Nothing is known by the id “ua1_-1\.1”/)
      .waitFor();
    await main(page).getByRole('button', { name: 'Show all events' }).click();
    await count(page, 2);
    assert.equal(await main(page).getByLabel('Id of an event or a call').inputValue(), '');
  });

  it('does not call an event unknown that is only filtered out', async () => {
    const id = await form(1);
    await desk.world.delivered([id]);
    const page = await opened();
    const search = main(page).getByLabel('Id of an event or a call');
    await search.fill(id);
    await search.press('Enter');
    await count(page, 1);
    await main(page).getByLabel('Status', { exact: true }).selectOption('failed');
    await main(page).getByText('There are no such events.').waitFor();
    await main(page).getByLabel('Status', { exact: true }).selectOption('delivered');
    await row(page, id).waitFor();
    // Whatever is pasted fits.
    await search.fill('x'.repeat(2000));
    await search.press('Enter');
    await main(page)
      .getByText(/Nothing is known by the id/)
      .waitFor();
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 1360, 'overflows');
  });

  it('shows older ones when asked', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 27; n += 1) ids.push(await form(n));
    await desk.world.delivered(ids);
    const page = await opened();
    await count(page, 25);
    await main(page).getByText('The newest 25 events', { exact: true }).waitFor();
    await main(page).getByRole('button', { name: 'Show older ones' }).press('Enter');
    await count(page, 27);
    await focusOn(row(page, ids[1] ?? '').getByRole('button'));
    // Read again, as many are there.
    await main(page).getByRole('button', { name: 'Read again' }).click();
    await main(page).getByText('27 events', { exact: true }).waitFor();
    assert.equal(await main(page).getByRole('button', { name: 'Show older ones' }).count(), 0);
  });

  it('tells why an event failed, leads to the setting, and keeps its place meanwhile', async () => {
    const id = await failed();
    const page = await opened();
    await open(page, id);
    await main(page).getByText('amoCRM did not take the data').first().waitFor();
    const requests = await main(page).locator('.requests > li').allInnerTexts();
    assert.match(requests.at(-1) ?? '', /POST \/api\/v4\/leads\/complex\s+answer 400/);
    await main(page)
      .getByRole('button', { name: /“Name”: from the form field “name”, “Олена 9”/ })
      .click();
    await page.getByRole('region', { name: 'Forms' }).locator('.lit').waitFor();
    await page.getByRole('navigation').getByRole('button', { name: 'Journal' }).click();
    await main(page).getByText('Request validation failed').first().waitFor();
    await main(page).getByRole('button', { name: 'Back to the list' }).click();
    await focusOn(row(page, id).getByRole('button'));
  });

  it('sends an event again, and shows by itself what became of it', async () => {
    const id = await failed();
    const page = await opened();
    await open(page, id);
    await desk.world.faults(AWAY);
    await main(page).getByRole('button', { name: 'Send again' }).press('Enter');
    const told = main(page).getByText('It is being sent again');
    await told.waitFor();
    await desk.world.faults();
    await main(page).getByRole('status').getByText('Delivered', { exact: true }).waitFor();
    // It is not on its way any more.
    await told.waitFor({ state: 'detached' });
    await focusOn(main(page).locator('#opened'));
    const { lead, contact } = await desk.world.event(id);
    for (const one of [lead, contact])
      await main(page).locator(`a[href="${one?.url}"][rel=noopener]`).waitFor();
    assert.equal(await main(page).getByRole('button', { name: 'Send again' }).count(), 0);
    await main(page).getByText('Created in amoCRM, no.').first().waitFor();
  });

  it('sends all that failed again', async () => {
    await failed(1);
    await failed(2);
    const page = await opened();
    await count(page, 2);
    await main(page).getByRole('button', { name: 'Try 2 failed events again' }).click();
    await main(page).getByText('2 events are being sent again.').waitFor();
    await rows(page).getByText('Delivered').nth(1).waitFor();
    await main(page)
      .getByRole('button', { name: /failed events? again/ })
      .waitFor({ state: 'detached' });
  });

  it('says when an event waits for the connection, and when its data was erased', async () => {
    const [bad, gone] = [await failed(1), await failed(2)];
    const erased = await desk.world.call('DELETE', '/clients?phone=0502222212');
    assert.equal(erased.status, 200);
    await desk.world.activation('DELETE');
    const page = await opened();
    await open(page, bad);
    await main(page).getByRole('button', { name: 'Send again' }).click();
    await main(page).getByText('It waits for the connection to amoCRM').waitFor();
    await main(page).getByRole('button', { name: 'Back to the list' }).click();
    await open(page, gone);
    await main(page).getByText('The data of this event was erased').waitFor();
    for (const name of ['Send again', 'What would it become now?'])
      assert.equal(await main(page).getByRole('button', { name }).count(), 0, name);
    await desk.world.activate();
  });

  it('shows what is under way as it goes on, without being asked', async () => {
    await desk.world.faults(AWAY);
    const id = await form();
    await until('the wait', async () => (await desk.world.event(id)).status === 'retrying');
    const page = await opened();
    await row(page, id).getByText('Tried again later').waitFor();
    await desk.world.faults();
    await row(page, id).getByText('Delivered').waitFor();
  });

  it('is not read while nobody sees it', async () => {
    await desk.world.faults(AWAY);
    const id = await form();
    await until('the wait', async () => (await desk.world.event(id)).status === 'retrying');
    const page = await desk.open();
    await page.clock.install();
    await page.reload();
    await desk.section(page, 'Journal');
    await row(page, id).waitFor();
    let read = 0;
    page.on('request', (request) => {
      if (/\/events\?.*brief=1.*limit=25/.test(request.url())) read += 1;
    });
    const turn = (state: string) =>
      page.evaluate(`
        Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      `);
    await turn('hidden');
    read = 0;
    await page.clock.runFor('10:00');
    assert.equal(read, 0);
    await turn('visible');
    await until('a reading', async () => read > 0);
    const before = read;
    await page.clock.runFor('01:00');
    await until('another reading', async () => read > before);
  });

  it('shows in the preview what an event would become now', async () => {
    const id = await failed(4);
    for (let n = 10; n < 31; n += 1) await form(n);
    await desk.world.idle();
    const page = await opened();
    // Older than those that the preview lists by itself.
    await main(page).getByLabel('Status', { exact: true }).selectOption('failed');
    await open(page, id);
    await main(page).getByRole('button', { name: 'What would it become now?' }).press('Enter');
    const preview = page.getByRole('region', { name: 'What would be created' });
    await preview.getByRole('heading', { level: 3, name: 'Олена 4' }).waitFor();
    assert.equal(await preview.getByLabel('What happened').inputValue(), `event:${id}`);
    await focusOn(preview.getByRole('heading', { level: 2 }));
  });

  it('previews an event with the client that it turned out to have', async () => {
    const first = await form(1);
    await desk.world.delivered([first]);
    const again = await desk.world.accepted({ name: 'Олена 1', phone: '0502222211', comment: 'again' });
    await desk.world.delivered([again]);
    const page = await opened();
    const preview = page.getByRole('region', { name: 'What would be created' });
    const known = preview.getByLabel('What amoCRM already knows');
    for (const [id, situation] of [
      [again, 'open_lead'],
      [first, 'nothing'],
    ] as const) {
      await open(page, id);
      await main(page).getByRole('button', { name: 'What would it become now?' }).click();
      await until(situation, async () => (await known.inputValue()) === situation);
      await main(page).getByRole('button', { name: 'Back to the list' }).click();
    }
  });

  it('says when the worker is away, since when what it shows is old, and goes on by itself', async () => {
    const id = await form();
    await desk.world.delivered([id]);
    const page = await opened();
    await row(page, id).waitFor();
    await page.context().setOffline(true);
    await main(page).getByRole('button', { name: 'Read again' }).click();
    const alert = main(page).getByRole('alert');
    await alert.filter({ hasText: 'does not answer. What is shown is as of' }).waitFor();
    assert.equal(
      await main(page)
        .getByText(/^\s*As of/)
        .count(),
      0,
    );
    await alert.getByRole('button', { name: 'Try again' }).click();
    await alert.waitFor();
    await page.context().setOffline(false);
    await alert.waitFor({ state: 'detached' });
    await main(page)
      .getByText(/^\s*As of/)
      .waitFor();
  });

  it('shows how far the sending of what had gathered is', async () => {
    await desk.world.activation('DELETE');
    for (let n = 0; n < 11; n += 1) await form(n);
    await desk.world.called({ ...CALL, uniqueid: 'ua1_-1791545397.1', disposition: 'NO ANSWER' });
    // Forms get through, and the call with its task waits until somebody has seen that.
    await desk.world.faults({ ...AWAY, path: '/api/v4/tasks' });
    await desk.world.activate({ resend_backlog: true });
    const page = await opened();
    await main(page).getByText('Sending what has gathered').waitFor();
    const bar = main(page).getByRole('progressbar', { name: 'Sending what has gathered' });
    assert.equal(await bar.getAttribute('max'), '12');
    await main(page)
      .getByText(/About [\d.,]+ a minute\./)
      .waitFor();
    await desk.world.faults();
    await main(page).getByText('What had gathered is sent').waitFor();
    await main(page).getByText('12 of 12 sent').waitFor();
    await bar.waitFor({ state: 'detached' });
  });

  it('is spoken in another language at once', async () => {
    const id = await failed();
    const [ru, uk] = [await texts('ru'), await texts('uk')];
    const page = await desk.open({ lang: 'ru' });
    await desk.section(page, ru('journal.title'));
    await page.locator(`[data-event="${id}"]`).waitFor();
    await page.getByLabel(ru('shell.language'), { exact: true }).selectOption('uk');
    await page.getByText(uk('journal.shown', { count: 1 }), { exact: true }).waitFor();
    await page.getByRole('button', { name: uk('journal.reload') }).waitFor();
    assert.doesNotMatch(await page.locator('.edited').innerText(), UNTOLD);
  });

  it('is worked with the keyboard alone', async () => {
    const id = await failed();
    const page = await desk.open();
    const tab = page.getByRole('navigation').getByRole('button', { name: 'Journal' });
    await tab.focus();
    await page.keyboard.press('Enter');
    const line = row(page, id).getByRole('button');
    await line.waitFor();
    /** Tab by tab, as far as it takes. */
    const reach = async (place: Locator, key = 'Tab') => {
      for (let n = 0; n < 25; n += 1) {
        if (await focused(place)) return;
        await page.keyboard.press(key);
      }
      assert.fail(`not reached: ${await place.innerText()}`);
    };
    await reach(main(page).getByLabel('Status', { exact: true }));
    await page.keyboard.press('f'); // the first option that begins so: "Failed"
    await count(page, 1);
    await reach(line);
    await page.keyboard.press('Enter');
    await focusOn(main(page).locator('#opened'));
    await reach(main(page).getByRole('button', { name: 'Send again' }));
    await page.keyboard.press('Enter');
    await main(page).getByRole('status').getByText('Delivered', { exact: true }).waitFor();
    await reach(main(page).getByRole('button', { name: 'Back to the list' }), 'Shift+Tab');
    await page.keyboard.press('Enter');
    // It has not failed any more: it is no longer among those.
    await main(page).getByText('There are no such events.').waitFor();
  });

  for (const [lang, width, dark] of [
    ['ru', 1360, false],
    ['en', 320, true],
    ['uk', 320, false],
  ] as const) {
    it(`keeps nobody out and fits: ${lang}, ${width}`, async () => {
      const t = await texts(lang);
      const id = await failed();
      await desk.world.delivered([await form(1)]);
      const page = await desk.open({ lang, width, dark });
      await desk.section(page, t('journal.title'));
      await page.locator(`[data-event="${id}"]`).waitFor();
      const fits = async () =>
        assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width, 'overflows');
      await fits();
      await assertAccessible(page);
      await page.locator(`[data-event="${id}"]`).click();
      await page.locator('#opened').waitFor();
      await fits();
      assert.doesNotMatch(await page.locator('.edited').innerText(), UNTOLD);
      await assertAccessible(page);
    });
  }
});
