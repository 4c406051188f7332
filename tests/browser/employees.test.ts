// Who is who in Ringostat and amoCRM.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Settings } from 'ringostat-amocrm';
import { demoSettings, until } from '../edge/harness.ts';
import { assertAccessible, Desk } from './harness.ts';

let desk: Desk;
before(async () => {
  desk = await Desk.start();
});
after(() => desk.stop());

const saved = (what: string, wanted: (settings: Settings) => boolean) =>
  until(what, async () => {
    const settings = (await (await desk.world.call('GET', '/settings')).json()) as Settings;
    return wanted(settings) && settings;
  });

/** A call that one of Ringostat's employees took. */
async function taken(staff: string, name: string, sip: string): Promise<void> {
  const answer = await desk.world.webhook({
    uniqueid: `ua1_-1795417200.${staff}`,
    call_type: 'in',
    caller: '380502222222',
    dst: '380441112233',
    connected_with: sip,
    disposition: 'ANSWERED',
    billsec: 42,
    employee_id: staff,
    employee_fio: name,
  });
  assert.equal(answer.status, 200);
}

test('employees whom calls told of are linked as suggested and by choice', async () => {
  await desk.world.newProject({ ...(await demoSettings()), employees: [] });
  await taken('331851', 'Иван Иванов', 'firm_ivan');
  await taken('331852', 'Кто-то Другой', 'firm_other');
  const page = await desk.open();
  await desk.section(page, 'Employees');
  await page.getByText('2 not linked').waitFor();
  const ivan = page.getByRole('listitem').filter({ hasText: 'firm_ivan' });
  const other = page.getByRole('listitem').filter({ hasText: 'firm_other' });
  await ivan.getByText('Learned from calls').waitFor();
  await ivan.getByText('same name').waitFor();
  await page.getByRole('button', { name: /Link the suggested one/ }).click();
  await page
    .getByRole('group', { name: 'These will be linked:' })
    .getByText('Иван Иванов → Иван Иванов')
    .waitFor();
  await assertAccessible(page);
  await page.keyboard.press('Enter');
  await page.getByText('1 not linked').waitFor();
  const select = other.getByLabel('amoCRM user');
  await select.focus();
  await page.keyboard.press('ArrowDown');
  await page.getByText('0 not linked').waitFor();
  // He stays where he was, and so does the focus.
  assert.ok(await select.evaluate((element) => element.matches(':focus')));
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const { employees } = await saved('the links', ({ employees }) => employees.length === 2);
  assert.equal(employees[0]?.amocrm_user, 504142);
  assert.equal(employees[0]?.ringostat.staff_id, '331851');
  assert.deepEqual(employees[0]?.ringostat.sip, ['firm_ivan']);
});

test('marks are edited and a link is undone', async () => {
  await desk.world.newProject();
  await taken('331851', 'Иван Иванов', 'firm_ivan');
  const page = await desk.open();
  await desk.section(page, 'Employees');
  const ivan = page.getByRole('listitem').filter({ hasText: 'firm_ivan' });
  await ivan.getByText('How we recognise').click();
  await ivan.getByLabel('Direct numbers').pressSequentially('380671110001, 380671110002');
  await ivan.getByLabel('Name in Ringostat').fill('Ваня');
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const { employees } = await saved('the marks', ({ employees }) => employees[0]?.ringostat.name === 'Ваня');
  assert.deepEqual(employees[0]?.ringostat.numbers, ['380671110001', '380671110002']);
  await ivan.getByRole('button', { name: 'Unlink Ваня' }).click();
  await page.getByText('1 not linked').waitFor();
  assert.ok(await ivan.getByLabel('amoCRM user').evaluate((element) => element.matches(':focus')));
});

test('an employee is added by hand before any call', async () => {
  await desk.world.newProject({ ...(await demoSettings()), employees: [] });
  const page = await desk.open();
  await desk.section(page, 'Employees');
  await page.getByText('Ringostat has named nobody yet').waitFor();
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('Fill in one mark at least').waitFor();
  assert.ok(await page.getByLabel('Name in Ringostat').evaluate((input) => input.matches(':focus')));
  await page.keyboard.type('Анна');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('Choose a user of amoCRM.').waitFor();
  await page.getByLabel('amoCRM user', { exact: true }).selectOption({ label: 'Иван Иванов' });
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('1 linked').waitFor();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const { employees } = await saved('the employee', ({ employees }) => employees.length === 1);
  assert.equal(employees[0]?.ringostat.name, 'Анна');
  assert.equal(employees[0]?.amocrm_user, 504142);
});

test('before activation it is said why there is nobody to choose', async () => {
  await desk.world.newProject(undefined, { active: false });
  const page = await desk.open();
  await desk.section(page, 'Employees');
  await page.getByText('Users of amoCRM are not read yet').waitFor();
});
