// What came out, for a person at a terminal.

const line = (label, value) => (value ? `  ${label.padEnd(12)} ${value}\n` : '');

const fields = (entity) =>
  (entity.custom_fields_values ?? [])
    .map((field) => {
      const values = field.values.map(({ value }) => value).join(', ');
      return line(field.field_code ?? field.field_name ?? String(field.field_id), values);
    })
    .join('');

const tags = (entity) => line('tags', (entity._embedded?.tags ?? []).map(({ name }) => name).join(', '));

function card(title, entity, link, more) {
  if (!entity) return `${title}: none\n`;
  const made = link.created ? 'created' : 'found';
  return `${title} ${entity.id} (${made}) ${link.url}\n${line('name', entity.name)}${more}${fields(entity)}${tags(entity)}`;
}

/** The contact, the lead, and every decision behind them. */
export function show(event, state) {
  const contact = state.contacts.find(({ id }) => id === event.contact?.id);
  const lead = state.leads.find(({ id }) => id === event.lead?.id);
  const why = event.trace.map(({ step, rule, path, code, params }) => {
    const where = path ? ` [${path}]` : '';
    const details = Object.keys(params ?? {}).length > 0 ? ` ${JSON.stringify(params)}` : '';
    return `  ${step.padEnd(10)} ${rule.padEnd(16)} ${code}${where}${details}\n`;
  });
  const requests = event.requests.map(
    ({ method, path, status }) => `  ${method.padEnd(6)} ${status ?? '-'} ${path}\n`,
  );
  return [
    '\n',
    card('Contact', contact, event.contact, ''),
    '\n',
    card('Lead', lead, event.lead, line('pipeline', lead?.pipeline_id) + line('status', lead?.status_id)),
    '\nWhy\n',
    ...why,
    '\nRequests\n',
    ...requests,
    '\n',
  ].join('');
}
