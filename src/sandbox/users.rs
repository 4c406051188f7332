//! Users and their rights.

use serde_json::{Map, Value, json};

use super::account::{ADMIN_ID, Account};
use super::answer::Answer;
use super::batch::Call;

fn user(id: u64, name: &str, email: &str, is_admin: bool, is_active: bool) -> (u64, Map<String, Value>) {
    let letters = json!({"view": "A", "edit": "A", "add": "A", "delete": "A", "export": "A"});
    let value = json!({
        "id": id, "name": name, "email": email, "lang": "ru",
        "rights": {
            "leads": letters, "contacts": letters, "companies": letters, "tasks": {"edit": "A", "delete": "A"},
            "mail_access": false, "catalog_access": false, "files_access": false, "status_rights": [],
            "is_admin": is_admin, "is_free": false, "is_active": is_active, "group_id": null, "role_id": null,
        },
    });
    match value {
        Value::Object(map) => (id, map),
        _ => (id, Map::new()),
    }
}

/// The users of a new account.
pub(crate) fn defaults() -> std::collections::BTreeMap<u64, Map<String, Value>> {
    [
        user(ADMIN_ID, "Старший менеджер", "senior@demo.example", true, true),
        user(504_142, "Иван Иванов", "ivan@demo.example", false, true),
        user(504_143, "Мария Петрова", "maria@demo.example", false, true),
        user(504_144, "Пётр Сидоров", "petr@demo.example", false, false),
    ]
    .into()
}

/// Whether someone may be given work.
pub(crate) fn is_active(user: &Map<String, Value>) -> bool {
    user.get("rights").and_then(|rights| rights.get("is_active")).and_then(Value::as_bool).unwrap_or(true)
}

/// Whether someone may change the account itself.
pub(crate) fn is_admin(user: &Map<String, Value>) -> bool {
    user.get("rights").and_then(|rights| rights.get("is_admin")).and_then(Value::as_bool).unwrap_or(false)
}

/// As the API shows it.
pub(crate) fn to_json(account: &Account, id: u64, user: &Map<String, Value>) -> Value {
    let mut shown = user.clone();
    shown.insert("id".to_owned(), id.into());
    if id == account.token_user
        && !account.switches.admin
        && let Some(Value::Object(rights)) = shown.get_mut("rights")
    {
        rights.insert("is_admin".to_owned(), false.into());
    }
    let links = json!({"self": {"href": account.url(&format!("/api/v4/users/{id}"))}});
    shown.insert("_links".to_owned(), links);
    shown.entry("_embedded").or_insert_with(|| json!({"roles": [], "groups": []}));
    Value::Object(shown)
}

/// `GET /users`.
pub(crate) fn list(account: &Account, call: &Call) -> Answer {
    let total = account.users.len();
    account.page(call, "users", account.users.iter(), Some(total), |(id, user)| to_json(account, *id, user))
}

/// `GET /users/{id}`.
pub(crate) fn one(account: &Account, id: u64) -> Answer {
    account.users.get(&id).map_or_else(Answer::not_found, |user| Answer::ok(to_json(account, id, user)))
}
