//! What would happen, and why.

use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use super::answer::{Answer, object, strict_argument};
use crate::config::Settings;
use crate::delivery::preview::{PreviewInput, preview as run};

/// Runs a form through the settings against an in-memory account; the second argument is the JSON of a
/// `PreviewInput`. Throws a `Failure` when that cannot be read.
#[wasm_bindgen(unchecked_return_type = "Answer<PreviewResult>")]
pub fn preview(settings_json: &str, input_json: &str) -> Result<JsValue, JsValue> {
    let input: PreviewInput = strict_argument(input_json)?;
    let result = Settings::parse(settings_json).and_then(|settings| run(&settings, &input));
    Ok(object(&Answer::from(result)))
}
