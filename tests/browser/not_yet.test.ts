// A project whose settings were never saved: the worker does not know it, and is not asked again and again.
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { until } from '../edge/harness.ts';
import { Desk } from './harness.ts';
import { save } from './saving.ts';

let desk: Desk;
before(async () => {
  desk = await Desk.start();
  await desk.world.strangeProject();
});
after(() => desk?.stop());

it('is asked for once, and looked after once it is saved', async () => {
  const page = await desk.open();
  const unsaved = page.getByText('The settings have never been saved');
  await unsaved.waitFor();
  await page.clock.install();
  const asked: string[] = [];
  page.on('response', (answer) => {
    const { pathname } = new URL(answer.url());
    if (pathname.includes('/v1/projects/')) asked.push(`${pathname.split('/').at(-1)} ${answer.status()}`);
  });
  await page.reload();
  await unsaved.waitFor();
  await desk.section(page, 'Forms');
  for (let minutes = 0; minutes < 5; minutes += 1) await page.clock.fastForward('01:00');
  assert.deepEqual(asked, ['settings 404']);
  await save(page);
  const looks = () => asked.filter((one) => one === 'activation 200').length;
  await until('a look at the connection', async () => looks() > 0);
  // From now on it is looked at again and again.
  const before = looks();
  await page.clock.fastForward('01:00');
  await until('another look', async () => looks() > before);
  assert.deepEqual(
    asked.filter((one) => one.endsWith(' 404')),
    ['settings 404'],
  );
});
