// The worker as one ES module. The wasm stays a module of its own beside it: workerd compiles it at start-up.
import { readFileSync } from 'node:fs';
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
    rules: [
      {
        test: /\.ts$/,
        exclude: /node_modules/,
        // Types are checked by tsc on its own.
        use: {
          loader: 'ts-loader',
          options: {
            transpileOnly: true,
            configFile: join(root, 'www/edge/tsconfig.json'),
            compilerOptions: { noEmit: false },
          },
        },
      },
    ],
  },
  plugins: [wasm],
};

export default [worker];
