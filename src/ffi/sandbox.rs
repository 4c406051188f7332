//! The in-memory account for hosts that serve it.

use serde::Serialize;
use serde_json::{Map, Value, json};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use super::answer::{Answer, strict_argument};
use crate::amocrm::http::Method;
use crate::json;
use crate::problem::Problem;
use crate::sandbox;

/// An amoCRM account in memory.
#[wasm_bindgen]
pub struct Sandbox(sandbox::Sandbox);

#[derive(Serialize)]
struct SandboxReply {
    status: u16,
    headers: Map<String, Value>,
    body: String,
    delay_ms: u64,
    drop: Option<sandbox::Drop>,
}

#[derive(Serialize)]
struct Nothing {}

#[derive(Serialize)]
struct Token {
    token: String,
}

fn text(value: &impl Serialize) -> String {
    json::to_text(value)
}

fn answer<T: Serialize>(result: Result<T, Vec<sandbox::Problem>>) -> String {
    let result = result.map_err(|found| {
        found
            .into_iter()
            .map(|problem| Problem { code: problem.code.into(), path: problem.path, params: problem.params })
            .collect()
    });
    text(&Answer::from(result))
}

/// Does what a control document says.
fn control(json: &str, act: impl FnOnce(&Value) -> Result<(), Vec<sandbox::Problem>>) -> String {
    match json::parse(json.as_bytes()) {
        Ok(document) => answer(act(&document).map(|()| Nothing {})),
        Err(error) => malformed(&error),
    }
}

fn malformed(error: &serde_json::Error) -> String {
    let problem = Problem::new("malformed", "").with("line", error.line()).with("column", error.column());
    text(&Answer::<Nothing>::Failure { errors: vec![problem] })
}

#[wasm_bindgen]
impl Sandbox {
    /// An account; the argument is the JSON of `{"seed", "base_url"}`. Throws a `Failure`.
    #[wasm_bindgen(constructor)]
    pub fn new(options_json: &str) -> Result<Sandbox, JsValue> {
        Ok(Sandbox(sandbox::Sandbox::new(strict_argument(options_json)?)))
    }

    /// Answers a request: the JSON of a `SandboxReply`.
    pub fn handle(
        &mut self,
        method: &str,
        path: &str,
        headers_json: &str,
        body: &str,
        now_ms: f64,
    ) -> String {
        let method = match method {
            "GET" | "HEAD" => Method::Get,
            "POST" => Method::Post,
            "PATCH" => Method::Patch,
            "DELETE" => Method::Delete,
            other => {
                let body = text(&json!({
                    "title": "Method Not Allowed", "type": "https://httpstatus.es/405", "status": 405,
                    "detail": other,
                }));
                let headers =
                    Map::from_iter([("content-type".to_owned(), "application/problem+json".into())]);
                return text(&SandboxReply { status: 405, headers, body, delay_ms: 0, drop: None });
            }
        };
        let headers = json::from_slice::<sandbox::Headers>(headers_json.as_bytes()).unwrap_or_default();
        let reply = self.0.handle(method, path, &headers, body, now_ms as i64);
        let mut headers = Map::new();
        if !reply.response.content_type.is_empty() {
            headers.insert("content-type".to_owned(), reply.response.content_type.into());
        }
        if let Some(address) = reply.location {
            headers.insert("location".to_owned(), address.into());
        }
        if let Some(seconds) = reply.response.retry_after {
            headers.insert("retry-after".to_owned(), seconds.to_string().into());
        }
        text(&SandboxReply {
            status: reply.response.status,
            headers,
            body: String::from_utf8_lossy(&reply.response.body).into_owned(),
            delay_ms: reply.delay_ms,
            drop: reply.dropped,
        })
    }

    /// The account as JSON.
    pub fn state(&mut self, now_ms: f64) -> String {
        text(&self.0.state(now_ms as i64))
    }

    /// Begins anew, with seed data or (empty text, `null`) the default account: the JSON of `Answer<{}>`.
    pub fn reset(&mut self, seed_json: &str, now_ms: f64) -> String {
        let seed = match seed_json.trim() {
            "" => Value::Null,
            seed => match json::parse(seed.as_bytes()) {
                Ok(seed) => seed,
                Err(error) => return malformed(&error),
            },
        };
        answer(self.0.reset((!seed.is_null()).then_some(&seed), now_ms as i64).map(|()| Nothing {}))
    }

    /// Replaces all faults: the JSON of `Answer<{}>`.
    pub fn faults(&mut self, json: &str) -> String {
        control(json, |document| self.0.faults(document))
    }

    /// Sets switches: the JSON of `Answer<{}>`.
    pub fn switches(&mut self, json: &str) -> String {
        control(json, |document| self.0.switches(document))
    }

    /// Puts another account at the address: the JSON of `Answer<{}>`.
    pub fn account(&mut self, json: &str) -> String {
        control(json, |document| self.0.account(document))
    }

    /// Takes back what OAuth granted: the JSON of `Answer<{}>`.
    pub fn revoke(&mut self, json: &str) -> String {
        control(json, |document| self.0.revoke(document))
    }

    /// A long-lived token: the JSON of `Answer<{token}>`.
    pub fn long_lived_token(&mut self, json: &str, now_ms: f64) -> String {
        match json::parse(json.as_bytes()) {
            Ok(document) => {
                answer(self.0.long_lived_token(&document, now_ms as i64).map(|token| Token { token }))
            }
            Err(error) => malformed(&error),
        }
    }
}
