/** A stable code, the JSON Pointer of the place it speaks of ("" = the whole), and what a text about it needs. */
export interface Problem { code: string; path: string; params: Record<string, unknown> }
/** What is odd about settings that are valid. `error`: a part that cannot do what it says; `warning`: it probably does something else than meant. */
export interface Diagnostic extends Problem { severity: "error" | "warning" | "info" }
/** An expected failure is data, never an exception. */
export interface Failure { type: "failure"; errors: Problem[] }
/** Success carries its result beside the tag. */
export type Answer<T> = ({ type: "success" } & T) | Failure;

/** One line of the explanation: which rule decided what, and because of which place in the settings. */
export interface TraceEntry { step: string; rule: string; path: string; code: string; params: Record<string, unknown> }

/** What a message's bytes became. `event` is opaque: keep it and hand it back in a `Ticket`. */
export interface Accepted {
  kind: "form" | "call";
  /** Null of a form, and of a call that still goes on. */
  phase: "pick_up" | "completed" | null;
  /** What all messages of one call share; null: the event's own id. `dedup_key` begins with it. */
  subject: string | null;
  /** Where a call's message without id meets one with it: same client, same line, begun within two seconds. */
  call: CallParts | null;
  /** What a call tells of the project itself. */
  seen: Seen | null;
  /** Equal keys are one message: within `dedup_window_s` seconds, or for ever when that is null. */
  dedup_key: string;
  dedup_window_s: number | null;
  /** Everything the client can be known by: `phone:380671112233`, `email:a@b.example`, `client:116.15`. An event locks all of them. */
  identifiers: string[];
  event: unknown;
}
/** `named`: the message brought an id of its own; two of those are never joined. `start`: unix seconds. */
export interface CallParts { client: string; line: string; start: number | null; named: boolean }
/** Lines, pools, schemes and employees by the names that a call gives them; empty texts are not known. */
export interface Seen {
  line: { number: string; sip: string };
  pool: string;
  scheme: string;
  employee: { staff_id: string; name: string; extension: string; sip: string; number: string };
}
/** A row of a `calls/list` document. Rows count from 1. */
export type ListRow = { type: "call"; row: number; accepted: Accepted } | { type: "rejected"; row: number; code: string };
/** The project's clocks: from each unix second on so many seconds ahead of UTC, ascending; and now in unix seconds. */
export interface Clock { transitions: [number, number][]; now: number }

/** What the host knows when an event begins its journey. Unix seconds. */
export interface Ticket {
  /** The event's id: also the subject that entities in amoCRM carry. */
  id: string;
  subject: string;
  received_at: number;
  /** The event's number in the project's journal: round robin counts by it. */
  sequence: number;
  event: unknown;
  /** Contacts written within the last hour, by identifier. */
  memory: { identifier: string; contact: number }[];
  /** The newest ids seen per collection before the first write: look-ups of lost answers walk down to them. */
  watermarks: Record<string, number>;
  /** Begins again after an earlier attempt: every write is looked up before it is sent. */
  again: boolean;
  /** Unix milliseconds of the earlier attempt's last request: spares a wait when it was long ago. */
  last_request_at?: number | null;
  /** What earlier messages of the same subject made: the newest `Report.made` that is not null. Opaque. */
  made?: unknown;
  /** Open tasks of this client's missed calls, unix seconds of the call. */
  missed_tasks?: { task: number; called_at: number }[];
  /** Begin of the latest call in which somebody talked to this client, unix seconds. */
  talked_at?: number | null;
  /** `Report.view` of the latest event that shares an identifier with this one, if it ended seconds ago. */
  view?: unknown;
}

/** What the senior manager is told by a task. `day`: the project's, as `2026-11-23`. */
export type Notice =
  | { cause: "mended"; sent: number; expired: number }
  | { cause: "first_failed"; day: string };
/** What the host knows when the senior manager is to be told. `at`: unix seconds. */
export interface NoticeTicket {
  notice: Notice;
  at: number;
  /** Begins again after an earlier attempt: the task is looked up before it is sent. */
  again?: boolean;
}

export interface AmoRequest { method: "GET" | "POST" | "PATCH" | "DELETE"; path: string; body: string | null }

/** What a journey wants next. Times are unix milliseconds. */
export type Action =
  /**
   * Send it. `save`: make `snapshot()` durable first, the request may leave only after that. `joins`: it may leave as
   * one `Batch` with others of its path that join.
   */
  | { do: "send"; request: AmoRequest; save: boolean; joins: boolean }
  /**
   * Nobody else may write on a contact until this event has ended: call `granted` once it holds the lock of this name,
   * until then keep `snapshot()`. A host that delivers one event at a time grants it at once.
   */
  | { do: "lock"; name: string }
  /** Nothing to do before `until`: make `snapshot()` durable, then `integration.resume(snapshot)` at that time. */
  | { do: "wait"; until: number; status: "retrying" | "held"; reason: { code: string; params: Record<string, unknown> } }
  /** The end: read `report()`. */
  | { do: "done" };

export interface EntityLink { id: number; created: boolean }

/** A journey so far, or at its end. */
export interface Report {
  status: "delivering" | "retrying" | "held" | "delivered" | "skipped" | "failed";
  reason: { code: string; params: Record<string, unknown> } | null;
  attempts: number;
  contact: EntityLink | null;
  lead: EntityLink | null;
  unsorted: { uid: string } | null;
  tasks: { id: number }[];
  notes: { id: number }[];
  requests: { method: string; path: string; status: number | null; at: number }[];
  trace: TraceEntry[];
  /** To be remembered for an hour. */
  memory: { identifier: string; contact: number }[];
  /** The account refused a field: read it again before the next delivery. */
  stale_directory: boolean;
  /** To be merged (maximum per key) into the project's watermarks. */
  watermarks: Record<string, number>;
  /** A call: to be kept under its subject, for the next message of it. Null: nothing to keep. */
  made: unknown;
  /** A task that this missed call left open: to be kept under the event's phones until it is in `closed_tasks`. */
  missed_task: { task: number; called_at: number } | null;
  closed_tasks: number[];
  /** Somebody talked to the client: to be kept (maximum) under the event's phones. Unix seconds. */
  talked_at: number | null;
  /**
   * The client as this journey read him, when it wrote nothing on contact or lead: spares his next event the search.
   * Opaque; to be kept for seconds in memory. Null: whatever is kept of him is void.
   */
  view: unknown;
}

/** The account as the rules need it. Opaque to hosts but for these keys. */
export interface Directory {
  read_at: string;
  account: { id: number; name: string; subdomain: string };
  pipelines: unknown[];
  fields: { contacts: unknown[]; leads: unknown[] };
  users: unknown[];
  task_types: unknown[];
  watermarks: Record<string, number>;
  warnings: Problem[];
}

/** A reply of the transport. */
export type Reply =
  | { answered: true; status: number; content_type: string; retry_after: number | null; body: Uint8Array }
  /** `not_sent`: surely never left; `lost`: it may have been carried out. */
  | { answered: false; kind: "not_sent" | "lost"; message: string };

/** Why there is no answer. `postponed`: it did not leave yet and nothing is wrong; `apart`: as a `Batch` says. */
export type Unanswered = "not_sent" | "lost" | "postponed" | "apart";
/** What became of one request of a `Batch`. `apart`: it was turned away together with others. */
export type Share =
  | { answered: true; status: number; content_type: string; retry_after: number | null; body: string }
  | { answered: false; kind: "lost" | "apart" };
/** What amoCRM's token endpoint said. `refused`: the grant is not good, or the account lives elsewhere now. */
export type TokenAnswer =
  | { type: "granted"; access_token: string; refresh_token: string; expires_in: number }
  | { type: "refused" | "unacceptable" | "later" };
/** What a token says of itself, unchecked. Null: it does not say. Unix seconds. */
export interface TokenClaims { exp: number | null; api_domain: string | null }

/** Options of the worker, not of the project: third argument of `new Integration`, as JSON. Milliseconds. */
export interface Options { settle_ms?: number; retry_base_ms?: number; trace?: boolean }

/** Second argument of `FormReader.finish`, as JSON. */
export interface FormContext { idempotency_key?: string; referrer?: string; remote_ip?: string }

/** What a look-up found: raw API v4 objects. */
export interface LookupResult { contacts: unknown[]; leads: unknown[]; companies: unknown[] }

export type Language = "ru" | "uk" | "en";
/** A native field or a code by name, or a custom field by id. */
export type Field = string | { id: number };
export type Variable = string | { tracked: string };
export type Value = { form_fields: string[] } | { constant: string } | { variable: Variable };
export type Policy = "fill_if_empty" | "overwrite" | "only_on_create";
export interface Row { field: Field; value: Value; policy: Policy }
export type Responsible = "answered" | "crm_responsible" | "senior" | { user: number };
export interface TaskTemplate { text: string; type: number; deadline_minutes: number; responsible: Responsible }
export type FormResponsible = { kind: "account_default" } | { kind: "user"; id: number } | { kind: "round_robin"; users: number[] };
export interface Forms {
  creates: { unsorted: boolean; contact: boolean; lead: boolean; note: boolean; task: TaskTemplate & { on: boolean } };
  open_lead: "reuse" | "create";
  use_funnel_rules: boolean;
  responsible: FormResponsible;
  ignored_fields: string[];
  honeypot_field: string | null;
  cors_origins: string[];
}
export type CallKind = "incoming_answered" | "incoming_missed" | "outgoing_answered" | "outgoing_unanswered" | "callback_answered" | "callback_missed";
export interface MatrixRow {
  when: {
    call?: CallKind;
    client?: "new" | "known_with_open_lead" | "known_without_open_lead";
    answered_by?: "responsible" | "other" | "unknown";
  };
  moment: "pick_up" | "after_call";
  creates: {
    unsorted: boolean; contact: boolean; lead: boolean; call_record: boolean; note: boolean;
    open_task?: TaskTemplate; completed_task?: TaskTemplate;
  };
  responsible: Responsible;
}
/** What a parameter of a call says. */
export type CallKey =
  | "call_id" | "call_id_or_record" | "call_timestamp" | "call_time" | "client_number" | "number_e164"
  | "caller_number" | "caller" | "callee" | "line_number" | "line_alias" | "connected_with" | "call_type"
  | "insertion_type" | "event" | "call_status" | "talk_time" | "talk_time_ms" | "wait_time" | "wait_time_ms"
  | "duration" | "duration_ms" | "employee_id" | "employee_name" | "employee_extension" | "department"
  | "additional_number" | "pool_name" | "scheme_name" | "call_counter" | "proper_flag" | "repeated_flag"
  | "category_mark" | "category_number" | "employee_mark" | "has_recording" | "recording" | "recording_wav"
  | "call_card" | "utm_source" | "utm_medium" | "utm_campaign" | "utm_content" | "utm_term" | "client_id"
  | "remote_ip" | "referrer" | "landing" | "tracked" | "ignored";
/** A project's own name of a parameter; names compare without regard to case, `_`, `-` and spaces. */
export interface KeyName { name: string; means: CallKey }
export interface Matrix {
  rows: MatrixRow[];
  senior_user: number | null;
  recording_link: "recording" | "call_card" | "none";
  close_missed_task: { on: boolean; min_talk_seconds: number };
}
export interface Employee {
  ringostat: { staff_id: string; name: string; email: string; extension: string; sip: string[]; numbers: string[] };
  amocrm_user: number;
}
export interface Line { number: string; kind: "sip" | "fmc"; sip: string; label: string }
export type StopEntry = { sip: string } | { number: string };
export interface FunnelRule { pipeline: number; status: number | null; variable: Variable; equals: string[] }
/** The whole settings document with every default filled in. */
export interface Settings {
  version: 1;
  time_zone: string;
  language: Language;
  default_country: string;
  dry_run: boolean;
  forms: Forms;
  mapping: { contact: Row[]; lead: Row[] };
  identity: { fall_through: boolean; check_companies: boolean };
  calls: { keys: KeyName[] };
  matrix: Matrix;
  employees: Employee[];
  lines: Line[];
  stop_list: StopEntry[];
  funnel: FunnelRule[];
  backlog: { days: number; retention_days: number; fill_gaps: boolean };
  notify: { url: string | null; task_for_senior: boolean; held_more_than: number };
}
/** A variable as the widget offers it. */
export interface VariableInfo {
  name: string;
  type: "text" | "number" | "seconds" | "flag" | "time" | "url" | "phone";
  example: string;
  calls: boolean;
  forms: boolean;
}

/**
 * What the preview runs on: an account as the sandbox takes it in (`null`: its default one), and what comes in: either
 * `body` (`query`) as it comes in, or `event`. Both: `event_and_body`; neither: `nothing_to_preview`.
 */
export interface PreviewInput {
  /** Raw API v4 objects, the shape of the sandbox's state. */
  account?: Record<string, unknown> | null;
  /** Default: a form. */
  kind?: "form" | "call";
  content_type?: string;
  /** Parameters of a call's address. */
  query?: string;
  body?: string;
  /** `Accepted.event`, as the journal keeps it. */
  event?: unknown;
  /** Of `event`: under which name the journal keeps it. Default: as the intake would name it. */
  subject?: string;
  /** Times of calls without a zone are the project's. */
  clock?: Clock;
  context?: FormContext;
  /** The event's number in the journal: round robin counts by it. Default: 0. */
  sequence?: number;
  /** Unix milliseconds; everything in the preview happens from then on. */
  now_ms: number;
}
export interface SandboxState {
  contacts: Record<string, unknown>[]; leads: Record<string, unknown>[]; companies: Record<string, unknown>[];
  tasks: Record<string, unknown>[]; notes: Record<string, unknown>[]; unsorted: Record<string, unknown>[];
}
/**
 * What would happen, and why. Of every row of `settings.mapping` that was asked the trace tells at its path
 * (`/mapping/contact/1`, step `mapping`): `mapped`, `constant`, `variable` with `params.value`; `variable_missing`,
 * `blank` (a field that the row names came empty), `missing` (none of them came); `forms_only` (a call leaves it out).
 * A value that the field cannot take is told by another entry with the same path, rule `field_type`.
 */
export interface PreviewResult {
  /** Everything that the client is known by, as in `Accepted`. */
  identifiers: string[];
  report: Report;
  before: SandboxState;
  after: SandboxState;
  requests: AmoRequest[];
}

/** The sandbox's answer as a host must give it. */
export interface SandboxReply {
  status: number;
  headers: Record<string, string>;
  body: string;
  delay_ms: number;
  drop: null | "before" | "after";
}
