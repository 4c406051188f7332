//! fetch for the core, through gloo-net (wasm only).
//!
//! gloo-net's own `send` traps, and its promise never settles, when `fetch` rejects with something that is not
//! an `Error`. So gloo-net builds the request and reads the answer, and the call between is our own.

use gloo_net::http::{Headers, RequestBuilder, Response as FetchResponse};
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

use crate::amocrm::http::{Method, Request, Response};

#[wasm_bindgen]
extern "C" {
    /// A page may have put its own in place: it may throw, or answer no promise.
    #[wasm_bindgen(js_name = fetch, catch)]
    fn fetch(request: &web_sys::Request) -> Result<JsValue, JsValue>;
}

/// Why there is no answer.
pub enum Failure {
    /// The request was never made.
    NotSent(String),
    /// It left, or may have.
    Lost(String),
}

/// Sends a request to the account at `base_url`; `timeout_ms` covers the answer's body too.
///
/// # Errors
/// [`Failure`]: no answer, or not a whole one.
pub async fn send(
    base_url: &str,
    token: &str,
    request: &Request,
    timeout_ms: u32,
) -> Result<Response, Failure> {
    let not_sent = |error: gloo_net::Error| Failure::NotSent(error.to_string());
    let headers = Headers::new();
    headers.set("authorization", &format!("Bearer {token}"));
    headers.set("accept", "application/hal+json");
    headers.set("user-agent", concat!("ringostat-amocrm/", env!("CARGO_PKG_VERSION")));
    let method = match request.method {
        Method::Get => gloo_net::http::Method::GET,
        Method::Post => gloo_net::http::Method::POST,
        Method::Patch => gloo_net::http::Method::PATCH,
        Method::Delete => gloo_net::http::Method::DELETE,
    };
    if request.body.is_some() {
        headers.set("content-type", "application/json");
    }
    let signal = AbortSignal::timeout_with_u32(timeout_ms);
    let builder = RequestBuilder::new(&format!("{base_url}{}", request.path))
        .method(method)
        .headers(headers)
        .abort_signal(Some(&signal));
    let built = match &request.body {
        Some(body) => builder.body(body.as_str()).map_err(not_sent)?,
        None => builder.build().map_err(not_sent)?,
    };
    let raw: web_sys::Request = built.into();
    let lost = |error: JsValue| Failure::Lost(describe(&error));
    let promise = Promise::resolve(&fetch(&raw).map_err(lost)?);
    let answer = JsFuture::from(promise).await.map_err(lost)?;
    let answer: web_sys::Response =
        answer.dyn_into().map_err(|_| Failure::Lost("fetch answered no Response".to_owned()))?;
    let answer = FetchResponse::from(answer);
    let body = answer.binary().await.map_err(|error| Failure::Lost(error.to_string()))?;
    Ok(Response {
        status: answer.status(),
        content_type: answer.headers().get("content-type").unwrap_or_default(),
        retry_after: answer.headers().get("retry-after").and_then(|seconds| seconds.trim().parse().ok()),
        body,
    })
}

/// What a rejection says, whatever it is. Never the request: it may carry personal data.
fn describe(error: &JsValue) -> String {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.name()),
        None => "rejected".to_owned(),
    }
}
