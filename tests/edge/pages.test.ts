// The widget's files, as they come from a plain disk.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { extname } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { assertProblem, World } from './harness.ts';

const dist = new URL('../../www/widget/dist/', import.meta.url);
const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.map': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
};

describe('the files of the widget', () => {
  let world: World;
  let files: string[];
  before(async () => {
    world = await World.start({ AMOCRM_BASE_URL: 'http://127.0.0.1:9' });
    files = (await readdir(dist)).filter((name) => !name.startsWith('.'));
  });
  after(() => world?.stop());

  const ask = (path: string, more: RequestInit = {}) => fetch(world.edge + path, more);

  it('come whole, each with its type', async () => {
    assert.ok(files.length > 10);
    for (const name of files) {
      const answer = await ask(`/${name}`);
      assert.equal(answer.status, 200, name);
      assert.equal(answer.headers.get('content-type'), TYPES[extname(name)], name);
      assert.ok(Buffer.from(await answer.arrayBuffer()).equals(await readFile(new URL(name, dist))), name);
      const forever = /\.[0-9a-f]{8}\.(js|wasm)$/.test(name);
      const kept = forever ? 'public, max-age=31536000, immutable' : 'no-cache';
      assert.equal(answer.headers.get('cache-control'), kept, name);
    }
    const index = await ask('/');
    assert.equal(await index.text(), await readFile(new URL('index.html', dist), 'utf8'));
    assert.equal(index.headers.get('content-type'), TYPES['.html']);
  });

  it('are not sent again to who has them', async () => {
    const changed = (await ask('/embed.js')).headers.get('last-modified') ?? '';
    assert.ok(Date.parse(changed) > 0);
    const same = await ask('/embed.js', { headers: { 'if-modified-since': changed } });
    assert.equal(same.status, 304);
    assert.equal(await same.text(), '');
    assert.equal(same.headers.get('cache-control'), 'no-cache');
    // One that was put back is older than what is known, and another.
    const later = new Date(Date.parse(changed) + 60_000).toUTCString();
    const other = await ask('/embed.js', { headers: { 'if-modified-since': later } });
    assert.equal(other.status, 200);
    assert.equal((await other.arrayBuffer()).byteLength, (await readFile(new URL('embed.js', dist))).length);
    const head = await ask('/embed.js', { method: 'HEAD' });
    assert.equal(head.status, 200);
    assert.equal(head.headers.get('content-type'), TYPES['.js']);
  });

  /** As it is written: `fetch` would tidy it up. */
  const raw = (path: string) =>
    new Promise<Response>((resolve, reject) => {
      const { hostname, port } = new URL(world.edge);
      const sent = request({ hostname, port, path, agent: false }, async (answer) => {
        const chunks = await answer.toArray();
        const headers = { 'content-type': answer.headers['content-type'] ?? '' };
        const nosniff = { 'x-content-type-options': String(answer.headers['x-content-type-options']) };
        resolve(
          new Response(Buffer.concat(chunks), {
            status: answer.statusCode ?? 0,
            headers: { ...headers, ...nosniff },
          }),
        );
      });
      sent.on('error', reject).end();
    });

  it('are all there is: no folder, nothing hidden, nothing outside', async () => {
    const paths = [
      '/nothing.js',
      '/.stamp',
      '/..%2fpackage.json',
      '/..%2f..%2fedge%2fdist%2fworker.js',
      '/%2e%2e%2fdist%2fembed.js',
      '/../dist/embed.js',
      '/embed.js/',
      '/.%2fembed.js',
      '/x%2f..%2fembed.js',
      '/embed.js%00',
      '/%5cembed.js',
      '/embed',
      '/LICENSE',
    ];
    for (const path of paths) await assertProblem(await raw(path), 404, 'not_found');
    assert.equal((await raw('/embed.js?v=1')).status, 200);
  });
});
