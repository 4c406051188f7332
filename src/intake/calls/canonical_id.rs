//! Under which name a call is known: webhooks and lists spell its id differently.

use std::hash::Hasher;

use serde::{Deserialize, Serialize};
use siphasher::sip128::{Hasher128, SipHasher13};

/// Begins further apart are different calls, in seconds.
pub const START_TOLERANCE_S: u64 = 2;
/// A longer id is told by its hash.
const LONGEST: usize = 80;

/// What tells a call apart when a message has no id: who, where, when. Every call has them, so that a message with
/// an id meets one without.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CallParts {
    /// The client's number, digits alone; empty when hidden.
    pub client: String,
    /// The project's line, digits alone, or its SIP login in lower case.
    pub line: String,
    /// Begin in unix seconds, nothing when no message told it.
    pub start: Option<i64>,
}

impl CallParts {
    /// Whether both can be one call: same client, same line, begun within [`START_TOLERANCE_S`]. Without a time, or
    /// without both client and line, nothing can be said.
    pub fn meet(&self, other: &CallParts) -> bool {
        let (Some(one), Some(another)) = (self.start, other.start) else { return false };
        !(self.client.is_empty() && self.line.is_empty())
            && self.client == other.client
            && self.line == other.line
            && one.abs_diff(another) <= START_TOLERANCE_S
    }

    /// A name for a call without id. Begins differ by a second or two between messages, so equal names mean one
    /// call, but different names do not mean two: [`meet`](Self::meet) decides.
    pub(super) fn name(&self) -> String {
        let start = self.start.map(|start| start.to_string()).unwrap_or_default();
        short(&format!("~{}~{}~{start}", self.client, self.line))
    }
}

/// The `<unix seconds>.<sequence>` tail of an id, and the seconds.
pub(super) fn tail(id: &str) -> Option<(&str, i64)> {
    let id = id.trim();
    let (head, sequence) = id.rsplit_once('.')?;
    if sequence.is_empty() || !sequence.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = head.bytes().rev().take_while(u8::is_ascii_digit).count();
    if !(9..=10).contains(&digits) {
        return None;
    }
    let seconds = head.get(head.len() - digits..)?.parse().ok()?;
    let tail = id.get(head.len() - digits..)?;
    (tail.len() <= LONGEST).then_some((tail, seconds))
}

/// The canonical form of an id: its tail, else all of it.
pub(super) fn of_id(id: &str) -> String {
    match tail(id) {
        Some((tail, _)) => tail.to_owned(),
        None => short(id.trim()),
    }
}

/// Anything that is too long or unprintable for a key becomes its hash.
fn short(text: &str) -> String {
    if text.len() <= LONGEST && !text.chars().any(char::is_control) {
        return text.to_owned();
    }
    let mut hasher = SipHasher13::new();
    hasher.write(text.as_bytes());
    format!("{:032x}", hasher.finish128().as_u128())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_id() {
        for id in [
            "ua18_-1791545397.2215926",
            "1791545397.2215926",
            " pl5_-1791545397.2215926 ",
            "us1_1791545397.2215926",
        ] {
            assert_eq!(of_id(id), "1791545397.2215926");
            assert_eq!(tail(id), Some(("1791545397.2215926", 1_791_545_397)));
        }
        for id in
            ["unique_call_id", "1791545397", "17915453971.2", "12.5", "1791545397.", "1791545397.5a", "."]
        {
            assert_eq!(of_id(id), id);
        }
        assert_eq!(of_id(&"x".repeat(81)).len(), 32);
        assert_eq!(of_id(&format!("1791545397.{}", "1".repeat(500))).len(), 32);
        assert_eq!(of_id("a\nb").len(), 32);
    }

    #[test]
    fn parts_meet_within_two_seconds() {
        let parts =
            |client: &str, line: &str, start| CallParts { client: client.into(), line: line.into(), start };
        let one = parts("380671112233", "380441112233", Some(100));
        assert!(one.meet(&parts("380671112233", "380441112233", Some(102))));
        assert!(one.meet(&parts("380671112233", "380441112233", Some(98))));
        assert!(!one.meet(&parts("380671112233", "380441112233", Some(103))));
        assert!(!one.meet(&parts("380671112233", "380441112233", None)));
        assert!(!one.meet(&parts("380671112234", "380441112233", Some(100))));
        assert!(!one.meet(&parts("380671112233", "", Some(100))));
        assert!(!parts("", "", Some(1)).meet(&parts("", "", Some(1))));
    }
}
