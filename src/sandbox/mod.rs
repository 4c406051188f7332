//! An in-memory amoCRM account that answers API v4 requests: for the preview, for tests and, over
//! HTTP, for trying the integration without a real account.
//!
//! ```text
//! handle ─> quota ─> fault? ─> token, paid ─> router ─> Answer ─> Reply
//!                      │                         │
//!                      └ late commits wait       └ account: contacts, leads, companies, links,
//!                                                  tags, tasks, notes, unsorted, fields, events
//! ```
//!
//! It is deterministic: time is an argument, randomness comes from the seed. Nothing a request
//! carries makes it panic.

mod account;
mod answer;
mod batch;
mod bundle;
mod calls;
mod complex;
mod draft;
mod duplicates;
mod entities;
mod events;
mod faults;
mod field;
mod fields;
mod flaws;
mod kind;
mod links;
mod list;
mod manager;
mod notes;
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
mod tasks;
mod unsorted;
mod users;
mod values;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::amocrm::http::{Method, Response};

use account::Account;
use answer::Answer;
use batch::Call;
use faults::{FaultKind, Faults};
pub use problem::Problem;
use query::Query;
use quota::{Gate, Quota};
use state::Log;

/// The token that the sandbox accepts.
pub const TOKEN: &str = "sandbox";

/// How a sandbox begins.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// Equal seeds and equal requests give equal answers.
    #[serde(default)]
    pub seed: u64,
    /// The host that `_links` point to, without a trailing slash.
    pub base_url: String,
}

/// The headers of a request that matter: names are compared without case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "BTreeMap<String, String>")]
pub struct Headers {
    /// `Authorization`, as it came.
    pub authorization: Option<String>,
}

impl Headers {
    /// Headers with a bearer token.
    pub fn bearer(token: &str) -> Self {
        Headers { authorization: Some(format!("Bearer {token}")) }
    }

    fn token(&self) -> Option<&str> {
        let (scheme, token) = self.authorization.as_deref()?.trim().split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    }
}

impl From<BTreeMap<String, String>> for Headers {
    fn from(headers: BTreeMap<String, String>) -> Self {
        let found = headers.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        Headers { authorization: found.map(|(_, value)| value) }
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
    /// How long the answer takes.
    pub delay_ms: u64,
    /// Whether the connection breaks instead.
    pub dropped: Option<Drop>,
}

/// A write that is answered already and carried out later.
#[derive(Debug, Clone)]
struct Late {
    due_ms: i64,
    method: Method,
    path: String,
    body: String,
}

/// An amoCRM account in memory.
#[derive(Debug, Clone)]
pub struct Sandbox {
    options: Options,
    account: Account,
    faults: Faults,
    quota: Quota,
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
        let reply = self.reply(method, path, headers, body, now_ms);
        self.log.add(method, path, reply.response.status, now_ms);
        reply
    }

    fn reply(&mut self, method: Method, path: &str, headers: &Headers, body: &str, now_ms: i64) -> Reply {
        let answered =
            |answer: Answer, delay_ms| Reply { response: answer.into_response(), delay_ms, dropped: None };
        let broken = |at, delay_ms| Reply { response: Response::default(), delay_ms, dropped: Some(at) };
        let switches = &self.account.switches;
        match self.quota.take(switches.rate_per_second, now_ms) {
            Gate::Open => {}
            Gate::OverLimit => return answered(Answer::too_many(switches.rate_limit_html, 1), 0),
            Gate::Banned => return answered(Answer::html(403, "Forbidden"), 0),
        }
        let route = path.split('?').next().unwrap_or_default();
        let Some(fault) = self.faults.strike(method, route) else {
            return answered(self.admit(method, path, headers, body, now_ms, false), 0);
        };
        let delay_ms = fault.delay_ms;
        match fault.kind {
            FaultKind::Status(status) => answered(Answer::of_status(status), delay_ms),
            FaultKind::Html403 => answered(Answer::html(403, "Forbidden"), delay_ms),
            FaultKind::Html502 => answered(Answer::html(502, "Bad Gateway"), delay_ms),
            FaultKind::DropBefore => broken(Drop::Before, delay_ms),
            FaultKind::DropAfter => {
                self.admit(method, path, headers, body, now_ms, false);
                broken(Drop::After, delay_ms)
            }
            FaultKind::Delay => answered(self.admit(method, path, headers, body, now_ms, false), delay_ms),
            FaultKind::ManagerEdits => {
                answered(self.admit(method, path, headers, body, now_ms, true), delay_ms)
            }
            FaultKind::CommitThen504 => {
                self.admit(method, path, headers, body, now_ms, false);
                answered(Answer::of_status(504), delay_ms)
            }
            FaultKind::CommitLate => {
                if self.refusal(headers).is_none() && method.writes() {
                    let due_ms = now_ms.saturating_add(i64::try_from(delay_ms).unwrap_or(i64::MAX));
                    let (path, body) = (path.to_owned(), body.to_owned());
                    self.late.push(Late { due_ms, method, path, body });
                }
                answered(Answer::of_status(504), 0)
            }
        }
    }

    /// Why a request may not come in.
    fn refusal(&self, headers: &Headers) -> Option<Answer> {
        let switches = &self.account.switches;
        if headers.token() != Some(TOKEN) || !switches.token_valid {
            return Some(Answer::of_status(401));
        }
        (!switches.paid).then(|| Answer::of_status(402))
    }

    fn admit(
        &mut self,
        method: Method,
        path: &str,
        headers: &Headers,
        body: &str,
        now_ms: i64,
        edits: bool,
    ) -> Answer {
        let route = path.split('?').next().unwrap_or_default();
        if router::segments(route).is_none() {
            return Answer::not_found();
        }
        match self.refusal(headers) {
            Some(refusal) => refusal,
            None => self.carry_out(method, path, body, now_ms, edits),
        }
    }

    fn carry_out(&mut self, method: Method, path: &str, body: &str, now_ms: i64, edits: bool) -> Answer {
        let (route, query) = path.split_once('?').unwrap_or((path, ""));
        let Some(segments) = router::segments(route) else { return Answer::not_found() };
        let account = &mut self.account;
        let mut edited = Vec::new();
        if edits {
            edited = manager::about_to_change(account, method, &segments, body);
            for (kind, id) in &edited {
                manager::edit(account, *kind, *id, now_ms);
            }
        }
        let call = Call { method, route, query: Query::parse(query), body, now_ms };
        let answer = router::answer(account, &call, &segments);
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
            self.carry_out(late.method, &late.path, &late.body, late.due_ms, false);
        }
    }

    /// Everything that the account holds, as raw API v4 objects, and the requests so far.
    pub fn state(&mut self, now_ms: i64) -> Value {
        self.commit_late(now_ms);
        state::of(&self.account, &self.log)
    }

    /// Starts over: with the default account, or with a document of the shape of
    /// [`Sandbox::state`]. Faults, switches, late writes and requests are forgotten.
    /// With problems nothing changes.
    pub fn reset(&mut self, seed: Option<&Value>, now_ms: i64) -> Result<(), Vec<Problem>> {
        let fresh = Sandbox::new(self.options.clone());
        let empty = self.account.successor(self.options.seed);
        let account = match seed {
            None | Some(Value::Null) => empty,
            Some(seed) => seed::build(seed, empty, now_ms)?,
        };
        *self = Sandbox { account, ..fresh };
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
}
