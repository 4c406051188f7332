// Reads a request's body only as far as somebody wants it.

/** What is read and thrown away after a refusal, so that the client hears it on a connection that stays usable. */
const DRAIN = 32 * 1024 * 1024;

/** The body broke off, or is not as HTTP has it. */
export class BrokenBody extends Error {}

/** Hands every chunk on until `push` has seen enough. */
export async function pump(
  body: AsyncIterable<Uint8Array> | null,
  push: (chunk: Uint8Array) => boolean | Promise<boolean>,
) {
  let wanted = true;
  let drained = 0;
  for await (const chunk of whole(body ?? [])) {
    if (wanted) wanted = await push(chunk);
    else drained += chunk.length;
    if (drained > DRAIN) return;
  }
}

async function* whole(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
  try {
    yield* body;
  } catch (cause) {
    throw new BrokenBody('the body broke off', { cause });
  }
}
