//! A manager who works in the account at the same time.

use serde_json::{Value, json};

use crate::amocrm::http::Method;

use super::account::{Account, MANAGER_ID};
use super::answer::Answer;
use super::entities::{self, Author};
use super::kind::Kind;
use super::tags::{self, TagChange, TagRef};

/// The most entities edited for one request.
const MOST: usize = 10;

/// The existing contacts and leads that a write is about to change.
pub(crate) fn about_to_change(
    account: &Account,
    method: Method,
    segments: &[&str],
    body: &str,
) -> Vec<(Kind, u64)> {
    let id_of = |item: &Value| item.get("id").and_then(Value::as_u64);
    let body = || serde_json::from_str::<Value>(body).unwrap_or_default();
    let ids = match (method, segments) {
        (Method::Patch, [kind, id]) => match (edited(kind), id.parse()) {
            (Some(kind), Ok(id)) => vec![(kind, id)],
            _ => Vec::new(),
        },
        (Method::Patch, [kind]) => match edited(kind) {
            Some(kind) => items(&body()).iter().filter_map(id_of).map(|id| (kind, id)).collect(),
            None => Vec::new(),
        },
        (Method::Post, ["leads", "complex"]) => items(&body())
            .iter()
            .filter_map(|item| item.get("_embedded")?.get("contacts")?.as_array()?.first().and_then(id_of))
            .map(|id| (Kind::Contacts, id))
            .collect(),
        _ => Vec::new(),
    };
    ids.into_iter().filter(|(kind, id)| account.shelf(*kind).get(*id).is_some()).take(MOST).collect()
}

fn edited(name: &str) -> Option<Kind> {
    Kind::from_plural(name).filter(|kind| *kind != Kind::Companies)
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The contacts and leads that an answer showed or created.
pub(crate) fn answered(method: Method, segments: &[&str], answer: &Answer) -> Vec<(Kind, u64)> {
    let Some(body) = answer.json() else { return Vec::new() };
    let embedded = |body: &Value, name: &str| -> Vec<Value> {
        let list = body.get("_embedded").and_then(|embedded| embedded.get(name));
        list.map(items).unwrap_or_default().to_vec()
    };
    let id = |item: &Value, key: &str| item.get(key).and_then(Value::as_u64);
    let mut found = Vec::new();
    match (method, segments) {
        (Method::Get | Method::Post, [name]) => {
            if let Some(kind) = edited(name) {
                found.extend(
                    embedded(body, name).iter().filter_map(|item| id(item, "id")).map(|id| (kind, id)),
                );
            }
        }
        (Method::Post, ["leads", "complex"]) => {
            for item in items(body) {
                found.extend(id(item, "id").map(|id| (Kind::Leads, id)));
                found.extend(id(item, "contact_id").map(|id| (Kind::Contacts, id)));
            }
        }
        (Method::Post, ["leads", "unsorted", "forms" | "sip"]) => {
            for incoming in embedded(body, "unsorted") {
                for kind in [Kind::Contacts, Kind::Leads] {
                    let items = embedded(&incoming, kind.plural());
                    found.extend(items.iter().filter_map(|item| id(item, "id")).map(|id| (kind, id)));
                }
            }
        }
        (Method::Get, [name, number]) => {
            if let (Some(kind), Ok(number)) = (edited(name), number.parse()) {
                found.push((kind, number));
            }
        }
        _ => {}
    }
    found.truncate(MOST);
    found
}

/// Adds a phone to a contact, a tag to a lead.
pub(crate) fn edit(account: &mut Account, kind: Kind, id: u64, now_ms: i64) {
    let author = Author { user: MANAGER_ID, now_ms };
    if account.shelf(kind).get(id).is_none() {
        return;
    }
    let done =
        if kind == Kind::Contacts { add_phone(account, id, author) } else { add_tag(account, kind, id) };
    let Some((name, value)) = done else { return };
    if let Some(record) = account.shelf_mut(kind).get_mut(id) {
        record.set("updated_at", author.now());
        record.set("updated_by", author.user);
    }
    entities::reindex(account, kind, id, now_ms);
    account.manager_edits.push(json!({"entity": kind.plural(), "id": id, name: value, "at": now_ms}));
}

fn add_phone(account: &mut Account, id: u64, author: Author) -> Option<(&'static str, String)> {
    let phone = format!("+38099{:07}", account.rng.below(10_000_000));
    let field = account.fields.contacts.iter().find(|field| field.code.as_deref() == Some("PHONE"))?;
    let option = field.enum_by_code("MOB").or(field.enums.first())?;
    let value = json!({"value": phone, "enum_id": option.id, "enum_code": option.code});
    let field = field.id;
    let mut values = account.shelf(Kind::Contacts).get(id)?.values.get(&field).cloned().unwrap_or_default();
    values.push(value);
    entities::set_values(account, Kind::Contacts, id, field, values, author);
    Some(("phone", phone))
}

fn add_tag(account: &mut Account, kind: Kind, id: u64) -> Option<(&'static str, String)> {
    let name = "manager".to_owned();
    let change = TagChange { add: vec![TagRef::Name(name.clone())], ..TagChange::default() };
    tags::apply(account, kind, id, &change).then_some(("tag", name))
}
