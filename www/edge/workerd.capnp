# The worker on a machine of one's own, as its runtime workerd reads it. From the root of the repository, once built:
#
#   workerd serve www/edge/workerd.capnp
#
# README.md ("On a machine of one's own") says how to run it for good. Other places than those that stand here are given
# on the command line: --socket-addr=http=…, --directory-path=storage=… (a folder that exists), --directory-path=widget=…

using Workerd = import "/workerd/workerd.capnp";

const production :Workerd.Config = (
  services = [.main, .storage, .widget, .internet],
  sockets = [.http],
);

# TLS and the clients' addresses are for the proxy in front.
const http :Workerd.Socket = (name = "http", address = "127.0.0.1:8787", http = (), service = "worker");

const main :Workerd.Service = (
  name = "worker",
  worker = (
    modules = [.script, .core],
    compatibilityDate = .compatibilityDate,
    bindings = .bindings,
    durableObjectNamespaces = .objects,
    durableObjectStorage = (localDisk = "storage"),
  ),
);

const compatibilityDate :Text = "2026-04-01";
const script :Workerd.Worker.Module = (name = "worker.js", esModule = embed "dist/worker.js");
const core :Workerd.Worker.Module =
  (name = "ringostat_amocrm_bg.wasm", wasm = embed "dist/ringostat_amocrm_bg.wasm");

# A folder for each class, in it a SQLite file for each object. The keys are what finds them again: they stay.
const objects :List(Workerd.Worker.DurableObjectNamespace) = [
  (className = "Project", uniqueKey = "project", enableSql = true),
  (className = "Accounts", uniqueKey = "accounts", enableSql = true),
  (className = "Roster", uniqueKey = "roster", enableSql = true),
];

# Paths that do not begin with / are taken from where workerd is started.
const storage :Workerd.Service = (name = "storage", disk = (path = ".local/worker", writable = true));
const widget :Workerd.Service = (name = "widget", disk = (path = "www/widget/dist"));

# What the worker may ask: nothing that only this machine, or its network, reaches, whatever name points there.
const internet :Workerd.Service =
  (name = "internet", network = (allow = ["public"], tlsOptions = (trustBrowserCas = true)));

const bindings :List(Workerd.Worker.Binding) = [
  (name = "PROJECTS", durableObjectNamespace = "Project"),
  (name = "ACCOUNTS", durableObjectNamespace = "Accounts"),
  (name = "ROSTER", durableObjectNamespace = "Roster"),
  (name = "ASSETS", service = "widget"),
  # README.md ("The environment") says what they are.
  (name = "ADMIN_JWT_SECRET", fromEnvironment = "ADMIN_JWT_SECRET"),
  (name = "ADMIN_RESCUE", fromEnvironment = "ADMIN_RESCUE"),
  (name = "PROJECT_NAMES", fromEnvironment = "PROJECT_NAMES"),
  (name = "TOKEN_KEYS", fromEnvironment = "TOKEN_KEYS"),
  (name = "AMOCRM_BASE_URL", fromEnvironment = "AMOCRM_BASE_URL"),
  (name = "AMOCRM_TOKEN", fromEnvironment = "AMOCRM_TOKEN"),
  (name = "AMOCRM_ACCOUNT", fromEnvironment = "AMOCRM_ACCOUNT"),
  (name = "OAUTH_CLIENT_ID", fromEnvironment = "OAUTH_CLIENT_ID"),
  (name = "OAUTH_CLIENT_SECRET", fromEnvironment = "OAUTH_CLIENT_SECRET"),
  (name = "OAUTH_REDIRECT_URL", fromEnvironment = "OAUTH_REDIRECT_URL"),
  (name = "OAUTH_CONSENT_URL", fromEnvironment = "OAUTH_CONSENT_URL"),
  (name = "RATE_PER_SECOND", fromEnvironment = "RATE_PER_SECOND"),
  (name = "SETTLE_MS", fromEnvironment = "SETTLE_MS"),
  (name = "RETRY_BASE_MS", fromEnvironment = "RETRY_BASE_MS"),
  (name = "FORMS_PER_SECOND", fromEnvironment = "FORMS_PER_SECOND"),
  (name = "FORMS_PER_MINUTE_PER_ADDRESS", fromEnvironment = "FORMS_PER_MINUTE_PER_ADDRESS"),
  (name = "CLIENT_ADDRESS_HEADER", fromEnvironment = "CLIENT_ADDRESS_HEADER"),
  (name = "SECRET_OVERLAP_MS", fromEnvironment = "SECRET_OVERLAP_MS"),
  (name = "RETENTION_DAY_MS", fromEnvironment = "RETENTION_DAY_MS"),
  (name = "RINGOSTAT_AUTH_KEY", fromEnvironment = "RINGOSTAT_AUTH_KEY"),
  (name = "RINGOSTAT_PROJECT_ID", fromEnvironment = "RINGOSTAT_PROJECT_ID"),
  (name = "RINGOSTAT_API_URL", fromEnvironment = "RINGOSTAT_API_URL"),
  (name = "METRICS_TOKEN", fromEnvironment = "METRICS_TOKEN"),
  (name = "PANEL_ORIGINS", fromEnvironment = "PANEL_ORIGINS"),
  (name = "DEVELOPMENT", fromEnvironment = "DEVELOPMENT"),
];
