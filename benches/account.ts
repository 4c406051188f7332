// The demo's settings and the sandbox's account, as a host keeps them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from 'ringostat-amocrm';
import { Integration, Sandbox } from 'ringostat-amocrm/sandbox';
import { root } from '../scripts/run.mjs';

export const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
export const read = (...path: string[]): Buffer => readFileSync(join(root, ...path));
export const bytesOf = (...path: string[]): Uint8Array => new Uint8Array(read(...path));

export const demo = (): string => read('scripts', 'demo', 'settings.json').toString();
/** Typed as if everything that is left out were there. */
export const demoDocument = (): Settings => JSON.parse(demo()) as Settings;
export const FORM = ['tests', 'samples', 'forms', 'save-form-data.json'];

/** What the survey of an account in memory finds. */
export function survey(settings: string): string {
  const account = new Sandbox('{"base_url":"https://bench.amocrm.ru"}');
  account.switches('{"rate_per_second":0}');
  const journey = new Integration(settings).survey();
  const headers = JSON.stringify({ authorization: 'Bearer sandbox' });
  for (let now = 1_000; ; now += 1_000) {
    const action = JSON.parse(journey.next(now));
    if (action.do === 'done') return text(journey.result());
    if (action.do !== 'send') throw new Error(`the account cannot be read: ${JSON.stringify(action)}`);
    const { method, path, body } = action.request;
    const reply = JSON.parse(account.handle(method, path, headers, body ?? '', now));
    const type = reply.headers['content-type'] ?? '';
    journey.answered(reply.status, type, undefined, Buffer.from(reply.body), now);
  }
}

/** What the host knows of an event that has just come in. */
export const ticketOf = (id: string, event: unknown): string =>
  JSON.stringify({
    id,
    subject: id,
    received_at: 0,
    sequence: 1,
    event,
    memory: [],
    watermarks: {},
    again: false,
  });
