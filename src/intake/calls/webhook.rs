//! One message of Webhooks 2.0: GET with a query, POST with a form or JSON, parameters nested or flat.

use crate::intake::{first_byte, limits, media_type};
use crate::problem::Problem;

use super::fields::Fields;
use super::json_fields;
use super::keys::KeyTable;
use super::row::{self, ReadCall, Source};
use super::time::Clock;

/// Reads a message. Users choose the format and proxies lose headers, so what the body looks like counts before its
/// type. The query is read too (static parameters are there), the body first; `key`, the secret, is left out.
///
/// Errors: `too_large` beyond 256 KB, `malformed`, and `not_a_call` when there is neither id nor number nor time.
/// Ringostat does not send again, so bytes that are no UTF-8 are replaced, not refused.
pub fn read_webhook(
    content_type: &str,
    query: &str,
    body: &[u8],
    keys: &KeyTable,
    clock: &Clock,
) -> Result<ReadCall, Vec<Problem>> {
    if query.len().saturating_add(body.len()) > limits::TEXT_BYTES {
        return Err(vec![limits::text_too_large()]);
    }
    let mut fields = Fields::new(keys);
    match first_byte(body) {
        None => {}
        Some(b'{' | b'[') => {
            let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
            let pairs = json_fields::read(&String::from_utf8_lossy(body)).map_err(|problem| vec![problem])?;
            for (name, value) in pairs {
                fields.add(&name, &value);
            }
        }
        Some(_) => {
            let essence = media_type::essence(content_type).to_ascii_lowercase();
            let told = if essence.starts_with("multipart/") {
                Some("unsupported_type")
            } else if essence.ends_with("json") && !body.contains(&b'=') {
                Some("not_an_object")
            } else {
                None
            };
            if let Some(detail) = told {
                return Err(vec![Problem::new("malformed", "").with("detail", detail)]);
            }
            add_pairs(body.trim_ascii(), &mut fields);
        }
    }
    add_pairs(query.strip_prefix('?').unwrap_or(query).as_bytes(), &mut fields);
    row::read(fields, clock, Source::Webhook)
        .map_err(|row::NotACall(detail)| vec![Problem::new("not_a_call", "").with("detail", detail)])
}

fn add_pairs(bytes: &[u8], fields: &mut Fields<'_>) {
    for (name, value) in form_urlencoded::parse(bytes) {
        // `additional_call_data[dst]`
        let name = if name.contains('[') { name.replace('[', ".").replace(']', "").into() } else { name };
        fields.add(&name, &value);
    }
}
