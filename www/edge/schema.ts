// The project's tables, versioned: one entry per version, never edited once released.

const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE settings (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    document TEXT NOT NULL,
    etag TEXT NOT NULL
  );

  -- What the account looked like, and a survey of it that had to wait.
  CREATE TABLE directory (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    account TEXT NOT NULL,
    document TEXT,
    read_at INTEGER,
    snapshot BLOB,
    status TEXT,
    reason TEXT,
    next_attempt_at INTEGER
  );

  -- The journal. Times are unix milliseconds.
  CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    dedup_key TEXT NOT NULL,
    kind TEXT NOT NULL,
    phase TEXT,
    subject TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT,
    event TEXT NOT NULL,
    ticket TEXT,
    snapshot BLOB,
    report TEXT,
    received_at INTEGER NOT NULL,
    delivered_at INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt_at INTEGER,
    traps INTEGER NOT NULL DEFAULT 0
  );
  CREATE INDEX events_dedup ON events (dedup_key, seq);
  CREATE INDEX events_status ON events (status, seq);
  CREATE INDEX events_unfinished ON events (seq)
    WHERE status IN ('queued', 'delivering', 'retrying', 'held');

  CREATE TABLE event_identifiers (
    identifier TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (identifier, seq)
  ) WITHOUT ROWID;
  CREATE INDEX event_identifiers_seq ON event_identifiers (seq);

  -- Rows of unfinished events only. held = 1: the event has started.
  CREATE TABLE locks (
    identifier TEXT NOT NULL,
    seq INTEGER NOT NULL,
    held INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (identifier, seq)
  ) WITHOUT ROWID;
  CREATE INDEX locks_seq ON locks (seq);

  -- Which contact was written for an identifier: the account's search lags behind.
  CREATE TABLE memory (
    identifier TEXT PRIMARY KEY,
    contact_id INTEGER NOT NULL,
    written_at INTEGER NOT NULL
  ) WITHOUT ROWID;

  -- The newest ids seen, per collection.
  CREATE TABLE watermarks (
    collection TEXT PRIMARY KEY,
    id INTEGER NOT NULL
  ) WITHOUT ROWID;
  `,
  `
  -- Calls, by the name that all messages of one share. start: unix seconds. named: some message brought an id.
  CREATE TABLE subjects (
    subject TEXT PRIMARY KEY,
    client TEXT NOT NULL,
    line TEXT NOT NULL,
    start INTEGER,
    named INTEGER NOT NULL,
    made TEXT
  ) WITHOUT ROWID;
  CREATE INDEX subjects_meeting ON subjects (client, line, start);

  -- What messages call a call that is known by an earlier name.
  CREATE TABLE subject_aliases (
    alias TEXT PRIMARY KEY,
    subject TEXT NOT NULL
  ) WITHOUT ROWID;

  -- Open tasks of missed calls, by the client's phones. called_at: unix seconds.
  CREATE TABLE missed_tasks (
    identifier TEXT NOT NULL,
    task INTEGER NOT NULL,
    called_at INTEGER NOT NULL,
    PRIMARY KEY (identifier, task)
  ) WITHOUT ROWID;
  CREATE INDEX missed_tasks_task ON missed_tasks (task);

  -- When somebody last talked to a client. Unix seconds.
  CREATE TABLE talks (
    identifier TEXT PRIMARY KEY,
    at INTEGER NOT NULL
  ) WITHOUT ROWID;

  -- Hashes only. valid_until: unix milliseconds, null of the one in force.
  CREATE TABLE secrets (
    kind TEXT NOT NULL,
    hash BLOB NOT NULL,
    valid_until INTEGER,
    PRIMARY KEY (kind, hash)
  ) WITHOUT ROWID;

  -- Unfinished events that nothing stands in the way of. due: unix milliseconds, 0 = now.
  CREATE TABLE ready (
    seq INTEGER PRIMARY KEY,
    due INTEGER NOT NULL
  );
  CREATE INDEX ready_due ON ready (due);
  DROP INDEX events_unfinished;
  CREATE INDEX events_kind ON events (kind, seq);

  -- There were only forms before: now an event says what it is.
  UPDATE events SET event = json_object('form', json(event)),
    ticket = iif(ticket IS NULL, NULL, json_set(ticket, '$.event', json_object('form', json_extract(ticket, '$.event'))));
  `,
  `
  -- What calls told of lines, pools, schemes and employees.
  CREATE TABLE ringostat_seen (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    document TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (kind, key)
  ) WITHOUT ROWID;

  -- What Ringostat's API answered, and of which project it was asked.
  CREATE TABLE ringostat_reading (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    source TEXT NOT NULL,
    document TEXT NOT NULL,
    read_at INTEGER NOT NULL
  );
  `,
  `
  -- later = 1: it fills a gap, and what happens now goes first.
  ALTER TABLE events ADD COLUMN later INTEGER NOT NULL DEFAULT 0;
  DROP TABLE ready;
  CREATE TABLE ready (
    seq INTEGER PRIMARY KEY,
    due INTEGER NOT NULL,
    later INTEGER NOT NULL
  );
  CREATE INDEX ready_due ON ready (due);
  CREATE INDEX ready_order ON ready (later, seq);
  `,
  `
  -- The backlog that an event belongs to: one row per re-activation. Times are unix milliseconds.
  ALTER TABLE events ADD COLUMN backlog INTEGER;
  CREATE INDEX events_backlog ON events (backlog, status) WHERE backlog IS NOT NULL;
  CREATE TABLE backlogs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    began_at INTEGER NOT NULL,
    ended_at INTEGER,
    total INTEGER NOT NULL,
    expired INTEGER NOT NULL
  );
  `,
  `
  -- The connection to amoCRM. access, refresh: sealed. Times are unix milliseconds.
  CREATE TABLE connection (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    state TEXT NOT NULL,
    since INTEGER NOT NULL,
    probes INTEGER NOT NULL DEFAULT 0,
    probe_at INTEGER,
    label TEXT NOT NULL,
    mode TEXT,
    base_url TEXT,
    account TEXT,
    user TEXT,
    language TEXT,
    access TEXT,
    refresh TEXT,
    expires_at INTEGER,
    refresh_at INTEGER,
    api_domain TEXT
  );

  -- Consents that were asked for and not given yet.
  CREATE TABLE oauth_nonces (
    nonce TEXT PRIMARY KEY,
    expires_at INTEGER NOT NULL
  ) WITHOUT ROWID;

  -- Held events wait for the connection, not for a time.
  UPDATE events SET next_attempt_at = NULL WHERE status = 'held';
  `,
  `
  -- What has grown old, and which events a call still has.
  CREATE INDEX events_received ON events (received_at);
  CREATE INDEX events_subject ON events (subject);

  -- What signs admin tokens, once the project has a secret of its own. sealed: null of the environment's.
  -- valid_until: unix milliseconds, null of the one in force.
  CREATE TABLE admin_secrets (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sealed TEXT,
    valid_until INTEGER
  );
  `,
  `
  -- Who is to be told of what: once per cause and channel. due: unix milliseconds, null once it is over. begun: an
  -- attempt is under way, and died with the process unless it ends before it is due.
  CREATE TABLE notices (
    cause TEXT NOT NULL,
    channel TEXT NOT NULL,
    document TEXT NOT NULL,
    at INTEGER NOT NULL,
    due INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    begun INTEGER NOT NULL DEFAULT 0,
    error TEXT,
    snapshot BLOB,
    PRIMARY KEY (cause, channel)
  );
  CREATE INDEX notices_due ON notices (due) WHERE due IS NOT NULL;

  -- What signs them. valid_until: unix milliseconds, null of the one in force.
  CREATE TABLE notify_secrets (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sealed TEXT NOT NULL,
    valid_until INTEGER
    );
    `,
  `
  -- The contact and lead that a self-check made, per account; contact null: asked for, and nobody knows. Unix milliseconds.
  CREATE TABLE trials (
    account INTEGER PRIMARY KEY,
    asked_at INTEGER NOT NULL,
    contact INTEGER,
    lead INTEGER
  );
  `,
  `
  -- What happened, by day of the project's calendar; day '': on all days that are not kept singly any more.
  CREATE TABLE stats (
    day TEXT NOT NULL,
    what TEXT NOT NULL,
    label TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (day, what, label)
  ) WITHOUT ROWID;
  ALTER TABLE events ADD COLUMN waited INTEGER NOT NULL DEFAULT 0;
  UPDATE events SET waited = 1 WHERE later = 1 OR backlog IS NOT NULL OR status = 'held';
  `,
  `
  -- Reading calls that no webhook brought. Unix milliseconds. bound: no call that began before counts; read_up_to: until
  -- then everything was read; windows: what is left of the reading under way, begun at begun_at.
  CREATE TABLE gaps (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    bound INTEGER NOT NULL DEFAULT 0,
    read_up_to INTEGER,
    windows TEXT,
    begun_at INTEGER,
    finding INTEGER NOT NULL DEFAULT 0,
    due INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    read_at INTEGER,
    found INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0,
    error TEXT
  );
  INSERT INTO gaps (only) VALUES (1);
  `,
];

/** Whether the project was ever created: an unknown name leaves no tables behind. */
export const exists = (sql: SqlStorage): boolean =>
  sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'meta'").toArray().length > 0;

export function migrate(storage: DurableObjectStorage): void {
  storage.transactionSync(() => {
    const { sql } = storage;
    sql.exec('CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID');
    const row = sql
      .exec<{ value: string }>("SELECT value FROM meta WHERE key = 'schema_version'")
      .toArray()[0];
    for (const script of MIGRATIONS.slice(Number(row?.value ?? 0))) sql.exec(script);
    sql.exec("INSERT OR REPLACE INTO meta VALUES ('schema_version', ?)", String(MIGRATIONS.length));
  });
}
