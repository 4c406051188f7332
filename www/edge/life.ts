// The runtime may reset an object in the middle of everything, at a failure of its storage, say. What that object was
// doing never ends then, not even its `finally`, while the process and all that objects share in it live on.

/** By object, the one that lives. */
const latest = new Map<string, Life>();

/** One life of an object. It is over when the object is made anew. */
export class Life {
  readonly #object: string;

  constructor(object: string) {
    this.#object = object;
    latest.set(object, this);
  }

  get over(): boolean {
    return latest.get(this.#object) !== this;
  }
}
