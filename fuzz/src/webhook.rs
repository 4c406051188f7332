//! Webhooks 2.0: the same parameters say the same as query, form or JSON, and the secret leaves no trace.

use ringostat_amocrm::intake::calls::{Clock, KeyTable, ReadCall, read_webhook};
use ringostat_amocrm::problem::Problem;
use serde_json::Value;

use super::{calls, chunks, problems};

const CODES: [&str; 3] = ["malformed", "not_a_call", "too_large"];
const TYPES: [&str; 6] = [
    "application/x-www-form-urlencoded",
    "application/json",
    "",
    "text/plain",
    "multipart/form-data; boundary=b",
    "application/json; charset=utf-8",
];

type Read = Result<ReadCall, Vec<Problem>>;

/// The first byte chooses type and clocks, the first line is the query, the rest is the body.
pub fn webhook(data: &[u8]) {
    let Some((&knob, rest)) = data.split_first() else { return };
    let content_type = TYPES[usize::from(knob / 4) % TYPES.len()];
    let clock = calls::clock(knob);
    let (query, body) = chunks::line(rest);
    let body = chunks::stretched(body);
    let read = checked(content_type, &query, &body, &clock);

    let secret = "hush7f3a";
    let more = format!("{query}&key={secret}&user_password={secret}&token={secret}");
    assert_eq!(checked(content_type, &more, &body, &clock), read, "a secret makes a difference");

    if let Ok(form) = std::str::from_utf8(&body) {
        same_as_query(form, &clock);
        same_as_json(form, &clock);
    }
}

fn checked(content_type: &str, query: &str, body: &[u8], clock: &Clock) -> Read {
    let keys = KeyTable::default();
    let read = read_webhook(content_type, query, body, &keys, clock);
    match &read {
        Ok(call) => calls::read(call),
        Err(problems) => problems::told(problems, &CODES),
    }
    read
}

/// Whether it would be taken for JSON.
fn looks_like_json(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_ascii_start().starts_with(['{', '['])
}

fn same_as_query(form: &str, clock: &Clock) {
    if looks_like_json(form) || form.starts_with('?') || form.trim_ascii() != form {
        return;
    }
    assert_eq!(checked("", form, b"", clock), checked(TYPES[0], "", form.as_bytes(), clock));
}

fn same_as_json(form: &str, clock: &Clock) {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(form.trim_ascii().as_bytes())
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let carried = |name: &str| name.len() <= 300 && !name.contains('[');
    if looks_like_json(form) || pairs.len() > 1000 || !pairs.iter().all(|(name, _)| carried(name)) {
        return;
    }
    let members: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}:{}", Value::from(&**name), Value::from(&**value)))
        .collect();
    let json = format!("{{{}}}", members.join(","));
    let of = |read: Read| read.map_err(|problems| problems[0].code.clone());
    let (json, form) =
        (checked("", "", json.as_bytes(), clock), checked(TYPES[0], "", form.as_bytes(), clock));
    if !matches!(&json, Err(problems) if problems[0].code == "too_large") {
        assert_eq!(of(json), of(form));
    }
}
