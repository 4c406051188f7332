// What a self-check can find: a closed list. Keys and codes are only ever added.

export type Severity = 'ok' | 'info' | 'warning' | 'error';

const SEVERITIES = {
  // The connection. After one of the errors nothing else is asked.
  token_works: 'ok',
  token_refused: 'error',
  unpaid: 'error',
  blocked: 'error',
  account_unreachable: 'error',
  slow_account: 'warning',
  account_changed: 'error',
  // A check that could not be made: amoCRM answered something else than we assume.
  answer_unexpected: 'error',
  not_readable: 'error',
  // Rights of the user who gave the token.
  user_admin: 'ok',
  not_admin: 'error',
  rights_whole: 'ok',
  rights_unknown: 'info',
  right_limited: 'warning',
  right_denied: 'error',
  // Fields of our own, phone and e-mail.
  fields_fit: 'ok',
  directory_missing: 'error',
  marker_field_missing: 'error',
  client_id_field_missing: 'warning',
  utm_field_missing: 'warning',
  field_type_differs: 'error',
  contact_field_missing: 'error',
  // What the settings name.
  settings_fit: 'ok',
  main_pipeline_missing: 'error',
  pipeline_missing: 'error',
  pipeline_archived: 'error',
  stage_missing: 'error',
  field_missing: 'error',
  task_type_missing: 'error',
  user_missing: 'error',
  user_inactive: 'error',
  unsorted_on: 'ok',
  unsorted_off: 'info',
  unsorted_needed: 'error',
  // Lists.
  pages_fit: 'ok',
  page_differs: 'error',
  next_page_missing: 'error',
  order_kept: 'ok',
  order_ignored: 'error',
  filter_kept: 'ok',
  filter_ignored: 'info',
  too_few_entities: 'info',
  // The search.
  phone_found: 'ok',
  phone_not_found: 'error',
  phone_not_indexed_yet: 'warning',
  phone_by_ending_only: 'info',
  no_phone_to_search: 'info',
  // With `write`.
  trial_made: 'ok',
  trial_found: 'ok',
  trial_unknown: 'warning',
  trial_refused: 'error',
  complex_fits: 'ok',
  complex_differs: 'error',
  marker_kept: 'ok',
  marker_lost: 'error',
  patch_plain: 'ok',
  patch_wrapped: 'info',
  patch_differs: 'error',
  trial_indexed: 'ok',
  trial_not_indexed_yet: 'warning',
} as const satisfies Record<string, Severity>;

export type Code = keyof typeof SEVERITIES;

/** Params never hold what a client is known by, nor tokens. */
export interface Finding {
  code: Code;
  severity: Severity;
  params: Record<string, unknown>;
}

export const isCode = (code: string): code is Code => Object.hasOwn(SEVERITIES, code);

export class Findings {
  readonly list: Finding[] = [];

  add(code: Code, params: Record<string, unknown> = {}): void {
    this.list.push({ code, severity: SEVERITIES[code], params });
  }

  /** Adds all of them, or that there are none. */
  addAll(found: { code: Code; params?: Record<string, unknown> }[], none: Code): void {
    for (const { code, params } of found) this.add(code, params);
    if (found.length === 0) this.add(none);
  }
}
