// Entries of a list that change places. In place, for drafts.

/** Takes the entry `from` out and puts it where `to` is then. */
export function move<T>(list: T[], from: number, to: number): void {
  list.splice(to, 0, ...list.splice(from, 1));
}

/** Where an entry of a list stands once another one has gone from `from` to `to`. */
export function followed(index: number, from: number, to: number): number {
  if (index === from) return to;
  if (from < index && index <= to) return index - 1;
  if (to <= index && index < from) return index + 1;
  return index;
}
