// Which lines and employees are the same, and what is known of one that was met several times.

export interface Line {
  number: string;
  sip: string;
}

export interface Named {
  name: string;
}

export interface Employee {
  staff_id: string;
  name: string;
  extension: string;
  sip: string[];
  numbers: string[];
  email: string;
}

/** How things of one kind are told apart. */
export interface Sort<T> {
  /** What surely tells one from another, when it is known. */
  id(thing: T): string;
  /** Under which it is kept; "" when nothing is known of it. */
  key(thing: T): string;
  same(a: T, b: T): boolean;
  /** The newer one's texts win. */
  merge(older: T, newer: T): T;
}

const MOST_ENDS = 20;

const digits = (number: string) => number.replaceAll(/\D/g, '') || fold(number);
const fold = (text: string) => text.trim().toLowerCase();
const equal = (a: string, b: string) => a !== '' && fold(a) === fold(b);
const differ = (a: string, b: string) => a !== '' && b !== '' && fold(a) !== fold(b);

/** One login is one number, but FMC numbers share theirs. */
export const LINES: Sort<Line> = {
  id: ({ number }) => digits(number),
  key: ({ number, sip }) => (number ? `number:${digits(number)}` : sip && `sip:${fold(sip)}`),
  same: (a, b) => (a.number && b.number ? digits(a.number) === digits(b.number) : equal(a.sip, b.sip)),
  merge: (older, newer) => ({ number: newer.number || older.number, sip: newer.sip || older.sip }),
};

export const NAMES: Sort<Named> = {
  id: ({ name }) => fold(name),
  key: ({ name }) => fold(name),
  same: (a, b) => equal(a.name, b.name),
  merge: (_, newer) => newer,
};

/** Staff ids decide. Without one any mark is enough, unless another one speaks against it: workplaces are shared. */
export const EMPLOYEES: Sort<Employee> = {
  id: ({ staff_id }) => staff_id,
  key: ({ staff_id, extension, name, sip, numbers }) => {
    const marks = { id: staff_id, extension, name, sip: sip[0] ?? '', number: digits(numbers[0] ?? '') };
    const [by, value] = Object.entries(marks).find(([, value]) => value !== '') ?? ['', ''];
    return by && `${by}:${fold(value)}`;
  },
  same: (a, b) => {
    if (a.staff_id && b.staff_id) return a.staff_id === b.staff_id;
    if (differ(a.extension, b.extension) || differ(a.name, b.name)) return false;
    return (
      equal(a.extension, b.extension) ||
      equal(a.name, b.name) ||
      a.sip.some((one) => b.sip.some((other) => equal(one, other))) ||
      a.numbers.some((one) => b.numbers.some((other) => digits(one) === digits(other)))
    );
  },
  merge: (older, newer) => ({
    staff_id: newer.staff_id || older.staff_id,
    name: newer.name || older.name,
    extension: newer.extension || older.extension,
    sip: union(older.sip, newer.sip, fold),
    numbers: union(older.numbers, newer.numbers, digits),
    email: newer.email || older.email,
  }),
};

/** The latest ones, when there are too many. */
function union(older: string[], newer: string[], comparable: (text: string) => string): string[] {
  const all = new Map([...older, ...newer].map((text) => [comparable(text), text]));
  return [...all.values()].slice(-MOST_ENDS);
}
