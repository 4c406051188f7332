// Where the core answers with codes.
import { type Codes, collect, type Indirect, type Shape, type Source, sources } from './codes.ts';

const SHAPES: Shape[] = [
  { call: /\bEntry::new\(/g, at: 0, area: 'step' },
  { call: /\bEntry::new\(/g, at: 1, area: 'rule' },
  { call: /\bEntry::new\(/g, at: 2, area: 'trace' },
  { call: /\bReason::new\(/g, at: 0, area: 'reason' },
  { call: /\bProblem::new\(/g, at: 0, area: 'problem' },
  { call: /\bDiagnostic::(?:error|warning|info|new)\(/g, at: 0, area: 'diagnostic' },
  { call: /\.with\(\s*(?="detail",)/g, at: 1, area: 'detail' },
  { call: /\.with\(\s*(?="because",)/g, at: 1, area: 'because' },
];

const NO_ROW = /NO_ROW: &str = "(\w+)"/g;
const SKIPPED = /\bskip\("(\w+)"/g;
const MALFORMED = /\bmalformed\(\s*(?:if deep \{ )?"(\w+)"(?: \} else \{ "(\w+)")?/g;
const through = (file: string, area: string, names: string[], ...found: RegExp[]): Indirect => ({
  file: `src/${file}`,
  area,
  through: names,
  found,
});

const INDIRECT: Indirect[] = [
  // Wrappers: whoever calls them names the code.
  through('rules/lint/mod.rs', '', ['code']),
  through('rules/matrix.rs', 'trace', ['code'], NO_ROW, /Some\(chosen\) => \("(\w+)"/g),
  through('rules/matrix.rs', 'reason', [], NO_ROW),
  through('flow/event/call.rs', '', ['matrix::NO_ROW']),
  through('flow/plan/call.rs', 'trace', ['code', 'matrix::NO_ROW'], SKIPPED),
  through('flow/plan/call.rs', 'reason', [], SKIPPED),
  through('flow/close_missed.rs', 'trace', ['code'], /self\.next\("(\w+)"/g),
  through('flow/record_update.rs', 'trace', ['told'], /State::\w+, "(\w+)"\)/g),
  through(
    'flow/event/create.rs',
    'trace',
    ['code'],
    /let code = if link\.created \{ "(\w+)" \} else \{ "(\w+)" \}/g,
  ),
  through(
    'flow/event/create.rs',
    'step',
    ['told', 'step'],
    /=>\s*\{?\s*"(call_record|note)"/g,
    /NewestIds::\w+, "(\w+)"\)/g,
    /tell_made\("(\w+)"/g,
  ),
  through('flow/creation.rs', '', ['target.step_name()']),
  through('flow/targets.rs', 'step', [], /fn step_name\(&self\) -> &'static str \{\s*"(\w+)"/g),
  through('flow/plan/mod.rs', 'step', ['step'], /\[\(contact, "(\w+)"\), \(lead, "(\w+)"\)\]/g),
  through('flow/plan/mod.rs', 'named', [], /\.to_owned\(\), "(\w+)"\)/g, /\.value\(\)\), "(\w+)"\)/g),
  through('flow/plan/drafting.rs', 'step', ['step'], /if self\.contact \{ "(\w+)" \} else \{ "(\w+)" \}/g),
  through('flow/plan/drafting.rs', 'trace', ['misfit.code'], /Misfit \{ code: "(\w+)"/g),
  through('flow/plan/drafting.rs', 'misfit', [], /Misfit \{ code: "(\w+)"/g),
  through('rules/field_value.rs', 'trace', [], /\bmisfit\("(\w+)"/g),
  through('rules/field_value.rs', 'misfit', [], /\bmisfit\("(\w+)"/g),
  through('rules/lint/mapping.rs', 'misfit', [], /unless\(.*, "(\w+)"\)/g),
  through('rules/lint/matrix.rs', 'diagnostic', ['code'], /=> "(\w+)",/g),
  through(
    'rules/lint/project.rs',
    'how',
    [],
    /text\("(\w+)", &known/g,
    /\("(sip)", login/g,
    /text\("(number)", phone/g,
  ),
  through('rules/draft.rs', '', ['step']),
  through('rules/funnel.rs', 'trace', ['code'], /note\("(\w+)"\)/g),
  through(
    'rules/mapping.rs',
    'trace',
    ['code'],
    /\bentry\("(\w+)"\)/g,
    /entry\(row, origin, "(\w+)"\)/g,
    /won \{\s*Some\(_\) => "(\w+)",\s*None if blank => "(\w+)",\s*None => "(\w+)"/g,
  ),
  through(
    'rules/mapping.rs',
    'fate',
    [],
    /== won => "(\w+)",\s*None => "(\w+)"/g,
    /is_blank\(\) => "(\w+)",\s*Some\(_\) => "(\w+)"/g,
  ),
  through(
    'rules/responsible.rs',
    'trace',
    ['code'],
    /\(None, "(\w+)"\)/g,
    /\(Some\(\*id\), "(\w+)"\)/g,
    /copied\(\)\), "(\w+)"\)/g,
    /else \{ "(\w+)" \}/g,
    /=> \("(\w+)", \[/g,
  ),
  through('rules/employees.rs', 'how', [], /How::\w+ => "(\w+)"/g),
  through('rules/identity.rs', 'key', [], /Key::\w+(?: \{ \.\. \}|\(_\)) => "(phone|email|client_id)"/g),
  through('rules/update.rs', '', ['step']),
  through('rules/update.rs', 'rule', ['rule'], /\.tell\(\s*"(\w+)"/g),
  through(
    'rules/update.rs',
    'trace',
    ['code'],
    /let code = if \w+ \{ "(\w+)" \} else \{ "(\w+)" \}/g,
    /^\s*"(already_there|added_to_list)"$/gm,
    /\((?:true|false|empty), (?:if empty \{ )?"(\w+)"(?: \} else \{ "(\w+)" \})?\)/g,
  ),
  through('flow/survey.rs', 'problem', ['code'], /self\.warn\("(\w+)"/g),
  through('delivery/courier.rs', 'reason', ['code'], /self\.(?:retry|hold|give_up)\("(\w+)"/g),
  through('delivery/preview.rs', '', ['error.to_string()']),
  through('ffi/answer.rs', '', ['error.to_string()']),
  through('ffi/call_reader.rs', '', ['error.to_string()']),
  through('ffi/check_settings.rs', '', ['error.to_string()']),
  through('ffi/form_reader.rs', '', ['error.to_string()']),
  through('intake/draft.rs', '', ['code']),
  through('intake/urlencoded.rs', 'problem', [], /\.at\("(\w+)"/g),
  through('intake/multipart.rs', 'problem', [], /\.at\("(\w+)"/g),
  through('intake/multipart.rs', 'detail', ['detail'], MALFORMED),
  through('intake/json.rs', 'detail', ['detail'], MALFORMED),
  through('intake/calls/webhook.rs', 'detail', ['detail'], /Some\("(\w+)"\)/g),
  through('intake/calls/row.rs', 'detail', [], /NotACall\("(\w+)"\)/g),
  through(
    'intake/calls/list_json.rs',
    'detail',
    ['detail'],
    /State::[^=]* => "(\w+)",/g,
    /^\s*"(truncated)"$/gm,
  ),
  through(
    'intake/calls/list_csv.rs',
    'detail',
    ['detail'],
    /self\.problem = Some\("(\w+)"\)/g,
    /is_none\(\)\.then_some\("(\w+)"\)/g,
  ),
  through(
    'intake/calls/list_json.rs',
    'problem',
    [],
    /Rejected\((?:if self\.too_long \{ )?"(\w+)"(?: \} else \{ "(\w+)" \})?\)/g,
  ),
  through(
    'intake/calls/list_csv.rs',
    'problem',
    [],
    /Rejected\((?:if (?:self\.)?too_long \{ )?"(\w+)"(?: \} else \{ "(\w+)" \})?\)/g,
  ),
  through('intake/calls/mod.rs', 'problem', [], /(?:Err\(|map_err\(\|_\| )"(\w+)"\)/g),
  through('intake/secrets.rs', 'withheld', [], /Some\("(\w+)"\)/g),
  // What amoCRM said of it.
  through('flow/event/refused.rs', '', ['detail', 'detail.as_str()']),
];

/** The sandbox is amoCRM's part: what it says of its seeds and switches is for developers. */
export function coreCodes(): { codes: Codes; unknown: string[] } {
  const other = (file: string) => file.startsWith('src/sandbox/') || file.endsWith('/tests.rs');
  const rust: Source[] = sources('src', '.rs', other).map(({ file, text }) => ({
    file,
    text: text.split('#[cfg(test)]\nmod tests {')[0] ?? '',
  }));
  const found = collect(rust, SHAPES, INDIRECT);
  // Journeys wait for reasons of their own.
  for (const { file, text } of rust) {
    for (const [, code] of text.matchAll(/Step::Wait \{[^}]*code: "(\w+)"/g)) {
      if (code) found.codes.reason?.set(code, file);
    }
  }
  return found;
}
