//! Which amoCRM account answers: a control may put another one at the same address.

use serde_json::{Value, json};

use super::problem::Problem;

/// What tells accounts apart.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Identity {
    pub(crate) id: u64,
    pub(crate) subdomain: String,
    pub(crate) name: String,
}

impl Default for Identity {
    fn default() -> Self {
        Identity { id: 28_805_383, subdomain: "demo".to_owned(), name: "Demo".to_owned() }
    }
}

impl Identity {
    /// The identity after a document `{"id", "subdomain", "name"}` found at a path; absent parts stay.
    pub(crate) fn changed(&self, document: &Value, path: &str) -> Result<Identity, Vec<Problem>> {
        let Some(map) = document.as_object() else {
            return Err(vec![Problem::new("invalid_type", path).with("expected", "object")]);
        };
        let mut identity = self.clone();
        let mut problems = Vec::new();
        for (key, value) in map {
            let text = || value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
            let expected = match key.as_str() {
                "id" => value.as_u64().filter(|id| *id > 0).map(|id| identity.id = id).ok_or("id"),
                "subdomain" => text().map(|text| identity.subdomain = text).ok_or("text"),
                "name" => text().map(|text| identity.name = text).ok_or("text"),
                _ => {
                    problems.push(
                        Problem::new("unknown_key", format!("{path}/{key}")).with("name", key.as_str()),
                    );
                    continue;
                }
            };
            if let Err(expected) = expected {
                problems
                    .push(Problem::new("invalid_type", format!("{path}/{key}")).with("expected", expected));
            }
        }
        if problems.is_empty() { Ok(identity) } else { Err(problems) }
    }

    /// As the state shows it.
    pub(crate) fn to_json(&self) -> Value {
        json!({"id": self.id, "subdomain": self.subdomain, "name": self.name})
    }
}
