// Node: the module is read from the file beside this one, nothing to await.
import { readFileSync } from 'node:fs';
import { initSync } from './dist/sandbox/ringostat_amocrm.js';

initSync({ module: readFileSync(new URL('./dist/sandbox/ringostat_amocrm_bg.wasm', import.meta.url)) });

export * from './dist/sandbox/ringostat_amocrm.js';
