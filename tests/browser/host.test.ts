// What the widget is to the page that embeds it, and what it does when the worker is away or somebody else saves.
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import type { Settings } from 'ringostat-amocrm/sandbox';
import { mint, until } from '../edge/harness.ts';
import { assertAccessible, Desk } from './harness.ts';

/** Another site: pages by path, with the policy they are given. */
class Site {
  readonly #server: Server;
  readonly pages = new Map<string, { body: string; policy?: string }>();

  private constructor() {
    this.#server = createServer((request, answer) => {
      const page = this.pages.get(request.url ?? '');
      if (!page) return void answer.writeHead(404).end();
      answer.setHeader('content-type', 'text/html; charset=utf-8');
      if (page.policy) answer.setHeader('content-security-policy', page.policy);
      answer.end(`<!doctype html><html lang="en"><title>A panel</title>${page.body}</html>`);
    });
  }

  static async start(): Promise<Site> {
    const site = new Site();
    await new Promise<void>((listening) => site.#server.listen(0, '127.0.0.1', listening));
    return site;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

describe('the widget in its host', () => {
  let desk: Desk;
  let site: Site;
  before(async () => {
    site = await Site.start();
    desk = await Desk.start({ PANEL_ORIGINS: site.origin });
  });
  after(async () => {
    await desk?.stop();
    site?.stop();
  });
  beforeEach(async () => {
    await desk.world.reset();
    await desk.world.newProject();
  });
  afterEach(() => desk.leave());

  const title = (page: Page | ReturnType<Page['frameLocator']>) =>
    page.getByRole('heading', { level: 1, name: 'amoCRM integration' });
  const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true });
  /** Another document, as a colleague would send it. */
  async function change(page: Page, changes: Record<string, unknown>): Promise<void> {
    const stored = await (await desk.world.call('GET', '/settings')).json();
    const document = JSON.stringify({ ...(stored as object), ...changes });
    const file = { name: 'settings.json', mimeType: 'application/json', buffer: Buffer.from(document) };
    await page.locator('input[type=file]').setInputFiles(file);
  }
  const stored = async () =>
    (await (await desk.world.call('GET', '/settings')).json()) as Record<string, unknown>;

  it('is embedded by one script tag in a page of another origin', async () => {
    const { project, token } = desk.world.admin;
    site.pages.set('/panel', {
      policy: `default-src 'none'; script-src ${desk.world.edge} 'wasm-unsafe-eval'; connect-src ${desk.world.edge}`,
      body: `<script type="module" src="${desk.world.edge}/ringostat-amocrm.js"></script>
        <ringostat-amocrm project="${project}" token="${token}" lang="en"></ringostat-amocrm>`,
    });
    const page = await desk.visit(`${site.origin}/panel`);
    await title(page).waitFor();
    await page.getByRole('status').filter({ hasText: 'Account:' }).waitFor();
    await change(page, { dry_run: true });
    await save(page).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    assert.equal((await stored()).dry_run, true);
  });

  it('lets no page of an origin that is not listed administrate', async () => {
    const asked = await fetch(`${desk.world.edge}/v1/projects/${desk.world.project}/settings`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://elsewhere.example',
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'authorization',
      },
    });
    assert.equal(asked.headers.get('access-control-allow-origin'), null);
  });

  it('says so when the page forbids WebAssembly, and names the page for a frame', async () => {
    const { project, token } = desk.world.admin;
    site.pages.set('/strict', {
      policy: `default-src 'none'; script-src ${desk.world.edge}; connect-src ${desk.world.edge}`,
      body: `<script type="module" src="${desk.world.edge}/ringostat-amocrm.js"></script>
        <ringostat-amocrm project="${project}" token="${token}" lang="en"></ringostat-amocrm>`,
    });
    const page = await desk.visit(`${site.origin}/strict`);
    await page.getByRole('alert').filter({ hasText: 'wasm-unsafe-eval' }).waitFor();
    const link = page.getByRole('link', { name: 'The page for a frame' });
    assert.equal(await link.getAttribute('href'), `${desk.world.edge}/embed.html`);
  });

  it('works in a frame, is given its token and tells what happens', async () => {
    const { project, token } = desk.world.admin;
    const wanted = JSON.stringify({ type: 'ringostat-amocrm', project, token, lang: 'en' });
    site.pages.set('/frame', {
      body: `<script>
          const heard = [];
          addEventListener('message', ({ data, source, origin }) => {
            heard.push(data);
            document.title = heard.map((one) => one.event ?? one.type).join(' ');
            if (data.type === 'ringostat-amocrm-ready') source.postMessage(${wanted}, origin);
          });
        </script>
        <iframe title="amoCRM" src="${desk.world.edge}/embed.html" width="1200" height="800"></iframe>`,
    });
    const page = await desk.visit(`${site.origin}/frame`);
    const frame = page.frameLocator('iframe');
    await title(frame).waitFor();
    await frame.getByRole('button', { name: 'Reset to default' }).click();
    await frame.getByRole('alert').getByRole('button', { name: 'Reset to default' }).click();
    await frame.getByRole('button', { name: 'Save', exact: true }).click();
    await until('the event', async () => (await page.title()).includes('settings-saved'));
  });

  it('asks the host for a new token when the worker refuses the one there is', async () => {
    const { project, token } = desk.world.admin;
    const old = await mint(project, Math.floor(Date.now() / 1000) - 60);
    site.pages.set('/renew', {
      body: `<script type="module">
          await import('${desk.world.edge}/ringostat-amocrm.js');
          const widget = document.createElement('ringostat-amocrm');
          widget.renewToken = async () => { document.title += ' renewed'; return '${token}'; };
          for (const [name, value] of Object.entries({ project: '${project}', token: '${old}', lang: 'en' }))
            widget.setAttribute(name, value);
          document.body.append(widget);
        </script>`,
    });
    const page = await desk.visit(`${site.origin}/renew`);
    await title(page).waitFor();
    assert.equal(await page.title(), 'A panel renewed');
  });

  it('says who it is not given', async () => {
    const page = await desk.visit(`${desk.world.edge}/`);
    await page.getByLabel('Admin token').fill('no token');
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByRole('alert').waitFor();
  });

  it('is spoken in three languages, changed live', async () => {
    const page = await desk.open({ lang: 'ru' });
    await page.getByRole('heading', { name: 'Интеграция с amoCRM' }).waitFor();
    await page.getByLabel('Язык', { exact: true }).selectOption('uk');
    await page.getByRole('heading', { name: 'Інтеграція з amoCRM' }).waitFor();
    await page.getByLabel('Мова', { exact: true }).selectOption('en');
    await title(page).waitFor();
  });

  it('goes on while the worker is down, and loses nothing that was typed', async () => {
    const page = await desk.open();
    await title(page).waitFor();
    const port = new URL(desk.world.edge).port;
    await change(page, { dry_run: true });
    await desk.world.kill();
    await save(page).click();
    await page.getByRole('alert').filter({ hasText: 'No connection' }).waitFor();
    await page.getByText('Not saved').waitFor();
    await desk.world.restart({ PORT: port });
    await page.getByRole('alert').filter({ hasText: 'No connection' }).waitFor({ state: 'detached' });
    await save(page).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    assert.equal((await stored()).dry_run, true);
  });

  it('offers both versions when somebody else has saved', async () => {
    const page = await desk.open();
    await title(page).waitFor();
    await change(page, { dry_run: true });
    const before = (await stored()) as unknown as Settings;
    const row = { field: 'price', value: { variable: 'landing' }, policy: 'overwrite' };
    const [first, ...rest] = before.mapping.contact;
    const contact = [{ ...first, value: { form_fields: ['fio', 'name'] } }, ...rest];
    const mapping = { contact, lead: [...before.mapping.lead, row] };
    const others = { ...before, default_country: 'PL', mapping };
    const { etag } = await desk.settingsTag();
    const put = { body: JSON.stringify(others), headers: { 'if-match': etag } };
    assert.equal((await desk.world.call('PUT', '/settings', put)).status, 200);
    await save(page).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('row', { name: /^Country changed by somebody else Ukraine Poland$/ }).waitFor();
    // Places and values are called as the sections call them.
    const told = await dialog.getByRole('row', { name: /^Mapping of fields/ }).innerText();
    assert.match(told, /Contact mapping, row 1, Field of your form:\s+name, first-name/);
    assert.match(told, /Contact mapping, row 1, Field of your form:\s+fio, name/);
    assert.match(told, /Lead mapping, row 2:\s+not there/);
    const shown = 'amoCRM field: Budget; Ringostat variable: Landing page';
    assert.ok(told.includes(`${shown}; If the field is filled already: overwrite`), told);
    assert.ok(!/[/_{}[\]]/.test(await dialog.getByRole('table').innerText()));
    await assertAccessible(page);
    await dialog.getByRole('button', { name: 'Save mine' }).click();
    await dialog.waitFor({ state: 'detached' });
    const now = await stored();
    // What only the other one changed is kept as well.
    assert.deepEqual([now.dry_run, now.default_country], [true, 'PL']);
  });

  it('refuses a document that is not one, by name', async () => {
    const page = await desk.open();
    await title(page).waitFor();
    const file = { name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{"colour":"red"}') };
    await page.locator('input[type=file]').setInputFiles(file);
    const told = page.getByRole('alert').filter({ hasText: 'The file was not taken' });
    await told.getByText('There is no such setting: colour.').waitFor();
    await page.locator('input[type=file]').setInputFiles({ ...file, buffer: Buffer.from('colour') });
    await told.getByText('cannot be read as JSON').waitFor();
    assert.ok(await save(page).isDisabled());
  });

  it('shows the activation and ends it by keyboard alone', async () => {
    const page = await desk.open();
    await page.getByRole('button', { name: 'Switch the integration off' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByRole('button', { name: 'Switch the integration off' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Activate the integration' }).waitFor();
    await assertAccessible(page);
    assert.equal((await desk.world.activation()).state, 'inactive');
    await page.getByLabel('Long-lived token').first().check();
    await page.getByLabel('Send the data to the CRM after activating again').check();
    await page.getByRole('button', { name: 'Activate the integration' }).click();
    await page.getByRole('button', { name: 'Switch the integration off' }).waitFor();
    assert.equal((await desk.world.activation()).state, 'active');
  });
});
