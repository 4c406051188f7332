//! The explanation: every decision with its rule and the place in the settings that caused it.
//!
//! Codes and parameters, never sentences. When it is off, nothing is built.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Part of the journey: `intake`, `mapping`, `identity`, `contact`, `lead`, `task`, `note`, `delivery`.
    pub step: Cow<'static, str>,
    /// The rule: `form_mapping`, `identity`, `utm`, `phone`, `update`, `pipeline`, `exactly_once`, …
    pub rule: Cow<'static, str>,
    /// JSON Pointer into the settings; empty when no place in them caused it.
    pub path: String,
    /// What was decided.
    pub code: Cow<'static, str>,
    /// What was seen and chosen.
    pub params: Map<String, Value>,
}

impl Entry {
    /// A decision without place and parameters.
    pub fn new(step: &'static str, rule: &'static str, code: &'static str) -> Self {
        Entry {
            step: step.into(),
            rule: rule.into(),
            path: String::new(),
            code: code.into(),
            params: Map::new(),
        }
    }

    /// Names the place in the settings.
    #[must_use]
    pub fn at(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// Adds a parameter.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.params.insert(key.to_owned(), value.into());
        self
    }
}

/// The entries of one journey, or nothing at all when it is off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    on: bool,
    entries: Vec<Entry>,
}

impl Trace {
    /// A trace that records, or not.
    pub fn new(on: bool) -> Self {
        Trace { on, entries: Vec::new() }
    }

    /// Records a decision. The closure runs only when the trace is on.
    pub fn add(&mut self, entry: impl FnOnce() -> Entry) {
        if self.on {
            self.entries.push(entry());
        }
    }

    /// Whether decisions are recorded.
    pub fn is_on(&self) -> bool {
        self.on
    }

    /// What was recorded, in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}
