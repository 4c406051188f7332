//! Carries one journey: sorts answers into what the journey decides and what only delays it (design §4.7).

use serde::{Deserialize, Serialize};

use super::errand::Errand;
use super::retry::{GIVE_UP_MS, backoff_ms, probe_ms};
use crate::amocrm::answer::{Answer, classify};
use crate::amocrm::directory::{Directory, Watermarks, seen};
use crate::amocrm::http::{Method, Request, Response};
use crate::config::Settings;
use crate::flow::outcome::{End, Reason};
use crate::flow::view::View;
use crate::flow::{Cx, Journey, Reply, Step};
use crate::json;
use crate::trace::{Entry, Trace};

/// Form of snapshots. One of another form, or of another release, starts over with every write unknown.
const FORMAT: u32 = 1;
/// Lost writes after which every further one is followed by a pause.
const PATIENT_LOSSES: u32 = 3;
/// Requests that are kept for the journal: the newest.
const MOST_LOGGED: usize = 200;

/// Settings of the worker, not of the project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Milliseconds after which a late commit is no longer expected.
    pub settle_ms: i64,
    /// First pause of a retry, milliseconds.
    pub retry_base_ms: i64,
    /// Whether decisions are explained.
    pub trace: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options { settle_ms: 45_000, retry_base_ms: 1_000, trace: true }
    }
}

/// What the host does next.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Action {
    /// Send it; with `save` only after the snapshot is durable.
    Send {
        /// The request.
        request: Request,
        /// Write-ahead.
        save: bool,
        /// It may leave in one request with others of its path.
        joins: bool,
    },
    /// Go on by [`Courier::granted`] once the event holds this lock, to its end and in one turn of everybody's: until
    /// then keep the snapshot.
    Lock {
        /// `contact:<id>`.
        name: String,
    },
    /// Keep the snapshot and come back.
    Wait {
        /// Unix milliseconds.
        until: i64,
        /// `retrying` or `held`.
        status: Status,
        /// Why.
        reason: Reason,
    },
    /// The end.
    Done,
}

/// Where an event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// On its way.
    Delivering,
    /// Waiting after a failure.
    Retrying,
    /// Waiting for the connection to be mended.
    Held,
    /// In amoCRM.
    Delivered,
    /// Nothing was to be made.
    Skipped,
    /// amoCRM does not take it.
    Failed,
}

/// A request as the journal tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestLog {
    /// Method.
    pub method: String,
    /// Path with its query.
    pub path: String,
    /// Status; `None` when no answer came.
    pub status: Option<u16>,
    /// Unix milliseconds.
    pub at: i64,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unanswered {
    /// It surely never left.
    NotSent,
    /// It may have been carried out.
    Lost,
    /// It did not leave yet, and nothing is wrong.
    Postponed,
    /// It left with others and all were turned away because of some: what is not there by now will not come.
    Apart,
}

/// One journey being carried out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Courier {
    format: u32,
    release: String,
    errand: Errand,
    trace: Trace,
    watermarks: Watermarks,
    status: Status,
    reason: Option<Reason>,
    attempts: u32,
    failures: u32,
    /// Writes in a row whose answer never came.
    losses: u32,
    failing_since_ms: Option<i64>,
    wait_until_ms: Option<i64>,
    in_flight: Option<Request>,
    requests: Vec<RequestLog>,
}

/// What surrounds a call: the project and the clock.
#[derive(Debug, Clone, Copy)]
pub struct Now<'a> {
    /// Settings.
    pub settings: &'a Settings,
    /// Account.
    pub directory: &'a Directory,
    /// Worker's options.
    pub options: &'a Options,
    /// Unix milliseconds.
    pub ms: i64,
    /// A random number from 0 to 1.
    pub jitter: f64,
}

impl Courier {
    /// Sets out.
    pub fn new(errand: Errand, options: &Options) -> Self {
        let watermarks = match &errand {
            Errand::Event(flow) => flow.ticket().watermarks.clone(),
            _ => Watermarks::default(),
        };
        Courier {
            format: FORMAT,
            release: env!("CARGO_PKG_VERSION").to_owned(),
            errand,
            trace: Trace::new(options.trace),
            watermarks,
            status: Status::Delivering,
            reason: None,
            attempts: 1,
            failures: 0,
            losses: 0,
            failing_since_ms: None,
            wait_until_ms: None,
            in_flight: None,
            requests: Vec::new(),
        }
    }

    /// Goes on from a snapshot; `None` when it is of another form. A write that was out is in doubt.
    pub fn resume(snapshot: &[u8], now: Now) -> Option<Self> {
        #[derive(Deserialize)]
        struct Form {
            format: u32,
            release: String,
        }
        let snapshot = json::parse(snapshot).ok()?;
        let form: Form = json::from_value(&snapshot).ok()?;
        if form.format != FORMAT || form.release != env!("CARGO_PKG_VERSION") {
            return None;
        }
        let mut courier: Courier = json::from_value(&snapshot).ok()?;
        if courier.in_flight.take().is_some() {
            courier.with(now, |errand, cx| errand.interrupted(cx));
        }
        courier.with(now, |errand, cx| errand.resumed(cx));
        // Whoever takes up a held journey knows that the connection may work again.
        if courier.status == Status::Held {
            courier.wait_until_ms = Some(0);
        }
        Some(courier)
    }

    /// The journey so far, to be kept durably.
    pub fn snapshot(&self) -> Vec<u8> {
        json::to_bytes(self)
    }

    fn with<T>(&mut self, now: Now, act: impl FnOnce(&mut Errand, &mut Cx) -> T) -> T {
        let mut cx = Cx {
            settings: now.settings,
            directory: now.directory,
            now_ms: now.ms,
            settle_ms: now.options.settle_ms,
            trace: &mut self.trace,
            watermarks: &mut self.watermarks,
        };
        act(&mut self.errand, &mut cx)
    }

    /// What the host does next.
    pub fn next(&mut self, now: Now) -> Action {
        if let Some(end) = self.ended() {
            return end;
        }
        if let (Some(until), Some(reason)) = (self.wait_until_ms, &self.reason) {
            if now.ms < until {
                return Action::Wait { until, status: self.status, reason: reason.clone() };
            }
            self.wait_until_ms = None;
            self.attempts += 1;
        }
        if let Some(request) = &self.in_flight {
            return self.send(request.clone());
        }
        loop {
            match self.with(now, |errand, cx| errand.step(cx)) {
                Step::Send(request) => {
                    if now.settings.dry_run && request.method.writes() {
                        let body = request.body.as_deref().unwrap_or_default();
                        self.trace.add(|| {
                            Entry::new("delivery", "dry_run", "would_send")
                                .at("/dry_run")
                                .with("method", request.method.as_str())
                                .with("path", request.path.as_str())
                                .with("body", json::parse(body.as_bytes()).unwrap_or_default())
                        });
                        self.with(now, |errand, cx| errand.pretend(cx));
                        continue;
                    }
                    self.status = Status::Delivering;
                    self.reason = None;
                    if self.requests.len() >= MOST_LOGGED {
                        self.requests.remove(0);
                    }
                    self.requests.push(RequestLog {
                        method: request.method.as_str().to_owned(),
                        path: request.path.clone(),
                        status: None,
                        at: now.ms,
                    });
                    self.in_flight = Some(request.clone());
                    return self.send(request);
                }
                Step::Lock { contact } => return Action::Lock { name: format!("contact:{contact}") },
                Step::Wait { until_ms, code } => {
                    return self.wait(until_ms, Status::Retrying, Reason::new(code));
                }
                Step::Done => {
                    self.end(now);
                    return Action::Done;
                }
            }
        }
    }

    fn send(&self, request: Request) -> Action {
        let save = request.method.writes();
        Action::Send { request, save, joins: save && self.errand.joins() }
    }

    /// The lock last wanted is held. `stale`: another event may have held it since this journey read the client.
    /// `watermarks`: the newest ids that are known by now.
    pub fn granted(&mut self, stale: bool, watermarks: &Watermarks, now: Now) {
        // What an earlier attempt made is newer than its watermarks, not than these.
        if matches!(&self.errand, Errand::Event(flow) if !flow.ticket().again) {
            for (collection, id) in watermarks {
                seen(&mut self.watermarks, *collection, *id);
            }
        }
        self.with(now, |errand, cx| errand.granted(stale, cx));
    }

    /// The request last wanted leaves only now.
    pub fn leaves(&mut self, now_ms: i64) {
        if let (Some(_), Some(log)) = (&self.in_flight, self.requests.last_mut()) {
            log.at = now_ms;
        }
    }

    fn ended(&self) -> Option<Action> {
        matches!(self.status, Status::Delivered | Status::Skipped | Status::Failed).then_some(Action::Done)
    }

    fn end(&mut self, now: Now) {
        let end = match &self.errand {
            Errand::Event(flow) => flow.end().cloned(),
            Errand::Notice(notice) => notice.end().cloned(),
            Errand::Lookup(_) | Errand::Survey(_) => None,
        };
        (self.status, self.reason) = match end {
            Some(End::Skipped(reason)) => (Status::Skipped, Some(reason)),
            Some(End::Failed(reason)) => (Status::Failed, Some(reason)),
            Some(End::Delivered) | None => {
                (Status::Delivered, now.settings.dry_run.then(|| Reason::new("dry_run")))
            }
        };
    }

    fn wait(&mut self, until: i64, status: Status, reason: Reason) -> Action {
        self.status = status;
        self.wait_until_ms = Some(until);
        self.reason = Some(reason.clone());
        Action::Wait { until, status, reason }
    }

    /// Takes an answer.
    pub fn answered(&mut self, response: &Response, now: Now) {
        let Some(request) = self.in_flight.take() else { return };
        if let Some(log) = self.requests.last_mut() {
            log.status = Some(response.status);
        }
        let writes = request.method.writes();
        match classify(response) {
            Answer::Done => {
                if self.give(Reply::Ok(&response.body), now) {
                    self.works(writes);
                } else {
                    self.retry("unreadable_answer", response.status, now);
                }
            }
            Answer::Refused(errors) => {
                if self.give(Reply::Refused(&errors), now) {
                    self.works(writes);
                } else {
                    self.retry("refused_read", response.status, now);
                }
            }
            Answer::Forbidden if self.errand.tolerates_forbidden() => {
                self.give(Reply::Refused(&[]), now);
            }
            Answer::Unauthorized => self.hold("needs_authorization", now),
            Answer::Unpaid => self.hold("unpaid", now),
            Answer::Forbidden => self.hold("insufficient_rights", now),
            Answer::Banned => self.hold("blocked", now),
            Answer::TooMany(seconds) => {
                self.errand.unsent();
                self.failures += 1;
                let asked = seconds.map(|seconds| i64::from(seconds) * 1000).unwrap_or_default();
                let pause = asked.max(backoff_ms(now.options.retry_base_ms, self.failures, now.jitter));
                self.wait(now.ms + pause, Status::Retrying, Reason::new("rate_limited"));
            }
            Answer::Broken if writes => self.lost(now),
            Answer::Broken => self.retry("amocrm_unavailable", response.status, now),
        }
    }

    /// No answer came.
    pub fn unanswered(&mut self, kind: Unanswered, now: Now) {
        let Some(request) = self.in_flight.take() else { return };
        match kind {
            Unanswered::Lost if request.method.writes() => self.lost(now),
            Unanswered::Postponed => {
                self.errand.unsent();
                self.requests.pop();
            }
            Unanswered::Apart => self.with(now, |errand, cx| errand.apart(cx)),
            Unanswered::Lost | Unanswered::NotSent => {
                self.errand.unsent();
                self.retry("amocrm_unreachable", 0, now);
            }
        }
    }

    fn give(&mut self, reply: Reply, now: Now) -> bool {
        self.with(now, |errand, cx| errand.receive(reply, cx)).is_ok()
    }

    /// amoCRM works: what failed before is over. A read proves nothing about a write that keeps getting lost.
    fn works(&mut self, wrote: bool) {
        self.failures = 0;
        if wrote {
            self.losses = 0;
            self.failing_since_ms = None;
        }
    }

    fn lost(&mut self, now: Now) {
        let since = *self.failing_since_ms.get_or_insert(now.ms);
        if now.ms - since > GIVE_UP_MS {
            self.give_up("amocrm_unavailable");
            return;
        }
        self.losses += 1;
        if !self.give(Reply::Lost, now) {
            self.retry("amocrm_unavailable", 0, now);
        } else if self.losses > PATIENT_LOSSES {
            // The look-up may wait: whoever loses every write does not want more of them.
            let pause = backoff_ms(now.options.retry_base_ms, self.losses - PATIENT_LOSSES, now.jitter);
            self.wait(now.ms + pause, Status::Retrying, Reason::new("outcome_unknown"));
        }
    }

    fn retry(&mut self, code: &str, status: u16, now: Now) {
        self.failures += 1;
        let since = *self.failing_since_ms.get_or_insert(now.ms);
        if now.ms - since > GIVE_UP_MS {
            self.give_up(code);
            return;
        }
        let pause = backoff_ms(now.options.retry_base_ms, self.failures, now.jitter);
        let reason = Reason::new(code);
        let reason = if status == 0 { reason } else { reason.with("status", status) };
        self.wait(now.ms + pause, Status::Retrying, reason);
    }

    /// The connection does not work for anybody: the event waits and is not given up.
    fn hold(&mut self, code: &str, now: Now) {
        self.errand.unsent();
        self.failures += 1;
        let pause = probe_ms(now.options.retry_base_ms, self.failures, now.jitter);
        self.wait(now.ms + pause, Status::Held, Reason::new(code));
    }

    fn give_up(&mut self, code: &str) {
        self.status = Status::Failed;
        self.wait_until_ms = None;
        self.reason = Some(Reason::new(code));
    }

    /// The journey.
    pub fn errand(&self) -> &Errand {
        &self.errand
    }

    /// The client as this journey read him, unless it wrote on contact or lead.
    pub fn view(&self) -> Option<View> {
        let Errand::Event(flow) = &self.errand else { return None };
        let beside = |log: &RequestLog| {
            log.method == Method::Get.as_str()
                || log.path.starts_with("/api/v4/tasks")
                || log.path.contains("/notes")
        };
        let ended = matches!(self.status, Status::Delivered | Status::Skipped);
        let all_known = self.requests.len() < MOST_LOGGED;
        if ended && all_known && self.requests.iter().all(beside) { flow.view() } else { None }
    }

    /// Where it stands.
    pub fn status(&self) -> Status {
        self.status
    }

    /// Why, when there is a why.
    pub fn reason(&self) -> Option<&Reason> {
        self.reason.as_ref()
    }

    /// How often it was tried.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Requests in order.
    pub fn requests(&self) -> &[RequestLog] {
        &self.requests
    }

    /// The explanation.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// Newest ids seen.
    pub fn watermarks(&self) -> &Watermarks {
        &self.watermarks
    }
}
