//! The rule of arrays: all items are checked, then all are stored, or none.

use serde_json::{Map, Value, json};

use crate::amocrm::http::Method;

use super::account::Account;
use super::answer::Answer;
use super::flaws::Flaws;
use super::query::Query;

/// A request taken apart.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    /// Path without query.
    pub(crate) route: &'a str,
    pub(crate) query: Query,
    pub(crate) body: &'a str,
    pub(crate) now_ms: i64,
}

impl<'a> Call<'a> {
    /// `path` may carry a query.
    pub(crate) fn new(method: Method, path: &'a str, body: &'a str, now_ms: i64) -> Self {
        let (route, query) = path.split_once('?').unwrap_or((path, ""));
        Call { method, route, query: Query::parse(query), body, now_ms }
    }

    /// The body as an object.
    pub(crate) fn object(&self) -> Result<Map<String, Value>, Answer> {
        match parse(self.body)? {
            Value::Object(map) if map.is_empty() => Err(Answer::bad_request("Request data can not be empty")),
            Value::Object(map) => Ok(map),
            _ => Err(wrong_shape("object")),
        }
    }

    /// The body as an object, absent body included.
    pub(crate) fn optional_object(&self) -> Result<Map<String, Value>, Answer> {
        if self.body.trim().is_empty() {
            return Ok(Map::new());
        }
        match parse(self.body)? {
            Value::Object(map) => Ok(map),
            Value::Array(items) if items.is_empty() => Ok(Map::new()),
            _ => Err(wrong_shape("object")),
        }
    }

    /// The body as an array.
    pub(crate) fn array(&self) -> Result<Vec<Value>, Answer> {
        match parse(self.body)? {
            Value::Array(items) if items.is_empty() => {
                Err(Answer::bad_request("Request data can not be empty"))
            }
            Value::Array(items) => Ok(items),
            _ => Err(wrong_shape("array")),
        }
    }
}

fn parse(body: &str) -> Result<Value, Answer> {
    if body.trim().is_empty() {
        return Err(Answer::bad_request("Request data can not be empty"));
    }
    serde_json::from_str(body).map_err(|_| Answer::bad_request("Request body is not valid JSON"))
}

fn wrong_shape(expected: &str) -> Answer {
    let mut flaws = Flaws::default();
    flaws.invalid_type(String::new(), expected);
    Answer::validation(&[(json!("0"), flaws)])
}

/// The id that an item is named by: its own, or its place.
pub(crate) fn request_id(item: &Value, index: usize) -> Value {
    match item.get("request_id") {
        Some(id @ (Value::String(_) | Value::Number(_))) => id.clone(),
        _ => Value::String(index.to_string()),
    }
}

/// Checks every item of the body, then stores them all and gives what each answers.
pub(crate) fn run<T>(
    account: &mut Account,
    call: &Call,
    limit: usize,
    check: impl Fn(&Account, &Map<String, Value>) -> Result<T, Flaws>,
    store: impl FnMut(&mut Account, T, Value) -> Value,
) -> Result<Vec<Value>, Answer> {
    let items = call.array()?;
    if items.len() > limit {
        return Err(if limit == 250 {
            Answer::problem(422, "Unprocessable Entity", "Limit 250 per page")
        } else {
            Answer::bad_request(&format!("Limit {limit} items per request"))
        });
    }
    run_items(account, &items, check, store)
}

/// The same for items that are already read.
pub(crate) fn run_items<T>(
    account: &mut Account,
    items: &[Value],
    check: impl Fn(&Account, &Map<String, Value>) -> Result<T, Flaws>,
    mut store: impl FnMut(&mut Account, T, Value) -> Value,
) -> Result<Vec<Value>, Answer> {
    let mut good = Vec::with_capacity(items.len());
    let mut bad = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let id = request_id(item, index);
        match item.as_object() {
            Some(object) => match check(account, object) {
                Ok(checked) => good.push((checked, id)),
                Err(flaws) => bad.push((id, flaws)),
            },
            None => {
                let mut flaws = Flaws::default();
                flaws.invalid_type(String::new(), "array");
                bad.push((id, flaws));
            }
        }
    }
    if !bad.is_empty() && !account.switches.batch_400_stores_valid {
        return Err(Answer::validation(&bad));
    }
    let stored = good.into_iter().map(|(checked, id)| store(account, checked, id)).collect();
    if bad.is_empty() { Ok(stored) } else { Err(Answer::validation(&bad)) }
}
