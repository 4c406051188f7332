// What is carried over the wire: the wasm, and what a browser loads before it paints.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { root } from '../scripts/run.mjs';
import { atMost, type Row, report } from './report.ts';

const packed = (...path: string[]) => brotliCompressSync(readFileSync(join(root, ...path))).length / 1024;
const kb = (size: number) => `${size.toFixed(1)} KB`;

const modules = [
  ['core', 120],
  ['sandbox', 170],
] as const;
const wasm = modules.map(([name, limit]) => {
  const size = packed('pkg', 'dist', name, 'ringostat_amocrm_bg.wasm');
  return { what: `${name} .wasm, brotli 11`, measured: kb(size), limit: atMost(size, limit, 'KB') };
});

/** Beside the wasm: the script and the texts of one language, and what comes later. */
function widget(): Row[] {
  const folder = ['www', 'widget', 'dist'];
  const sizes = (pattern: RegExp) =>
    readdirSync(join(root, ...folder))
      .filter((name) => pattern.test(name))
      .map((name) => packed(...folder, name));
  const texts = Math.max(...sizes(/^\d+\.[0-9a-f]{8}\.js$/));
  const [sections] = sizes(/^sections\.[0-9a-f]{8}\.js$/);
  if (sections === undefined) throw new Error('the widget has no sections');
  const later = sections + Math.max(...sizes(/^later\..*\.js$/));
  const first = packed(...folder, 'ringostat-amocrm.js') + texts;
  return [
    {
      what: 'widget, first paint: JS and CSS, brotli 11',
      measured: kb(first),
      limit: atMost(first, 60, 'KB'),
    },
    { what: 'the other sections and their texts, after it', measured: kb(later), limit: '' },
  ];
}

report([...wasm, ...widget()]);
