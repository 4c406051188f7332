//! The whole account as one document.

use std::collections::VecDeque;

use serde_json::{Map, Value, json};

use crate::amocrm::http::Method;

use super::account::Account;
use super::kind::Kind;
use super::task_types::TaskType;
use super::{entities, notes, tasks, unsorted, users};

/// The most requests that are remembered.
const REQUESTS: usize = 20_000;

/// The requests that came, the oldest dropped first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Log(VecDeque<Value>);

impl Log {
    /// Remembers a request; status 0 means that no answer went out.
    pub(crate) fn add(&mut self, method: Method, path: &str, status: u16, now_ms: i64) {
        if self.0.len() >= REQUESTS {
            self.0.pop_front();
        }
        self.0.push_back(json!({"at": now_ms, "method": method.as_str(), "path": path, "status": status}));
    }
}

/// Everything, as raw API v4 objects with all that `with` could ask for.
pub(crate) fn of(account: &Account, oauth: Value, log: &Log) -> Value {
    let mut state = Map::new();
    state.insert("account".to_owned(), account.identity.to_json());
    let mut fields = Map::new();
    for kind in Kind::ALL {
        let shown: Vec<Value> =
            account.shelf(kind).all().map(|record| entities::show(account, kind, record, true)).collect();
        state.insert(kind.plural().to_owned(), Value::Array(shown));
        let of_kind = account
            .fields
            .of(kind)
            .iter()
            .map(|field| field.to_json(kind, account.identity.id, account.base_url()));
        fields.insert(kind.plural().to_owned(), of_kind.collect());
    }
    let tasks: Vec<Value> = account.tasks.iter().map(|(id, task)| tasks::show(account, *id, task)).collect();
    let notes: Vec<Value> = account
        .notes
        .iter()
        .map(|(id, note)| {
            let mut shown = notes::show(account, *id, note);
            if let Value::Object(map) = &mut shown {
                map.insert("entity_type".to_owned(), note.kind.plural().into());
            }
            shown
        })
        .collect();
    let unsorted: Vec<Value> = unsorted::all(account)
        .into_iter()
        .map(|(uid, incoming)| unsorted::show(account, uid, incoming))
        .collect();
    let pipelines: Vec<Value> = account.pipelines.iter().map(|pipeline| pipeline.to_json(account)).collect();
    let users: Vec<Value> =
        account.users.iter().map(|(id, user)| users::to_json(account, *id, user)).collect();
    let mut put = |name: &str, value: Value| state.insert(name.to_owned(), value);
    put("tasks", Value::Array(tasks));
    put("notes", Value::Array(notes));
    put("unsorted", Value::Array(unsorted));
    put("pipelines", Value::Array(pipelines));
    put("task_types", account.task_types.iter().map(TaskType::to_json).collect());
    put("users", Value::Array(users));
    put("fields", Value::Object(fields));
    put("requests", log.0.iter().cloned().collect());
    put("oauth", oauth);
    put("manager_edits", Value::Array(account.manager_edits.clone()));
    Value::Object(state)
}
