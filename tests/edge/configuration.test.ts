// The worker is described in several places: workerd's configuration, wrangler's, the types of its environment, and the
// manual. What one of them forgets would be missing without a word.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';

const file = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, found = '']) => found);
const only = (text: string, pattern: RegExp) => {
  const found = all(text, pattern);
  assert.equal(found.length, 1, String(pattern));
  return found[0];
};

describe('the configuration of workerd', () => {
  it('hands over every variable that the worker reads, and the manual explains each', async () => {
    const handed = all(await file('www/edge/workerd.capnp'), /fromEnvironment = "(\w+)"/g);
    const named = all(await file('www/edge/workerd.capnp'), /name = "(\w+)", fromEnvironment/g);
    const read = all(await file('www/edge/env.ts'), /^ {2}([A-Z_]+)\??: Text;$/gm);
    assert.ok(handed.length > 20);
    assert.deepEqual(handed, named);
    assert.deepEqual([...handed].sort(), read.sort());
    const rows = all(await file('docs/operating.md'), /^\| (`[A-Z_`, ]+`) \|/gm).join();
    for (const name of handed) assert.ok(rows.includes(`\`${name}\``), name);
  });

  it('is the same worker as at Cloudflare', async () => {
    const [own, theirs] = await Promise.all([file('www/edge/workerd.capnp'), file('wrangler.toml')]);
    const date = only(own, /compatibilityDate :Text = "(.+)"/g);
    assert.equal(date, only(theirs, /^compatibility_date = "(.+)"/gm));
    const classes = all(own, /className = "(\w+)", uniqueKey/g);
    assert.deepEqual(classes, all(theirs, /^class_name = "(\w+)"/gm));
    const bindings = all(own, /name = "(\w+)", durableObjectNamespace/g);
    assert.deepEqual(bindings, all(theirs, /^name = "([A-Z]+)"\nclass_name/gm));
  });
});

describe('the configuration of wrangler', () => {
  /** The lines of a table, by its header. */
  const table = async (header: string) => {
    const text = await file('wrangler.toml');
    const at = text.indexOf(`\n${header}\n`);
    assert.notEqual(at, -1, header);
    return text.slice(at + header.length + 2).split(/\n(?=\[|$)/, 1)[0] ?? '';
  };

  it('keeps addresses, with the keys and phones in them, out of the logs', async () => {
    assert.match(await table('[observability.logs]'), /^invocation_logs = false$/m);
  });

  it('limits forms by a binding that is supported, under the name that the worker reads', async () => {
    const limit = await table('[[ratelimits]]');
    assert.match(
      await file('www/edge/env.ts'),
      new RegExp(`${only(limit, /^name = "(.+)"/gm)}\\?: RateLimit;`),
    );
    assert.match(limit, /^simple = \{ limit = \d+, period = (10|60) \}$/m);
    assert.doesNotMatch(await file('wrangler.toml'), /unsafe/);
  });
});
