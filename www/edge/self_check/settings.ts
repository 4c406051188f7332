// What the settings name, looked for in the account as it is now: pipelines, stages, fields, users, types of tasks.
import type { Settings } from 'ringostat-amocrm';
import { call, core } from '../core.ts';
import { type Asker, isObject, itemsOf, type Json, Unexpected } from './asker.ts';
import type { Entity } from './fields.ts';
import { type Findings, isCode } from './findings.ts';

const PIPELINES = '/api/v4/leads/pipelines';

/** `directory`: the account as it was read last, for what is not read anew here. */
export async function checkSettings(
  asker: Asker,
  findings: Findings,
  document: string,
  directory: string | undefined,
  fields: Record<Entity, Json[]> | undefined,
): Promise<void> {
  const pipelines = itemsOf(await asker.read(PIPELINES), 'pipelines');
  if (!pipelines) throw new Unexpected('page_differs', { path: PIPELINES });
  const main = pipelines.find(
    ({ is_main: isMain, is_archive: isArchive }) => isMain === true && isArchive !== true,
  );
  if (!main) findings.add('main_pipeline_missing');
  const known = directory === undefined ? {} : (JSON.parse(directory) as Json);
  const now = { ...known, pipelines: pipelines.map(asKept), ...(fields && { fields }) };
  const answer = call(() => core.check_settings(document, JSON.stringify(now)));
  const odd = answer.type === 'success' ? answer.warnings : answer.errors;
  // The rest of what the core finds odd has nothing to do with the account.
  const found = odd.flatMap(({ code, path, params }) =>
    isCode(code) ? [{ code, params: { ...params, path } }] : [],
  );
  findings.addAll(found, 'settings_fit');
  if (!main) return;
  const wanted = answer.type === 'success' && wantsUnsorted(answer.settings);
  const off = main.is_unsorted_on !== true;
  findings.add(off ? (wanted ? 'unsorted_needed' : 'unsorted_off') : 'unsorted_on', { pipeline: main.id });
}

/** As a directory has it. */
const asKept = ({ _embedded: embedded, ...pipeline }: Json): Json => ({
  ...pipeline,
  statuses: isObject(embedded) && Array.isArray(embedded.statuses) ? embedded.statuses : [],
});

const wantsUnsorted = ({ forms, matrix }: Settings): boolean =>
  forms.creates.unsorted || matrix.rows.some(({ creates }) => creates.unsorted);
