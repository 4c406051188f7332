//! What an answer means: by status first, by body second (API notes §7).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::http::Response;
use crate::json;

/// Class of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// 2xx; the body may be empty (204).
    Done,
    /// 400, 404, 405, 409, 422: the request is not acceptable. Fields that are to blame, when it names any.
    Refused(Vec<FieldError>),
    /// 401: the token is not good (any more).
    Unauthorized,
    /// 402: the account is not paid.
    Unpaid,
    /// 403 with a JSON body: the token's user may not do this.
    Forbidden,
    /// 403 as HTML: the address or account is banned for its rate.
    Banned,
    /// 429; seconds to wait when it says.
    TooMany(Option<u32>),
    /// 5xx, or anything that makes no sense.
    Broken,
}

/// One entry of `validation-errors`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FieldError {
    /// `NotSupportedChoice`, `InvalidType`, …
    #[serde(default)]
    pub code: String,
    /// Dot path into the item, e.g. `custom_fields_values.0.values.0.value`.
    #[serde(default)]
    pub path: String,
    /// amoCRM's own words.
    #[serde(default)]
    pub detail: String,
}

/// Classifies an answer.
pub fn classify(response: &Response) -> Answer {
    match response.status {
        200..=299 => Answer::Done,
        401 => Answer::Unauthorized,
        402 => Answer::Unpaid,
        403 if is_json(&response.body) => Answer::Forbidden,
        403 => Answer::Banned,
        429 => Answer::TooMany(response.retry_after.or_else(|| retry_after(&response.body))),
        400 | 404 | 405 | 409 | 410 | 413 | 415 | 422 => Answer::Refused(field_errors(&response.body)),
        _ => Answer::Broken,
    }
}

fn is_json(body: &[u8]) -> bool {
    body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{')
}

fn retry_after(body: &[u8]) -> Option<u32> {
    #[derive(Deserialize)]
    struct Body {
        retry_after: u32,
    }
    json::from_slice::<Body>(body).ok().map(|body| body.retry_after)
}

fn field_errors(body: &[u8]) -> Vec<FieldError> {
    #[derive(Deserialize)]
    struct Item {
        #[serde(default)]
        errors: Vec<FieldError>,
    }
    #[derive(Deserialize)]
    struct Body {
        #[serde(default, rename = "validation-errors")]
        validation_errors: Vec<Item>,
        #[serde(default)]
        detail: String,
    }
    let Ok(body) = json::from_slice::<Body>(body) else { return Vec::new() };
    let errors: Vec<FieldError> = body.validation_errors.into_iter().flat_map(|item| item.errors).collect();
    if errors.is_empty() && !body.detail.is_empty() {
        return vec![FieldError { code: String::new(), path: String::new(), detail: body.detail }];
    }
    errors
}

/// What `POST /leads/complex` made.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ComplexItem {
    /// The lead.
    pub id: u64,
    /// The contact.
    #[serde(default)]
    pub contact_id: Option<u64>,
    /// Whether duplicate control put it into an existing lead.
    #[serde(default)]
    pub merged: bool,
}

/// Reads the bare array of `POST /leads/complex`.
pub fn complex_item(body: &[u8]) -> Option<ComplexItem> {
    json::from_slice::<Vec<ComplexItem>>(body).ok()?.into_iter().next()
}

/// The id that a create or a single PATCH answered: `_embedded.<key>[0].id`, or `id` at the root.
pub fn entity_id(body: &[u8], key: &str) -> Option<u64> {
    let body = json::parse(body).ok()?;
    body.get("_embedded")
        .and_then(|embedded| embedded.get(key)?.get(0)?.get("id"))
        .or_else(|| body.get("id"))
        .and_then(Value::as_u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        classify(&Response { status, body: body.as_bytes().to_vec(), ..Response::default() })
    }

    #[test]
    fn a_ban_is_html_and_a_missing_right_is_json() {
        assert_eq!(answer(403, "<html>403 Forbidden nginx</html>"), Answer::Banned);
        assert_eq!(answer(403, r#"{"title":"Forbidden","status":403}"#), Answer::Forbidden);
    }

    #[test]
    fn the_wait_of_a_429_is_in_the_header_or_the_body() {
        assert_eq!(answer(429, r#"{"status":429,"retry_after":300}"#), Answer::TooMany(Some(300)));
        assert_eq!(answer(429, "<html>"), Answer::TooMany(None));
        let response = Response { status: 429, retry_after: Some(7), ..Response::default() };
        assert_eq!(classify(&response), Answer::TooMany(Some(7)));
    }

    #[test]
    fn a_refusal_names_its_fields() {
        let body = r#"{"validation-errors":[{"request_id":"0","errors":[{"code":"NotSupportedChoice","path":"custom_fields_values.0.field_id","detail":"x"}]}],"status":400}"#;
        let expected = FieldError {
            code: "NotSupportedChoice".into(),
            path: "custom_fields_values.0.field_id".into(),
            detail: "x".into(),
        };
        assert_eq!(answer(400, body), Answer::Refused(vec![expected]));
        assert_eq!(answer(400, "oops"), Answer::Refused(vec![]));
    }

    #[test]
    fn both_shapes_of_a_single_patch_are_read() {
        assert_eq!(entity_id(br#"{"id":5,"updated_at":1}"#, "contacts"), Some(5));
        assert_eq!(entity_id(br#"{"_embedded":{"contacts":[{"id":6}]}}"#, "contacts"), Some(6));
        assert_eq!(entity_id(b"", "contacts"), None);
    }

    #[test]
    fn complex_answers_a_bare_array() {
        let item = complex_item(
            br#"[{"id":9,"contact_id":12,"company_id":null,"request_id":["1"],"merged":false}]"#,
        );
        assert_eq!(item, Some(ComplexItem { id: 9, contact_id: Some(12), merged: false }));
    }
}
