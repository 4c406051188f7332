// The widget as an administrator meets it: the demo page in Debian's Chromium, the real worker and the sandbox behind it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { FLAGS } from '../../scripts/chromium.mjs';
import { which } from '../../scripts/run.mjs';
import { World } from '../edge/harness.ts';

export interface View {
  lang?: 'ru' | 'uk' | 'en';
  width?: number;
  height?: number;
  dark?: boolean;
}

export class Desk {
  readonly world: World;
  readonly #browser: Browser;
  readonly #contexts: BrowserContext[] = [];

  private constructor(world: World, browser: Browser) {
    this.world = world;
    this.#browser = browser;
  }

  static async start(env: Record<string, string> = {}): Promise<Desk> {
    const executablePath = which('chromium') ?? which('chromium-browser');
    if (!executablePath) throw new Error('chromium is not installed');
    const [world, browser] = await Promise.all([
      World.start(env),
      chromium.launch({ executablePath, args: FLAGS }),
    ]);
    return new Desk(world, browser);
  }

  /** The demo page with the world's project in it. Whatever goes wrong in the page fails the test. */
  async open({ lang = 'en', width = 1360, height = 900, dark = false }: View = {}): Promise<Page> {
    const { project, token } = this.world.admin;
    const query = new URLSearchParams({ project, token: token ?? '', lang });
    return this.visit(`${this.world.edge}/#${query}`, { width, height, dark });
  }

  async visit(address: string, { width = 1360, height = 900, dark = false }: View = {}): Promise<Page> {
    const context = await this.#browser.newContext({
      viewport: { width, height },
      colorScheme: dark ? 'dark' : 'light',
      reducedMotion: 'reduce',
      timezoneId: 'Europe/Kyiv',
    });
    this.#contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on('pageerror', (error) => {
      throw error;
    });
    await page.goto(address);
    return page;
  }

  /** Goes to a section by its name. */
  async section(page: Page, name: string): Promise<void> {
    await page.getByRole('navigation').getByRole('button', { name }).first().click();
    await page.getByRole('main').getByRole('heading', { level: 2, name }).first().waitFor();
  }

  /** Closes all pages. */
  async leave(): Promise<void> {
    for (const context of this.#contexts.splice(0)) await context.close();
  }

  async settingsTag(): Promise<{ etag: string }> {
    const answer = await this.world.call('GET', '/settings');
    return { etag: answer.headers.get('etag') ?? '' };
  }

  async stop(): Promise<void> {
    await this.leave();
    await this.#browser.close();
    await this.world.stop();
  }
}

const axe = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Whether the keyboard is there. */
export const focused = (place: Locator) => place.evaluate((element) => element.matches(':focus'));

/** Nothing that keeps anybody out, as far as a machine can tell. */
export async function assertAccessible(page: Page): Promise<void> {
  // As the debugger: the page's policy lets no other script in.
  await page.evaluate(await axe);
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(): Promise<{
          violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[];
        }>;
      };
    };
    const { violations } = await axe.run();
    return violations.map(({ id, nodes }) => ({
      id,
      where: nodes.map(({ html, failureSummary }) => `${html} ${failureSummary ?? ''}`),
    }));
  });
  assert.deepEqual(found, []);
}
