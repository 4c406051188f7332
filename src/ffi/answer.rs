//! How results cross the boundary.

use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

use crate::json;
use crate::problem::Problem;

/// `{type: "success", …}` or `{type: "failure", errors}`.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Answer<T> {
    /// It worked.
    Success(T),
    /// It did not, as expected of bad input.
    Failure {
        /// What is wrong.
        errors: Vec<Problem>,
    },
}

impl<T> From<Result<T, Vec<Problem>>> for Answer<T> {
    fn from(result: Result<T, Vec<Problem>>) -> Self {
        match result {
            Ok(value) => Answer::Success(value),
            Err(errors) => Answer::Failure { errors },
        }
    }
}

/// A value as JS sees JSON: objects for maps, `null` for nothing, keys in the order of the type.
pub fn object(value: &impl Serialize) -> JsValue {
    value.serialize(&Serializer::json_compatible()).unwrap_or(JsValue::NULL)
}

/// A `Failure` to be thrown where no data can be answered.
pub fn failure(errors: Vec<Problem>) -> JsValue {
    object(&Answer::<()>::Failure { errors })
}

/// A JSON argument of a host.
pub fn argument<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, JsValue> {
    json::from_slice(text.as_bytes()).map_err(malformed)
}

/// The same where a key that is not known is a mistake.
pub fn strict_argument<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, JsValue> {
    json::parse(text.as_bytes())
        .map_err(json::Error::from)
        .and_then(|value| json::strict(&value))
        .map_err(malformed)
}

fn malformed(error: json::Error) -> JsValue {
    failure(vec![Problem::new("malformed", "").with("detail", error.to_string())])
}
