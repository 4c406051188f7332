// The matrix as an administrator edits it.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { MatrixRow, Settings } from 'ringostat-amocrm/sandbox';
import { assertAccessible, Desk, focused } from './harness.ts';
import { save, stored } from './saving.ts';

describe('the matrix', () => {
  let desk: Desk;
  let page: Page;
  const rows = () => page.locator('[data-row]');
  const row = (index: number) => page.locator(`[data-row="${index}"]`);

  before(async () => {
    desk = await Desk.start();
  });
  after(() => desk.stop());
  beforeEach(async () => {
    await desk.world.newProject();
    page = await desk.open();
    await desk.section(page, 'Matrix');
  });

  test('is read at a glance, and leads from a situation to its row', async () => {
    const count = await rows().count();
    assert.equal(count, (await stored<Settings>(desk)).matrix.rows.length);
    await assertAccessible(page);
    const overview = page.getByRole('table').first();
    assert.equal(await overview.getByRole('row').count(), 7);
    const missed = overview.getByRole('row').nth(2).getByRole('cell').first();
    await missed.getByRole('button').click();
    const number = Number((await missed.getByRole('button').innerText()).replace(/\D/g, ''));
    const lit = page.locator('tbody.lit');
    assert.equal(await lit.getAttribute('data-row'), String(number - 1));
    assert.ok(await lit.evaluate((element) => element.matches(':focus-within')));
  });

  test('a mark is switched in place and a task keeps its words', async () => {
    const find = (settings: Settings) =>
      settings.matrix.rows.findIndex(
        ({ when, creates }) => when.call === 'incoming_missed' && creates.open_task,
      );
    const index = find(await stored<Settings>(desk));
    const before = (await stored<Settings>(desk)).matrix.rows[index] as MatrixRow;
    const task = row(index).locator('[data-act=open_task]');
    assert.equal(await task.getAttribute('aria-pressed'), 'true');
    await task.press('Space');
    assert.equal(await task.getAttribute('aria-pressed'), 'false');
    await row(index).locator('[data-act=note]').press('Enter');
    await save(page);
    const without = (await stored<Settings>(desk)).matrix.rows[index] as MatrixRow;
    assert.equal(without.creates.open_task, undefined);
    assert.ok(without.creates.note);
    await task.click();
    await save(page);
    const again = (await stored<Settings>(desk)).matrix.rows[index] as MatrixRow;
    assert.deepEqual(again.creates, { ...before.creates, note: true });
  });

  test('a row is added, described, moved, copied and removed by the keyboard', async () => {
    const { length } = (await stored<Settings>(desk)).matrix.rows;
    await page.getByRole('button', { name: 'Add a row' }).press('Enter');
    const call = row(length).getByLabel('Call', { exact: true });
    assert.ok(await focused(call));
    await call.selectOption('"incoming_missed"');
    await row(length).getByLabel('Client', { exact: true }).selectOption('"new"');
    await row(length).locator('[data-act=contact]').press('Space');
    await row(length).locator('[data-act=open_task]').press('Space');
    await row(length).getByLabel('Text of the task').fill('Call {client_number} at once');
    for (let index = length; index > 0; index -= 1) {
      const up = row(index).locator('[data-act=up]');
      assert.ok(index === length || (await focused(up)), `place ${index}`);
      await up.press('Enter');
      await row(index - 1)
        .locator('[data-act=down]')
        .waitFor();
    }
    assert.ok(await focused(row(0).locator('[data-act=down]')), 'it cannot go on upwards');
    await save(page);
    const first = (await stored<Settings>(desk)).matrix.rows[0] as MatrixRow;
    assert.deepEqual(first.when, { call: 'incoming_missed', client: 'new' });
    assert.ok(first.creates.contact);
    assert.equal(first.creates.open_task?.text, 'Call {client_number} at once');
    const outcome = page.getByRole('table').first().getByRole('row').nth(2).getByRole('cell').first();
    assert.match(await outcome.innerText(), /Row 1$/);

    await row(0).locator('[data-act=duplicate]').press('Enter');
    assert.ok(await focused(row(1).getByLabel('Call', { exact: true })));
    assert.equal(await rows().count(), length + 2);
    await assertAccessible(page);
    await row(1).locator('[data-act=remove]').press('Enter');
    assert.equal(await rows().count(), length + 1);
    assert.ok(await focused(row(1).locator('[data-act=open]')));
  });

  test('a preset is applied once it is confirmed', async () => {
    const { length } = (await stored<Settings>(desk)).matrix.rows;
    const missed = page.locator('[data-preset=missed_tasks_only]');
    await missed.press('Enter');
    const question = page.getByRole('alert').filter({ hasText: 'will be replaced' });
    assert.match(await question.innerText(), new RegExp(`\\(${length}\\)`));
    const keep = question.getByRole('button', { name: 'Keep as it is' });
    assert.ok(await focused(keep));
    await keep.press('Enter');
    assert.equal(await rows().count(), length);
    assert.ok(await focused(missed));
    await missed.press('Enter');
    await question.getByRole('button', { name: 'Replace the rows' }).click();
    await save(page);
    const { matrix } = await stored<Settings>(desk);
    assert.equal(matrix.rows.length, 6);
    assert.equal(matrix.senior_user, 504141, 'stays');
    assert.match(await page.getByRole('table').first().innerText(), /nothing is created/);
  });

  test('what concerns all rows, and own names of parameters', async () => {
    await page.getByLabel('Senior manager').selectOption('null');
    await page.getByLabel('Link in the call record').selectOption('"none"');
    await page.getByLabel(/Complete the task of a missed call/).uncheck();
    assert.ok(await page.getByLabel('Counts as a talk from, seconds').isDisabled());
    await page.getByText(/^Own names of parameters/).click();
    await page.getByRole('button', { name: 'Add a name' }).click();
    const name = page.getByLabel('Name in the webhook');
    assert.ok(await focused(name));
    assert.ok(await page.getByRole('button', { name: 'Save' }).isDisabled(), 'a name is needed');
    await name.fill('phone_of_client');
    await page.getByLabel('What it means').selectOption('"caller"');
    await assertAccessible(page);
    await save(page);
    const { matrix, calls } = await stored<Settings>(desk);
    assert.equal(matrix.senior_user, null);
    assert.equal(matrix.recording_link, 'none');
    assert.equal(matrix.close_missed_task.on, false);
    assert.deepEqual(calls.keys, [{ name: 'phone_of_client', means: 'caller' }]);
  });

  test('a finding inside a row opens it', async () => {
    const index = (await stored<Settings>(desk)).matrix.rows.findIndex(({ creates }) => creates.open_task);
    await row(index).locator('[data-act=open]').click();
    await row(index).getByLabel('Text of the task').first().fill('Call {nobody}');
    await row(index).locator('[data-act=open]').click();
    await page
      .locator('summary')
      .filter({ hasText: /remark/ })
      .click();
    await page.getByRole('button', { name: /^Warning: .*nobody/ }).click();
    const text = row(index).getByLabel('Text of the task').first();
    await text.waitFor();
    assert.ok(await focused(text));
  });

  test('is cards where there is no room for columns', async () => {
    const narrow = await desk.open({ width: 320, dark: true });
    await desk.section(narrow, 'Matrix');
    await narrow.locator('[data-row="0"] [data-act=open]').click();
    assert.ok(await narrow.evaluate('document.documentElement.scrollWidth <= innerWidth'));
    await assertAccessible(narrow);
  });
});
