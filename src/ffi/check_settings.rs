//! Is this settings document acceptable?

use serde::Serialize;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use super::answer::{Answer, object};
use crate::config::Settings;
use crate::problem::Problem;

#[derive(Serialize)]
struct Checked {
    settings: Settings,
    warnings: Vec<Problem>,
}

/// Reads a settings document: with its defaults filled in, or every error with its path.
#[wasm_bindgen(unchecked_return_type = "Answer<{ settings: Settings; warnings: Problem[] }>")]
pub fn check_settings(settings_json: &str) -> JsValue {
    let checked = Settings::parse(settings_json).map(|settings| Checked { settings, warnings: Vec::new() });
    object(&Answer::from(checked))
}
