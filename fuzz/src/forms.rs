//! Forms: in whatever chunks they arrive they are one and the same, without secrets and within the limits.

use std::collections::BTreeSet;

use ringostat_amocrm::event::Event;
use ringostat_amocrm::intake::message_id::WINDOW_S;
use ringostat_amocrm::intake::{AcceptedForm, Context, FormReader, limits, read_form};
use ringostat_amocrm::json;
use ringostat_amocrm::problem::Problem;

use super::{chunks, form_again, problems, secrets};

const CODES: [&str; 5] = ["malformed", "not_a_form", "too_large", "too_many_fields", "unsupported_type"];
const URLENCODED: &str = "application/x-www-form-urlencoded";
const BOUNDARIES: [&str; 4] = [
    "multipart/form-data; boundary=b",
    "multipart/form-data; boundary=----WebKitFormBoundaryAb0",
    "Multipart/Form-Data;charset=utf-8; Boundary=\"--- x\"",
    "multipart/form-data; boundary=-",
];

type Read = Result<AcceptedForm, Vec<Problem>>;

/// `saveFormData` and flat JSON. The type under which it comes says nothing more than the first byte.
pub fn form_json(data: &[u8]) {
    let Some((&knob, body)) = data.split_first() else { return };
    let body = chunks::stretched(body);
    let read = checked("application/json", &body, knob, &ignored(), Context::default());
    let same = |content_type: &str| read_form(content_type, &body, ignored(), Context::default());
    assert_eq!(same("application/ld+JSON; charset=\"UTF-8\""), read);
    if body.trim_ascii_start().first() == Some(&b'{') {
        assert_eq!(same("text/plain;charset=UTF-8"), read);
        assert_eq!(same(""), read);
    }
}

/// What browsers post by default, and bodies without a type.
pub fn form_urlencoded(data: &[u8]) {
    let Some((&knob, body)) = data.split_first() else { return };
    let body = chunks::stretched(body);
    let read = checked(URLENCODED, &body, knob, &ignored(), Context::default());
    let begin = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&body);
    if begin.trim_ascii_start().first() != Some(&b'{') {
        assert_eq!(read_form("", &body, ignored(), Context::default()), read);
    }
}

/// What browsers post with files.
pub fn form_multipart(data: &[u8]) {
    let [kind, knob, body @ ..] = data else { return };
    let content_type = BOUNDARIES[usize::from(*kind) % BOUNDARIES.len()];
    let body = chunks::stretched(body);
    if let Ok(accepted) = checked(content_type, &body, *knob, &ignored(), Context::default()) {
        let files = &accepted.form.files;
        assert!(files.iter().map(|file| file.size).sum::<u64>() <= body.len() as u64);
        assert!(files.iter().all(|file| !file.name.contains(['/', '\\'])), "a path was kept: {files:?}");
    }
}

/// A plain form's post with everything around it: the lines of the input are Content-Type, Referer, the visitor's
/// address, Idempotency-Key and an ignored field, the rest is the body.
pub fn form_post(data: &[u8]) {
    let Some((&knob, rest)) = data.split_first() else { return };
    let (content_type, rest) = chunks::line(rest);
    let (referrer, rest) = chunks::line(rest);
    let (remote_ip, rest) = chunks::line(rest);
    let (key, rest) = chunks::line(rest);
    let (ignored, body) = chunks::line(rest);
    let told = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let (referrer, remote_ip, idempotency_key) = (told(&referrer), told(&remote_ip), told(&key));
    let context = Context { referrer, remote_ip, idempotency_key };
    let ignored = vec![ignored.into_owned()];
    let read = checked(&content_type, &chunks::stretched(body), knob, &ignored, context.clone());
    let Ok(accepted) = read else { return };
    let name = ignored[0].trim().to_lowercase();
    let name = name.strip_suffix("[]").unwrap_or(&name);
    let is_ignored = |field: &str| !name.is_empty() && field.trim().to_lowercase() == *name;
    assert!(!accepted.form.fields.iter().any(|field| is_ignored(&field.name)), "an ignored field was kept");
    assert_eq!(accepted.form.visit.remote_ip, context.remote_ip.unwrap_or_default());
    if !key.trim().is_empty() {
        let other = Context { idempotency_key: context.idempotency_key, ..Context::default() };
        let same = read_form(URLENCODED, b"another=form", Vec::new(), other).unwrap();
        assert_eq!(accepted.message, same.message, "a key stands for whatever comes with it");
        assert_eq!(accepted.message.window_s, None);
    }
}

fn ignored() -> Vec<String> {
    vec!["ignored".into(), "Промо[]".into()]
}

/// Reads a body as a whole and in chunks.
fn checked(content_type: &str, body: &[u8], knob: u8, ignored: &[String], context: Context) -> Read {
    let whole = read_form(content_type, body, ignored.to_vec(), context.clone());
    let mut reader = FormReader::new(content_type, ignored.to_vec());
    for chunk in chunks::chunks(body, knob) {
        if !reader.push(chunk) {
            break;
        }
    }
    assert_eq!(reader.finish(context), whole, "chunks make a difference");
    match &whole {
        Ok(form) => accepted(form, ignored),
        Err(problems) => problems::told(problems, &CODES),
    }
    whole
}

fn accepted(accepted: &AcceptedForm, ignored: &[String]) {
    let AcceptedForm { form, message } = accepted;
    let visit = &form.visit;
    let names: BTreeSet<&str> = form.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names.len(), form.fields.len(), "a field came out twice");

    secrets::none_in(names.iter().copied());
    secrets::none_in(visit.tracked.iter().map(|(name, _)| name.as_str()));
    secrets::none_in_address(&visit.landing);
    for field in form.fields.iter().filter(|field| ["order", "card", "message", ""].contains(&&*field.name)) {
        field.values.iter().for_each(|value| secrets::no_card(value));
    }

    assert!(form.fields.len() + form.withheld.len() + form.files.len() <= limits::FIELDS);
    let values = form.fields.iter().flat_map(|field| &field.values);
    let withheld = form.withheld.iter().map(|one| &one.name);
    let files = form.files.iter().flat_map(|file| [&file.field, &file.name]);
    let names = form.fields.iter().map(|field| &field.name);
    let text: usize = names.chain(values).chain(withheld).chain(files).map(String::len).sum();
    assert!(text <= limits::TEXT_BYTES, "{text} bytes are more than a body may have");
    let tracked: usize = visit.tracked.iter().map(|(name, value)| name.len() + value.len()).sum();
    // Those of the session and of the page view, and what joins their values.
    assert!(tracked <= 3 * limits::TEXT_BYTES, "{tracked} bytes of additional parameters");

    assert!(message.key.len() == 34 && message.key.starts_with("f-"));
    assert!(message.window_s.is_none_or(|seconds| seconds == WINDOW_S));

    assert_eq!(&json::from_slice::<AcceptedForm>(&json::to_bytes(accepted)).unwrap(), accepted);
    let event = Event::Form(Box::new(form.clone()));
    assert_eq!(json::from_slice::<Event>(&json::to_bytes(&event)).unwrap(), event);
    form_again::sent_again(form, ignored);
}
