//! OAuth 2.0 of amoCRM (API notes §1): addresses, bodies and what the answers mean. Hosts do the fetching.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::json;

/// Tokens go to these domains and their subdomains only.
const DOMAINS: [&str; 3] = ["amocrm.ru", "amocrm.com", "kommo.com"];

/// The account's host as somebody spells it (`Acme.amocrm.ru`, `https://acme.amocrm.ru/leads`); `None` when it is not
/// amoCRM's.
pub fn account_host(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    let host = text.strip_prefix("https://").unwrap_or(&text);
    let host = host.split('/').next().unwrap_or_default();
    // No port, no user, no other spelling of a name: what is checked is what is called.
    let plain = host.split('.').all(|label| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    });
    let ours = DOMAINS.iter().any(|domain| {
        host.strip_suffix(domain).is_some_and(|subdomain| subdomain.is_empty() || subdomain.ends_with('.'))
    });
    (plain && ours).then(|| host.to_owned())
}

/// Where an administrator gives his consent; the address may have a query already.
pub fn consent_url(base: &str, client_id: &str, state: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", client_id)
        .append_pair("state", state)
        .append_pair("mode", "popup")
        .finish();
    let joint = if base.contains('?') { '&' } else { '?' };
    format!("{base}{joint}{query}")
}

/// What a pair of tokens is asked for with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant<'a> {
    /// The code of a redirect.
    Code(&'a str),
    /// The refresh token of the last pair.
    Refresh(&'a str),
}

/// The body of a request to the token endpoint. The redirect address is as configured, also on refresh.
pub fn token_request(client_id: &str, client_secret: &str, redirect_uri: &str, grant: Grant) -> String {
    let (grant_type, key, value) = match grant {
        Grant::Code(code) => ("authorization_code", "code", code),
        Grant::Refresh(token) => ("refresh_token", "refresh_token", token),
    };
    let members = [
        ("client_id", client_id),
        ("client_secret", client_secret),
        ("grant_type", grant_type),
        (key, value),
        ("redirect_uri", redirect_uri),
    ];
    let object: Map<String, Value> =
        members.into_iter().map(|(key, value)| (key.to_owned(), Value::from(value))).collect();
    json::to_text(&object)
}

/// What the token endpoint's answer means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TokenAnswer {
    /// A pair.
    Granted {
        /// Token for the API.
        access_token: String,
        /// Token for the next pair.
        refresh_token: String,
        /// Seconds.
        expires_in: u32,
    },
    /// 401 or 404: the grant is not good, or the account lives at another address now.
    Refused,
    /// 400: this will not become better by asking again.
    Unacceptable,
    /// A ban, an outage, nonsense: ask later.
    Later,
}

/// Reads the token endpoint's answer. Texts are localised: only the status counts.
pub fn token_answer(status: u16, body: &[u8]) -> TokenAnswer {
    #[derive(Deserialize)]
    struct Pair {
        access_token: String,
        refresh_token: String,
        expires_in: u32,
    }
    match status {
        200..=299 => match json::from_slice::<Pair>(body) {
            Ok(Pair { access_token, refresh_token, expires_in })
                if !access_token.is_empty() && !refresh_token.is_empty() =>
            {
                TokenAnswer::Granted { access_token, refresh_token, expires_in }
            }
            _ => TokenAnswer::Later,
        },
        401 | 404 => TokenAnswer::Refused,
        400 | 405 | 415 | 422 => TokenAnswer::Unacceptable,
        _ => TokenAnswer::Later,
    }
}

/// What an access token says of itself. The signature is not checked (there is no public key): good for addresses
/// and times, never for deciding who somebody is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Claims {
    /// Unix seconds.
    pub exp: Option<u64>,
    /// Where the account's API lives whatever its subdomain is called.
    pub api_domain: Option<String>,
}

/// Reads a token's claims; empty when it is no JWT.
pub fn claims(token: &str) -> Claims {
    let payload = token.split('.').nth(1).and_then(base64url);
    let Some(claims) = payload.and_then(|payload| json::parse(&payload).ok()) else {
        return Claims::default();
    };
    Claims {
        exp: claims.get("exp").and_then(Value::as_u64),
        api_domain: claims.get("api_domain").and_then(Value::as_str).map(str::to_owned),
    }
}

/// Without padding, as JWTs have it.
fn base64url(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut held) = (0_u32, 0);
    for byte in text.trim_end_matches('=').bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(six);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_amocrms_own_however_they_are_spelled() {
        for (text, host) in [
            ("acme.amocrm.ru", "acme.amocrm.ru"),
            (" https://Acme.AmoCRM.ru/leads/?x=1 ", "acme.amocrm.ru"),
            ("acme.kommo.com", "acme.kommo.com"),
            ("api-b.amocrm.com", "api-b.amocrm.com"),
            ("www.amocrm.ru", "www.amocrm.ru"),
            ("amocrm.ru", "amocrm.ru"),
        ] {
            assert_eq!(account_host(text).as_deref(), Some(host), "{text}");
        }
        for text in [
            "",
            "evil.example",
            "evilamocrm.ru",
            "acme.amocrm.ru.evil.example",
            "acme.amocrm.ru:8443",
            "user@acme.amocrm.ru",
            "evil.example#.amocrm.ru",
            "evil.example?.amocrm.ru",
            "evil.example\\.amocrm.ru",
            "http://acme.amocrm.ru",
            ".amocrm.ru",
            "аcme.amocrm.ru",
            "acme.amocrm.ru.",
        ] {
            assert_eq!(account_host(text), None, "{text}");
        }
    }

    #[test]
    fn consent_carries_the_state_escaped() {
        assert_eq!(
            consent_url("https://www.amocrm.ru/oauth", "1-2", "a.b+c="),
            "https://www.amocrm.ru/oauth?client_id=1-2&state=a.b%2Bc%3D&mode=popup"
        );
        assert_eq!(
            consent_url("https://a.b/?x=1", "1", "s"),
            "https://a.b/?x=1&client_id=1&state=s&mode=popup"
        );
    }

    #[test]
    fn bodies_of_the_token_endpoint() {
        let body = |grant| {
            json::parse(token_request("id", "se\"cret", "https://app.example/oauth", grant).as_bytes())
                .unwrap()
        };
        let code = serde_json::json!({
            "client_id": "id", "client_secret": "se\"cret", "redirect_uri": "https://app.example/oauth",
            "grant_type": "authorization_code", "code": "def"
        });
        assert_eq!(body(Grant::Code("def")), code);
        let refresh = serde_json::json!({
            "client_id": "id", "client_secret": "se\"cret", "redirect_uri": "https://app.example/oauth",
            "grant_type": "refresh_token", "refresh_token": "def"
        });
        assert_eq!(body(Grant::Refresh("def")), refresh);
    }

    #[test]
    fn answers_are_told_by_status() {
        let pair = br#"{"token_type":"Bearer","expires_in":86400,"server_time":1,"access_token":"a","refresh_token":"r"}"#;
        assert_eq!(
            token_answer(200, pair),
            TokenAnswer::Granted { access_token: "a".into(), refresh_token: "r".into(), expires_in: 86400 }
        );
        assert_eq!(token_answer(200, b"<html>"), TokenAnswer::Later);
        assert_eq!(token_answer(200, br#"{"access_token":"a"}"#), TokenAnswer::Later);
        assert_eq!(token_answer(401, br#"{"hint":"Token has been revoked"}"#), TokenAnswer::Refused);
        assert_eq!(token_answer(404, b""), TokenAnswer::Refused);
        assert_eq!(token_answer(400, b"{}"), TokenAnswer::Unacceptable);
        for status in [403, 429, 500, 502, 504] {
            assert_eq!(token_answer(status, b"<html>"), TokenAnswer::Later, "{status}");
        }
    }

    #[test]
    fn claims_are_read_without_trusting_them() {
        // {"sub":"504141","exp":1719386400,"api_domain":"api-b.amocrm.ru","note":"а?>"}
        let token = "eyJ0eXAiOiJKV1QifQ.eyJzdWIiOiI1MDQxNDEiLCJleHAiOjE3MTkzODY0MDAsImFwaV9kb21haW4iOiJhcGktYi5hbW9jcm0ucnUiLCJub3RlIjoi0LA_PiJ9.c2ln";
        let expected = Claims { exp: Some(1_719_386_400), api_domain: Some("api-b.amocrm.ru".into()) };
        assert_eq!(claims(token), expected);
        for token in ["", "sandbox", "a.b", "a.!!!.c", "a.e30.c"] {
            assert_eq!(claims(token), Claims::default(), "{token}");
        }
    }
}
