//! A case as it is written.

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// A whole file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub rule: String,
    #[serde(default = "empty")]
    pub settings: Value,
    pub account: Option<Value>,
    pub switches: Option<Value>,
    /// One form; or `call`: one message of a call; or `events`: several in their order.
    pub form: Option<Form>,
    pub call: Option<Call>,
    #[serde(default)]
    pub events: Vec<Coming>,
    #[serde(default)]
    pub sequence: u64,
    #[serde(default = "monday_morning")]
    pub now: String,
    pub expect: Expect,
}

/// The form as it comes in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    pub content_type: Option<String>,
    pub body: Value,
    pub referrer: Option<String>,
    pub remote_ip: Option<String>,
}

/// A message of a call as it comes in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    pub content_type: Option<String>,
    /// An object is sent as JSON, a text as it is.
    #[serde(default)]
    pub body: Value,
    /// Parameters of the address.
    #[serde(default)]
    pub query: String,
    /// Whether it is a row of `calls/list`, not a webhook.
    #[serde(default)]
    pub list: bool,
}

/// One of several events.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coming {
    pub form: Option<Form>,
    pub call: Option<Call>,
    /// Seconds after the one before, or after `now`.
    #[serde(default)]
    pub after: i64,
    /// What a manager does right before: by kind, what each entity of that kind is given.
    #[serde(default)]
    pub manager: Map<String, Value>,
    /// What becomes of this event, told beside what the case expects of the last one.
    pub status: Option<String>,
    #[serde(default, deserialize_with = "given")]
    pub reason: Option<Option<String>>,
}

/// What must come of it.
#[derive(Deserialize, Default, Clone)]
#[serde(deny_unknown_fields, default)]
pub struct Expect {
    pub status: Option<String>,
    /// `null` is told from a missing key: it says that there is no reason.
    #[serde(deserialize_with = "given")]
    pub reason: Option<Option<String>>,
    pub problems: Option<Vec<Map<String, Value>>>,
    pub contacts: Option<Value>,
    pub leads: Option<Value>,
    pub notes: Option<Value>,
    pub tasks: Option<Value>,
    pub call_records: Option<Value>,
    pub unsorted: Option<Value>,
    pub note_contains: Vec<String>,
    pub note_lacks: Vec<String>,
    pub nowhere: Vec<String>,
    pub trace: Vec<Map<String, Value>>,
    pub trace_lacks: Vec<Map<String, Value>>,
    pub requests: Option<Vec<String>>,
    pub no_requests: Vec<String>,
}

fn empty() -> Value {
    Value::Object(Map::new())
}

fn monday_morning() -> String {
    "2026-11-23T09:00:00+02:00".to_owned()
}

fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Reads a case. Unknown keys, a missing rule and a missing expectation are mistakes.
pub fn read(text: &str) -> Result<Case, String> {
    let case: Case = serde_json::from_str(text).map_err(|error| format!("not a case: {error}"))?;
    if case.rule.trim().is_empty() {
        return Err("not a case: `rule` is empty".to_owned());
    }
    let document: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let told = usize::from(case.form.is_some())
        + usize::from(case.call.is_some())
        + usize::from(!case.events.is_empty());
    if told != 1 {
        return Err("not a case: one of `form`, `call` and `events` is needed".to_owned());
    }
    if document["expect"].as_object().is_none_or(Map::is_empty) {
        return Err("not a case: nothing is expected".to_owned());
    }
    Ok(case)
}
