//! `/events`: what happened to entities, read only.

use serde_json::{Map, Value, json};

use super::account::Account;
use super::answer::Answer;
use super::batch::Call;
use super::entities::Author;
use super::field::type_number;
use super::kind::Kind;
use super::values::as_text;

/// Something that happened.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    kind: Kind,
    entity_id: u64,
    event_type: String,
    created_by: u64,
    created_at: i64,
    after: Value,
    before: Value,
}

fn push(
    account: &mut Account,
    kind: Kind,
    entity_id: u64,
    event_type: String,
    author: Author,
    after: Value,
    before: Value,
) {
    let created_at = author.now();
    account.events_of.entry((kind, entity_id)).or_default().push(account.events.len());
    account.events.push(Event {
        kind,
        entity_id,
        event_type,
        created_by: author.user,
        created_at,
        after,
        before,
    });
}

/// `contact_added`, `lead_added`, `company_added`.
pub(crate) fn added(account: &mut Account, kind: Kind, id: u64, author: Author) {
    push(account, kind, id, format!("{}_added", kind.singular()), author, json!([]), json!([]));
}

/// `entity_merged`: something new went into this entity.
pub(crate) fn merged(account: &mut Account, kind: Kind, id: u64, author: Author) {
    let after = json!([{"entity": {"id": id}}]);
    push(account, kind, id, "entity_merged".to_owned(), author, after, json!([]));
}

/// `custom_field_{id}_value_changed`.
pub(crate) fn field_changed(
    account: &mut Account,
    kind: Kind,
    id: u64,
    field_id: u64,
    before: &[Value],
    after: &[Value],
    author: Author,
) {
    let number = account
        .fields
        .of(kind)
        .iter()
        .find(|field| field.id == field_id)
        .map_or(0, |field| type_number(&field.field_type));
    let shown = |values: &[Value]| -> Value {
        let values: Vec<Value> = values
            .iter()
            .map(|value| {
                let enum_id = value.get("enum_id").cloned().unwrap_or(Value::Null);
                json!({"custom_field_value": {
                    "field_id": field_id, "field_type": number, "enum_id": enum_id, "text": as_text(value),
                }})
            })
            .collect();
        Value::Array(values)
    };
    let (after, before) = (shown(after), shown(before));
    push(account, kind, id, format!("custom_field_{field_id}_value_changed"), author, after, before);
}

fn show(account: &Account, number: usize, event: &Event) -> Value {
    let id = format!("01pz{number:022x}");
    let entity = json!({
        "id": event.entity_id, "_links": account.self_link(event.kind.plural(), event.entity_id),
    });
    json!({
        "id": id, "type": event.event_type, "entity_id": event.entity_id, "entity_type": event.kind.singular(),
        "created_by": event.created_by, "created_at": event.created_at, "value_after": event.after,
        "value_before": event.before, "account_id": account.identity.id, "_links": account.self_link("events", &id),
        "_embedded": {"entity": entity},
    })
}

/// `GET /events`, newest first.
pub(crate) fn list(account: &Account, call: &Call) -> Answer {
    let query = &call.query;
    let kinds = query.filter_commas("entity");
    let ids = query.filter_ids("entity_id");
    if ids.as_ref().is_some_and(|ids| ids.len() > 10 || kinds.as_ref().is_none_or(|kinds| kinds.len() != 1)) {
        return Answer::bad_request("filter[entity_id] takes at most 10 ids of one filter[entity]");
    }
    let types = query.filter_commas("type");
    let authors = query.filter_ids("created_by");
    let mut range = query.range("created_at");
    if let Some(times) = query.filter_commas("created_at") {
        let mut times = times.into_iter().map(|time| time.parse::<f64>().ok());
        range.from = times.next().flatten();
        range.to = times.next().flatten().or(range.from);
    }
    let narrowed = ids.as_ref().map(|ids| {
        let keys = ids.iter().flat_map(|id| Kind::ALL.map(|kind| (kind, *id)));
        let numbers = keys.filter_map(|key| account.events_of.get(&key)).flatten();
        numbers.filter_map(|number| Some((*number, account.events.get(*number)?))).collect::<Vec<_>>()
    });
    let mut found: Vec<(usize, &Event)> = narrowed
        .unwrap_or_else(|| account.events.iter().enumerate().collect())
        .into_iter()
        .filter(|(_, event)| {
            kinds.as_ref().is_none_or(|kinds| kinds.iter().any(|kind| *kind == event.kind.singular()))
                && ids.as_ref().is_none_or(|ids| ids.contains(&event.entity_id))
                && types.as_ref().is_none_or(|types| types.iter().any(|kind| *kind == event.event_type))
                && authors.as_ref().is_none_or(|authors| authors.contains(&event.created_by))
                && range.holds(Some(event.created_at as f64))
        })
        .collect();
    found.sort_by_key(|(number, event)| std::cmp::Reverse((event.created_at, *number)));
    account.page(call, "events", found.into_iter(), None, |(number, event)| show(account, number, event))
}

/// `GET /events/{id}`.
pub(crate) fn one(account: &Account, id: &str) -> Answer {
    let number = id.strip_prefix("01pz").and_then(|hex| usize::from_str_radix(hex, 16).ok());
    match number.and_then(|number| Some((number, account.events.get(number)?))) {
        Some((number, event)) => Answer::ok(show(account, number, event)),
        None => Answer::empty(),
    }
}

/// `GET /events/types`.
pub(crate) fn types(account: &Account) -> Answer {
    let mut types: Vec<Value> = Vec::new();
    let mut add = |key: String, name: String| {
        let mut map = Map::new();
        map.insert("key".to_owned(), key.into());
        map.insert("type".to_owned(), 1.into());
        map.insert("lang".to_owned(), name.into());
        types.push(Value::Object(map));
    };
    for (key, name) in
        [("lead_added", "Новая сделка"), ("contact_added", "Новый контакт"), ("entity_merged", "Объединение")]
    {
        add(key.to_owned(), name.to_owned());
    }
    for kind in Kind::ALL {
        for field in account.fields.of(kind) {
            add(format!("custom_field_{}_value_changed", field.id), field.name.clone());
        }
    }
    Answer::ok(json!({"_total_items": types.len(), "_embedded": {"events_types": types}}))
}
