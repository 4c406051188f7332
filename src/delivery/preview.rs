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
use crate::flow::ticket::Ticket;
use crate::intake::calls::{Clock, KeyTable, read_webhook};
use crate::intake::{Context, read_form};
use crate::json;
use crate::problem::Problem;
use crate::sandbox::{self, Sandbox};

/// What a preview runs on.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PreviewInput {
    /// What amoCRM already has, in the shape of the sandbox's state; its default account when absent.
    pub account: Option<Value>,
    /// What comes in.
    pub kind: Kind,
    /// Of the body.
    pub content_type: String,
    /// Parameters of a call's address.
    pub query: String,
    /// The form or call as it comes in.
    pub body: String,
    /// The project's clocks, for times of calls without a zone.
    pub clock: Clock,
    /// What the host knows besides.
    pub context: Context,
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
/// What the intake says of it, and what the sandbox says of the account.
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
    let ticket = Ticket { watermarks, ..ticket };
    let courier = Courier::new(Errand::Event(Box::new(EventFlow::new(ticket))), &bench.options);
    let courier = bench.drive(courier);
    let report = json::parse(&json::to_bytes(&courier.report())).unwrap_or_default();
    let requests = std::mem::take(&mut bench.requests);
    let now_ms = bench.now_ms;
    Ok(PreviewResult { report, before, after: sandbox.state(now_ms), requests })
}

fn ticket(settings: &Settings, input: &PreviewInput) -> Result<Ticket, Vec<Problem>> {
    let body = input.body.as_bytes();
    match input.kind {
        Kind::Form => {
            let ignored = settings.forms.ignored_fields.clone();
            let accepted = read_form(&input.content_type, body, ignored, input.context.clone())?;
            Ok(Ticket::fresh(accepted.message.key, Event::Form(Box::new(accepted.form)), input.now_ms))
        }
        Kind::Call => {
            let keys = KeyTable::of(settings);
            let read = read_webhook(&input.content_type, &input.query, body, &keys, &input.clock)?;
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
