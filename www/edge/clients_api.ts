// Erasing a client: who is meant, what went, and whether nothing of it is left in the storage's file.
import { clientNames } from './client_names.ts';
import type { Erasure } from './erasure.ts';
import { clearFreeSpace } from './free_space.ts';
import { problem } from './problem.ts';
import type { SettingsStore } from './settings_store.ts';

export async function eraseClient(
  query: string,
  settings: SettingsStore,
  erasure: Erasure,
  storage: DurableObjectStorage,
  rest: (seqs: number[]) => Promise<void>,
): Promise<Response> {
  const names = clientNames(new URLSearchParams(query), settings);
  if (Array.isArray(names)) return problem(422, names);
  const erased = await erasure.erase(names, Date.now(), rest);
  const overwritten = await clearFreeSpace(storage);
  return Response.json({ ...erased, overwritten });
}
