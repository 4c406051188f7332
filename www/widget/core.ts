// The core and its in-memory amoCRM account, in this page. Loaded once for all widgets of a page.
import init, * as core from 'ringostat-amocrm/sandbox';

export type Core = typeof core;

/** The page's content security policy forbids WebAssembly. */
export class WasmForbidden extends Error {}

let loading: Promise<Core> | undefined;

export function loadCore(): Promise<Core> {
  loading ??= start().catch((error) => {
    // Next time it may be there.
    loading = undefined;
    throw error;
  });
  return loading;
}

async function start(): Promise<Core> {
  if (!wasmAllowed()) throw new WasmForbidden('wasm-unsafe-eval');
  await init();
  return core;
}

/** The smallest module there is: a policy that forbids WebAssembly forbids this one too. */
function wasmAllowed(): boolean {
  try {
    new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    return true;
  } catch {
    return false;
  }
}
