//! Types of tasks.

use serde_json::{Map, Value, json};

/// A type of task.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TaskType {
    pub(crate) id: u64,
    pub(crate) name: String,
    /// Types that people make have none.
    pub(crate) code: Option<String>,
}

impl TaskType {
    /// As `GET /account?with=task_types` shows it.
    pub(crate) fn to_json(&self) -> Value {
        json!({"id": self.id, "name": self.name, "color": null, "icon_id": null, "code": self.code})
    }

    /// Back from what [`TaskType::to_json`] shows.
    pub(crate) fn from_json(map: &Map<String, Value>) -> Option<Self> {
        let text = |key: &str| map.get(key).and_then(Value::as_str).map(str::to_owned);
        let id = map.get("id").and_then(Value::as_u64)?;
        Some(TaskType { id, name: text("name").unwrap_or_default(), code: text("code") })
    }
}

/// The types of a new account.
pub(crate) fn defaults() -> Vec<TaskType> {
    [(1, "Связаться", "FOLLOW_UP"), (2, "Встреча", "MEETING")]
        .into_iter()
        .map(|(id, name, code)| TaskType { id, name: name.to_owned(), code: Some(code.to_owned()) })
        .collect()
}
