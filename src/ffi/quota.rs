//! The account's token bucket.

use wasm_bindgen::prelude::wasm_bindgen;

use crate::amocrm;

/// A token bucket: one per amoCRM account.
#[wasm_bindgen]
pub struct Quota(amocrm::quota::Quota);

#[wasm_bindgen]
impl Quota {
    /// A bucket for that many requests a second.
    #[wasm_bindgen(constructor)]
    pub fn new(rate_per_second: f64) -> Quota {
        Quota(amocrm::quota::Quota::new(rate_per_second))
    }

    /// Milliseconds to wait before a request may leave; 0 = now, and the token is taken.
    pub fn take(&mut self, now_ms: f64) -> f64 {
        self.0.take(now_ms)
    }

    /// After a 429: nothing leaves for that many seconds.
    pub fn penalize(&mut self, now_ms: f64, seconds: f64) {
        self.0.penalize(now_ms, seconds);
    }
}
