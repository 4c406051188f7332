//! The documents of the OAuth controls.

use serde_json::{Map, Value};

use super::account::Account;
use super::problem::Problem;

/// The longest life of a long-lived token: five years.
const MAX_DAYS: i64 = 1827;

/// The object and what is wrong with its keys.
fn object<'a>(document: &'a Value, known: &[&str]) -> Result<&'a Map<String, Value>, Vec<Problem>> {
    let Some(map) = document.as_object() else {
        return Err(vec![Problem::new("invalid_type", "").with("expected", "object")]);
    };
    let unknown = map.keys().filter(|key| !known.contains(&key.as_str()));
    let problems: Vec<Problem> = unknown
        .map(|key| Problem::new("unknown_key", format!("/{key}")).with("name", key.as_str()))
        .collect();
    if problems.is_empty() { Ok(map) } else { Err(problems) }
}

fn wrong(path: &str, expected: &str) -> Vec<Problem> {
    vec![Problem::new("invalid_type", path).with("expected", expected)]
}

/// `{"long_lived"}`: whether long-lived tokens go too.
pub(crate) fn revocation(document: &Value) -> Result<bool, Vec<Problem>> {
    match object(document, &["long_lived"])?.get("long_lived") {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(long_lived)) => Ok(*long_lived),
        Some(_) => Err(wrong("/long_lived", "boolean")),
    }
}

/// `{"user", "days"}`: whose token and for how long; the owner's for a day when nothing is said.
pub(crate) fn long_lived(document: &Value, account: &Account) -> Result<(u64, i64), Vec<Problem>> {
    let map = object(document, &["user", "days"])?;
    let user = match map.get("user") {
        None | Some(Value::Null) => account.owner,
        Some(user) => user
            .as_u64()
            .filter(|user| account.is_active_user(*user))
            .ok_or_else(|| vec![Problem::new("unknown_entity", "/user")])?,
    };
    let days = match map.get("days") {
        None | Some(Value::Null) => 1,
        Some(days) => days
            .as_i64()
            .filter(|days| (1..=MAX_DAYS).contains(days))
            .ok_or_else(|| wrong("/days", "1..1827"))?,
    };
    Ok((user, days))
}
