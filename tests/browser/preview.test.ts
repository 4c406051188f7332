// The preview beside the settings: what an event would make, and why, at every change.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { demoSettings, until } from '../edge/harness.ts';
import { assertAccessible, Desk } from './harness.ts';

/** What a test changes in the draft, as a section would. */
type Change = Record<string, unknown>;

describe('the preview', () => {
  let desk: Desk;
  before(async () => {
    desk = await Desk.start();
  });
  after(() => desk?.stop());
  beforeEach(async () => {
    await fresh();
    await desk.world.newProject();
  });
  afterEach(() => desk.leave());

  /** An account that nobody has to wait for. */
  async function fresh(seed?: Record<string, unknown>): Promise<void> {
    await desk.world.reset(seed);
    await desk.world.switches({ rate_per_second: 100_000 });
  }
  const pane = (page: Page) => page.getByRole('region', { name: 'What would be created' });
  const event = (page: Page) => pane(page).getByLabel('What happened');
  const known = (page: Page) => pane(page).getByLabel('What amoCRM already knows');
  const card = (page: Page, kind: string) =>
    pane(page)
      .getByRole('article')
      .filter({ has: page.getByText(kind, { exact: true }) });
  const verdict = (page: Page, text: string) =>
    pane(page).locator('.verdict').filter({ hasText: text }).waitFor();
  const heading = (page: Page, kind: string, name: string) =>
    card(page, kind).getByRole('heading', { name }).waitFor();

  async function opened(): Promise<Page> {
    const page = await desk.open();
    await verdict(page, 'Would be created: 1 contact, 1 lead, and 1 note.');
    return page;
  }

  /** Through the session, at the top of the document. */
  const edit = (page: Page, change: Change) =>
    page.evaluate((changes) => {
      interface Widget {
        session: { settings: { edit(recipe: (draft: Change) => void): void } };
      }
      const { document } = globalThis as unknown as { document: { querySelector(name: string): Widget } };
      const { settings } = document.querySelector('ringostat-amocrm').session;
      settings.edit((draft) => void Object.assign(draft, changes));
    }, change);

  const mapping = async (lead: object[], contact?: object[]) => {
    const { mapping } = (await demoSettings()) as { mapping: { contact: object[] } };
    const whole = (rows: object[]) => rows.map((row) => ({ policy: 'fill_if_empty', ...row }));
    return { mapping: { contact: whole(contact ?? mapping.contact), lead: whole(lead) } };
  };

  it('shows what the open section is about, until somebody chooses an event himself', async () => {
    const page = await opened();
    const shows = (sample: string) =>
      until(sample, async () => (await event(page).inputValue()) === `sample:${sample}`);
    await desk.section(page, 'Matrix');
    await shows('call_missed');
    await desk.section(page, 'Forms');
    await shows('form');
    await event(page).selectOption('sample:form_visit');
    await desk.section(page, 'Matrix');
    assert.equal(await event(page).inputValue(), 'sample:form_visit');
  });

  it('shows the cards of an example as amoCRM would, and is accessible', async () => {
    const page = await opened();
    await heading(page, 'Contact', 'John Smith');
    await card(page, 'Contact').getByText('+380671112233').waitFor();
    const lead = card(page, 'Lead');
    assert.match(await lead.innerText(), /Responsible user\s+Старший менеджер/);
    assert.match(await lead.innerText(), /Pipeline\s+Воронка\s+Stage\s+Первичный контакт/);
    assert.match(await lead.innerText(), /Tags\s+Ringostat Automation/);
    await pane(page).getByText('Would be sent to amoCRM: 3 requests').click();
    await pane(page).getByText('POST /api/v4/leads/complex').click();
    await pane(page).locator('pre').filter({ hasText: 'custom_fields_values' }).waitFor();
    await assertAccessible(page);
  });

  it('follows every change of the settings, and tells each row its value', async () => {
    const page = await opened();
    const rows = [
      { field: 'name', value: { constant: 'Windows, please' } },
      { field: 'price', value: { variable: 'pool_name' } },
    ];
    await edit(page, await mapping(rows));
    await heading(page, 'Lead', 'Windows, please');
    await pane(page).getByText('Lead, “Budget”: Pool name, no value came.').waitFor();
    const values = await page.evaluate(() => {
      interface Widget {
        session: { rowValues: Map<string, { kind: string; text: string }> };
      }
      const { document } = globalThis as unknown as { document: { querySelector(name: string): Widget } };
      return [...document.querySelector('ringostat-amocrm').session.rowValues];
    });
    assert.deepEqual(Object.fromEntries(values)['/mapping/lead/0'], {
      kind: 'value',
      text: 'Windows, please',
    });
    assert.equal(Object.fromEntries(values)['/mapping/lead/1']?.kind, 'missing');
  });

  it('follows a document that is imported', async () => {
    const page = await opened();
    const document = JSON.stringify({ ...(await demoSettings()), ...(await mapping([])) });
    const file = { name: 'settings.json', mimeType: 'application/json', buffer: Buffer.from(document) };
    await page.locator('input[type=file]').setInputFiles(file);
    await heading(page, 'Lead', '+380671112233');
  });

  it('tells what would change on a known client, before and after', async () => {
    const page = await opened();
    await edit(page, await mapping([{ field: 'price', value: { constant: '500' }, policy: 'overwrite' }]));
    await known(page).selectOption({ label: 'a known contact with an open lead' });
    await verdict(page, 'Would be changed: 1 contact and 1 lead.');
    const change = card(page, 'Lead').getByRole('definition').filter({ hasText: '500' }).first();
    assert.match(await change.innerText(), /Before:\s+0\s+→\s+After:\s+500/);
    await known(page).selectOption({ label: 'two matching contacts' });
    await pane(page)
      .getByText(/^Several contacts fit/)
      .waitFor();
    await assertAccessible(page);
  });

  it('takes what is pasted, and says so when it is nothing', async () => {
    const page = await opened();
    await event(page).selectOption({ label: 'Paste a form or a call…' });
    const pasted = pane(page).getByLabel('Form or call', { exact: true });
    await pasted.fill('{"name": "Ann", ');
    await pane(page).getByText('This begins like JSON but cannot be read').waitFor();
    await pasted.fill('name=Ann&phone=067+999+88+77');
    await heading(page, 'Contact', 'Ann');
    await pane(page).getByText('Read as: Form, parameters joined by &.').waitFor();
    await pasted.fill('{}');
    await pane(page).getByText('This is no form').waitFor();
    await pasted.fill(
      'https://edge.example/calls?key=k&call_id=ua1_-1791545397.1&call_type=in&caller=380679998877&dst=380501112233&disposition=ANSWERED&billsec=5',
    );
    await verdict(page, 'Nothing would be created. The line is on the stop-list');
    await assertAccessible(page);
  });

  it('shows an event of the journal', async () => {
    const form = { name: 'Олег', phone: '067 123-45-67', note: 'Перезвоните' };
    await desk.world.ended(await desk.world.accepted(form));
    const page = await opened();
    const [label = ''] = await event(page).locator('option', { hasText: 'Delivered' }).allInnerTexts();
    assert.match(label, /^Form · .*2026.* · Delivered$|^Form · .* · Delivered$/);
    await event(page).selectOption({ label });
    await heading(page, 'Contact', 'Олег');
    await card(page, 'Note').getByText('note: Перезвоните').waitFor();
  });

  it('looks a client up for real', async () => {
    await fresh({
      contacts: [
        {
          id: 31,
          name: 'Иван из amoCRM',
          custom_fields_values: [{ field_code: 'PHONE', values: [{ value: '+380671112233' }] }],
        },
      ],
      leads: [{ id: 41, name: 'Балкон', _embedded: { contacts: [{ id: 31, is_main: true }] } }],
    });
    const page = await opened();
    await known(page).selectOption({ label: 'as amoCRM has it now' });
    await pane(page)
      .getByText(/^Found: 1 contact, 1 lead\. Looked up: .*\d:\d\d/)
      .waitFor();
    await heading(page, 'Contact', 'Иван из amoCRM');
    await heading(page, 'Lead', 'Балкон');
    // Another client: what was found is not his.
    await event(page).selectOption({ label: 'Incoming call, missed' });
    await pane(page)
      .getByText(/^Found: 0 contacts, 0 leads/)
      .waitFor();
    await verdict(page, 'Would be created: 1 contact, 1 lead');
    const { requests } = await desk.world.state();
    const writes = requests.filter(({ method, path }) => method !== 'GET' && !path.includes('custom_fields'));
    assert.deepEqual(writes, [], 'nothing is written');
  });

  it('never shows what belongs to older settings as current', async () => {
    const page = await opened();
    const busy = pane(page).locator('[aria-busy=true]');
    assert.equal(await busy.count(), 0);
    await edit(page, { default_country: 'XX' });
    await busy.getByText('This is of older settings').waitFor();
    await busy.getByRole('heading', { name: 'John Smith' }).waitFor();
    await pane(page)
      .locator('[aria-live]')
      .filter({ hasText: 'older settings' })
      .waitFor({ state: 'attached' });
    await assertAccessible(page);
    await edit(page, { default_country: 'UA' });
    await busy.waitFor({ state: 'detached' });
  });

  it('leads from a line and from a value to the setting that decided', async () => {
    const page = await opened();
    await pane(page)
      .getByRole('button', { name: 'Contact, “Email”: from the form field “email”' })
      .press('Enter');
    await page.getByRole('main').getByRole('heading', { level: 2, name: 'Forms' }).waitFor();
    const lit = () =>
      page.evaluate(() => {
        interface Widget {
          session: { lit: string | null };
        }
        const { document } = globalThis as unknown as { document: { querySelector(name: string): Widget } };
        return document.querySelector('ringostat-amocrm').session.lit;
      });
    assert.equal(await lit(), '/mapping/contact/2');
    await event(page).selectOption({ label: 'Incoming call, answered by an employee' });
    await card(page, 'Lead')
      .getByRole('button', { name: /^Pipeline: Новая/ })
      .click();
    await page.getByRole('main').getByRole('heading', { level: 2, name: 'Pipelines' }).waitFor();
    assert.equal(await lit(), '/funnel/0');
  });

  it('says so when it cannot be shown, and goes on afterwards', async () => {
    const page = await opened();
    /** A core whose preview says something else; null: it breaks. */
    const preview = (answer: object | null) =>
      page.evaluate((answer) => {
        interface Widget {
          session: { core: { preview: unknown }; real?: { preview: unknown } };
        }
        const { document } = globalThis as unknown as { document: { querySelector(name: string): Widget } };
        const { session } = document.querySelector('ringostat-amocrm');
        session.real ??= session.core;
        session.core = {
          ...session.real,
          preview() {
            if (!answer) throw new Error('trap');
            return answer;
          },
        };
      }, answer);
    const failure = (code: string, path: string) => ({
      type: 'failure',
      errors: [{ code, path, params: {} }],
    });
    await preview(failure('invalid_type', '/contacts/0/id'));
    await edit(page, { default_country: 'PL' });
    await pane(page)
      .getByText('The data of the amoCRM account could not be imitated (/contacts/0/id).')
      .waitFor();
    await preview(failure('brand_new', ''));
    await edit(page, { default_country: 'DE' });
    await pane(page).getByText('The result cannot be shown (brand_new).').waitFor();
    await preview(null);
    await edit(page, { default_country: 'UA' });
    await pane(page).getByText('An internal error.').waitFor();
    await page.evaluate(() => {
      interface Widget {
        session: { core: unknown; real: unknown };
      }
      const { document } = globalThis as unknown as { document: { querySelector(name: string): Widget } };
      const { session } = document.querySelector('ringostat-amocrm');
      session.core = session.real;
    });
    await edit(page, { default_country: 'PL' });
    await verdict(page, 'Would be created');
  });

  it('says that a dry run sends nothing, and what there would be without it', async () => {
    const page = await opened();
    await edit(page, { dry_run: true });
    await verdict(page, 'Dry run: nothing would be sent to amoCRM.');
    await verdict(page, 'Would be created: 1 contact, 1 lead, and 1 note.');
    // Reasons and requests are of the same run as the cards.
    await pane(page).getByText('A contact “').first().waitFor();
    assert.equal(await pane(page).getByText('Dry run: POST').count(), 0);
    await pane(page).getByText('Would be sent to amoCRM: 3 requests').click();
    await pane(page).getByText('creates: POST /api/v4/leads/complex').waitFor();
  });

  it('is there before amoCRM is connected', async () => {
    await desk.world.newProject(undefined, { active: false });
    const page = await opened();
    await pane(page).getByText('shown on a demo account').waitFor();
    assert.ok(await known(page).locator('option[value=lookup]').isDisabled());
  });

  it('fits a phone', async () => {
    const page = await desk.open({ width: 320, height: 800, dark: true });
    await verdict(page, 'Would be created');
    await event(page).selectOption({ label: 'Form with UTM marks and additional parameters' });
    await heading(page, 'Contact', 'John Smith');
    const width = await page.evaluate(
      () =>
        (globalThis as unknown as { document: { documentElement: { scrollWidth: number } } }).document
          .documentElement.scrollWidth,
    );
    assert.equal(width, 320);
    await assertAccessible(page);
  });

  it('tells how long it took', async () => {
    const page = await opened();
    await edit(page, { default_country: 'PL' });
    const measured = await page.evaluate(() =>
      performance.getEntriesByName('preview').map(({ duration }) => duration),
    );
    assert.equal(measured.length, 1);
    assert.ok((measured[0] ?? 0) > 0);
  });
});
