// Workers runtime: the bundler hands over the compiled module, instantiation is synchronous.

import { initSync } from './dist/sandbox/ringostat_amocrm.js';
import wasm from './dist/sandbox/ringostat_amocrm_bg.wasm';

initSync({ module: wasm });

export * from './dist/sandbox/ringostat_amocrm.js';
