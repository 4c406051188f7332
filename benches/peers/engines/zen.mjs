import { readFileSync } from 'node:fs';
import { evaluateExpression, initSync, Variable } from '@gorules/zen-engine-wasm';

const wasm = import.meta.resolve('@gorules/zen-engine-wasm/dist/zen_engine_wasm_bg.wasm');
initSync({ module: readFileSync(new URL(wasm)) });

export const name = '@gorules/zen-engine-wasm';
export const leavesOut = 'bytes, the page address, the phone, amoCRM shapes';

const quoted = (text) => JSON.stringify(text);

function textOf(value) {
  if ('constant' in value) return quoted(value.constant);
  if ('variable' in value) return `variables[${quoted(value.variable)}]`;
  const candidates = value.form_fields.map((name) => `form[${quoted(name)}]`);
  return `filter([${candidates.join(', ')}], # != null and trim(#) != "")[0]`;
}

const SEEN = 'lower(trim(variables.utm_source ?? ""))';

/** It keeps no compiled expression: each evaluation reads the text again. */
export function choose({ contact, lead, funnel, pipeline }) {
  const each = (rows) => `[${rows.map(({ value }) => textOf(value)).join(', ')}]`;
  const chosen = funnel.reduceRight(
    (rest, { seen, pipeline }) => `${SEEN} == ${quoted(seen)} ? ${pipeline} : (${rest})`,
    String(pipeline),
  );
  const program = `{contact: ${each(contact)}, lead: ${each(lead)}, pipeline: ${chosen}}`;
  return (brought) => evaluateExpression(program, brought);
}

/** Many rules stand beside the expression, where they are read once. */
export function rule(funnel, otherwise) {
  const table = new Variable({ rules: funnel, otherwise });
  return (seen) => {
    const asked = table.cloneWith('asked', seen);
    try {
      return asked.evaluateExpression('filter(rules, #.seen == lower(trim(asked)))[0].pipeline ?? otherwise');
    } finally {
      asked.free();
    }
  };
}
