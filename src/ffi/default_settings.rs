//! The settings document that an empty one stands for.

use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use super::answer::object;
use crate::config::Settings;

/// Settings with every default filled in.
#[wasm_bindgen(unchecked_return_type = "Settings")]
pub fn default_settings() -> JsValue {
    object(&Settings::default())
}
