// The widget's own texts, for tests that look for them.
import { readdir, readFile } from 'node:fs/promises';
import { format, type Language, type Params, type Texts } from '../../www/i18n/format.ts';

const folder = new URL('../../www/i18n/', import.meta.url);

export async function texts(language: Language): Promise<(key: string, params?: Params) => string> {
  const all: Record<string, Texts[string]> = {};
  for (const name of await readdir(folder)) {
    if (!name.endsWith(`.${language}.json`)) continue;
    Object.assign(all, JSON.parse(await readFile(new URL(name, folder), 'utf8')));
  }
  return (key, params = {}) => format(all, key, params, language);
}
