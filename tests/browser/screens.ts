// Draws every section of the widget, in Russian and English, light and dark: `npm run screens` writes docs/screens/.
// The account is the sandbox, with a small day of calls and forms in the journal.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { SECTIONS } from '../../www/widget/sections/index.ts';
import { demoSettings } from '../edge/harness.ts';
import { Desk } from './harness.ts';
import { texts } from './texts.ts';

const folder = fileURLToPath(new URL('../../docs/screens/', import.meta.url));
const WIDTH = 1280;
const HEIGHT = 860;
/** Few colours are enough for a picture of controls, and make it small. */
const COLOURS = 48;

const desk = await Desk.start();
try {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) if (name.endsWith('.png')) await rm(`${folder}${name}`);
  await desk.world.newProject(await demoSettings());
  await day();
  for (const lang of ['ru', 'en'] as const) {
    const t = await texts(lang);
    for (const dark of [false, true]) {
      const page = await desk.open({ lang, dark, width: WIDTH, height: HEIGHT });
      // Beside every section the same event.
      await page
        .getByRole('region', { name: t('preview.title') })
        .getByRole('article')
        .first()
        .waitFor();
      for (const section of SECTIONS) {
        await desk.section(page, t(`${section}.title`));
        // As high as it is: the bar at the end then stands where it ends.
        const height = (await page.evaluate('document.documentElement.scrollHeight')) as number;
        await page.setViewportSize({ width: WIDTH, height: Math.max(HEIGHT, height) });
        const picture = await page.screenshot({ animations: 'disabled' });
        await page.setViewportSize({ width: WIDTH, height: HEIGHT });
        const small = await sharp(picture).png({ palette: true, colours: COLOURS, effort: 10 }).toBuffer();
        await writeFile(`${folder}${section}.${lang}.${dark ? 'dark' : 'light'}.png`, small);
      }
      await desk.leave();
    }
  }
} finally {
  await desk.stop();
}

/** Something to look at. */
async function day(): Promise<void> {
  const form = { name: 'Олена Коваль', phone: '050 222 22 22', email: 'olena@example.com', colour: 'blue' };
  const ids = [await desk.world.accepted(form)];
  const call = { call_type: 'in', dst: '380441112233' };
  const missed = { ...call, uniqueid: 'ua1_-1791545397.1', caller: '380671234567', disposition: 'NO ANSWER' };
  const talk = {
    ...call,
    uniqueid: 'ua1_-1791545997.2',
    caller: '380671234567',
    disposition: 'ANSWERED',
    billsec: 75,
    connected_with: 'firm_ivan',
  };
  for (const one of [missed, talk]) ids.push((await desk.world.called(one)).event);
  await desk.world.delivered(ids);
}
