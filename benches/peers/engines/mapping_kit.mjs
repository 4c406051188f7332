import { createRequire } from 'node:module';

// Its ES modules name files without their endings, which Node does not look for.
const { transform } = createRequire(import.meta.url)('@segment/actions-core/mapping-kit');

export const name = 'mapping-kit of @segment/actions-core';
export const leavesOut = 'bytes, the page address, the phone, amoCRM shapes, fields of blanks';

function textOf(value) {
  if ('constant' in value) return value.constant;
  if ('variable' in value) return { '@path': `$.variables.${value.variable}` };
  return value.form_fields.reduceRight((rest, name) => {
    const path = { '@path': `$.form.${name}` };
    // biome-ignore lint/suspicious/noThenProperty: that is how its directive is called
    return { '@if': { blank: path, then: path, ...(rest && { else: rest }) } };
  }, undefined);
}

/** `@if` compares nothing: a template does, and answers text. */
const pipelineOf = (funnel, otherwise) => {
  const branches = funnel.map(
    ({ seen, pipeline }, index) =>
      `{% ${index ? 'elsif' : 'if'} seen == ${JSON.stringify(seen)} %}${pipeline}`,
  );
  return `{% assign seen = variables.utm_source | strip | downcase %}${branches.join('')}{% else %}${otherwise}{% endif %}`;
};

export function choose({ contact, lead, funnel, pipeline }) {
  const each = (rows) => Object.fromEntries(rows.map(({ value }, index) => [index, textOf(value)]));
  const mapping = {
    contact: each(contact),
    lead: each(lead),
    pipeline: { '@liquid': pipelineOf(funnel, pipeline) },
  };
  return (brought) => {
    const chosen = transform(mapping, brought);
    return { ...chosen, pipeline: Number(chosen.pipeline) };
  };
}
