// Saving as an administrator does, and what the worker has then.
import type { Page } from 'playwright-core';
import type { Desk } from './harness.ts';

/** Presses "Save" and waits until it is saved. The page speaks English. */
export async function save(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page
    .getByRole('status')
    .filter({ hasText: /^Saved$/ })
    .waitFor();
}

/** The settings as `GET /settings` tells them. */
export async function stored<T>(desk: Desk): Promise<T> {
  return (await (await desk.world.call('GET', '/settings')).json()) as T;
}
