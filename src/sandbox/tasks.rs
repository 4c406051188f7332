//! Tasks.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::account::Account;
use super::answer::Answer;
use super::batch::{self, Call};
use super::entities::Author;
use super::flaws::{Flaws, Reader};
use super::kind::Kind;

/// The deadline of the most urgent open task of an entity.
pub(crate) fn closest(account: &Account, kind: Kind, id: u64) -> Option<i64> {
    let tasks = account.tasks_of.get(&(kind, id))?;
    let deadline = |task: &Map<String, Value>| {
        (task.get("is_completed") != Some(&Value::Bool(true))).then(|| task.get("complete_till")?.as_i64())?
    };
    tasks.iter().filter_map(|task| deadline(account.tasks.get(task)?)).min()
}

fn entity_of(task: &Map<String, Value>) -> Option<(Kind, u64)> {
    let kind = Kind::from_plural(task.get("entity_type")?.as_str()?)?;
    Some((kind, task.get("entity_id")?.as_u64()?))
}

/// Adds or replaces a task.
pub(crate) fn put(account: &mut Account, id: u64, task: Map<String, Value>) {
    let (before, after) = (account.tasks.get(&id).and_then(entity_of), entity_of(&task));
    if before != after {
        if let Some(tasks) = before.and_then(|entity| account.tasks_of.get_mut(&entity)) {
            tasks.retain(|task| *task != id);
        }
        if let Some(entity) = after {
            account.tasks_of.entry(entity).or_default().push(id);
        }
    }
    account.tasks.insert(id, task);
}

/// The attributes of a task about which nothing is said.
pub(crate) fn blank(author: Author) -> Map<String, Value> {
    let now = author.now();
    let value = json!({
        "created_by": author.user, "updated_by": author.user, "created_at": now, "updated_at": now,
        "responsible_user_id": author.user, "group_id": 0, "entity_id": null, "entity_type": null, "duration": 0,
        "is_completed": false, "task_type_id": 1, "text": "", "result": [], "complete_till": now,
    });
    if let Value::Object(map) = value { map } else { Map::new() }
}

/// As the API shows it.
pub(crate) fn show(account: &Account, id: u64, task: &Map<String, Value>) -> Value {
    let mut shown = task.clone();
    shown.insert("id".to_owned(), id.into());
    shown.insert("account_id".to_owned(), account.identity.id.into());
    shown.insert("_links".to_owned(), account.self_link("tasks", id));
    Value::Object(shown)
}

fn check(account: &Account, item: &Map<String, Value>, new: bool) -> Result<Map<String, Value>, Flaws> {
    let mut flaws = Flaws::default();
    let mut changes = Map::new();
    let mut reader = Reader { map: item, prefix: "", flaws: &mut flaws };
    let mut set = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            changes.insert(key.to_owned(), value);
        }
    };
    if new || item.contains_key("text") {
        set("text", reader.required_text("text").map(Value::from));
    }
    let till = if new { reader.required_integer("complete_till") } else { reader.integer("complete_till") };
    set("complete_till", till.map(Value::from));
    for key in ["duration", "created_at", "updated_at"] {
        set(key, reader.integer(key).map(Value::from));
    }
    if let Some(kind) = reader.integer("task_type_id") {
        if account.task_types.iter().any(|known| i64::try_from(known.id) == Ok(kind)) {
            set("task_type_id", Some(kind.into()));
        } else {
            reader.flaws.not_supported("task_type_id".to_owned());
        }
    }
    set("responsible_user_id", account.check_user(&mut reader, "responsible_user_id").map(Value::from));
    for key in ["created_by", "updated_by"] {
        set(key, account.check_author(&mut reader, key).map(Value::from));
    }
    set("is_completed", reader.boolean("is_completed").map(Value::from));
    match item.get("result") {
        None => {}
        Some(Value::Array(items)) if items.is_empty() => {}
        Some(Value::Object(result)) => {
            if let Some(text) =
                (Reader { map: result, prefix: "result.", flaws: reader.flaws }).required_text("text")
            {
                set("result", Some(json!({"text": text})));
            }
        }
        Some(_) => reader.flaws.invalid_type("result".to_owned(), "array"),
    }
    let given = |key: &str| item.get(key).is_some_and(|value| !value.is_null());
    if given("entity_id") || given("entity_type") {
        let kind = reader.required_text("entity_type").and_then(|name| {
            let kind = Kind::from_plural(name);
            if kind.is_none() {
                reader.flaws.not_supported("entity_type".to_owned());
            }
            kind
        });
        reader.required("entity_id");
        if let Some(kind) = kind
            && let Some(id) =
                item.get("entity_id").filter(|id| !id.is_null()).and_then(|_| reader.id("entity_id"))
        {
            if account.shelf(kind).get(id).is_some() {
                set("entity_id", Some(id.into()));
                set("entity_type", Some(kind.plural().into()));
            } else {
                reader.flaws.not_supported("entity_id".to_owned());
            }
        }
    }
    if flaws.is_empty() { Ok(changes) } else { Err(flaws) }
}

/// `GET /tasks`.
pub(crate) fn list(account: &Account, call: &Call) -> Answer {
    let query = &call.query;
    let ids = query.filter_ids("id");
    let entity_ids = query.filter_ids("entity_id");
    let kinds = query.filter_commas("entity_type");
    let completed =
        query.filter("is_completed").and_then(|values| values.last().map(|v| matches!(*v, "1" | "true")));
    let types = query.filter_ids("task_type").or_else(|| query.filter_ids("task_type_id"));
    let users = query.filter_ids("responsible_user_id");
    let range = query.range("updated_at");
    let number = |task: &Map<String, Value>, key: &str| task.get(key).and_then(Value::as_u64);
    let among = |ids: &Option<Vec<u64>>, id: Option<u64>| {
        ids.as_ref().is_none_or(|ids| id.is_some_and(|id| ids.contains(&id)))
    };
    let narrowed = entity_ids.as_ref().map(|entities| {
        let keys = entities.iter().flat_map(|id| Kind::ALL.map(|kind| (kind, *id)));
        let ids: BTreeSet<u64> =
            keys.filter_map(|key| account.tasks_of.get(&key)).flatten().copied().collect();
        ids.into_iter().filter_map(|id| account.tasks.get_key_value(&id)).collect::<Vec<_>>()
    });
    let mut found: Vec<(&u64, &Map<String, Value>)> = narrowed
        .unwrap_or_else(|| account.tasks.iter().collect())
        .into_iter()
        .filter(|(id, task)| {
            let kind = task.get("entity_type").and_then(Value::as_str);
            among(&ids, Some(**id))
                && among(&entity_ids, number(task, "entity_id"))
                && among(&types, number(task, "task_type_id"))
                && among(&users, number(task, "responsible_user_id"))
                && kinds.as_ref().is_none_or(|kinds| kind.is_some_and(|kind| kinds.contains(&kind)))
                && completed
                    .is_none_or(|done| task.get("is_completed").and_then(Value::as_bool) == Some(done))
                && range.holds(task.get("updated_at").and_then(Value::as_f64))
        })
        .collect();
    let (order, descending) = query.order().unwrap_or(("id", false));
    if order != "id" {
        found.sort_by_key(|(_, task)| task.get(order).and_then(Value::as_i64));
    }
    if descending {
        found.reverse();
    }
    account.page(call, "tasks", found.into_iter(), None, |(id, task)| show(account, *id, task))
}

/// `GET /tasks/{id}`.
pub(crate) fn one(account: &Account, id: u64) -> Answer {
    account.tasks.get(&id).map_or_else(Answer::empty, |task| Answer::ok(show(account, id, task)))
}

fn answer(account: &Account, call: &Call, items: Result<Vec<Value>, Answer>) -> Answer {
    match items {
        Ok(items) => Answer::ok(json!({
            "_links": {"self": {"href": account.url(call.route)}}, "_embedded": {"tasks": items},
        })),
        Err(refusal) => refusal,
    }
}

/// `POST /tasks`.
pub(crate) fn create(account: &mut Account, call: &Call) -> Answer {
    let author = account.author(call.now_ms);
    let made = batch::run(
        account,
        call,
        250,
        |account, item| check(account, item, true),
        |account, changes, request_id| {
            let id = account.next_id("tasks");
            let mut task = blank(author);
            task.extend(changes);
            put(account, id, task);
            json!({"id": id, "request_id": request_id, "_links": account.self_link("tasks", id)})
        },
    );
    answer(account, call, made)
}

fn change(account: &mut Account, id: u64, changes: Map<String, Value>, author: Author) -> Value {
    let mut task = account.tasks.get(&id).cloned().unwrap_or_default();
    task.insert("updated_at".to_owned(), author.now().into());
    task.insert("updated_by".to_owned(), author.user.into());
    task.extend(changes);
    let updated_at = task.get("updated_at").cloned();
    put(account, id, task);
    json!({"id": id, "updated_at": updated_at, "_links": account.self_link("tasks", id)})
}

/// `PATCH /tasks`.
pub(crate) fn patch(account: &mut Account, call: &Call) -> Answer {
    let author = account.author(call.now_ms);
    let done = batch::run(
        account,
        call,
        250,
        |account, item| {
            let mut flaws = Flaws::default();
            let mut reader = Reader { map: item, prefix: "", flaws: &mut flaws };
            if !item.contains_key("id") {
                reader.flaws.missing("id".to_owned());
            }
            match reader.id("id") {
                Some(id) if account.tasks.contains_key(&id) => Ok((id, check(account, item, false)?)),
                Some(_) => {
                    flaws.not_supported("id".to_owned());
                    Err(flaws)
                }
                None => Err(flaws),
            }
        },
        |account, (id, changes), _| change(account, id, changes, author),
    );
    answer(account, call, done)
}

/// `PATCH /tasks/{id}`.
pub(crate) fn patch_one(account: &mut Account, call: &Call, id: u64) -> Answer {
    let item = match call.object() {
        Ok(item) => item,
        Err(refusal) => return refusal,
    };
    if !account.tasks.contains_key(&id) {
        return Answer::empty();
    }
    match check(account, &item, false) {
        Ok(changes) => {
            let shown = change(account, id, changes, account.author(call.now_ms));
            if account.switches.single_patch_wrapped {
                answer(account, call, Ok(vec![shown]))
            } else {
                Answer::ok(shown)
            }
        }
        Err(flaws) => Answer::validation(&[(batch::request_id(&Value::Object(item), 0), flaws)]),
    }
}
