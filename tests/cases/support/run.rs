//! The real intake and flow against the sandbox, in virtual time.

use ringostat_amocrm::config::Settings;
use ringostat_amocrm::delivery::courier::{Courier, Options};
use ringostat_amocrm::delivery::drive::Bench;
use ringostat_amocrm::delivery::errand::Errand;
use ringostat_amocrm::event::Event;
use ringostat_amocrm::flow::event::EventFlow;
use ringostat_amocrm::flow::ticket::Ticket;
use ringostat_amocrm::intake::{Context, read_form};
use ringostat_amocrm::sandbox::{self, Sandbox};
use serde_json::{Value, json};

use super::case::Case;

/// What came of a case.
pub struct Outcome {
    /// What the intake says of a form that it does not take.
    pub problems: Vec<Value>,
    /// The event's report, `null` without one.
    pub report: Value,
    /// The account afterwards.
    pub after: Value,
    /// `METHOD /route` of every request, in order.
    pub requests: Vec<String>,
    /// Bodies of these requests.
    pub bodies: String,
}

/// Runs a case; the error says why it cannot be run.
pub fn run(case: &Case) -> Result<Outcome, String> {
    let settings = Settings::parse(&case.settings.to_string())
        .map_err(|problems| format!("settings: {}", json!(problems)))?;
    let now = chrono::DateTime::parse_from_rfc3339(&case.now).map_err(|error| format!("now: {error}"))?;
    let now_ms = now.timestamp_millis();

    let mut sandbox =
        Sandbox::new(sandbox::Options { seed: 1, base_url: "https://cases.amocrm.ru".to_owned() });
    sandbox
        .reset(case.account.as_ref(), now_ms)
        .map_err(|problems| format!("account: {}", json!(problems)))?;
    let mut switches = json!({ "rate_per_second": 0 });
    for (name, value) in case.switches.iter().filter_map(Value::as_object).flatten() {
        switches[name.as_str()] = value.clone();
    }
    sandbox.switches(&switches).map_err(|problems| format!("switches: {}", json!(problems)))?;

    let (content_type, body) = match (&case.form.content_type, &case.form.body) {
        (Some(content_type), Value::String(text)) => (content_type.as_str(), text.clone()),
        (None, Value::String(_)) => return Err("form: a body of text needs a content_type".to_owned()),
        (content_type, body) => (content_type.as_deref().unwrap_or("application/json"), body.to_string()),
    };
    let context = Context {
        referrer: case.form.referrer.clone(),
        remote_ip: case.form.remote_ip.clone(),
        idempotency_key: None,
    };
    let ignored = settings.forms.ignored_fields.clone();
    let accepted = match read_form(content_type, body.as_bytes(), ignored, context) {
        Ok(accepted) => accepted,
        Err(problems) => {
            return Ok(Outcome {
                problems: problems.iter().map(|problem| json!(problem)).collect(),
                report: Value::Null,
                after: sandbox.state(now_ms),
                requests: Vec::new(),
                bodies: String::new(),
            });
        }
    };

    let mut bench = Bench::new(&settings, &mut sandbox, Options::default(), now_ms);
    let ticket = Ticket {
        id: accepted.message.key.clone(),
        subject: accepted.message.key,
        received_at: now_ms / 1000,
        sequence: case.sequence,
        event: Event::Form(accepted.form),
        memory: Vec::new(),
        watermarks: bench.directory.watermarks.clone(),
        again: false,
        last_request_at: None,
        made: None,
        missed_tasks: Vec::new(),
        talked_at: None,
    };
    let courier = Courier::new(Errand::Event(Box::new(EventFlow::new(ticket))), &bench.options);
    let courier = bench.drive(courier);
    let report = serde_json::to_value(courier.report()).map_err(|error| error.to_string())?;
    let sent = std::mem::take(&mut bench.requests);
    let ended_at = bench.now_ms;
    Ok(Outcome {
        problems: Vec::new(),
        report,
        after: sandbox.state(ended_at),
        requests: sent
            .iter()
            .map(|request| format!("{} {}", request.method.as_str(), route(&request.path)))
            .collect(),
        bodies: sent.into_iter().filter_map(|request| request.body).collect::<Vec<_>>().join("\n"),
    })
}

/// `/contacts/11` for `/api/v4/contacts/11?with=leads`.
fn route(path: &str) -> &str {
    let path = path.split('?').next().unwrap_or_default();
    path.strip_prefix("/api/v4").unwrap_or(path)
}
