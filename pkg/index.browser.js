// Browser: await the default export once, then call the rest.
import start from './dist/core/ringostat_amocrm.js';

export * from './dist/core/ringostat_amocrm.js';

/** Fetches and instantiates the module; another address or a Response may be given. */
export default function init(source) {
  return start({
    module_or_path: source ?? new URL('./dist/core/ringostat_amocrm_bg.wasm', import.meta.url),
  });
}
