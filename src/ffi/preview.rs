//! What would happen, and why.

use std::cell::RefCell;

use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use super::answer::{Answer, object, strict_argument};
use crate::config::Settings;
use crate::delivery::preview::{PreviewInput, ReadAccount, preview_again};

thread_local! {
    /// One keystroke changes the settings, not the account.
    static ACCOUNT: RefCell<Option<ReadAccount>> = const { RefCell::new(None) };
}

/// Runs a form through the settings against an in-memory account; the second argument is the JSON of a
/// `PreviewInput`. Throws a `Failure` when that cannot be read.
#[wasm_bindgen(unchecked_return_type = "Answer<PreviewResult>")]
pub fn preview(settings_json: &str, input_json: &str) -> Result<JsValue, JsValue> {
    let input: PreviewInput = strict_argument(input_json)?;
    let result = Settings::parse(settings_json)
        .and_then(|settings| ACCOUNT.with_borrow_mut(|account| preview_again(&settings, &input, account)));
    Ok(object(&Answer::from(result)))
}
