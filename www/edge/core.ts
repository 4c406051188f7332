// The wasm instance and its objects. After a trap the instance's memory cannot be trusted: it is built anew,
// and every object made before is stale.

import type { Failure } from 'ringostat-amocrm';
import * as core from 'ringostat-amocrm';

/** The core trapped: a bug in it, met by this input. */
export class CoreTrap extends Error {}
/** The object belongs to an instance that is gone: somebody else's trap. Make it again. */
export class CoreStale extends Error {}

let generation = 0;

/** Calls the core; a trap rebuilds the instance and is told apart from ordinary exceptions. */
export function call<T>(work: () => T, made = generation): T {
  if (made !== generation) throw new CoreStale('made by an earlier wasm instance');
  try {
    return work();
  } catch (error) {
    if (!isTrap(error)) throw error;
    generation += 1;
    core.__wbg_reset_state();
    throw new CoreTrap('the core trapped', { cause: error });
  }
}

// A RangeError is the engine's stack overflow: it leaves the instance half-way through a call, as a trap does.
const isTrap = (error: unknown): boolean =>
  error instanceof WebAssembly.RuntimeError ||
  error instanceof RangeError ||
  (error instanceof Error && error.message.includes('unreachable'));

/** An object of the core together with the instance it lives in. */
export class Held<T extends { free(): void }> {
  readonly #object: T;
  readonly #made: number;

  constructor(make: () => T) {
    this.#object = call(make);
    this.#made = generation;
  }

  get stale(): boolean {
    return this.#made !== generation;
  }

  use<R>(work: (object: T) => R): R {
    return call(() => work(this.#object), this.#made);
  }

  /** Gives the memory back. Freeing in a newer instance would corrupt it. */
  free(): void {
    if (!this.stale) this.use((object) => object.free());
  }
}

export function isFailure(error: unknown): error is Failure {
  return typeof error === 'object' && error !== null && (error as { type?: unknown }).type === 'failure';
}

const decoder = new TextDecoder();
/** JSON as the core hands it over. */
export const parse = <T>(bytes: Uint8Array): T => JSON.parse(decoder.decode(bytes)) as T;

export { core };
