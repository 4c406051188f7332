/** A stable code, the JSON Pointer of the place it speaks of ("" = the whole), and what a text about it needs. */
export interface Problem { code: string; path: string; params: Record<string, unknown> }
/** An expected failure is data, never an exception. */
export interface Failure { type: "failure"; errors: Problem[] }
/** Success carries its result beside the tag. */
export type Answer<T> = ({ type: "success" } & T) | Failure;

/** One line of the explanation: which rule decided what, and because of which place in the settings. */
export interface TraceEntry { step: string; rule: string; path: string; code: string; params: Record<string, unknown> }

/** What a form's bytes became. `event` is opaque: keep it and hand it back in a `Ticket`. */
export interface Accepted {
  kind: "form" | "call";
  phase: "pick_up" | "completed" | null;
  /** Equal keys are one message: within `dedup_window_s` seconds, or for ever when that is null. */
  dedup_key: string;
  dedup_window_s: number | null;
  /** Everything the client can be known by: `phone:380671112233`, `email:a@b.example`, `client:116.15`. An event locks all of them. */
  identifiers: string[];
  event: unknown;
}

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
}

export interface AmoRequest { method: "GET" | "POST" | "PATCH" | "DELETE"; path: string; body: string | null }

/** What a journey wants next. Times are unix milliseconds. */
export type Action =
  /** Send it. `save`: make `snapshot()` durable first, the request may leave only after that. */
  | { do: "send"; request: AmoRequest; save: boolean }
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
  /** To be merged (maximum per key) into the project's watermarks. */
  watermarks: Record<string, number>;
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

/* Classes (declared by wasm-bindgen beside these types):

export function version(): string;
export function default_settings(): Settings;
export function check_settings(settings_json: string): Answer<{ settings: Settings; warnings: Problem[] }>;

// throws a Failure object when the settings or the directory do not parse
export class Integration {
  constructor(settings_json: string, directory_json: string | undefined);
  form_reader(content_type: string): FormReader;
  deliver(ticket_json: string): Journey;        // throws Failure
  resume(snapshot: Uint8Array): Journey;        // throws Failure code "snapshot_version": begin again with ticket.again = true
  lookup(query_json: string): Journey;          // {"phone","email","client_id"}; result() is what amoCRM knows
  survey(previous_directory_json: string | undefined): Journey;  // reads the account, creates missing fields; result() is a Directory
}
export class FormReader {
  push(chunk: Uint8Array): boolean;             // false: stop reading, finish() tells why
  finish(context_json: string): Uint8Array;     // {"idempotency_key"?, "referrer"?, "remote_ip"?} -> JSON of Answer<Accepted>
}
export class Journey {
  next(now_ms: number): string;                 // JSON of Action
  answered(status: number, content_type: string, retry_after: number | undefined, body: Uint8Array, now_ms: number): void;
  unanswered(kind: "not_sent" | "lost", now_ms: number): void;
  snapshot(): Uint8Array;
  report(): Uint8Array;                         // JSON of Report
  result(): Uint8Array;                         // JSON: lookup and survey only
}
export class Quota {                            // token bucket: one per amoCRM account
  constructor(rate_per_second: number);
  take(now_ms: number): number;                 // milliseconds to wait before the request may leave; 0 = now (taken)
  penalize(now_ms: number, seconds: number): void; // after a 429
}
// fetch through gloo-net; never rejects
export function send(base_url: string, token: string, request_json: string, timeout_ms: number): Promise<Reply>;

// build with the sandbox feature only
export class Sandbox {
  constructor(options_json: string);            // {"seed":1,"base_url":"http://127.0.0.1:8788"}
  // answer JSON: {"status","headers":{},"body":string,"delay_ms":0,"drop":null|"before"|"after"}
  handle(method: string, path: string, headers_json: string, body: string, now_ms: number): string;
  state(now_ms: number): string;
  reset(seed_json: string, now_ms: number): string;     // Answer<{}>
  faults(json: string): string;                         // Answer<{}>
  switches(json: string): string;                       // Answer<{}>
}
*/
