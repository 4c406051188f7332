// The path of somebody who has only read the manual: activate, link an employee, map a form's field, see what would come
// of it, save, post the form, see it arrive. He finds everything by its label.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { until } from '../edge/harness.ts';
import { Desk } from './harness.ts';
import { stored } from './saving.ts';
import { texts } from './texts.ts';

describe('a newcomer', () => {
  let desk: Desk;
  before(async () => {
    desk = await Desk.start();
  });
  after(() => desk?.stop());

  it('goes from nothing to a form that has arrived', async () => {
    const t = await texts('ru');
    await desk.world.strangeProject();
    const page = await desk.open({ lang: 'ru' });
    const main = page.getByRole('main');
    const button = (key: string) => page.getByRole('button', { name: t(key), exact: true });

    // Step one: the integration is activated with an administrator's consent in amoCRM.
    await page.getByText(t('shell.not_saved_yet')).waitFor();
    await main.getByLabel(t('activation.language')).selectOption('ru');
    await button('activation.start').click();
    const consent = page.getByRole('link', { name: t('activation.consent.open') });
    const query = await desk.world.answered((await consent.getAttribute('href')) ?? '');
    assert.equal((await desk.world.callback(query)).status, 200);
    await button('activation.end').waitFor();
    assert.equal((await desk.world.activation()).state, 'active');

    // Step two: who answers calls here.
    await main.getByRole('button', { name: t('activation.steps.employees') }).click();
    await main.getByLabel(t('employees.mark.name')).last().fill('Иван Иванов');
    await main.getByLabel(t('employees.mark.sip')).last().fill('firm_ivan');
    await main.getByLabel(t('employees.new.of'), { exact: true }).selectOption({ label: 'Иван Иванов' });
    await main.getByRole('button', { name: t('employees.new.add'), exact: true }).click();

    // Forms: a field of the site goes to the contact's name.
    await desk.section(page, t('forms.title'));
    await page.getByRole('tab', { name: t('forms.tab.contact') }).click();
    const names = page
      .getByRole('tabpanel')
      .getByLabel(t('forms.value.form_fields'), { exact: true })
      .first();
    const preview = page.getByRole('region', { name: t('preview.title') });
    await preview
      .getByLabel(t('preview.event'), { exact: true })
      .selectOption({ label: t('preview.event.paste') });
    const form = { fio: 'Тарас Бульба', phone: '0501234567' };
    await preview.getByLabel(t('preview.paste'), { exact: true }).fill(JSON.stringify(form));

    // What would come of it changes as he types, before anything is saved.
    const card = preview.getByRole('article').filter({ hasText: '+380501234567' }).first();
    await card.waitFor();
    assert.ok(!(await card.innerText()).includes(form.fio));
    await names.press('End');
    await names.pressSequentially(', fio');
    await card.getByText(form.fio).first().waitFor();
    assert.ok(!JSON.stringify(await stored(desk)).includes('"fio"'));
    await button('shell.save').click();
    await page.getByText(t('shell.saved'), { exact: true }).waitFor();
    const { mapping, employees } = await stored<{ mapping: unknown; employees: unknown[] }>(desk);
    assert.match(JSON.stringify(mapping), /"fio"/);
    assert.equal(employees.length, 1);

    // And so it comes.
    const event = await desk.world.ended(await desk.world.accepted(form));
    assert.equal(event.status, 'delivered');
    const { contacts } = await desk.world.state();
    assert.deepEqual(
      contacts.map(({ name }) => name),
      [form.fio],
    );
    await preview.getByRole('button', { name: t('preview.event.reload') }).click();
    await until('the form among the events', async () => {
      const offered = await preview.getByLabel(t('preview.event'), { exact: true }).innerText();
      return offered.includes(t('status.delivered'));
    });
  });
});
