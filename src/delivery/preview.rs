//! What a form or call would create, and why: the same flow as in production, against an in-memory account.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::courier::{Courier, Options};
use super::drive::Bench;
use super::errand::Errand;
use crate::amocrm::directory::Directory;
use crate::amocrm::http::Request;
use crate::config::{Language, Settings};
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

/// An account as the worker would have read it: what one preview shares with the next.
#[derive(Debug, Clone)]
pub struct ReadAccount {
    sandbox: Sandbox,
    directory: Directory,
    state: Value,
    /// When it had been read, unix milliseconds.
    read_ms: i64,
    of: (Option<Value>, i64, Language, bool),
}

/// What reading an account depends on: fields of our own are made in the project's language, in a dry run not at all.
fn of(settings: &Settings, input: &PreviewInput) -> (Option<Value>, i64, Language, bool) {
    (input.account.clone(), input.now_ms, settings.language, settings.dry_run)
}

impl ReadAccount {
    /// Reads the account of a preview.
    ///
    /// # Errors
    /// What the sandbox says of it.
    pub fn new(settings: &Settings, input: &PreviewInput) -> Result<Self, Vec<Problem>> {
        let base_url = "https://preview.amocrm.ru".to_owned();
        let mut sandbox = Sandbox::new(sandbox::Options { seed: 1, base_url, ..Default::default() });
        sandbox.reset(input.account.as_ref(), input.now_ms).map_err(problems)?;
        // The preview is not to wait for a quota.
        sandbox.switches(&serde_json::json!({ "rate_per_second": 0 })).map_err(problems)?;
        let bench = Bench::new(settings, &mut sandbox, Options::default(), input.now_ms);
        let (directory, read_ms) = (bench.directory.clone(), bench.now_ms);
        let state = sandbox.state(read_ms);
        Ok(ReadAccount { sandbox, directory, state, read_ms, of: of(settings, input) })
    }

    /// Whether reading the account again would give the same.
    pub fn fits(&self, settings: &Settings, input: &PreviewInput) -> bool {
        let (account, now_ms, language, dry_run) = &self.of;
        *account == input.account
            && *now_ms == input.now_ms
            && *language == settings.language
            && *dry_run == settings.dry_run
    }
}

/// Runs a form or call against an account.
///
/// # Errors
/// What the intake says of it, and what the sandbox says of the account. `event_and_body` and
/// `nothing_to_preview` when it is not told what comes in, or told twice; `malformed` when `event` is none.
pub fn preview(settings: &Settings, input: &PreviewInput) -> Result<PreviewResult, Vec<Problem>> {
    let ticket = ticket(settings, input)?;
    Ok(run(settings, input, ticket, &ReadAccount::new(settings, input)?))
}

/// The same; `account` is kept for the next preview, and read anew only when it has to be.
///
/// # Errors
/// As of [`preview`].
pub fn preview_again(
    settings: &Settings,
    input: &PreviewInput,
    account: &mut Option<ReadAccount>,
) -> Result<PreviewResult, Vec<Problem>> {
    let ticket = ticket(settings, input)?;
    let kept = account.take().filter(|kept| kept.fits(settings, input));
    let kept = match kept {
        Some(kept) => kept,
        None => ReadAccount::new(settings, input)?,
    };
    let result = run(settings, input, ticket, &kept);
    *account = Some(kept);
    Ok(result)
}

fn run(settings: &Settings, input: &PreviewInput, ticket: Ticket, account: &ReadAccount) -> PreviewResult {
    let ReadAccount { sandbox, directory, state, read_ms, .. } = account;
    let mut sandbox = sandbox.clone();
    let mut bench = Bench {
        settings,
        directory: directory.clone(),
        options: Options::default(),
        sandbox: &mut sandbox,
        now_ms: *read_ms,
        requests: Vec::new(),
    };
    let ticket = Ticket { watermarks: directory.watermarks.clone(), sequence: input.sequence, ..ticket };
    let identifiers = identity_of(&ticket.event, settings, directory).identifiers();
    let courier = Courier::new(Errand::Event(Box::new(EventFlow::new(ticket))), &bench.options);
    let courier = bench.drive(courier);
    let report = json::parse(&json::to_bytes(&courier.report())).unwrap_or_default();
    let (requests, now_ms) = (std::mem::take(&mut bench.requests), bench.now_ms);
    PreviewResult { identifiers, report, before: state.clone(), after: sandbox.state(now_ms), requests }
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

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use serde_json::json;

    use super::*;

    fn settings(text: &str) -> Settings {
        Settings::parse(text).unwrap()
    }

    fn input(account: Value, body: &str) -> PreviewInput {
        let account = Some(account).filter(|account| !account.is_null());
        let (content_type, body) = (Some("application/json".to_owned()), Some(body.to_owned()));
        PreviewInput { account, content_type, body, now_ms: 1_795_000_000_000, ..PreviewInput::default() }
    }

    #[test]
    fn an_account_that_is_kept_changes_nothing() {
        let known = json!({ "contacts": [{ "id": 11, "name": "Анна" }] });
        let inputs = [
            input(Value::Null, r#"{"name": "Олена", "phone": "0501234567"}"#),
            input(Value::Null, r#"{"name": "Тарас", "phone": "0507654321"}"#),
            input(known, r#"{"name": "Тарас", "phone": "0507654321"}"#),
        ];
        let documents = [r#"{"version": 1}"#, r#"{"language": "en"}"#, r#"{"dry_run": true}"#].map(settings);
        let mut kept = None;
        for input in inputs.iter().chain(inputs.iter().rev()) {
            for settings in documents.iter().chain(documents.iter().rev()) {
                let again = preview_again(settings, input, &mut kept).unwrap();
                assert_eq!(json!(again), json!(preview(settings, input).unwrap()));
            }
        }
    }

    #[test]
    fn a_refused_account_is_told_each_time() {
        let (settings, input) = (settings("{}"), input(json!({ "colours": [] }), r#"{"name": "Олена"}"#));
        let mut kept = None;
        for _ in 0..2 {
            assert_eq!(preview_again(&settings, &input, &mut kept).unwrap_err()[0].path, "/colours");
        }
    }
}
