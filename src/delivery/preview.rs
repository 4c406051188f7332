//! What a form would create, and why: the same flow as in production, against an in-memory account.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::courier::{Courier, Options};
use super::drive::Bench;
use super::errand::Errand;
use crate::amocrm::http::Request;
use crate::config::Settings;
use crate::flow::form::FormFlow;
use crate::flow::ticket::Ticket;
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
    /// Of the body.
    pub content_type: String,
    /// The form as it comes in.
    pub body: String,
    /// What the host knows besides.
    pub context: Context,
    /// Unix milliseconds.
    pub now_ms: i64,
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

/// Runs a form against an account.
///
/// # Errors
/// What the intake says of the form, and what the sandbox says of the account.
pub fn preview(settings: &Settings, input: &PreviewInput) -> Result<PreviewResult, Vec<Problem>> {
    let ignored = settings.forms.ignored_fields.clone();
    let accepted = read_form(&input.content_type, input.body.as_bytes(), ignored, input.context.clone())?;
    let mut sandbox =
        Sandbox::new(sandbox::Options { seed: 1, base_url: "https://preview.amocrm.ru".to_owned() });
    sandbox.reset(input.account.as_ref(), input.now_ms).map_err(problems)?;
    // The preview is not to wait for a quota.
    sandbox.switches(&serde_json::json!({ "rate_per_second": 0 })).map_err(problems)?;
    let mut bench = Bench::new(settings, &mut sandbox, Options::default(), input.now_ms);
    let before = bench.sandbox.state(bench.now_ms);
    let watermarks = bench.directory.watermarks.clone();
    let ticket = Ticket { watermarks, ..Ticket::fresh(accepted.message.key, accepted.form, input.now_ms) };
    let courier = Courier::new(Errand::Form(Box::new(FormFlow::new(ticket))), &bench.options);
    let courier = bench.drive(courier);
    let report = json::parse(&json::to_bytes(&courier.report())).unwrap_or_default();
    let requests = std::mem::take(&mut bench.requests);
    let now_ms = bench.now_ms;
    Ok(PreviewResult { report, before, after: sandbox.state(now_ms), requests })
}

fn problems(found: Vec<sandbox::Problem>) -> Vec<Problem> {
    found
        .into_iter()
        .map(|problem| Problem { code: problem.code.into(), path: problem.path, params: problem.params })
        .collect()
}
