// What came out, for a person at a terminal: the cards, every decision behind them, the requests.

const dim = (text) =>
  text && process.stderr.isTTY && !process.env.NO_COLOR ? `\x1b[2m${text}\x1b[0m` : text;

/** What people typed stays on its line and cannot steer the terminal. */
const plain = (value) => String(value ?? '').replace(/\p{Cc}+/gu, ' ');
const list = (values) => (values ?? []).map(plain).join(', ');

/** A longer cell pushes the rest of its own line only. */
const WIDEST = 56;

/** Rows with aligned columns; the last one is dimmed. */
function table(rows) {
  const widths = [];
  for (const row of rows)
    row.slice(0, -1).forEach((cell, i) => {
      if (cell.length <= WIDEST) widths[i] = Math.max(widths[i] ?? 0, cell.length);
    });
  return rows.map((row) => {
    const cells = row.map((cell, i) => (i < row.length - 1 ? cell.padEnd(widths[i] ?? 0) : dim(cell)));
    return `  ${cells.join('  ').trimEnd()}\n`;
  });
}

const FATES = { won: '✓', not_needed: 'not needed' };
const candidates = ({ candidates }) =>
  (candidates ?? []).map(({ name, fate }) => `${name} ${FATES[fate] ?? fate}`).join(' · ');
const onField = ({ field, value }) => `${field}: ${value}`;
const onRule = ({ variable, seen, name }) => `${variable} = ${seen ?? '(none)'}${name ? ` → ${name}` : ''}`;
const search = ({ key, searched, contacts, not_verified: others }) => {
  const hits = contacts?.length ? `: contact ${list(contacts)}` : '';
  return `by ${key} ${searched}${hits}${others ? `, ${others} more look alike` : ''}`;
};

/** Code of the trace -> what happened in English, and what of its parameters is worth a look. */
const CODES = {
  field_withheld: ['secret left out', ({ name, reason }) => `${name} (${reason})`],
  honeypot_filled: ['trap field filled, skipped', () => ''],
  nothing_ticked: ['nothing to create, skipped', () => ''],
  mapped: ['form field', (p) => `${onField(p)}  (${candidates(p)})`],
  blank: ['form field is blank', (p) => `${p.field}  (${candidates(p)})`],
  missing: ['form field did not come', (p) => `${p.field}  (${candidates(p)})`],
  constant: ['constant', onField],
  variable: ['variable', (p) => `${onField(p)}  (${p.variable})`],
  variable_missing: ['variable did not come', ({ field, variable }) => `${field}  (${variable})`],
  unmapped: ['no row maps it: to the note', ({ name }) => name],
  phone_normalised: ['phone read', ({ value, digits, search }) => `${value} → ${digits}, search ${search}`],
  phone_unreadable: ['not a phone number', ({ field, value }) => `${field ? `${field}: ` : ''}${value}`],
  key_chosen: ['recognised by', ({ key, values }) => `${key} ${list(values)}`],
  no_key: ['no phone, e-mail, client id', () => ''],
  remembered: ['written within the hour', ({ identifier, contact }) => `${identifier} → contact ${contact}`],
  remembered_no_more: [
    'memory outdated, search',
    ({ identifier, contact }) => `${identifier}, not ${contact}`,
  ],
  found: ['search found', search],
  not_found: ['search found nobody', search],
  several_contacts: ['several fit, one chosen', (p) => `${p.chosen} of ${list(p.contacts)} (${p.because})`],
  known_client: [
    'known client',
    (p) => `contact ${p.contact} ${p.name}, ${p.open_lead ? `open lead ${p.open_lead}` : 'no open lead'}`,
  ],
  new_client: ['new client', () => ''],
  email_of_another_contact: ['e-mail stands elsewhere', (p) => `${p.email}: contact ${p.other}`],
  phone_on_company: ['a company has the phone', ({ company, name }) => `${company} ${name}`],
  nobody_to_create: ['no contact without a key', () => ''],
  waited_for_client: ['after another event of his', ({ contact }) => `contact ${contact}`],
  contact_is_gone: ['merged or deleted, search', () => ''],
  named_after: ['no name came, named after', ({ from, name }) => `${from}: ${name}`],
  field_missing: ['no such field: to the note', onField],
  email_unreadable: ['not an e-mail: to the note', onField],
  not_a_flag: ['not a yes or no: to the note', onField],
  not_a_date: ['not a date: to the note', onField],
  too_long: ['too long: to the note', onField],
  unknown_option: ['no such option: to the note', onField],
  unsupported_type: ['unusable type: to the note', onField],
  field_taken: ['another row wins: to the note', onField],
  not_a_number: ['not a number: to the note', onField],
  unknown_user: ['no such user: to the note', onField],
  filled: ['was empty, filled', onField],
  overwritten: ['overwritten', onField],
  kept: ['kept what is there', onField],
  only_on_create: ['kept, set on create only', onField],
  already_there: ['already there', onField],
  added_to_list: ['added to the list', onField],
  utm_kept: ['UTM present, kept', onField],
  default_pipeline: ['default pipeline', ({ pipeline, name }) => `${name} (${pipeline})`],
  no_pipeline_known: ['pipeline left to amoCRM', () => ''],
  rule_matched: ['funnel rule matched', onRule],
  rule_passed_over: ['funnel rule passed over', onRule],
  stage_missing: ['stage is gone: first one', ({ status }) => String(status)],
  pipeline_missing: ['pipeline is gone: default', ({ pipeline }) => String(pipeline)],
  unsorted_is_off: ['pipeline takes no unsorted', () => ''],
  account_default: ['responsible: account default', () => ''],
  fixed_user: ['responsible: fixed user', ({ user }) => String(user)],
  round_robin: ['responsible: whose turn it is', ({ user }) => String(user)],
  user_not_usable: ['user is gone or switched off', ({ user }) => String(user)],
  created: ['created', ({ id }) => String(id)],
  used: ['used', ({ id }) => String(id)],
  note_is_off: ['notes are off, values dropped', ({ fields }) => `${fields} fields`],
  nothing_to_hang_it_on: ['no card for the note', () => ''],
  outcome_unknown: ['answer lost: look it up', () => ''],
  found_again: ['it had been created', ({ id }) => String(id)],
  not_found_again: ['not there', ({ look }) => `look-up ${look} of 2`],
  computed_again: ['answer lost: read again', () => ''],
  edited_meanwhile: ['edited meanwhile: restored', ({ values }) => list(values)],
  list_repaired: ['list repaired', ({ fields }) => `fields ${list(fields)}`],
  field_refused: ['amoCRM refused it: to the note', (p) => `${onField(p)}  (${p.code})`],
  update_refused: ['amoCRM refused the update', () => ''],
  pipeline_refused: ['amoCRM refused the pipeline', ({ code }) => code],
  refused: ['amoCRM refused it', ({ detail }) => detail],
  bare_attempt: ['last try, bare essentials', () => ''],
  call_read: [
    'call',
    ({ phase, status, talk_seconds: s }) =>
      `${phase}${status ? `, ${status}` : ''}${s ? `, ${s} s of talk` : ''}`,
  ],
  completes_earlier_message: ['completes the earlier message', () => ''],
  made_earlier: ['made by the earlier message', (p) => `contact ${p.contact}, lead ${p.lead}`],
  line_stopped: ['line is on the stop-list', ({ value }) => value],
  internal_call: ['employees among themselves', () => ''],
  no_client_number: ['hidden number', () => ''],
  employee_number: ['an employee calls', () => ''],
  client_number_unreadable: ['not a phone number', () => ''],
  call_in_progress: ['call still goes on', () => ''],
  own_line: ['a line of the project calls', () => ''],
  found_a_moment_ago: ['read a moment ago', ({ contact }) => `contact ${contact}`],
  employee_found: ['employee', ({ how, user }) => `by ${how}: user ${user}`],
  line_tied_to_nobody: ['nobody is tied to the line', ({ line }) => line],
  not_told_yet: ['who answered is not told yet', () => ''],
  row_matched: ['matrix row', (p) => list([p.call, p.client, p.answered_by].filter(Boolean))],
  no_matrix_row: ['the matrix has no row', (p) => list([p.call, p.client].filter(Boolean))],
  row_makes_nothing: ['the row makes nothing', () => ''],
  due_after_call: ['waits for the end of the call', () => ''],
  open_lead_is_used: ['the open lead is used', () => ''],
  answered: ['responsible: who answered', ({ user }) => String(user ?? 'account default')],
  crm_responsible: ['responsible: whose client it is', ({ user }) => String(user ?? 'account default')],
  senior: ['responsible: senior manager', ({ user }) => String(user ?? 'account default')],
  stood_in: ['stands in as responsible', ({ user }) => String(user ?? 'account default')],
  missed_task_completed: ['missed call’s task completed', ({ task }) => String(task)],
  talked_since: ['talked to since: no task', () => ''],
  account_warning: ['account warning', ({ warning }) => warning],
};

/** Rules that say what became of a call. */
const DECISIONS = new Set([
  'intake',
  'stop_list',
  'employees',
  'identity',
  'matrix',
  'messages',
  'scenario',
  'funnel',
  'responsible',
  'order',
  'missed_call',
]);

const raw = (params) =>
  Object.entries(params)
    .map(([key, value]) => `${key}=${typeof value === 'object' ? JSON.stringify(value) : value}`)
    .join(' ');

/** One line of the trace; a code that is not in the table shows as it is. */
function decision({ step, code, path, params }, names) {
  const [words, values] = CODES[code] ?? [code, raw];
  const field = params?.field?.id
    ? (names.get(params.field.id) ?? `field ${params.field.id}`)
    : params?.field;
  return [step, words, plain(values({ ...params, ...(field === undefined ? {} : { field }) })), path];
}

const values = ({ values }) => list(values.map(({ value }) => value));

function card(title, entity, link, rows) {
  if (!entity) return [`${title}: none\n`];
  const tags = list((entity._embedded?.tags ?? []).map(({ name }) => name));
  const fields = (entity.custom_fields_values ?? []).map((field) => [plain(field.field_name), values(field)]);
  const all = [['Name', plain(entity.name)], ...rows, ...fields, ['Tags', tags]];
  const made = link.created ? 'created' : 'was there';
  return [
    `${title} ${entity.id}, ${made}  ${dim(link.url)}\n`,
    ...table(all.filter(([, value]) => value).map((row) => [...row, ''])),
  ];
}

const indented = (text) => text.split('\n').map((line) => `  ${plain(line)}\n`);

/** What is in the account of whoever was called or called. */
function taskLine({ id, text, complete_till: till, is_completed: done, responsible_user_id: user }, users) {
  const state = done ? 'done' : `until ${new Date(till * 1000).toISOString().slice(0, 16)}Z`;
  return [String(id), plain(text), plain(users.get(user) ?? user), state];
}

/** The day: each message with its reason, then what stands in the account. */
export function showDay(told, state) {
  const mine = (items, ids) => (items ?? []).filter(({ id }) => ids.has(id));
  const ids = (pick) => new Set(told.flatMap(({ event }) => pick(event)).filter(Boolean));
  const users = new Map((state.users ?? []).map(({ id, name }) => [id, name]));
  const pipelines = new Map((state.pipelines ?? []).map(({ id, name }) => [id, name]));
  const contacts = mine(
    state.contacts,
    ids(({ contact }) => [contact?.id]),
  );
  const leads = mine(
    state.leads,
    ids(({ lead }) => [lead?.id]),
  );
  const owner = ({ responsible_user_id: user }) => plain(users.get(user) ?? user);
  const notes = mine(
    state.notes,
    ids(({ notes }) => notes.map(({ id }) => id)),
  );
  const steps = told.flatMap(({ what, event }) => [
    `\n${what}: ${event.status}${event.reason ? `, ${event.reason.code}` : ''}\n`,
    ...table(
      event.trace.filter(({ rule }) => DECISIONS.has(rule)).map((entry) => decision(entry, new Map())),
    ),
  ]);
  const card = (entity, more) => [String(entity.id), plain(entity.name), owner(entity), more];
  return [
    ...steps,
    '\nContacts of the day\n',
    ...table(contacts.map((contact) => card(contact, ''))),
    'Leads of the day\n',
    ...table(leads.map((lead) => card(lead, plain(pipelines.get(lead.pipeline_id) ?? lead.pipeline_id)))),
    'Tasks of the day\n',
    ...table(
      mine(
        state.tasks,
        ids(({ tasks }) => tasks.map(({ id }) => id)),
      ).map((task) => taskLine(task, users)),
    ),
    'Notes and call records of the day\n',
    ...table(
      notes.map(({ id, note_type: type, params }) => [
        String(id),
        type,
        type.startsWith('call_')
          ? plain(`${params.call_result}, ${params.duration} s`)
          : plain(params.text).slice(0, WIDEST),
        plain(params.link),
      ]),
    ),
    '\n',
  ].join('');
}

/** The cards of an event, why they look like this, and what it took. */
export function show(event, state) {
  const byId = (items, id) => (items ?? []).find((item) => item.id === id);
  const mine = (items, made) => (items ?? []).filter(({ id }) => made.some((one) => one.id === id));
  const lead = byId(state.leads, event.lead?.id);
  const pipeline = byId(state.pipelines, lead?.pipeline_id);
  const stage = byId(pipeline?._embedded?.statuses, lead?.status_id);
  const names = new Map(
    Object.values(state.fields ?? {}).flatMap((fields) => fields.map(({ id, name }) => [id, name])),
  );
  const place = [
    ['Pipeline', plain(pipeline?.name ?? lead?.pipeline_id)],
    ['Stage', plain(stage?.name ?? lead?.status_id)],
  ];
  const tasks = mine(state.tasks, event.tasks).map(({ id, text, complete_till: till }) => [
    String(id),
    plain(text),
    `until ${new Date(till * 1000).toISOString()}`,
  ]);
  const notes = mine(state.notes, event.notes).flatMap(({ id, entity_type: on, params }) => [
    `\nNote ${id} on the ${on === 'contacts' ? 'contact' : 'lead'}\n`,
    ...indented(params?.text ?? ''),
  ]);
  return [
    '\n',
    ...card('Contact', byId(state.contacts, event.contact?.id), event.contact, []),
    '\n',
    ...card('Lead', lead, event.lead, place),
    ...(tasks.length > 0 ? ['\nTasks\n', ...table(tasks)] : []),
    ...notes,
    '\nWhy\n',
    ...table(event.trace.map((entry) => decision(entry, names))),
    '\nRequests\n',
    ...table(event.requests.map(({ method, path, status }) => [method, String(status ?? 'lost'), path, ''])),
    '\n',
  ].join('');
}
