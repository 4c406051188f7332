// Reads OpenMetrics text as strictly as its specification (1.0) says, as far as this worker's types go.
import assert from 'node:assert/strict';

export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export interface Family {
  type: string;
  unit: string;
  help: string;
  samples: Sample[];
}

const SUFFIXES: Record<string, string[]> = {
  counter: ['_total'],
  gauge: [''],
  histogram: ['_bucket', '_count', '_sum'],
};

export function parseOpenMetrics(text: string): Map<string, Family> {
  assert.ok(text.endsWith('\n# EOF\n'), 'ends with its mark');
  const families = new Map<string, Family>();
  let current = '';
  for (const line of text.slice(0, -'# EOF\n'.length).split('\n').slice(0, -1)) {
    const meta = /^# (TYPE|UNIT|HELP) ([a-z_]+) (.+)$/.exec(line);
    if (meta) {
      const [, what, name = '', value = ''] = meta;
      if (name !== current) {
        assert.ok(!families.has(name), `${name} comes in one piece`);
        families.set(name, { type: '', unit: '', help: '', samples: [] });
        current = name;
      }
      const family = families.get(name);
      assert.ok(family && family.samples.length === 0, `what ${name} is comes before its samples`);
      if (what === 'TYPE') family.type = value;
      if (what === 'UNIT') family.unit = value;
      if (what === 'HELP') family.help = value;
    } else {
      families.get(current)?.samples.push(sampleOf(line, current, families.get(current)));
    }
  }
  for (const [name, family] of families) check(name, family);
  return families;
}

function sampleOf(line: string, current: string, family: Family | undefined): Sample {
  const [, name = '', inner = '', value = ''] =
    /^([a-z_]+)(?:\{(.*)\})? (-?\d+(?:\.\d+)?(?:e[+-]\d+)?)$/.exec(line) ?? [];
  const suffixes = SUFFIXES[family?.type ?? ''] ?? [];
  assert.ok(
    suffixes.some((suffix) => name === current + suffix),
    `${line} is of ${current}`,
  );
  const labels: Record<string, string> = {};
  for (const [, label = '', text = ''] of inner.matchAll(/([a-z_]+)="((?:[^"\\\n]|\\[\\n"])*)"(?:,|$)/g))
    labels[label] = text;
  const again = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
  assert.equal(again.join(','), inner, `labels of ${line}`);
  return { name, labels, value: Number(value) };
}

function check(name: string, { type, unit, help, samples }: Family): void {
  assert.ok(type in SUFFIXES, `${name} has a type`);
  assert.notEqual(help, '', `${name} has a help`);
  if (unit) assert.ok(name.endsWith(`_${unit}`), `${name} ends with its unit`);
  const keys = samples.map((sample) => JSON.stringify([sample.name, sample.labels]));
  assert.equal(new Set(keys).size, keys.length, `${name} tells nothing twice`);
  if (type !== 'gauge') for (const { value } of samples) assert.ok(value >= 0);
  if (type === 'histogram') checkHistogram(name, samples);
}

function checkHistogram(name: string, samples: Sample[]): void {
  const series = new Map<string, Sample[]>();
  for (const sample of samples) {
    const { le: _, ...labels } = sample.labels;
    const key = JSON.stringify(labels);
    series.set(key, [...(series.get(key) ?? []), sample]);
  }
  for (const [key, own] of series) {
    const buckets = own.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) => (labels.le === '+Inf' ? Infinity : Number(labels.le)));
    assert.deepEqual(
      bounds,
      [...bounds].sort((a, b) => a - b),
      key,
    );
    assert.ok(
      buckets.slice(0, -1).every(({ labels }) => /\.|e/.test(labels.le ?? '')),
      'bounds are floats',
    );
    assert.equal(bounds.at(-1), Infinity, key);
    const counts = buckets.map(({ value }) => value);
    assert.deepEqual(
      counts,
      [...counts].sort((a, b) => a - b),
      key,
    );
    assert.equal(own.find((sample) => sample.name === `${name}_count`)?.value, counts.at(-1), key);
    assert.ok(own.some((sample) => sample.name === `${name}_sum`));
  }
}
