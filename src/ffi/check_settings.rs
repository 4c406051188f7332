//! Is this settings document acceptable, and what is odd about it?

use serde::Serialize;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use super::answer::{Answer, object};
use crate::amocrm::directory::Directory;
use crate::config::Settings;
use crate::json;
use crate::problem::Problem;
use crate::rules::lint::Diagnostic;

#[derive(Serialize)]
struct Checked {
    settings: Settings,
    warnings: Vec<Diagnostic>,
}

/// Reads a settings document: with its defaults filled in and what is odd about it, or every error with its path.
/// With the account's directory it is also told what the settings name and the account does not have.
#[wasm_bindgen(unchecked_return_type = "Answer<{ settings: Settings; warnings: Diagnostic[] }>")]
pub fn check_settings(settings_json: &str, directory_json: Option<String>) -> JsValue {
    object(&Answer::from(check(settings_json, directory_json.as_deref())))
}

fn check(settings: &str, directory: Option<&str>) -> Result<Checked, Vec<Problem>> {
    let settings = Settings::parse(settings)?;
    let directory: Option<Directory> = directory
        .map(|text| json::from_slice(text.as_bytes()))
        .transpose()
        .map_err(|error| vec![Problem::new("malformed", "/directory").with("detail", error.to_string())])?;
    let warnings = settings.lint(directory.as_ref());
    Ok(Checked { settings, warnings })
}
