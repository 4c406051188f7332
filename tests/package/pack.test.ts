// The npm package as its users get it: packed, installed into an empty project, and used in Node, in workerd and in a
// page that webpack has built.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Miniflare } from 'miniflare';
import { chromium } from 'playwright-core';
import webpack from 'webpack';
import { FLAGS } from '../../scripts/chromium.mjs';
import { which } from '../../scripts/run.mjs';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

/** What all three do: the seed's example in the preview. */
const USE = `
  const form = { name: 'Ольга', tel: '050 222 22 22' };
  const input = { content_type: 'application/json', body: JSON.stringify(form), now_ms: 1795000000000 };
  const answer = preview('{"version":1}', JSON.stringify(input));
  const told = JSON.stringify([answer.type, answer.after?.contacts.map(({ name }) => name), version()]);
`;
const NAMES = "import { preview, version } from 'ringostat-amocrm/sandbox';";

describe('the npm package', () => {
  let folder: string;
  let wanted: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'package-'));
    const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', folder], {
      cwd: join(root, 'pkg'),
    });
    await writeFile(join(folder, 'package.json'), '{"name":"empty","private":true,"type":"module"}');
    await run('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${stdout.trim()}`], {
      cwd: folder,
    });
    const { version } = JSON.parse(await readFile(join(root, 'pkg', 'package.json'), 'utf8'));
    wanted = JSON.stringify(['success', ['Ольга'], version]);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function bundle(name: string, source: string, options: webpack.Configuration): Promise<string> {
    const entry = join(folder, `${name}.js`);
    const out = join(folder, name);
    await writeFile(entry, source);
    await new Promise<void>((done, fail) => {
      webpack(
        {
          mode: 'production',
          context: folder,
          entry,
          experiments: { outputModule: true },
          performance: { hints: false },
          ...options,
          output: {
            path: out,
            filename: 'main.js',
            module: true,
            library: { type: 'module' },
            chunkFormat: 'module',
          },
        },
        (error, stats) => {
          if (error) fail(error);
          else if (stats?.hasErrors()) fail(new Error(stats.toString('errors-only')));
          else done();
        },
      );
    });
    return out;
  }

  it('works in Node', async () => {
    await writeFile(join(folder, 'node.js'), `${NAMES}${USE}console.log(told);`);
    const { stdout } = await run(process.execPath, ['node.js'], { cwd: folder });
    assert.equal(stdout.trim(), wanted);
  });

  it('works in workerd, its wasm compiled at start-up', async () => {
    const wasm: string[] = [];
    const worker = `${NAMES}export default { fetch() { ${USE} return new Response(told); } };`;
    const out = await bundle('worker', worker, {
      target: ['webworker', 'es2022'],
      resolve: { conditionNames: ['workerd', 'import', 'default'] },
      externalsType: 'module',
      externals: [
        ({ context, request }, done) => {
          if (!request?.endsWith('.wasm')) return done();
          wasm.push(join(context ?? '', request));
          done(undefined, `module ./${basename(request)}`);
        },
      ],
    });
    const [first] = wasm;
    assert.ok(first);
    const runtime = new Miniflare({
      modulesRoot: out,
      modules: [
        { type: 'ESModule', path: join(out, 'main.js') },
        { type: 'CompiledWasm', path: join(out, basename(first)), contents: await readFile(first) },
      ],
      compatibilityDate: '2026-04-01',
      cf: false,
    });
    try {
      const answer = await runtime.dispatchFetch('http://package.example/');
      assert.equal(await answer.text(), wanted);
    } finally {
      await runtime.dispose();
    }
  });

  it('works in a page', async () => {
    const page = `import init, { preview, version } from 'ringostat-amocrm/sandbox';
      init().then(() => { ${USE} document.title = told; });`;
    const out = await bundle('page', page, { target: ['web', 'es2022'] });
    const files = createServer(async (request, answer) => {
      const name = basename(request.url ?? '') || 'index.html';
      const types: Record<string, string> = { js: 'text/javascript', wasm: 'application/wasm' };
      const html = '<!doctype html><script type="module" src="main.js"></script>';
      answer.setHeader('content-type', types[name.split('.').at(-1) ?? ''] ?? 'text/html');
      answer.end(name === 'index.html' ? html : await readFile(join(out, name)).catch(() => ''));
    });
    await new Promise<void>((listening) => files.listen(0, '127.0.0.1', listening));
    const browser = await chromium.launch({ executablePath: which('chromium') ?? '', args: FLAGS });
    try {
      const tab = await browser.newPage();
      await tab.goto(`http://127.0.0.1:${(files.address() as AddressInfo).port}/`);
      await tab.waitForFunction('document.title !== ""');
      assert.equal(await tab.title(), wanted);
    } finally {
      await browser.close();
      files.closeAllConnections();
      files.close();
    }
  });
});
