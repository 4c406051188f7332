//! What is wrong with an input, as data: a stable code, the place, and what a text about it needs.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One problem. Sentences are the hosts' business: the core only names codes and parameters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code} at \"{path}\"")]
pub struct Problem {
    /// Stable code, e.g. `too_large`.
    pub code: Cow<'static, str>,
    /// JSON Pointer of the place, empty for the whole.
    #[serde(default)]
    pub path: String,
    /// What a text about it needs. Never carries what the client entered.
    #[serde(default)]
    pub params: Map<String, Value>,
}

impl Problem {
    /// A problem without parameters.
    pub fn new(code: impl Into<Cow<'static, str>>, path: impl Into<String>) -> Self {
        Problem { code: code.into(), path: path.into(), params: Map::new() }
    }

    /// The same with one more parameter.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.params.insert(key.to_owned(), value.into());
        self
    }
}

/// Appends one segment to a JSON Pointer, escaped (`~` as `~0`, `/` as `~1`).
pub fn push_pointer(pointer: &mut String, segment: &str) {
    pointer.push('/');
    for character in segment.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_and_serialises() {
        let problem = Problem::new("too_large", "").with("limit", 10);
        let json = serde_json::to_string(&problem).unwrap();
        assert_eq!(json, r#"{"code":"too_large","path":"","params":{"limit":10}}"#);
        assert_eq!(serde_json::from_str::<Problem>(&json).unwrap(), problem);
        assert_eq!(problem.to_string(), "too_large at \"\"");
    }

    #[test]
    fn pointers_are_escaped() {
        let mut pointer = String::from("/a");
        push_pointer(&mut pointer, "b/c~d");
        assert_eq!(pointer, "/a/b~1c~0d");
    }
}
