// Where the worker answers with codes of its own.
import { type Codes, collect, type Indirect, type Shape, sources } from './codes.ts';

const SHAPES: Shape[] = [
  { call: /(?<!function )\bproblem\(/g, at: 1, area: 'problem' },
  { call: /\bone\(/g, at: 0, area: 'problem' },
  { call: /\brefus(?:al|ed)\((?=\d)/g, at: 1, area: 'problem' },
  { call: /\bfinishedPage\((?=\d)(?!200)/g, at: 1, area: 'problem' },
  { call: /(?<=[{ ])code:(?= ')/g, at: 0, area: 'reason' },
];

const through = (file: string, area: string, names: string[], ...found: RegExp[]): Indirect => ({
  file: `www/edge/${file}`,
  area,
  through: names,
  found,
});

const INDIRECT: Indirect[] = [
  // Problems of the core, or such as were made with a code.
  through('account_api.ts', '', ['error.errors', "[one(reason.code, '', reason.params)]", 'reason.code']),
  through('activation.ts', '', ['code']),
  through('activation_api.ts', '', ['problems', '[refusal.problem]', 'code']),
  through('auth.ts', 'problem', ['code'], /\[40\d, (?:\w+ \? )?'(\w+)'(?: : '(\w+)')?\]/g),
  through('calls.ts', '', ['answer.errors']),
  through('calls_import.ts', '', ['[wrong]']),
  through('client_names.ts', 'problem', [`\`unreadable_\${kind}\``]),
  through('clients_api.ts', '', ['names']),
  through('events_api.ts', '', ['errors']),
  through('forms.ts', '', ['errors']),
  through('problem.ts', '', ['problems']),
  through('self_check/api.ts', '', ['problems']),
  through('settings_api.ts', '', ['[...answer.errors, ...zoneErrors]', 'zoneErrors']),
  through('gate.ts', 'state', [], /State = '(\w+)'/g, /'(\w+)'(?=[,\]].*as const|, ')/g),
  through('journal.ts', 'reason', [], /since === null \? '(\w+)' : '(\w+)'/g),
  through('journal.ts', 'status', [], /^ {2}'(\w+)',$/gm),
  through('surveys.ts', 'reason', [], /CoreTrap \? '(\w+)' : '(\w+)'/g),
  through('ringostat_api.ts', 'ringostat', [], /reason: '(\w+)'(?: \| '(\w+)' \| '(\w+)')?/g),
  through('ringostat_surveys.ts', 'ringostat', [], /reason: '(\w+)'/g),
  through('gaps/filler.ts', 'ringostat', [], /reason: '(\w+)'/g),
];

export function workerCodes(): { codes: Codes; unknown: string[] } {
  // Functions of other things have those names too; findings of the self-check have texts of their own.
  const other = (file: string) => file.includes('/dist/') || /self_check\/(?!api)/.test(file);
  const named = sources('www/edge', '.ts', other).map(({ file, text }) => ({
    file,
    text: text
      .replace(/\.one\(/g, '.row(')
      .replace(file.endsWith('ringostat_api.ts') ? /\bone\(/g : /$^/, 'cell('),
  }));
  const found = collect(named, SHAPES, INDIRECT);
  for (const kind of ['phone', 'email', 'client_id'])
    found.codes.problem?.set(`unreadable_${kind}`, 'www/edge/client_names.ts');
  return found;
}
