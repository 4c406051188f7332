// What the preview shows is what happens: every case of one event goes through the preview, on the account as
// `GET /directory` and `POST /lookup` would tell of it, and through the worker and the sandbox over HTTP. Both must make
// the same entities for the same reasons.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Report, SandboxState } from 'ringostat-amocrm/sandbox';
import { preview } from 'ringostat-amocrm/sandbox';
import { clockOf } from '../../www/clock.ts';
import { type DirectoryDocument, seedOf } from '../../www/widget/preview/account.ts';
import { World } from './harness.ts';
import { alike } from './parity.ts';

const folder = fileURLToPath(new URL('../cases', import.meta.url));
/** Fewer than that means that they were not found. */
const FEWEST = 340;

interface Message {
  body?: unknown;
  content_type?: string;
  query?: string;
  list?: boolean;
  referrer?: string;
  remote_ip?: string;
}
interface Case {
  settings?: Record<string, unknown>;
  account?: Record<string, unknown>;
  form?: Message;
  call?: Message;
  events?: unknown;
  switches?: unknown;
  sequence?: unknown;
  expect: Record<string, unknown>;
}

/**
 * Not those of several events: the preview shows one. Nor those whose host knows what no request over HTTP brings, or whose account
 * has what no look-up tells.
 */
function comparable({ form, call, events, switches, sequence, account, expect }: Case): boolean {
  if (events || switches || sequence !== undefined || expect.problems) return false;
  if (call?.list || form?.remote_ip) return false;
  return !['tasks', 'notes', 'unsorted'].some((kind) => account && kind in account);
}

const cases = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.json'))
  .sort()
  .map((name) => ({ name, one: JSON.parse(readFileSync(join(folder, name), 'utf8')) as Case }))
  .filter(({ one }) => comparable(one));

describe('the preview and the worker agree', () => {
  let world: World;
  before(async () => {
    world = await World.start();
  });
  after(() => world?.stop());

  const whole = async () => (await world.state()) as unknown as SandboxState;

  /** Through the worker. */
  async function real({ form, call }: Case): Promise<{ report: Report; after: SandboxState }> {
    const { body, contentType } = message(form ?? call ?? {});
    const headers = { 'content-type': contentType, ...(form?.referrer && { referer: form.referrer }) };
    const key = form ? '' : (await world.rotate()).secret;
    const path = form ? '/forms' : `/calls?key=${key}${call?.query ? `&${call.query}` : ''}`;
    const answer = await world.call('POST', path, { body, headers, token: null });
    assert.ok(answer.ok, `${answer.status} ${await answer.clone().text()}`);
    const { event } = (await answer.json()) as { event: string };
    const report = (await world.ended(event)) as unknown as Report;
    return { report, after: await whole() };
  }

  /** In the preview, as the widget has it. */
  async function shown(
    { settings = {}, form, call }: Case,
    before: SandboxState,
    directory: DirectoryDocument,
  ): Promise<{ report: Report; after: SandboxState }> {
    const { contacts, leads, companies } = before;
    const { body, contentType } = message(form ?? call ?? {});
    const input = {
      account: seedOf(directory, { contacts, leads, companies }),
      kind: form ? 'form' : 'call',
      content_type: contentType,
      body,
      query: call?.query ?? '',
      context: form?.referrer ? { referrer: form.referrer } : {},
      clock: clockOf(String(settings.time_zone ?? 'UTC'), Date.now()),
      sequence: 1,
      now_ms: Date.now(),
    };
    const answer = preview(JSON.stringify(settings), JSON.stringify(input));
    if (answer.type === 'failure') assert.fail(JSON.stringify(answer.errors));
    return answer;
  }

  for (const { name, one } of cases) {
    it(name.replace(/\.json$/, ''), async () => {
      await world.reset(one.account);
      await world.switches({ rate_per_second: 100_000 });
      await world.newProject(one.settings ?? {});
      const directory = (await (await world.call('GET', '/directory')).json()) as DirectoryDocument;
      const before = await whole();
      const foreseen = await shown(one, before, directory);
      const happened = await real(one);
      const [told, came] = [alike(foreseen, before), alike(happened, before)];
      assert.deepEqual(told.entities, came.entities);
      assert.deepEqual(told.trace, came.trace);
      assert.deepEqual(told.outcome, came.outcome);
    });
  }

  it('has found the cases', () => {
    assert.ok(cases.length >= FEWEST, `${cases.length} cases`);
  });
});

const message = ({ body, content_type }: Message) => ({
  body: typeof body === 'string' ? body : JSON.stringify(body ?? {}),
  contentType: content_type ?? 'application/json',
});
