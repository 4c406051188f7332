//! What is wrong with a control document (seed, faults, switches).

use serde::Serialize;
use serde_json::{Map, Value};

/// One finding: a stable code, where (a JSON pointer) and with which parameters.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Problem {
    /// Stable code, such as `unknown_switch`.
    pub code: String,
    /// JSON pointer into the document.
    pub path: String,
    /// Parameters of the finding.
    pub params: Map<String, Value>,
}

impl Problem {
    /// A finding without parameters.
    pub fn new(code: &str, path: impl Into<String>) -> Self {
        Problem { code: code.to_owned(), path: path.into(), params: Map::new() }
    }

    /// Adds a parameter.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.params.insert(name.to_owned(), value.into());
        self
    }
}
