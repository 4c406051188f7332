// What somebody pasted: JSON, a urlencoded form, a multipart form, or the address of a webhook. Whether it is a form or
// a call is guessed from its names; what it says is for the core to read.
import type { Incoming } from './incoming.ts';

export type Kind = 'form' | 'call';
export type Format = 'json' | 'urlencoded' | 'multipart' | 'address';
export type Pasted =
  | { format: Format; incoming: Incoming; kind: Kind }
  | { problem: 'empty' | 'unknown' | 'json' };

/** Names that only calls have; compared without regard to case, `_`, `-` and spaces. */
const CALL_NAMES = new Set(
  `uniqueid callid uniquecallid calldate calltype caller callerid callernumber disposition callstatus billsec dst
   callee connectedwith callduration insertiontype nalias destination additionalcalldata`.split(/\s+/),
);

const plain = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '');

/** `kind`: what the reader says it is; null: guess. `own`: the project's own names of parameters of calls. */
export function readPasted(text: string, kind: Kind | null, own: string[] = []): Pasted {
  const body = text.trim();
  if (body === '') return { problem: 'empty' };
  const calls = new Set([...CALL_NAMES, ...own.map(plain)]);
  const guess = (names: string[]): Kind =>
    kind ?? (names.some((name) => calls.has(plain(name))) ? 'call' : 'form');
  if (/^[{[]/.test(body)) return ofJson(body, guess);
  if (body.startsWith('--')) return ofMultipart(body, kind ?? 'form');
  const address = /^(?:(?:GET|POST)\s+)?(?:https?:\/\/|\/)?[^\s?=&]*\?(\S*)$/.exec(body)?.[1];
  const pairs = new URLSearchParams(address ?? body);
  if (address === undefined && !/^[^\s=&]+=/.test(body)) return { problem: 'unknown' };
  const names = [...pairs.keys()];
  // The webhook's secret is no part of the call.
  pairs.delete('key');
  if (guess(names) === 'call') {
    return {
      format: address === undefined ? 'urlencoded' : 'address',
      kind: 'call',
      incoming: { kind: 'call', query: `${pairs}` },
    };
  }
  const incoming: Incoming = {
    kind: 'form',
    content_type: 'application/x-www-form-urlencoded',
    body: `${pairs}`,
  };
  return { format: address === undefined ? 'urlencoded' : 'address', kind: 'form', incoming };
}

function ofJson(body: string, guess: (names: string[]) => Kind): Pasted {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { problem: 'json' };
  }
  // A list of calls as the API exports it: the first one is shown.
  const first = Array.isArray(value) ? value[0] : value;
  if (typeof first !== 'object' || first === null) return { problem: 'unknown' };
  const kind = guess(Object.keys(first));
  const sent = kind === 'call' && Array.isArray(value) ? JSON.stringify(first) : body;
  return { format: 'json', kind, incoming: { kind, content_type: 'application/json', body: sent } };
}

/** A text area has line feeds only; the format wants both. */
function ofMultipart(body: string, kind: Kind): Pasted {
  const boundary = body.slice(2, body.search(/\r?\n|$/)).trim();
  const content_type = `multipart/form-data; boundary="${boundary.replaceAll('"', '')}"`;
  const lines = `${body.replace(/\r?\n/g, '\r\n')}\r\n`;
  return { format: 'multipart', kind, incoming: { kind, content_type, body: lines } };
}
