//! The list of variables.

use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use super::answer::object;
use crate::event::VARIABLES;

/// Every parameter of Ringostat that the settings may name.
#[wasm_bindgen(unchecked_return_type = "VariableInfo[]")]
pub fn variables() -> JsValue {
    object(&VARIABLES)
}
