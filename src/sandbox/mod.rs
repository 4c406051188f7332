//! An in-memory amoCRM account that answers API v4 and OAuth requests: for the preview, for tests
//! and, over HTTP, for trying the integration without a real account.
//!
//! ```text
//! handle ─> quota ─> fault? ─┬─> token, paid ─> router ─> Answer ─> Reply
//!                      │     │                     └ account: contacts, leads, companies, links,
//!                      │     │                       tags, tasks, notes, unsorted, fields, events
//!                      │     └─> oauth: consent, codes, tokens (grants), where the account moved
//!                      └ late commits wait
//! ```
//!
//! A token of OAuth acts as the user who consented, the fixed one as the account's owner. Grants
//! belong to an account's id and outlive a reset, as an installed integration does.
//!
//! It is deterministic: time is an argument, randomness comes from the seed. Nothing a request
//! carries makes it panic.

mod account;
mod answer;
mod batch;
mod bundle;
mod calls;
mod complex;
mod consent;
mod control;
mod draft;
mod duplicates;
mod entities;
mod events;
mod faults;
mod field;
mod fields;
mod flaws;
mod grants;
mod identity;
mod jwt;
mod kind;
mod links;
mod list;
mod manager;
mod notes;
mod oauth;
mod pipelines;
mod problem;
mod query;
mod quota;
mod record;
mod rng;
mod router;
mod seed;
mod state;
mod switches;
mod tags;
mod task_types;
mod tasks;
mod unsorted;
mod users;
mod values;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::amocrm::http::{Method, Response};

use account::Account;
use answer::{Answer, Body};
use batch::Call;
use faults::{FaultKind, Faults};
use grants::Grants;
pub use problem::Problem;
use quota::{Gate, Quota};
use state::Log;

/// The long-lived token that the sandbox accepts from the start.
pub const TOKEN: &str = "sandbox";

/// The integration that may ask for consent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// `client_id`.
    pub id: String,
    /// `client_secret`.
    pub secret: String,
}

impl Default for Client {
    fn default() -> Self {
        Client { id: "sandbox-client".to_owned(), secret: "sandbox-secret".to_owned() }
    }
}

/// How a sandbox begins.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// Equal seeds and equal requests give equal answers.
    #[serde(default)]
    pub seed: u64,
    /// The host that `_links` point to, without a trailing slash.
    pub base_url: String,
    /// The integration; a default one when absent.
    #[serde(default)]
    pub client: Client,
}

/// The headers of a request that matter: names are compared without case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "BTreeMap<String, String>")]
pub struct Headers {
    /// `Authorization`, as it came.
    pub authorization: Option<String>,
    /// `Host`: an account that moved is not found at its first one.
    pub host: Option<String>,
    /// `X-Refresh-Token`: asks where the account has moved.
    pub refresh_token: Option<String>,
}

impl Headers {
    /// Headers with a bearer token.
    pub fn bearer(token: &str) -> Self {
        Headers { authorization: Some(format!("Bearer {token}")), ..Headers::default() }
    }

    fn token(&self) -> Option<&str> {
        let (scheme, token) = self.authorization.as_deref()?.trim().split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    }
}

impl From<BTreeMap<String, String>> for Headers {
    fn from(headers: BTreeMap<String, String>) -> Self {
        let mut known = Headers::default();
        for (name, value) in headers {
            let place = match name.to_ascii_lowercase().as_str() {
                "authorization" => &mut known.authorization,
                "host" => &mut known.host,
                "x-refresh-token" => &mut known.refresh_token,
                _ => continue,
            };
            *place = Some(value);
        }
        known
    }
}

/// Where a connection broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Drop {
    /// Before the request arrived: nothing was done.
    Before,
    /// After the request was carried out: the answer is lost.
    After,
}

/// An answer and how it travels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The answer; status 0 when the connection breaks.
    pub response: Response,
    /// `Location` of a redirect.
    pub location: Option<String>,
    /// How long the answer takes.
    pub delay_ms: u64,
    /// Whether the connection breaks instead.
    pub dropped: Option<Drop>,
}

/// A write that is answered already and carried out later.
#[derive(Debug, Clone)]
struct Late {
    due_ms: i64,
    user: u64,
    method: Method,
    path: String,
    headers: Headers,
    body: String,
}

/// An amoCRM account in memory.
#[derive(Debug, Clone)]
pub struct Sandbox {
    options: Options,
    account: Account,
    faults: Faults,
    quota: Quota,
    grants: Grants,
    late: Vec<Late>,
    log: Log,
}

impl Sandbox {
    /// The default account: users, pipelines and fields, no entities yet.
    pub fn new(options: Options) -> Self {
        Sandbox {
            account: Account::new(&options.base_url, options.seed),
            faults: Faults::none(options.seed),
            quota: Quota::default(),
            grants: Grants::new(options.client.clone(), options.seed),
            late: Vec::new(),
            log: Log::default(),
            options,
        }
    }

    /// Answers one request; `path` may carry a query.
    pub fn handle(
        &mut self,
        method: Method,
        path: &str,
        headers: &Headers,
        body: &str,
        now_ms: i64,
    ) -> Reply {
        self.commit_late(now_ms);
        let reply = self.reply(&Call::new(method, path, body, now_ms), path, headers);
        self.log.add(method, path, reply.response.status, now_ms);
        reply
    }

    fn reply(&mut self, call: &Call, path: &str, headers: &Headers) -> Reply {
        let answered = |answer: Answer, delay_ms| {
            let location = match &answer.body {
                Body::Redirect(address) => Some(address.clone()),
                _ => None,
            };
            Reply { response: answer.into_response(), location, delay_ms, dropped: None }
        };
        let broken = |at, delay_ms| Reply {
            response: Response::default(),
            location: None,
            delay_ms,
            dropped: Some(at),
        };
        let Call { method, route, now_ms, .. } = *call;
        let switches = &self.account.switches;
        // The consent page is a person's, and on another host.
        let rate = if route == oauth::CONSENT { 0.0 } else { switches.rate_per_second };
        match self.quota.take(rate, now_ms) {
            Gate::Open => {}
            Gate::OverLimit => return answered(Answer::too_many(switches.rate_limit_html, 1), 0),
            Gate::Banned => return answered(Answer::html(403, "Forbidden"), 0),
        }
        let Some(fault) = self.faults.strike(method, route) else {
            return answered(self.admit(call, headers, false), 0);
        };
        let delay_ms = fault.delay_ms;
        match fault.kind {
            FaultKind::Status(status) => answered(Answer::of_status(status), delay_ms),
            FaultKind::Html403 => answered(Answer::html(403, "Forbidden"), delay_ms),
            FaultKind::Html502 => answered(Answer::html(502, "Bad Gateway"), delay_ms),
            FaultKind::DropBefore => broken(Drop::Before, delay_ms),
            FaultKind::DropAfter => {
                self.admit(call, headers, false);
                broken(Drop::After, delay_ms)
            }
            FaultKind::Delay => answered(self.admit(call, headers, false), delay_ms),
            FaultKind::ManagerEdits => answered(self.admit(call, headers, true), delay_ms),
            FaultKind::CommitThen504 => {
                self.admit(call, headers, false);
                answered(Answer::of_status(504), delay_ms)
            }
            FaultKind::CommitLate => {
                if let (Ok(user), true) = (self.asker(route, headers, now_ms), method.writes()) {
                    let due_ms = now_ms.saturating_add(i64::try_from(delay_ms).unwrap_or(i64::MAX));
                    let (path, headers, body) = (path.to_owned(), headers.clone(), call.body.to_owned());
                    self.late.push(Late { due_ms, user, method, path, headers, body });
                }
                answered(Answer::of_status(504), 0)
            }
        }
    }

    /// Who asks, or why the request may not come in.
    fn asker(&self, route: &str, headers: &Headers, now_ms: i64) -> Result<u64, Answer> {
        let account = &self.account;
        if oauth::serves(route) {
            return Ok(account.owner);
        }
        let user = headers.token().and_then(|token| self.grants.user_of(token, account, now_ms));
        match user {
            Some(_) if !account.switches.token_valid || account.has_left(headers.host.as_deref()) => {
                Err(Answer::of_status(401))
            }
            Some(_) if !account.switches.paid => Err(Answer::of_status(402)),
            Some(user) => Ok(user),
            None => Err(Answer::of_status(401)),
        }
    }

    fn admit(&mut self, call: &Call, headers: &Headers, edits: bool) -> Answer {
        if !oauth::serves(call.route) && router::segments(call.route).is_none() {
            return Answer::not_found();
        }
        match self.asker(call.route, headers, call.now_ms) {
            Ok(user) => self.carry_out(user, call, headers, edits),
            Err(refusal) => refusal,
        }
    }

    fn carry_out(&mut self, user: u64, call: &Call, headers: &Headers, edits: bool) -> Answer {
        let Call { method, route, body, now_ms, .. } = *call;
        let account = &mut self.account;
        if oauth::serves(route) {
            return oauth::answer(&mut self.grants, account, call, headers);
        }
        let Some(segments) = router::segments(route) else { return Answer::not_found() };
        account.token_user = user;
        let mut edited = Vec::new();
        if edits {
            edited = manager::about_to_change(account, method, &segments, body);
            for (kind, id) in &edited {
                manager::edit(account, *kind, *id, now_ms);
            }
        }
        let answer = router::answer(account, call, &segments);
        account.token_user = account.owner;
        if edits {
            for (kind, id) in manager::answered(method, &segments, &answer) {
                if !edited.contains(&(kind, id)) {
                    manager::edit(account, kind, id, now_ms);
                }
            }
        }
        answer
    }

    /// Carries out the late writes that are due, each at its own time.
    fn commit_late(&mut self, now_ms: i64) {
        if self.late.is_empty() {
            return;
        }
        let (mut due, rest): (Vec<Late>, Vec<Late>) =
            std::mem::take(&mut self.late).into_iter().partition(|late| late.due_ms <= now_ms);
        self.late = rest;
        due.sort_by_key(|late| late.due_ms);
        for late in due {
            let call = Call::new(late.method, &late.path, &late.body, late.due_ms);
            self.carry_out(late.user, &call, &late.headers, false);
        }
    }

    /// Everything that the account holds, as raw API v4 objects, and the requests so far.
    pub fn state(&mut self, now_ms: i64) -> Value {
        self.commit_late(now_ms);
        state::of(&self.account, self.grants.to_json(now_ms), &self.log)
    }

    /// Starts over: with the default account, or with a document of the shape of
    /// [`Sandbox::state`]. Faults, switches, late writes, requests and another account's identity are
    /// forgotten, who is connected stays connected. With problems nothing changes.
    pub fn reset(&mut self, seed: Option<&Value>, now_ms: i64) -> Result<(), Vec<Problem>> {
        let fresh = Sandbox::new(self.options.clone());
        let empty = self.account.successor(self.options.seed);
        let account = match seed {
            None | Some(Value::Null) => empty,
            Some(seed) => seed::build(seed, empty, now_ms)?,
        };
        *self = Sandbox { account, grants: self.grants.successor(), ..fresh };
        Ok(())
    }

    /// Replaces all faults by those of a document `{"seed", "faults": [...]}`.
    pub fn faults(&mut self, document: &Value) -> Result<(), Vec<Problem>> {
        self.faults = Faults::parse(document, self.options.seed)?;
        Ok(())
    }

    /// Sets the switches of a document `{"name": value}`; the others stay.
    pub fn switches(&mut self, document: &Value) -> Result<(), Vec<Problem>> {
        self.account.switches = self.account.switches.changed(document)?;
        Ok(())
    }
    /// Puts another account at the address: `{"id", "subdomain", "name"}`, absent parts stay. Tokens of
    /// OAuth belong to an id; content is the business of a reset.
    pub fn account(&mut self, document: &Value) -> Result<(), Vec<Problem>> {
        self.account.identity = self.account.identity.changed(document, "")?;
        Ok(())
    }

    /// Takes back what OAuth granted; with `{"long_lived": true}` long-lived tokens as well.
    pub fn revoke(&mut self, document: &Value) -> Result<(), Vec<Problem>> {
        self.grants.revoke(control::revocation(document)?);
        Ok(())
    }

    /// A long-lived token of `{"user", "days"}`: the owner's for a day when nothing is said.
    pub fn long_lived_token(&mut self, document: &Value, now_ms: i64) -> Result<String, Vec<Problem>> {
        let (user, days) = control::long_lived(document, &self.account)?;
        Ok(self.grants.long_lived(user, days, &self.account, now_ms))
    }
}
