// The worker as one ES module: its wasm stays a module of its own beside it, workerd compiles it at start-up. And the
// widget with the pages that embed it, as browsers load them.
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));

/** Emits every imported .wasm beside the bundle and keeps the import. */
class CompiledWasm {
  #files = new Map();

  external = ({ context, request }, done) => {
    if (!request?.endsWith('.wasm')) return done();
    this.#files.set(basename(request), resolve(context, request));
    done(null, `module ./${basename(request)}`);
  };

  apply(compiler) {
    compiler.hooks.thisCompilation.tap('CompiledWasm', (compilation) => {
      const { Compilation, sources } = compiler.webpack;
      compilation.hooks.processAssets.tap(
        { name: 'CompiledWasm', stage: Compilation.PROCESS_ASSETS_STAGE_ADDITIONAL },
        () => {
          for (const [name, path] of this.#files) {
            compilation.fileDependencies.add(path);
            compilation.emitAsset(name, new sources.RawSource(readFileSync(path)));
          }
        },
      );
    });
  }
}

const wasm = new CompiledWasm();

/** Types are checked by tsc on its own. */
const typescript = (folder) => ({
  test: /\.ts$/,
  exclude: /node_modules/,
  use: {
    loader: 'ts-loader',
    options: {
      transpileOnly: true,
      configFile: join(root, folder, 'tsconfig.json'),
      compilerOptions: { noEmit: false },
    },
  },
});

/** @type {import('webpack').Configuration} */
const worker = {
  name: 'worker',
  mode: 'production',
  target: ['webworker', 'es2022'],
  devtool: 'source-map',
  entry: { worker: join(root, 'www/edge/worker.ts') },
  output: {
    path: join(root, 'www/edge/dist'),
    filename: '[name].js',
    library: { type: 'module' },
    module: true,
    chunkFormat: 'module',
    clean: true,
  },
  experiments: { outputModule: true },
  // Readable traces are worth more here than a few kilobytes.
  optimization: { minimize: false, concatenateModules: true },
  performance: { hints: false },
  stats: 'errors-warnings',
  resolve: {
    conditionNames: ['workerd', 'worker', 'import', 'default'],
    extensions: ['.ts', '.js'],
    extensionAlias: { '.js': ['.ts', '.js'] },
  },
  externalsType: 'module',
  externals: [/^cloudflare:/, /^node:/, wasm.external],
  module: {
    // A name the core does not export is a broken build, not a warning.
    parser: { javascript: { exportsPresence: 'error' } },
    rules: [typescript('www/edge')],
  },
  plugins: [wasm],
};

/** Copies pages that need no building. */
class Pages {
  constructor(folder, names) {
    this.pages = names.map((name) => ({ name, path: join(root, folder, name) }));
  }

  apply(compiler) {
    compiler.hooks.afterEmit.tap('Pages', (compilation) => {
      mkdirSync(compiler.outputPath, { recursive: true });
      for (const { name, path } of this.pages) {
        compilation.fileDependencies.add(path);
        copyFileSync(path, join(compiler.outputPath, name));
      }
    });
  }
}

/** @type {import('webpack').Configuration} */
const widget = {
  name: 'widget',
  mode: 'production',
  target: ['web', 'es2022'],
  devtool: 'source-map',
  entry: {
    // The name that hosts embed: it stays, what it loads carries a hash.
    'ringostat-amocrm': join(root, 'www/widget/element.ts'),
    demo: join(root, 'www/demo/demo.ts'),
    embed: join(root, 'www/demo/embed.ts'),
  },
  output: {
    path: join(root, 'www/widget/dist'),
    filename: '[name].js',
    chunkFilename: '[name].[contenthash:8].js',
    assetModuleFilename: '[name].[contenthash:8][ext]',
    // Chunks and wasm come from where the script came from, whatever page embeds it.
    publicPath: 'auto',
    library: { type: 'module' },
    module: true,
    chunkFormat: 'module',
    clean: true,
  },
  experiments: { outputModule: true },
  performance: { hints: false },
  stats: 'errors-warnings',
  resolve: {
    conditionNames: ['browser', 'import', 'default'],
    extensions: ['.ts', '.js'],
    extensionAlias: { '.js': ['.ts', '.js'] },
  },
  module: {
    parser: { javascript: { exportsPresence: 'error' } },
    rules: [
      typescript('www/widget'),
      // Where the script came from is for the browser to say.
      { test: /www\/widget\/element\.ts$/, parser: { importMeta: false } },
      // Pages of another policy than ours must be able to name it.
      { test: /\.wasm$/, type: 'asset/resource' },
    ],
  },
  plugins: [new Pages('www/demo', ['index.html', 'embed.html', 'page.css'])],
};

export default [worker, widget];
