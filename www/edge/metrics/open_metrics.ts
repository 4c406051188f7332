// OpenMetrics 1.0, the text of it: families of samples, each with its type and help, and the mark of the end.

export const CONTENT_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

type Labels = Record<string, string>;

export class Exposition {
  readonly #lines: string[] = [];

  /** The samples that follow are of this family. */
  family(name: string, type: 'counter' | 'gauge' | 'histogram', help: string, unit = ''): void {
    this.#lines.push(`# TYPE ${name} ${type}`);
    if (unit) this.#lines.push(`# UNIT ${name} ${unit}`);
    this.#lines.push(`# HELP ${name} ${escaped(help)}`);
  }

  /** `name` with the suffix that its type wants (`_total`, `_bucket`). */
  sample(name: string, labels: Labels, value: number): void {
    const inner = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
    this.#lines.push(`${name}${inner.length > 0 ? `{${inner.join(',')}}` : ''} ${value}`);
  }

  end(): string {
    return `${[...this.#lines, '# EOF'].join('\n')}\n`;
  }
}

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');

/** Bounds are floats: `1.0`, not `1`. */
export const bound = (value: number): string => (Number.isInteger(value) ? `${value}.0` : String(value));
