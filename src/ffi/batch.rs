//! Requests of several journeys as one, and its answer taken apart.

use serde::Serialize;
use wasm_bindgen::prelude::{JsError, JsValue, wasm_bindgen};

use super::answer::argument;
use crate::amocrm;
use crate::amocrm::batch::Share;
use crate::amocrm::http::{Request, Response};
use crate::json;

/// Requests that leave as one.
#[wasm_bindgen]
pub struct Batch(amocrm::batch::Batch);

#[derive(Serialize)]
#[serde(untagged)]
enum Told<'a> {
    Answered { answered: bool, status: u16, content_type: &'a str, retry_after: Option<u32>, body: String },
    Unanswered { answered: bool, kind: &'static str },
}

#[wasm_bindgen]
impl Batch {
    /// Of the JSON of `AmoRequest[]`: creates of one path that journeys said to join. Throws when they are not.
    #[wasm_bindgen(constructor)]
    pub fn new(requests_json: &str) -> Result<Batch, JsValue> {
        let requests: Vec<Request> = argument(requests_json)?;
        let batch = amocrm::batch::Batch::of(&requests).map(Batch);
        batch.ok_or_else(|| JsError::new("requests that do not join").into())
    }

    /// The JSON of the `AmoRequest` that leaves.
    pub fn request(&self) -> String {
        json::to_text(self.0.request())
    }

    /// The JSON of `Share[]`: each one's own part of the answer, in order.
    pub fn split(
        &self,
        status: u16,
        content_type: String,
        retry_after: Option<u32>,
        body: Vec<u8>,
    ) -> Vec<u8> {
        let shares = self.0.split(&Response { status, content_type, retry_after, body });
        let told: Vec<Told> = shares.iter().map(tell).collect();
        json::to_bytes(&told)
    }
}

fn tell(share: &Share) -> Told<'_> {
    match share {
        Share::Answered(Response { status, content_type, retry_after, body }) => Told::Answered {
            answered: true,
            status: *status,
            content_type,
            retry_after: *retry_after,
            body: String::from_utf8_lossy(body).into_owned(),
        },
        Share::Lost => Told::Unanswered { answered: false, kind: "lost" },
        Share::Apart => Told::Unanswered { answered: false, kind: "apart" },
    }
}
