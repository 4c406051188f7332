import type { InitInput, InitOutput } from './dist/core/ringostat_amocrm.js';

export * from './dist/core/ringostat_amocrm.js';

/** Fetches and instantiates the module; another address or a Response may be given. */
export default function init(source?: InitInput | Promise<InitInput>): Promise<InitOutput>;
