// "What changes?" before saving: the latest events by the saved settings and by those that are edited.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { demoSettings } from '../edge/harness.ts';
import { assertAccessible, Desk, focused } from './harness.ts';
import { save } from './saving.ts';
import { texts } from './texts.ts';

type Draft = Record<string, unknown>;
interface Task {
  deadline_minutes: number;
}
interface Rows {
  rows: { creates: { open_task?: Task } }[];
}

const CLIENT = { caller: '380671234501' };

describe('what changes', () => {
  let desk: Desk;
  before(async () => {
    desk = await Desk.start();
  });
  after(() => desk?.stop());
  beforeEach(async () => {
    await desk.world.reset();
    await desk.world.switches({ rate_per_second: 100_000 });
    await desk.world.newProject();
  });
  afterEach(() => desk.leave());

  const open = (page: Page) => page.getByRole('button', { name: 'What changes?' });
  const panel = (page: Page) => page.getByRole('region', { name: 'What your changes do' });
  const total = (page: Page, text: string) =>
    panel(page).locator('.total').filter({ hasText: text }).waitFor();
  const lines = (page: Page) => panel(page).locator('summary').allInnerTexts();
  const group = (page: Page, line: string): Locator =>
    panel(page).locator('details').filter({ hasText: line });

  const form = (n: number, more: object = {}) =>
    desk.world.accepted({ name: `Client ${n}`, phone: `050222220${n}`, ...more });
  const call = async (n: number, more: object = {}) =>
    (
      await desk.world.called({
        uniqueid: `ua1_-179154539${n}.1`,
        call_type: 'in',
        caller: `38067123450${n}`,
        dst: '380441112233',
        disposition: 'NO ANSWER',
        ...more,
      })
    ).event;
  const delivered = async (...ids: Promise<string>[]) => desk.world.delivered(await Promise.all(ids));

  /** Through the session, at the top of the document. */
  const edit = (page: Page, change: Draft) =>
    page.evaluate((changes) => {
      interface Widget {
        session: { settings: { edit(recipe: (draft: Draft) => void): void } };
      }
      const { document } = globalThis as unknown as { document: { querySelector(name: string): Widget } };
      const { settings } = document.querySelector('ringostat-amocrm').session;
      settings.edit((draft) => void Object.assign(draft, changes));
    }, change);

  async function opened(view?: Parameters<Desk['open']>[0]): Promise<Page> {
    const page = await desk.open(view);
    await page.getByRole('button', { name: /What changes|Что изменится/ }).waitFor();
    return page;
  }

  const leadRow = async (constant: string) => {
    const { mapping } = (await demoSettings()) as { mapping: { contact: object[] } };
    const row = { field: 'name', value: { constant }, policy: 'fill_if_empty' };
    return { mapping: { contact: mapping.contact, lead: [row] } };
  };
  const withoutTasks = (matrix: Rows) => ({
    ...matrix,
    rows: matrix.rows.map(({ creates: { open_task: _, ...creates }, ...row }) => ({ ...row, creates })),
  });
  const draftOf = <T>(page: Page, part: string): Promise<T> =>
    page.evaluate((part) => {
      interface Widget {
        session: { settings: { draft: Record<string, T> } };
      }
      const { document } = globalThis as unknown as { document: { querySelector(name: string): Widget } };
      return document.querySelector('ringostat-amocrm').session.settings.draft[part] as T;
    }, part);

  it('tells in words and numbers what the changes do', async () => {
    const pool = { pool_name: 'Контекстная реклама' };
    await delivered(form(1), form(2), call(1, pool), call(2, pool), call(3));
    await desk.world.ended(await call(4, { dst: '380501112233' }));
    const page = await opened();
    assert.ok(await open(page).isDisabled(), 'nothing is changed');
    await edit(page, {
      ...(await leadRow('Windows')),
      matrix: withoutTasks(await draftOf<Rows>(page, 'matrix')),
      stop_list: [{ number: '380501112233' }, { number: '380441112233' }],
      funnel: [],
    });
    await open(page).click();
    await total(page, 'Events that would end differently: 5 of 6.');
    assert.deepEqual(await lines(page), [
      '3 calls would be skipped. The line is on the stop-list: 380441112233.',
      'Field “Name” of 2 leads: “Заявка с сайта” → “Windows”',
    ]);
    await edit(page, { stop_list: [] });
    await panel(page).getByRole('button', { name: 'Compare again' }).click();
    await total(page, '6 of 6');
    assert.deepEqual(await lines(page), [
      '1 call would no longer be skipped. Now: The line is on the stop-list: firm_mob1.',
      '3 calls would no longer make a task',
      '2 leads would go to the pipeline “Воронка” instead of “Новая”',
      'Field “Name” of 2 leads: “Заявка с сайта” → “Windows”',
    ]);
    const moved = group(page, 'would go to the pipeline');
    await moved.locator('summary').click();
    assert.equal(await moved.getByRole('listitem').count(), 2);
    assert.match(
      await moved.getByRole('listitem').first().innerText(),
      /^Call · .*2026.*Before:\s*Новая · Новая заявка\s*→\s*After:\s*Воронка · Первичный контакт/s,
    );
    await assertAccessible(page);
  });

  it('says plainly that nothing changes', async () => {
    await delivered(form(1), call(1));
    const page = await opened();
    await edit(page, { notify: { url: null, task_for_senior: true, held_more_than: 9 } });
    await open(page).click();
    await total(page, 'Nothing changes: 2 events compared, and all would end as before.');
    await panel(page)
      .getByRole('status')
      .filter({ hasText: 'Nothing changes' })
      .waitFor({ state: 'attached' });
    assert.deepEqual(await lines(page), []);
    await assertAccessible(page);
  });

  it('says which changes it cannot show, instead of that nothing changes', async () => {
    const missed = { ...CLIENT, disposition: 'NO ANSWER' };
    const talk = { ...CLIENT, disposition: 'ANSWERED', connected_with: 'firm_ivan', billsec: 62 };
    await delivered(form(1, { comment: 'Hello' }), call(1, missed));
    await delivered(call(2, talk));
    const [task] = (await desk.world.state()).tasks;
    assert.ok(task?.is_completed, 'the settings would make a difference');
    const page = await opened();
    const [forms, matrix] = [await draftOf<object>(page, 'forms'), await draftOf<object>(page, 'matrix')];
    await edit(page, {
      forms: { ...forms, ignored_fields: ['comment'] },
      matrix: { ...matrix, close_missed_task: { on: false, min_talk_seconds: 10 } },
    });
    await open(page).click();
    await total(page, 'Nothing else changes: 3 events compared');
    await panel(page).getByText('Not compared: the form fields that are not kept.').first().waitFor();
    await panel(page).getByText('Not compared: completing the tasks of missed calls.').first().waitFor();
    assert.equal(
      await panel(page).getByText('Not compared').count(),
      3,
      'two, and both once for who listens',
    );
  });

  it('says that the journal is empty', async () => {
    const page = await opened();
    await edit(page, { default_country: 'PL' });
    await open(page).click();
    await panel(page).getByText('There is nothing in the journal yet.').first().waitFor();
  });

  it('cannot be asked for while the settings have errors, and says why', async () => {
    const page = await opened();
    await edit(page, { default_country: 'XX' });
    assert.ok(await open(page).isDisabled());
    await page.getByText('What changes can be shown once the errors are mended.').waitFor();
    await edit(page, { default_country: 'PL' });
    assert.ok(await open(page).isEnabled());
  });

  it('never passes for the present state, and saving waits for nothing', async () => {
    await delivered(form(1));
    const page = await opened();
    await edit(page, await leadRow('Windows'));
    await open(page).click();
    await total(page, '1 of 1');
    const old = panel(page).locator('.notice');
    const busy = panel(page).locator('[aria-busy=true]');
    assert.equal(await old.count(), 0);
    await edit(page, await leadRow('Doors'));
    await old.filter({ hasText: 'this belongs to older ones' }).waitFor();
    await group(page, '“Windows”').locator('summary').click();
    await busy.locator('summary').filter({ hasText: '“Windows”' }).waitFor();
    await edit(page, { default_country: 'XX' });
    await old.filter({ hasText: 'Mend the errors' }).waitFor();
    assert.equal(await old.getByRole('button').count(), 0);
    await assertAccessible(page);
    await edit(page, { default_country: 'UA' });
    await old.getByRole('button', { name: 'Compare again' }).click();
    await panel(page).locator('summary').filter({ hasText: '“Doors”' }).waitFor();
    await busy.waitFor({ state: 'detached' });
    // What was changed there and back is not outdated.
    await edit(page, await leadRow('Gates'));
    await old.waitFor();
    await edit(page, await leadRow('Doors'));
    await old.waitFor({ state: 'detached' });
    await save(page);
    await old.filter({ hasText: 'Everything is saved' }).waitFor();
    assert.ok(await open(page).isDisabled());
  });

  it('says when somebody else has saved meanwhile', async () => {
    await delivered(form(1));
    const page = await opened();
    await edit(page, await leadRow('Windows'));
    await open(page).click();
    await total(page, '1 of 1');
    const overtaken = panel(page).getByText('Somebody else has saved the settings meanwhile.').first();
    assert.equal(await overtaken.count(), 0);
    const { etag } = await desk.settingsTag();
    const body = JSON.stringify({ ...(await demoSettings()), ...(await leadRow('Doors')) });
    const other = await desk.world.call('PUT', '/settings', { body, headers: { 'if-match': etag } });
    assert.equal(other.status, 200);
    await edit(page, await leadRow('Gates'));
    await panel(page).getByRole('button', { name: 'Compare again' }).click();
    await overtaken.waitFor();
  });

  it('can be stopped, and saved meanwhile', async () => {
    await delivered(form(1));
    const page = await opened();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route(/content=1$/, async (route) => {
      await held;
      await route.continue();
    });
    await edit(page, await leadRow('Windows'));
    await open(page).click();
    await panel(page).getByRole('button', { name: 'Stop' }).click();
    await panel(page).getByText('Stopped: nothing was compared.').first().waitFor();
    await panel(page).getByRole('button', { name: 'Compare again' }).click();
    await panel(page).getByRole('button', { name: 'Stop' }).waitFor();
    await save(page);
    await panel(page).getByText('Everything is saved').first().waitFor();
    release();
  });

  it('says so when the journal cannot be read', async () => {
    await delivered(form(1));
    const page = await opened();
    await page.route(/content=1$/, (route) => route.abort());
    await edit(page, await leadRow('Windows'));
    await open(page).click();
    await panel(page).getByText('The journal could not be read.').first().waitFor();
    await page.unroute(/content=1$/);
    await panel(page).getByRole('button', { name: 'Compare again' }).click();
    await total(page, '1 of 1');
  });

  it('takes clients for what they turned out to be, and leaves out what is erased', async () => {
    await delivered(form(1));
    await delivered(form(1, { note: 'again' }));
    await delivered(form(2));
    assert.equal((await desk.world.call('DELETE', '/clients?phone=0502222202')).status, 200);
    const page = await opened();
    const forms = await draftOf<object>(page, 'forms');
    await edit(page, { forms: { ...forms, open_lead: 'create' } });
    await open(page).click();
    await total(page, 'Events that would end differently: 1 of 2.');
    await panel(page).getByText('1 event was not compared: its data has been erased.').first().waitFor();
    assert.deepEqual(await lines(page), ['1 lead would be made new although the client has an open one']);
  });

  it('says of how many events nobody has looked for the client', async () => {
    await delivered(form(1));
    await desk.world.ended(await call(4, { dst: '380501112233' }));
    await desk.world.activation('DELETE');
    await form(1, { note: 'waits' });
    const page = await opened();
    await edit(page, { stop_list: [] });
    await open(page).click();
    await total(page, '1 of 3');
    await panel(page)
      .getByText('2 events were skipped, or are not sent yet, so amoCRM was not asked for their clients')
      .first()
      .waitFor();
  });

  it('does not pass a made-up card’s values for those in amoCRM', async () => {
    await delivered(form(1));
    await delivered(form(1, { note: 'again' }));
    const page = await opened();
    const { mapping } = await leadRow('Windows');
    const lead = mapping.lead.map((row) => ({ ...row, policy: 'overwrite' }));
    const forms = await draftOf<object>(page, 'forms');
    await edit(page, { mapping: { ...mapping, lead } });
    await open(page).click();
    await total(page, '2 of 2');
    assert.deepEqual(await lines(page), [
      'Field “Name” of 1 lead: as it is → “Windows”',
      'Field “Name” of 1 lead: “Заявка с сайта” → “Windows”',
    ]);
    await edit(page, {
      mapping: (await demoSettings()).mapping,
      forms: { ...forms, creates: { ...(forms as { creates: object }).creates, lead: false } },
    });
    await panel(page).getByRole('button', { name: 'Compare again' }).click();
    await panel(page).getByText('1 form would no longer make a lead').waitFor();
    const tags = (await lines(page)).filter((line) => line.includes('Tags'));
    assert.deepEqual(tags, ['Field “Tags” of 1 lead: “Ringostat Automation” → as it is']);
  });

  it('looks through a dry run', async () => {
    await delivered(form(1));
    const page = await opened();
    await edit(page, { dry_run: true });
    await open(page).click();
    await total(page, 'Nothing changes: 1 event compared');
    await panel(page).getByText('You switch the dry run on').first().waitFor();
  });

  it('does everything by the keyboard, and brings an event into the preview', async () => {
    await delivered(form(1));
    await delivered(form(1, { note: 'again' }));
    const page = await opened();
    await edit(page, await leadRow('Windows'));
    await open(page).focus();
    await page.keyboard.press('Enter');
    await total(page, '1 of 2');
    const title = panel(page).getByRole('heading', { name: 'What your changes do' });
    assert.ok(await focused(title));
    await page.keyboard.press('Tab');
    assert.ok(await focused(panel(page).getByRole('button', { name: 'Close' })));
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    const show = panel(page).getByRole('button', { name: /^Show in the preview: Form · / });
    assert.ok(await focused(show));
    await page.keyboard.press('Enter');
    const preview = page.getByRole('region', { name: 'What would be created' });
    await preview.getByRole('heading', { name: 'Client 1' }).waitFor();
    await preview.getByRole('heading', { name: 'Windows' }).waitFor();
    assert.ok(await focused(preview.getByRole('heading', { name: 'What would be created' })));
    await panel(page).getByRole('button', { name: 'Close' }).press('Enter');
    await panel(page).waitFor({ state: 'detached' });
    assert.ok(await focused(open(page)));
  });

  it('speaks the language that is chosen, and fits a phone', async () => {
    await delivered(form(1), call(1));
    const t = await texts('ru');
    const page = await opened({ lang: 'ru', width: 320, height: 800, dark: true });
    await edit(page, await leadRow('Окна'));
    await page.getByRole('button', { name: t('shell.compare') }).click();
    const line = page.locator('ringostat-amocrm-changes').locator('summary');
    await line.filter({ hasText: 'у 1 сделки: «Заявка с сайта» → «Окна»' }).click();
    await assertAccessible(page);
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 320);
    await page.getByLabel(t('shell.language')).selectOption('en');
    await line.filter({ hasText: 'of 1 lead: “Заявка с сайта” → “Окна”' }).waitFor();
  });
});
