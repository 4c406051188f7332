//! What is wrong, as data: a stable code, the place, and what a text about it needs. Never a sentence.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One expected failure or warning. Texts are the hosts' business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Stable code, e.g. `unknown_key`.
    pub code: Cow<'static, str>,
    /// JSON Pointer into the input; `""` means the whole.
    pub path: String,
    /// Parameters of the text.
    #[serde(default)]
    pub params: Map<String, Value>,
}

impl Problem {
    /// A problem without parameters.
    pub fn new(code: impl Into<Cow<'static, str>>, path: impl Into<String>) -> Self {
        Problem { code: code.into(), path: path.into(), params: Map::new() }
    }

    /// Adds a parameter.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.params.insert(key.to_owned(), value.into());
        self
    }
}
