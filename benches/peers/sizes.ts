// What a page or worker would carry to have a peer: bundled and minified as the widget is, brotli 11.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import webpack from 'webpack';
import { root } from '../../scripts/run.mjs';
import { type Row, report } from '../report.ts';

const PEERS: Record<string, string> = {
  'libphonenumber-js': "export * from 'libphonenumber-js'",
  jsonata: "export { default } from 'jsonata'",
  'json-logic-js': "export { default } from 'json-logic-js'",
  '@gorules/zen-engine-wasm':
    "export { default, evaluateExpression, Variable } from '@gorules/zen-engine-wasm'",
  'mapping-kit of @segment/actions-core': "export { transform } from '@segment/actions-core/mapping-kit'",
  'ours, the core': "export { default, Integration } from 'ringostat-amocrm'",
};

async function sizeOf(name: string, source: string): Promise<Row> {
  const path = mkdtempSync(join(tmpdir(), 'peer-'));
  try {
    await bundle(source, path);
    const files = readdirSync(path).map((file) => readFileSync(join(path, file)));
    const size = files.reduce((sum, file) => sum + brotliCompressSync(file).length, 0);
    return {
      what: `script and wasm, brotli 11: ${name}`,
      measured: `${(size / 1024).toFixed(1)} KB`,
      limit: '',
    };
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

const bundle = (source: string, path: string) =>
  new Promise<void>((done, fail) => {
    webpack(
      {
        mode: 'production',
        target: ['web', 'es2022'],
        context: join(root, 'benches'),
        entry: `data:text/javascript,${encodeURIComponent(source)}`,
        output: { path, library: { type: 'module' }, module: true },
        experiments: { outputModule: true },
        performance: { hints: false },
        // Modules of data lie nowhere: what they import is looked for where peers are installed.
        resolve: {
          modules: [join(root, 'benches', 'node_modules'), join(root, 'node_modules')],
          conditionNames: ['browser', 'import', 'default'],
        },
        module: {
          rules: [
            { test: /\.wasm$/, type: 'asset/resource' },
            { test: /\.js$/, resolve: { fullySpecified: false } },
          ],
        },
      },
      (error, stats) => {
        if (error) fail(error);
        else if (stats?.hasErrors()) fail(new Error(stats.toString('errors-only')));
        else done();
      },
    );
  });

const rows: Row[] = [];
for (const [name, source] of Object.entries(PEERS)) rows.push(await sizeOf(name, source));
report(rows);
