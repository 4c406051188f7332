// Under which names the journal knows a client that somebody asks for.
import type { Accepted, Answer, Problem } from 'ringostat-amocrm';
import { call, core, parse } from './core.ts';
import { one } from './problem.ts';
import type { SettingsStore } from './settings_store.ts';

const MOST = 20;

export interface ClientNames {
  /** `phone:380671112233`, `email:a@b.example`, `client:116.15`. */
  identifiers: string[];
  /** Phones as calls are filed under them. */
  numbers: string[];
}

/** Of `?phone=&email=&client_id=`, each any number of times. */
export function clientNames(query: URLSearchParams, settings: SettingsStore): ClientNames | Problem[] {
  const kinds = ['phone', 'email', 'client_id'] as const;
  const asked = kinds.flatMap((kind) => query.getAll(kind).map((text) => ({ kind, text: text.trim() })));
  if (asked.length === 0) return [one('required', '', { one_of: kinds })];
  if (asked.length > MOST) return [one('too_many', '', { limit: MOST })];
  const names: ClientNames = { identifiers: [], numbers: [] };
  const problems: Problem[] = [];
  for (const { kind, text } of asked) {
    const identifier = kind === 'phone' ? phone(text, settings) : other(kind, text);
    if (!identifier) problems.push(one(`unreadable_${kind}`, `/${kind}`));
    else {
      names.identifiers.push(identifier);
      if (kind === 'phone') names.numbers.push(identifier.slice('phone:'.length));
    }
  }
  return problems.length > 0 ? problems : names;
}

/**
 * The core normalises: it is asked whose a call from that number would be. Of the settings only the country counts; a
 * project's own names of parameters do not.
 */
function phone(text: string, settings: SettingsStore): string | undefined {
  const country = settings.host()?.default_country;
  const message = JSON.stringify({ call_id: '1.1', call_type: 'in', caller: text, status: 'ANSWERED' });
  const clock = JSON.stringify({ transitions: [[0, 0]], now: 0 });
  return call(() => {
    const reader = new core.Integration(JSON.stringify({ version: 1, default_country: country }));
    try {
      const bytes = new TextEncoder().encode(message);
      const answer = parse<Answer<Accepted>>(reader.read_call('application/json', '', bytes, clock));
      if (answer.type === 'failure') return undefined;
      return answer.identifiers.find((identifier) => identifier.startsWith('phone:'));
    } finally {
      reader.free();
    }
  });
}

function other(kind: 'email' | 'client_id', text: string): string | undefined {
  if (kind === 'email') return /^[^\s,;]+@[^\s,;]+$/.test(text) ? `email:${text.toLowerCase()}` : undefined;
  return text ? `client:${text}` : undefined;
}
