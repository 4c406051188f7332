//! What goes wrong on the way: one fault for one request, by the run's own randomness.

use serde_json::{Value, json};

use super::random::Random;

const USUAL: f64 = 0.06;
/// Out of so many requests one is the last that a worker sends.
const KILL: f64 = 1.0 / 3_000.0;
/// Still within the time that the worker gives a late write.
const LATEST_COMMIT_MS: u64 = 40_000;
const SLOWEST_MS: u64 = 8_000;

/// How the worker dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Death {
    /// What it wanted to send was saved and does not leave.
    Before,
    /// amoCRM has done it, the answer is not taken any more.
    After,
}

/// What befalls a request: its name, and the fault for the account.
pub fn strike(random: &mut Random) -> Option<(&'static str, Value)> {
    if !random.chance(USUAL) {
        return None;
    }
    let (name, mut fault) = match random.pick(&[
        (8, 0),
        (12, 1),
        (12, 2),
        (14, 3),
        (10, 4),
        (12, 5),
        (14, 6),
        (16, 7),
        (10, 8),
        (1, 9),
    ]) {
        0 => ("too_many", json!({ "kind": "status", "status": 429 })),
        1 => ("server_error", json!({ "kind": "status", "status": 500 + 3 * random.below(2) })),
        2 => ("html_502", json!({ "kind": "html_502" })),
        3 => ("commit_then_504", json!({ "kind": "commit_then_504" })),
        4 => {
            let delay_ms = random.below(LATEST_COMMIT_MS);
            ("commit_late", json!({ "kind": "commit_late", "delay_ms": delay_ms }))
        }
        5 => ("drop_before", json!({ "kind": "drop_before" })),
        6 => ("drop_after", json!({ "kind": "drop_after" })),
        7 => ("slow", json!({ "kind": "delay", "delay_ms": random.below(SLOWEST_MS) })),
        8 => ("manager_edits", json!({ "kind": "manager_edits" })),
        _ => ("ban", json!({ "kind": "html_403" })),
    };
    fault["path"] = "/api/v4/*".into();
    fault["count"] = 1.into();
    Some((name, json!({ "faults": [fault] })))
}

pub fn death(random: &mut Random) -> Option<Death> {
    let dies = random.chance(KILL);
    dies.then(|| if random.chance(0.5) { Death::Before } else { Death::After })
}
