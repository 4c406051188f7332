// Every place of the settings that two administrators may differ in has a name.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { nameOf } from '../../www/widget/shell/place_names.ts';

interface Schema {
  $ref?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
}
const read = (path: string) => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'));
const schema = read('pkg/settings.schema.json') as Schema & { $defs: Record<string, Schema> };

/** The keys on the way to everything that the schema names. */
function places(of: Schema, keys: string[]): string[][] {
  const name = of.$ref?.split('/').at(-1);
  const inner = [
    ...(name ? [schema.$defs[name] ?? {}] : []),
    ...(of.oneOf ?? []),
    ...(of.anyOf ?? []),
    ...(of.allOf ?? []),
  ].flatMap((one) => places(one, keys));
  const items = of.items ? places(of.items, [...keys, '0']) : [];
  const own = Object.entries(of.properties ?? {}).flatMap(([key, one]) => [
    [...keys, key],
    ...places(one, [...keys, key]),
  ]);
  return [...inner, ...items, ...own];
}

it('places have names, and so have the parts', () => {
  const all = places(schema, []);
  const parts = new Set(all.map(([part]) => part));
  const texts = read('www/i18n/conflict.en.json') as Record<string, string>;
  assert.deepEqual(
    [...parts].filter((part) => !Object.hasOwn(texts, `conflict.${part}`)),
    [],
  );
  const inner = all.filter((keys) => keys.length > 1);
  assert.ok(inner.length > 80, `only ${inner.length}`);
  assert.deepEqual(
    inner.filter((keys) => nameOf(keys) === undefined).map((keys) => keys.join('/')),
    [],
  );
});

it('names are texts that there are', () => {
  const areas = ['codes', 'shell', 'forms', 'matrix', 'employees', 'stop_list', 'pipelines', 'general'];
  const texts = Object.assign({}, ...areas.map((area) => read(`www/i18n/${area}.en.json`)));
  const lacking = places(schema, [])
    .filter((keys) => keys.length > 1)
    .map((keys) => nameOf(keys))
    .filter((name) => name && !Object.hasOwn(texts, name));
  assert.deepEqual(lacking, []);
});
