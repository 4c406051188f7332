//! A journey and its host.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::prelude::wasm_bindgen;

use super::integration::Project;
use crate::amocrm::http::Response;
use crate::delivery::courier::Now;
use crate::delivery::{Courier, Errand, Unanswered};
use crate::json;

/// One journey: ask `next`, do it, report with `answered` or `unanswered`.
#[wasm_bindgen]
pub struct Journey {
    project: Rc<Project>,
    courier: Courier,
}

thread_local! {
    static RANDOM: Cell<Option<u32>> = const { Cell::new(None) };
}

/// Spreads retries: asks the host for randomness once (dear, and not allowed while a module loads), then goes on
/// by itself (xorshift).
fn jitter() -> f64 {
    let known = RANDOM.get().unwrap_or_else(|| getrandom::u32().unwrap_or(1).max(1));
    let mut random = known ^ (known << 13);
    random ^= random >> 17;
    random ^= random << 5;
    RANDOM.set(Some(random));
    f64::from(random) / f64::from(u32::MAX)
}

pub(super) fn now(project: &Project, ms: f64) -> Now<'_> {
    Now {
        settings: &project.settings,
        directory: &project.directory,
        options: &project.options,
        ms: ms as i64,
        jitter: jitter(),
    }
}

impl Journey {
    pub(super) fn new(project: Rc<Project>, courier: Courier) -> Self {
        Journey { project, courier }
    }

    pub(super) fn resume(project: Rc<Project>, snapshot: &[u8]) -> Option<Self> {
        // Taking a journey up decides nothing by the clock: that begins with `next`.
        let courier = Courier::resume(snapshot, now(&project, 0.0))?;
        Some(Journey { project, courier })
    }
}

#[wasm_bindgen]
impl Journey {
    /// The JSON of the next `Action`.
    pub fn next(&mut self, now_ms: f64) -> String {
        let action = self.courier.next(now(&self.project, now_ms));
        json::to_text(&action)
    }

    /// The answer to the request last wanted.
    pub fn answered(
        &mut self,
        status: u16,
        content_type: String,
        retry_after: Option<u32>,
        body: Vec<u8>,
        now_ms: f64,
    ) {
        let response = Response { status, content_type, retry_after, body };
        self.courier.answered(&response, now(&self.project, now_ms));
    }

    /// The lock last wanted is held. `stale`: another event may have held it since this journey read the client.
    /// `watermarks`: the JSON of the newest ids that are known by now, as a `Report` tells them.
    pub fn granted(&mut self, stale: bool, watermarks: &str, now_ms: f64) {
        // An account's watermarks are what reports told: whatever else this is helps nobody.
        let watermarks = json::from_slice(watermarks.as_bytes()).unwrap_or_default();
        self.courier.granted(stale, &watermarks, now(&self.project, now_ms));
    }

    /// The request last wanted leaves only now.
    pub fn leaves(&mut self, now_ms: f64) {
        self.courier.leaves(now_ms as i64);
    }

    /// No answer came. `not_sent`: it surely never left; `postponed`: nor is anything wrong; `apart`: it was turned
    /// away together with others; anything else: it may have been carried out.
    pub fn unanswered(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Unanswered")] kind: &str,
        now_ms: f64,
    ) {
        let kind = match kind {
            "not_sent" => Unanswered::NotSent,
            "postponed" => Unanswered::Postponed,
            "apart" => Unanswered::Apart,
            _ => Unanswered::Lost,
        };
        self.courier.unanswered(kind, now(&self.project, now_ms));
    }

    /// The journey so far: opaque bytes to be kept durably.
    pub fn snapshot(&self) -> Vec<u8> {
        self.courier.snapshot()
    }

    /// The JSON of the `Report`.
    pub fn report(&self) -> Vec<u8> {
        json::to_bytes(&self.courier.report())
    }

    /// The JSON of what was read: a `LookupResult` or a `Directory`; `null` for an event or a notice.
    pub fn result(&self) -> Vec<u8> {
        match self.courier.errand() {
            Errand::Event(_) | Errand::Notice(_) => b"null".to_vec(),
            Errand::Lookup(lookup) => json::to_bytes(lookup.result()),
            Errand::Survey(survey) => json::to_bytes(survey.directory()),
        }
    }
}
