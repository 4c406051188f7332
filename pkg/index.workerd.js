// Workers runtime: the bundler hands over the compiled module, instantiation is synchronous.

import { initSync } from './dist/core/ringostat_amocrm.js';
import wasm from './dist/core/ringostat_amocrm_bg.wasm';

initSync({ module: wasm });

export * from './dist/core/ringostat_amocrm.js';
