// Which place of the settings made what stands on a card.
import type { Field, TraceEntry } from 'ringostat-amocrm';

const WRITES = new Set(['mapped', 'constant', 'variable']);

/** Native names and codes as they are, other fields by id. */
const keyOf = (field: Field): string => (typeof field === 'string' ? field : String(field.id));

export class Origins {
  readonly #places = new Map<string, string>();

  constructor(trace: TraceEntry[]) {
    for (const { step, rule, path, code, params } of trace) {
      if (path === '') continue;
      const entity = /^\/mapping\/(contact|lead)\//.exec(path)?.[1];
      if (step === 'mapping' && entity && WRITES.has(code))
        this.#first(`${entity} ${keyOf(params.field as Field)}`, path);
      else if (rule === 'responsible') this.#places.set(`${step} responsible`, path);
      else if (code === 'rule_matched' || code === 'default_pipeline')
        this.#places.set('lead pipeline', path);
      else if (rule === 'naming') this.#first(`${step} name`, path);
    }
  }

  #first(key: string, path: string): void {
    if (!this.#places.has(key)) this.#places.set(key, path);
  }

  /** Of a field by its native name, or by id and code. */
  of(entity: 'contact' | 'lead', ...names: (string | number | null)[]): string | undefined {
    for (const name of names) {
      const place = name === null ? undefined : this.#places.get(`${entity} ${name}`);
      if (place !== undefined) return place;
    }
    return undefined;
  }

  /** A call's is chosen by its row of the matrix, for contact and lead alike. */
  responsible(entity: 'contact' | 'lead'): string | undefined {
    return (
      this.#places.get(`${entity} responsible`) ??
      this.#places.get('call responsible') ??
      this.#places.get('lead responsible')
    );
  }

  get pipeline(): string | undefined {
    return this.#places.get('lead pipeline');
  }
}
