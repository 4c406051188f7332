// Node: the module is read from the file beside this one, nothing to await.
import { readFileSync } from 'node:fs';
import { initSync } from './dist/core/ringostat_amocrm.js';

initSync({ module: readFileSync(new URL('./dist/core/ringostat_amocrm_bg.wasm', import.meta.url)) });

export * from './dist/core/ringostat_amocrm.js';
