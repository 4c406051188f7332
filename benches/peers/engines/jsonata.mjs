import jsonata from 'jsonata';

export const name = 'jsonata';
export const leavesOut = 'bytes, the page address, the phone, amoCRM shapes';

const quoted = (text) => JSON.stringify(text);

function textOf(value) {
  if ('constant' in value) return quoted(value.constant);
  if ('variable' in value) return `variables.\`${value.variable}\``;
  const candidates = value.form_fields.map((name) => `form.\`${name}\``);
  return `([${candidates.join(', ')}][$trim($) != ""])[0]`;
}

const pipelineOf = (funnel, otherwise) =>
  funnel.reduceRight(
    (rest, { seen, pipeline }) => `$seen = ${quoted(seen)} ? ${pipeline} : (${rest})`,
    otherwise,
  );

/** What is not there leaves an array: each value stands under its own name. */
const each = (rows) => `{${rows.map(({ value }, index) => `"${index}": ${textOf(value)}`).join(', ')}}`;

export function choose({ contact, lead, funnel, pipeline }) {
  const program = jsonata(`(
    $seen := $lowercase($trim(variables.utm_source));
    {"contact": ${each(contact)}, "lead": ${each(lead)}, "pipeline": ${pipelineOf(funnel, pipeline)}}
  )`);
  return (brought) => program.evaluate(brought);
}
