//! What a journey made.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Why an event ended as it did, or waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Stable code.
    pub code: String,
    /// What a text about it needs.
    pub params: Map<String, Value>,
}

impl Reason {
    /// A reason without parameters.
    pub fn new(code: &str) -> Self {
        Reason { code: code.to_owned(), params: Map::new() }
    }

    /// Adds a parameter.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.params.insert(key.to_owned(), value.into());
        self
    }
}

/// How a journey ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// All that the settings ask for is in amoCRM.
    Delivered,
    /// Nothing was to be made.
    Skipped(Reason),
    /// amoCRM does not take it.
    Failed(Reason),
}

/// An entity that was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntityLink {
    /// Id.
    pub id: u64,
    /// Whether this event created it.
    pub created: bool,
}

/// An incoming lead that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnsortedLink {
    /// Its id.
    pub uid: String,
}

/// A note or task that was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// Id.
    pub id: u64,
}

/// Everything that a journey touched.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Outcome {
    /// The contact.
    pub contact: Option<EntityLink>,
    /// The lead.
    pub lead: Option<EntityLink>,
    /// The incoming lead.
    pub unsorted: Option<UnsortedLink>,
    /// Tasks.
    pub tasks: Vec<Made>,
    /// Notes.
    pub notes: Vec<Made>,
}
