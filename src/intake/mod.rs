//! Bytes to a [`Form`]: Ringostat's `saveFormData`, flat JSON, urlencoded and multipart forms. Calls are read by
//! [`calls`].
//!
//! Bytes are pushed as they arrive; nothing here waits, fails by panic or grows past [`limits`]. What looks like a
//! secret is dropped before it is stored: the form lists it by name in `withheld`, its value is nowhere.

pub mod calls;
mod draft;
mod fields;
mod json;
pub mod limits;
mod media_type;
pub mod message_id;
mod multipart;
mod page_url;
mod save_form_data;
mod secrets;
mod urlencoded;

use serde::{Deserialize, Serialize};

use crate::event::Form;
use crate::problem::Problem;

use draft::Draft;
pub use message_id::MessageId;
use secrets::Guard;

/// What the host knows beside the body.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Context {
    /// The page that posted: the landing when the form does not tell.
    pub referrer: Option<String>,
    /// The visitor's address.
    pub remote_ip: Option<String>,
    /// The `Idempotency-Key` header.
    pub idempotency_key: Option<String>,
}

/// A form, and the id under which a repetition is recognised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptedForm {
    /// The form.
    pub form: Form,
    /// Its message id.
    pub message: MessageId,
}

/// Reads one form, chunk by chunk.
pub struct FormReader {
    body: Body,
    draft: Draft,
    read: u64,
    problem: Option<Problem>,
}

enum Body {
    Multipart(multipart::Parser),
    Json(Vec<u8>),
    /// `text/plain`: `sendBeacon` and "simple" CORS requests carry JSON under it.
    Plain(Vec<u8>),
    Urlencoded(Vec<u8>),
    /// No type was told.
    Guess(Vec<u8>),
    Unsupported,
}

impl FormReader {
    /// A reader for a body of this type. Fields called like one of `ignored_fields` are withheld; names are compared
    /// without white space around them and without regard to case.
    pub fn new(content_type: &str, ignored_fields: Vec<String>) -> Self {
        let draft = Draft::new(Guard::new(ignored_fields));
        match body(content_type) {
            Ok(body) => FormReader { body, draft, read: 0, problem: None },
            Err(problem) => FormReader { body: Body::Unsupported, draft, read: 0, problem: Some(problem) },
        }
    }

    /// Takes the next bytes. `false`: stop reading, [`finish`](Self::finish) tells why.
    pub fn push(&mut self, chunk: &[u8]) -> bool {
        if self.problem.is_some() {
            return false;
        }
        if let Err(problem) = self.take(chunk) {
            self.problem = Some(problem);
            self.body = Body::Unsupported;
        }
        self.problem.is_none()
    }

    fn take(&mut self, chunk: &[u8]) -> Result<(), Problem> {
        let before = self.read;
        self.read += chunk.len() as u64;
        match &mut self.body {
            Body::Multipart(parser) => {
                let room = usize::try_from(limits::MULTIPART_BYTES - before).unwrap_or(usize::MAX);
                parser.push(chunk.get(..room).unwrap_or(chunk), &mut self.draft)?;
                if self.read > limits::MULTIPART_BYTES {
                    return Err(Problem::new("too_large", "").with("limit", limits::MULTIPART_BYTES));
                }
            }
            Body::Json(bytes) | Body::Plain(bytes) | Body::Urlencoded(bytes) | Body::Guess(bytes) => {
                if self.read > limits::TEXT_BYTES as u64 {
                    return Err(limits::text_too_large());
                }
                bytes.extend_from_slice(chunk);
            }
            Body::Unsupported => {}
        }
        Ok(())
    }

    /// The form after the last chunk, or everything that is wrong.
    pub fn finish(mut self, context: Context) -> Result<AcceptedForm, Vec<Problem>> {
        let mut problems = Vec::new();
        let key = context.idempotency_key.clone().filter(|key| !key.trim().is_empty());
        if let Some(problem) = key.as_deref().and_then(bad_key) {
            problems.push(problem);
        }
        let read = match self.problem.take() {
            Some(problem) => Err(problem),
            None => read_body(self.body, self.read == 0, &mut self.draft),
        };
        let form = read.and_then(|()| {
            self.draft.settle();
            self.draft.finish(context)
        });
        match form {
            Ok(form) if problems.is_empty() => {
                let message = message_id::of_form(&form, key.as_deref());
                Ok(AcceptedForm { form, message })
            }
            Ok(_) => Err(problems),
            Err(problem) => {
                problems.push(problem);
                Err(problems)
            }
        }
    }
}

/// Reads a form whose body is there as a whole.
pub fn read_form(
    content_type: &str,
    body: &[u8],
    ignored_fields: Vec<String>,
    context: Context,
) -> Result<AcceptedForm, Vec<Problem>> {
    let mut reader = FormReader::new(content_type, ignored_fields);
    reader.push(body);
    reader.finish(context)
}

fn body(content_type: &str) -> Result<Body, Problem> {
    let essence = media_type::essence(content_type);
    let is = |known: &str| essence.eq_ignore_ascii_case(known);
    let unsupported = || {
        let told: String = essence.chars().take(100).collect();
        Problem::new("unsupported_type", "").with("type", told.to_ascii_lowercase())
    };
    let body = if is("application/json") || is_other_json(essence) {
        Body::Json(Vec::new())
    } else if is("application/x-www-form-urlencoded") {
        Body::Urlencoded(Vec::new())
    } else if is("multipart/form-data") {
        Body::Multipart(multipart::Parser::new(content_type)?)
    } else if is("text/plain") {
        Body::Plain(Vec::new())
    } else if is("") {
        Body::Guess(Vec::new())
    } else {
        return Err(unsupported());
    };
    match media_type::parameter(content_type, "charset") {
        Some(charset)
            if !["utf-8", "utf8", "us-ascii", ""]
                .iter()
                .any(|known| known.eq_ignore_ascii_case(&charset)) =>
        {
            let told: String = charset.chars().take(40).collect();
            Err(unsupported().with("charset", told))
        }
        _ => Ok(body),
    }
}

/// `application/*+json`
fn is_other_json(essence: &str) -> bool {
    let essence = essence.to_ascii_lowercase();
    essence.starts_with("application/") && essence.ends_with("+json")
}

fn read_body(body: Body, empty: bool, draft: &mut Draft) -> Result<(), Problem> {
    match body {
        Body::Multipart(parser) => parser.finish(empty),
        Body::Json(bytes) => json::read(&bytes, draft),
        Body::Plain(bytes) => match first_byte(&bytes) {
            Some(b'{' | b'[') => json::read(&bytes, draft),
            _ => Err(Problem::new("unsupported_type", "").with("type", "text/plain")),
        },
        Body::Guess(bytes) => match first_byte(&bytes) {
            Some(b'{') => json::read(&bytes, draft),
            _ => urlencoded::read(&bytes, draft),
        },
        Body::Urlencoded(bytes) => urlencoded::read(&bytes, draft),
        Body::Unsupported => Ok(()),
    }
}

fn first_byte(bytes: &[u8]) -> Option<u8> {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start().first().copied()
}

fn bad_key(key: &str) -> Option<Problem> {
    let problem = Problem::new("malformed", "/idempotency_key");
    if key.len() > limits::IDEMPOTENCY_KEY {
        Some(problem.with("detail", "too_long").with("limit", limits::IDEMPOTENCY_KEY))
    } else if key.chars().any(char::is_control) {
        Some(problem.with("detail", "control_characters"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
