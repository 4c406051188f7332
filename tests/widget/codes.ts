// Codes that the core and the worker can answer with, read from their sources. Where a code goes through a variable the
// place is listed here with what tells its codes; a new such place fails until it is listed.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Area of the texts -> codes, each with the first file that it was found in. */
export type Codes = Record<string, Map<string, string>>;

export interface Source {
  file: string;
  text: string;
}

/** A call whose argument `at` is a code of that area. */
export interface Shape {
  call: RegExp;
  at: number;
  area: string;
}

/** Codes of an area that a pattern finds in a file. */
export interface Indirect {
  file: string;
  /** Where its codes belong; nothing: they are found elsewhere. */
  area: string;
  /** What stands where the code is expected. */
  through: string[];
  /** Each group is a code. */
  found: RegExp[];
}

export function sources(folder: string, ending: string, except: (file: string) => boolean): Source[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => file.endsWith(ending) && !except(file))
    .map((file) => ({ file, text: readFileSync(join(ROOT, file), 'utf8') }));
}

const LITERAL = /(["'])([a-z][a-z0-9_]*)\1/g;

export function collect(
  sources: Source[],
  shapes: Shape[],
  indirect: Indirect[],
): { codes: Codes; unknown: string[] } {
  const codes: Codes = {};
  const unknown: string[] = [];
  const add = (area: string, code: string, file: string) => {
    codes[area] ??= new Map();
    if (!codes[area].has(code)) codes[area].set(code, file);
  };
  for (const { file, text } of sources) {
    for (const { call, at, area } of shapes) {
      for (const match of text.matchAll(call)) {
        const argument = argumentsAt(text, match.index + match[0].length)[at] ?? '';
        const found = [...argument.matchAll(LITERAL)].map(([, , code]) => code ?? '');
        for (const code of found) add(area, code, file);
        const listed = indirect.some((one) => one.file === file && one.through.includes(argument));
        if (found.length === 0 && !listed) unknown.push(`${file}: ${match[0]}…${argument}`);
      }
    }
  }
  for (const { file, area, found } of indirect) {
    const text = sources.find((source) => source.file === file)?.text ?? '';
    for (const pattern of found) {
      const matches = [...text.matchAll(pattern)];
      if (matches.length === 0) unknown.push(`${file}: nothing for ${pattern}`);
      for (const [, ...groups] of matches) {
        for (const code of groups) if (code) add(area, code, file);
      }
    }
  }
  return { codes, unknown };
}

/** The arguments of a call, from behind its opening bracket. */
function argumentsAt(text: string, start: number): string[] {
  const found: string[] = [];
  let depth = 0;
  let from = start;
  for (let at = start; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (char === '"' || char === "'" || char === '`') at = endOfText(text, at);
    else if ('([{'.includes(char)) depth += 1;
    else if (depth === 0 && (char === ',' || char === ')')) {
      found.push(text.slice(from, at).trim());
      from = at + 1;
      if (char === ')') return found;
    } else if (')]}'.includes(char)) depth -= 1;
  }
  return found;
}

/** A lifetime of Rust is no text: it has no closing quote soon. */
function endOfText(text: string, at: number): number {
  const quote = text[at] ?? '';
  for (let end = at + 1; end < text.length; end += 1) {
    if (text[end] === '\\') end += 1;
    else if (text[end] === quote) return end;
    else if (text[end] === '\n' && quote === "'") return at;
  }
  return at;
}
