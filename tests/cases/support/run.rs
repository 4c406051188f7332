//! The real intake and flow against the sandbox, in virtual time.

use std::collections::BTreeMap;

use ringostat_amocrm::amocrm::http::Method;
use ringostat_amocrm::config::Settings;
use ringostat_amocrm::delivery::courier::{Courier, Options};
use ringostat_amocrm::delivery::drive::Bench;
use ringostat_amocrm::delivery::errand::Errand;
use ringostat_amocrm::event::Event;
use ringostat_amocrm::flow::event::EventFlow;
use ringostat_amocrm::flow::made::{Made, MissedTask};
use ringostat_amocrm::flow::plan::identity_of;
use ringostat_amocrm::flow::ticket::{Memory, Ticket};
use ringostat_amocrm::intake::calls::{CallListReader, Clock, Format, KeyTable, Row, read_webhook};
use ringostat_amocrm::intake::{Context, read_form};
use ringostat_amocrm::problem::Problem;
use ringostat_amocrm::sandbox::{self, Headers, Sandbox, TOKEN};
use serde_json::{Map, Value, json};

use super::case::{Call, Case, Coming, Form};

/// What came of a case.
pub struct Outcome {
    /// What the intake says of an event that it does not take.
    pub problems: Vec<Value>,
    /// The last event's report, `null` without one.
    pub report: Value,
    /// What is expected of each event beside, and what became of it.
    pub earlier: Vec<(Map<String, Value>, Value)>,
    /// The account afterwards.
    pub after: Value,
    /// `METHOD /route` of every request of the last event, in order.
    pub requests: Vec<String>,
    /// Bodies of all requests.
    pub bodies: String,
}

/// What a journal knows.
#[derive(Default)]
struct Journal {
    seen: Vec<String>,
    memory: Vec<Memory>,
    made: BTreeMap<String, Made>,
    missed_tasks: Vec<(String, MissedTask)>,
    talks: BTreeMap<String, i64>,
}

/// Runs a case; the error says why it cannot be run.
pub fn run(mut case: Case) -> Result<Outcome, String> {
    let settings = Settings::parse(&case.settings.to_string())
        .map_err(|problems| format!("settings: {}", json!(problems)))?;
    let now = chrono::DateTime::parse_from_rfc3339(&case.now).map_err(|error| format!("now: {error}"))?;
    let mut now_ms = now.timestamp_millis();

    let base_url = "https://cases.amocrm.ru".to_owned();
    let mut sandbox = Sandbox::new(sandbox::Options { seed: 1, base_url, ..Default::default() });
    sandbox
        .reset(case.account.as_ref(), now_ms)
        .map_err(|problems| format!("account: {}", json!(problems)))?;
    let mut switches = json!({ "rate_per_second": 0 });
    for (name, value) in case.switches.iter().filter_map(Value::as_object).flatten() {
        switches[name.as_str()] = value.clone();
    }
    sandbox.switches(&switches).map_err(|problems| format!("switches: {}", json!(problems)))?;

    let mut events = std::mem::take(&mut case.events);
    let only = |form, call| Coming { form, call, after: 0, manager: Map::new(), status: None, reason: None };
    events.extend(case.form.take().map(|form| only(Some(form), None)));
    events.extend(case.call.take().map(|call| only(None, Some(call))));

    let mut bench = Bench::new(&settings, &mut sandbox, Options::default(), now_ms);
    let mut journal = Journal::default();
    let mut outcome = Outcome {
        problems: Vec::new(),
        report: Value::Null,
        earlier: Vec::new(),
        after: Value::Null,
        requests: Vec::new(),
        bodies: String::new(),
    };
    for (place, event) in events.into_iter().enumerate() {
        now_ms += event.after * 1000;
        bench.now_ms = bench.now_ms.max(now_ms);
        edit(&event.manager, &mut bench)?;
        let sequence = case.sequence + place as u64;
        let mut wanted = Map::new();
        if let Some(status) = event.status {
            wanted.insert("status".to_owned(), status.into());
        }
        if let Some(reason) = event.reason {
            wanted.insert("reason".to_owned(), reason.into());
        }
        let (ticket, identifiers) = match read(event.form, event.call, &settings, &bench, now_ms)? {
            Ok(read) => read,
            Err(problems) => {
                outcome.problems = problems.iter().map(|problem| json!(problem)).collect();
                continue;
            }
        };
        if journal.seen.contains(&ticket.id) {
            outcome.earlier.push((wanted, json!({ "status": "duplicate", "reason": null })));
            continue;
        }
        journal.seen.push(ticket.id.clone());
        let ticket = Ticket { sequence, ..journal.tell(ticket, &identifiers) };
        let subject = ticket.subject.clone();
        let courier = Courier::new(Errand::Event(Box::new(EventFlow::new(ticket))), &bench.options);
        let courier = bench.drive(courier);
        journal.learn(&courier, &subject, &identifiers);
        outcome.report = serde_json::to_value(courier.report()).map_err(|error| error.to_string())?;
        let reason = outcome.report["reason"]["code"].clone();
        outcome.earlier.push((wanted, json!({ "status": outcome.report["status"], "reason": reason })));
        let sent = std::mem::take(&mut bench.requests);
        outcome.requests = sent
            .iter()
            .map(|request| format!("{} {}", request.method.as_str(), route(&request.path)))
            .collect();
        for body in sent.into_iter().filter_map(|request| request.body) {
            outcome.bodies.push_str(&body);
            outcome.bodies.push('\n');
        }
    }
    let ended_at = bench.now_ms;
    outcome.after = sandbox.state(ended_at);
    Ok(outcome)
}

impl Journal {
    fn tell(&self, ticket: Ticket, identifiers: &[String]) -> Ticket {
        let known = self.memory.iter().filter(|known| identifiers.contains(&known.identifier));
        let tasks = self.missed_tasks.iter().filter(|(of, _)| identifiers.contains(of));
        Ticket {
            memory: known.cloned().collect(),
            made: self.made.get(&ticket.subject).cloned(),
            missed_tasks: tasks.map(|(_, task)| *task).collect(),
            talked_at: identifiers.iter().filter_map(|of| self.talks.get(of)).max().copied(),
            ..ticket
        }
    }

    fn learn(&mut self, courier: &Courier, subject: &str, identifiers: &[String]) {
        let report = courier.report();
        self.memory.extend(report.memory);
        if let Some(made) = report.made {
            self.made.insert(subject.to_owned(), made.clone());
        }
        for phone in identifiers.iter().filter(|of| of.starts_with("phone:")) {
            self.missed_tasks.extend(report.missed_task.map(|task| (phone.clone(), task)));
            if let Some(at) = report.talked_at {
                let latest = self.talks.entry(phone.clone()).or_default();
                *latest = at.max(*latest);
            }
        }
        self.missed_tasks.retain(|(_, task)| !report.closed_tasks.contains(&task.task));
    }
}

/// A manager edits all entities of these kinds.
fn edit(manager: &Map<String, Value>, bench: &mut Bench) -> Result<(), String> {
    let state = bench.sandbox.state(bench.now_ms);
    for (kind, change) in manager {
        for entity in state[kind.as_str()].as_array().into_iter().flatten() {
            let path = format!("/api/v4/{kind}/{}", entity["id"]);
            let (headers, body) = (Headers::bearer(TOKEN), change.to_string());
            let reply = bench.sandbox.handle(Method::Patch, &path, &headers, &body, bench.now_ms);
            if reply.response.status != 200 {
                return Err(format!("manager: {path} answers {}", reply.response.status));
            }
        }
    }
    Ok(())
}

type Read = Result<(Ticket, Vec<String>), Vec<Problem>>;

/// What the intake makes of an event: its ticket and its identifiers.
fn read(
    form: Option<Form>,
    call: Option<Call>,
    settings: &Settings,
    bench: &Bench,
    now_ms: i64,
) -> Result<Read, String> {
    let taken = match (form, call) {
        (Some(form), None) => read_a_form(&form, settings)?,
        (None, Some(call)) => read_a_call(&call, settings, now_ms)?,
        _ => return Err("an event is either a `form` or a `call`".to_owned()),
    };
    Ok(taken.map(|(id, subject, event)| {
        let identity = identity_of(&event, settings, &bench.directory);
        let watermarks = bench.directory.watermarks.clone();
        (Ticket { subject, watermarks, ..Ticket::fresh(id, event, now_ms) }, identity.identifiers())
    }))
}

type Taken = Result<(String, String, Event), Vec<Problem>>;

fn read_a_form(form: &Form, settings: &Settings) -> Result<Taken, String> {
    let (content_type, body) = match (&form.content_type, &form.body) {
        (Some(content_type), Value::String(text)) => (content_type.as_str(), text.clone()),
        (None, Value::String(_)) => return Err("form: a body of text needs a content_type".to_owned()),
        (content_type, body) => (content_type.as_deref().unwrap_or("application/json"), body.to_string()),
    };
    let context =
        Context { referrer: form.referrer.clone(), remote_ip: form.remote_ip.clone(), idempotency_key: None };
    let ignored = settings.forms.ignored_fields.clone();
    Ok(read_form(content_type, body.as_bytes(), ignored, context).map(|accepted| {
        let key = accepted.message.key;
        (key.clone(), key, Event::Form(Box::new(accepted.form)))
    }))
}

/// Times without zone are those of Kyiv in winter.
fn read_a_call(call: &Call, settings: &Settings, now_ms: i64) -> Result<Taken, String> {
    let body = match &call.body {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        body => body.to_string(),
    };
    let clock = Clock { transitions: vec![(0, 7200)], now: now_ms / 1000 };
    let keys = KeyTable::of(settings);
    let read = if call.list {
        let mut reader = CallListReader::new(Format::Guess, keys, clock);
        let mut rows = reader.push(format!("[{body}]").as_bytes());
        rows.extend(reader.finish().0);
        match rows.into_iter().next() {
            Some(Row::Call { read, .. }) => Ok(*read),
            other => return Err(format!("call: the list has no call: {other:?}")),
        }
    } else {
        let content_type = call.content_type.as_deref().unwrap_or("application/json");
        read_webhook(content_type, &call.query, body.as_bytes(), &keys, &clock)
    };
    Ok(read.map(|read| (read.message.key, read.subject, Event::Call(Box::new(read.call)))))
}

/// `/contacts/11` for `/api/v4/contacts/11?with=leads`.
fn route(path: &str) -> &str {
    let path = path.split('?').next().unwrap_or_default();
    path.strip_prefix("/api/v4").unwrap_or(path)
}
