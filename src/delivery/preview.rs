//! What a form or call would create, and why: the same flow as in production, against an in-memory account.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::courier::{Courier, Options};
use super::drive::Bench;
use super::errand::Errand;
use crate::amocrm::http::Request;
use crate::config::Settings;
use crate::event::Event;
use crate::flow::event::EventFlow;
use crate::flow::plan::identity_of;
use crate::flow::ticket::Ticket;
use crate::intake::calls::{Clock, KeyTable, read_webhook, subject_of};
use crate::intake::{Context, message_id, read_form};
use crate::json;
use crate::problem::Problem;
use crate::sandbox::{self, Sandbox};

/// What a preview runs on: an account, and either bytes as they come in or an event that was read from some.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PreviewInput {
    /// What amoCRM already has, in the shape of the sandbox's state; its default account when absent.
    pub account: Option<Value>,
    /// What comes in; a form when absent.
    pub kind: Option<Kind>,
    /// Of the body; guessed when absent.
    pub content_type: Option<String>,
    /// Parameters of a call's address.
    pub query: Option<String>,
    /// The form or call as it comes in.
    pub body: Option<String>,
    /// In place of kind, type, query and body: an event as the journal keeps it.
    pub event: Option<Value>,
    /// Under which name the journal keeps it; without one the name is made as the intake makes it.
    pub subject: Option<String>,
    /// The project's clocks, for times of calls without a zone.
    pub clock: Clock,
    /// What the host knows besides.
    pub context: Context,
    /// The event's number in the journal: round robin counts by it.
    pub sequence: u64,
    /// Unix milliseconds.
    pub now_ms: i64,
}

/// What comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A submitted form.
    #[default]
    Form,
    /// A message of a webhook, or a row of `calls/list`.
    Call,
}

/// What would happen.
#[derive(Debug, Clone, Serialize)]
pub struct PreviewResult {
    /// Everything that the client is known by: `phone:380671112233`, `email:a@b.example`, `client:116.15`.
    pub identifiers: Vec<String>,
    /// Report of the event, trace included.
    pub report: Value,
    /// The account before.
    pub before: Value,
    /// The account afterwards.
    pub after: Value,
    /// Requests that would leave.
    pub requests: Vec<Request>,
}

/// Runs a form or call against an account.
///
/// # Errors
/// What the intake says of it, and what the sandbox says of the account. `event_and_body` and
/// `nothing_to_preview` when it is not told what comes in, or told twice; `malformed` when `event` is none.
pub fn preview(settings: &Settings, input: &PreviewInput) -> Result<PreviewResult, Vec<Problem>> {
    let ticket = ticket(settings, input)?;
    let base_url = "https://preview.amocrm.ru".to_owned();
    let mut sandbox = Sandbox::new(sandbox::Options { seed: 1, base_url, ..Default::default() });
    sandbox.reset(input.account.as_ref(), input.now_ms).map_err(problems)?;
    // The preview is not to wait for a quota.
    sandbox.switches(&serde_json::json!({ "rate_per_second": 0 })).map_err(problems)?;
    let mut bench = Bench::new(settings, &mut sandbox, Options::default(), input.now_ms);
    let before = bench.sandbox.state(bench.now_ms);
    let watermarks = bench.directory.watermarks.clone();
    let ticket = Ticket { watermarks, sequence: input.sequence, ..ticket };
    let identifiers = identity_of(&ticket.event, settings, &bench.directory).identifiers();
    let courier = Courier::new(Errand::Event(Box::new(EventFlow::new(ticket))), &bench.options);
    let courier = bench.drive(courier);
    let report = json::parse(&json::to_bytes(&courier.report())).unwrap_or_default();
    let requests = std::mem::take(&mut bench.requests);
    let now_ms = bench.now_ms;
    Ok(PreviewResult { identifiers, report, before, after: sandbox.state(now_ms), requests })
}

fn ticket(settings: &Settings, input: &PreviewInput) -> Result<Ticket, Vec<Problem>> {
    let comes_in = input.body.is_some() || input.query.is_some();
    let of_bytes = comes_in || input.kind.is_some() || input.content_type.is_some();
    match &input.event {
        Some(_) if of_bytes => Err(vec![Problem::new("event_and_body", "/event")]),
        Some(event) => journalled(event, input),
        None if !comes_in => Err(vec![Problem::new("nothing_to_preview", "/body")]),
        None => fresh(settings, input),
    }
}

fn journalled(event: &Value, input: &PreviewInput) -> Result<Ticket, Vec<Problem>> {
    let event: Event = json::from_value(event)
        .map_err(|error| vec![Problem::new("malformed", "/event").with("detail", error.to_string())])?;
    let subject = input.subject.clone().unwrap_or_else(|| match &event {
        Event::Form(form) => message_id::of_form(form, None).key,
        Event::Call(call) => subject_of(&call.canonical_id),
    });
    Ok(Ticket::fresh(subject, event, input.now_ms))
}

fn fresh(settings: &Settings, input: &PreviewInput) -> Result<Ticket, Vec<Problem>> {
    let body = input.body.as_deref().unwrap_or_default().as_bytes();
    let content_type = input.content_type.as_deref().unwrap_or_default();
    match input.kind.unwrap_or_default() {
        Kind::Form => {
            let ignored = settings.forms.ignored_fields.clone();
            let accepted = read_form(content_type, body, ignored, input.context.clone())?;
            Ok(Ticket::fresh(accepted.message.key, Event::Form(Box::new(accepted.form)), input.now_ms))
        }
        Kind::Call => {
            let keys = KeyTable::of(settings);
            let query = input.query.as_deref().unwrap_or_default();
            let read = read_webhook(content_type, query, body, &keys, &input.clock)?;
            let event = Event::Call(Box::new(read.call));
            Ok(Ticket { subject: read.subject, ..Ticket::fresh(read.message.key, event, input.now_ms) })
        }
    }
}

fn problems(found: Vec<sandbox::Problem>) -> Vec<Problem> {
    found
        .into_iter()
        .map(|problem| Problem { code: problem.code.into(), path: problem.path, params: problem.params })
        .collect()
}
