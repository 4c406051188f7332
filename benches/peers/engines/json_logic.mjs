import jsonLogic from 'json-logic-js';
import { folded } from '../hand.ts';

export const name = 'json-logic-js';
export const leavesOut =
  'bytes, the page address, the phone, amoCRM shapes, case of letters, fields of blanks';

function textOf(value) {
  if ('constant' in value) return value.constant;
  if ('variable' in value) return { var: `variables.${value.variable}` };
  return { or: value.form_fields.map((name) => ({ var: `form.${name}` })) };
}

const pipelineOf = (funnel, otherwise) => ({
  if: [...funnel.flatMap(({ seen, pipeline }) => [{ '==': [{ var: 'seen' }, seen] }, pipeline]), otherwise],
});

export function choose({ contact, lead, funnel, pipeline }) {
  const each = (rows) => rows.map(({ value }) => textOf(value));
  const program = [each(contact), each(lead), pipelineOf(funnel, pipeline)];
  return ({ form, variables }) => {
    const seen = folded(variables.utm_source ?? '');
    const [ofContact, ofLead, chosen] = jsonLogic.apply(program, { form, variables, seen });
    return { contact: ofContact, lead: ofLead, pipeline: chosen };
  };
}

export function rule(funnel, otherwise) {
  const program = pipelineOf(funnel, otherwise);
  return (seen) => jsonLogic.apply(program, { seen: folded(seen) });
}
