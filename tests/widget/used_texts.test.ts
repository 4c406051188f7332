// Every text that the widget asks for by name exists, and so does one for every finding of the self-check.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../www/', import.meta.url));
const read = (...path: string[]) => readFileSync(join(root, ...path), 'utf8');

describe('texts', () => {
  const keys = new Set<string>();
  before(() => {
    for (const name of readdirSync(join(root, 'i18n'))) {
      if (name.endsWith('.en.json'))
        for (const key of Object.keys(JSON.parse(read('i18n', name)))) keys.add(key);
    }
  });

  it('that the widget names are there', () => {
    const asked = new Map<string, string>();
    const files = readdirSync(join(root, 'widget'), { recursive: true, encoding: 'utf8' });
    for (const file of files.filter((name) => name.endsWith('.ts') && !name.startsWith('dist'))) {
      for (const [, key] of read('widget', file).matchAll(/\bt\(\s*'([a-z_]+\.[\w.]+)'/gi))
        asked.set(key ?? '', file);
    }
    assert.ok(asked.size > 200, `only ${asked.size} were found`);
    assert.deepEqual(
      [...asked].filter(([key]) => !keys.has(key)),
      [],
    );
  });

  it('of the self-check are there', () => {
    const codes = [
      ...read('edge/self_check/findings.ts').matchAll(/^ {2}(\w+): '(?:ok|info|warning|error)'/gm),
    ];
    assert.ok(codes.length > 50);
    assert.deepEqual(
      codes.map(([, code]) => `check.${code}`).filter((key) => !keys.has(key)),
      [],
    );
  });
});
