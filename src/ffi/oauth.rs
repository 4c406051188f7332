//! OAuth for hosts: what to send to amoCRM's token endpoint and what it answered.

use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use super::answer::object;
use crate::amocrm::oauth::{self, Grant};

/// The account's host when it is amoCRM's, in its one spelling.
#[wasm_bindgen]
pub fn account_host(text: &str) -> Option<String> {
    oauth::account_host(text)
}

/// Where an administrator gives his consent.
#[wasm_bindgen]
pub fn consent_url(base: &str, client_id: &str, state: &str) -> String {
    oauth::consent_url(base, client_id, state)
}

/// The body of a request to the token endpoint; `value` is the code or the refresh token.
#[wasm_bindgen]
pub fn token_request(
    client_id: &str,
    client_secret: &str,
    redirect_uri: &str,
    #[wasm_bindgen(unchecked_param_type = "\"code\" | \"refresh\"")] grant: &str,
    value: &str,
) -> String {
    let grant = if grant == "code" { Grant::Code(value) } else { Grant::Refresh(value) };
    oauth::token_request(client_id, client_secret, redirect_uri, grant)
}

/// What the token endpoint's answer means.
#[wasm_bindgen(unchecked_return_type = "TokenAnswer")]
pub fn token_answer(status: u16, body: &[u8]) -> JsValue {
    object(&oauth::token_answer(status, body))
}

/// What a token says of itself, its signature unchecked.
#[wasm_bindgen(unchecked_return_type = "TokenClaims")]
pub fn token_claims(token: &str) -> JsValue {
    object(&oauth::claims(token))
}
