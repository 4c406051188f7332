//! fetch for hosts.

use serde::Serialize;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use super::answer::object;
use crate::amocrm::http::Request;
use crate::json;
use crate::transport::{self, Failure};

#[derive(Serialize)]
struct NoReply {
    answered: bool,
    kind: &'static str,
    message: String,
}

fn no_reply(kind: &'static str, message: String) -> JsValue {
    object(&NoReply { answered: false, kind, message })
}

/// Sends the JSON of an `AmoRequest` to the account. Never rejects.
#[wasm_bindgen(unchecked_return_type = "Reply")]
pub async fn send(base_url: String, token: String, request_json: String, timeout_ms: u32) -> JsValue {
    let request: Request = match json::from_slice(request_json.as_bytes()) {
        Ok(request) => request,
        Err(error) => return no_reply("not_sent", error.to_string()),
    };
    match transport::send(&base_url, &token, &request, timeout_ms).await {
        Ok(response) => {
            let reply = js_sys::Object::new();
            let set = |key: &str, value: JsValue| {
                // Setting a key of a fresh object cannot fail.
                let _ = js_sys::Reflect::set(&reply, &key.into(), &value);
            };
            set("answered", true.into());
            set("status", response.status.into());
            set("content_type", response.content_type.into());
            set("retry_after", response.retry_after.map_or(JsValue::NULL, Into::into));
            set("body", js_sys::Uint8Array::from(response.body.as_slice()).into());
            reply.into()
        }
        Err(Failure::NotSent(message)) => no_reply("not_sent", message),
        Err(Failure::Lost(message)) => no_reply("lost", message),
    }
}
