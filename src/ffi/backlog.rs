//! From when on held events are sent.

use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use super::answer::argument;
use crate::delivery::backlog;
use crate::intake::calls::Clock;

/// Unix seconds: the begin of the first of so many days, today being the last. The clock is the JSON of a `Clock`.
/// Throws a `Failure`.
#[wasm_bindgen]
pub fn backlog_since(days: u32, clock_json: &str) -> Result<f64, JsValue> {
    let clock: Clock = argument(clock_json)?;
    Ok(backlog::since(days, &clock) as f64)
}
