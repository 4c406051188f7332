//! Notes on contacts, leads and companies.

use serde_json::{Map, Value, json};

use super::account::Account;
use super::answer::Answer;
use super::batch::{self, Call};
use super::entities::Author;
use super::flaws::{Flaws, Reader};
use super::kind::Kind;

/// A note.
#[derive(Debug, Clone)]
pub(crate) struct Note {
    pub(crate) kind: Kind,
    pub(crate) entity_id: u64,
    pub(crate) attributes: Map<String, Value>,
}

/// The types that can be written.
const TYPES: [&str; 13] = [
    "common",
    "call_in",
    "call_out",
    "service_message",
    "extended_service_message",
    "sms_in",
    "sms_out",
    "geolocation",
    "attachment",
    "message_cashier",
    "invoice_paid",
    "bill_paid",
    "ai_result",
];

/// Stores a note; absent attributes get their defaults.
pub(crate) fn put(
    account: &mut Account,
    id: u64,
    kind: Kind,
    entity_id: u64,
    given: Map<String, Value>,
    author: Author,
) {
    let now = author.now();
    let defaults = json!({
        "entity_id": entity_id, "created_by": author.user, "updated_by": author.user, "created_at": now,
        "updated_at": now, "responsible_user_id": author.user, "group_id": 0, "note_type": "common", "params": {},
    });
    let mut attributes = if let Value::Object(map) = defaults { map } else { Map::new() };
    attributes.extend(given);
    if account.notes.insert(id, Note { kind, entity_id, attributes }).is_none() {
        account.notes_of.entry((kind, entity_id)).or_default().push(id);
    }
}

/// As the API shows it.
pub(crate) fn show(account: &Account, id: u64, note: &Note) -> Value {
    let mut shown = note.attributes.clone();
    shown.insert("id".to_owned(), id.into());
    shown.insert("account_id".to_owned(), account.identity.id.into());
    shown.insert("_links".to_owned(), account.self_link(&format!("{}/notes", note.kind.plural()), id));
    Value::Object(shown)
}

/// Checks `params` of a type: nulls are refused, what the type needs must be there.
pub(crate) fn check_params(note_type: &str, params: &Map<String, Value>, prefix: &str, flaws: &mut Flaws) {
    let mut reader = Reader { map: params, prefix, flaws };
    for (key, _) in params.iter().filter(|(_, value)| value.is_null()) {
        reader.flaws.null(reader.path(key));
    }
    // Nulls are told already.
    let told = |key: &str| params.get(key).is_some_and(Value::is_null);
    let texts: &[&str] = match note_type {
        "common" => &["text"],
        "call_in" | "call_out" => &["source", "phone"],
        "service_message" | "extended_service_message" => &["service", "text"],
        "sms_in" | "sms_out" => &["text", "phone"],
        "geolocation" => &["text", "address", "longitude", "latitude"],
        "attachment" => &["file_uuid", "version_uuid", "file_name"],
        _ => &[],
    };
    for key in texts.iter().filter(|key| !told(key)) {
        reader.required_text(key);
    }
    if matches!(note_type, "call_in" | "call_out") {
        if !told("duration") {
            reader.required_integer("duration");
        }
        for key in ["uniq", "link", "call_result"].iter().filter(|key| !told(key)) {
            reader.text(key);
        }
        if !told("call_status")
            && let Some(status) = reader.integer("call_status")
            && !(1..=8).contains(&status)
        {
            reader.flaws.not_supported(reader.path("call_status"));
        }
    }
}

struct Draft {
    entity_id: u64,
    attributes: Map<String, Value>,
}

fn check(account: &Account, kind: Kind, own: Option<u64>, item: &Map<String, Value>) -> Result<Draft, Flaws> {
    let mut flaws = Flaws::default();
    let mut attributes = Map::new();
    let mut reader = Reader { map: item, prefix: "", flaws: &mut flaws };
    let entity_id = match own {
        Some(id) => Some(id),
        None => {
            if !item.contains_key("entity_id") {
                reader.flaws.missing("entity_id".to_owned());
            }
            let id = reader.id("entity_id");
            if id.is_some_and(|id| account.shelf(kind).get(id).is_none()) {
                reader.flaws.not_supported("entity_id".to_owned());
            }
            id
        }
    };
    let note_type = reader.required_text("note_type");
    if note_type.is_some_and(|name| !TYPES.contains(&name)) {
        reader.flaws.not_supported("note_type".to_owned());
    }
    match reader.required("params") {
        Some(Value::Object(params)) => {
            check_params(note_type.unwrap_or_default(), params, "params.", reader.flaws);
            attributes.insert("params".to_owned(), Value::Object(params.clone()));
        }
        Some(_) => reader.flaws.invalid_type("params".to_owned(), "array"),
        None => {}
    }
    attributes.insert("note_type".to_owned(), note_type.into());
    common(account, &mut reader, &mut attributes);
    match entity_id {
        Some(entity_id) if flaws.is_empty() => Ok(Draft { entity_id, attributes }),
        _ => Err(flaws),
    }
}

fn common(account: &Account, reader: &mut Reader, attributes: &mut Map<String, Value>) {
    for key in ["created_at", "updated_at"] {
        if let Some(seconds) = reader.integer(key) {
            attributes.insert(key.to_owned(), seconds.into());
        }
    }
    if let Some(user) = account.check_user(reader, "responsible_user_id") {
        attributes.insert("responsible_user_id".to_owned(), user.into());
    }
    for key in ["created_by", "updated_by"] {
        if let Some(user) = account.check_author(reader, key) {
            attributes.insert(key.to_owned(), user.into());
        }
    }
    reader.boolean("is_need_to_trigger_digital_pipeline");
}

/// `GET /{entity}/notes` and `/{entity}/{id}/notes`.
pub(crate) fn list(account: &Account, call: &Call, kind: Kind, own: Option<u64>) -> Answer {
    let query = &call.query;
    let ids = query.filter_ids("id");
    let types = query.filter_commas("note_type");
    let entity_ids = own.map(|id| vec![id]).or_else(|| query.filter_ids("entity_id"));
    let range = query.range("updated_at");
    let (order, descending) = query.order().unwrap_or(("id", false));
    let wanted = |(id, note): &(u64, &Note)| {
        let note_type = note.attributes.get("note_type").and_then(Value::as_str).unwrap_or_default();
        note.kind == kind
            && ids.as_ref().is_none_or(|ids| ids.contains(id))
            && types.as_ref().is_none_or(|types| types.contains(&note_type))
            && range.holds(note.attributes.get("updated_at").and_then(Value::as_f64))
    };
    let mut found: Vec<(u64, &Note)> = match &entity_ids {
        Some(entities) => {
            let mut of: Vec<u64> = entities
                .iter()
                .filter_map(|id| account.notes_of.get(&(kind, *id)))
                .flatten()
                .copied()
                .collect();
            of.sort_unstable();
            of.dedup();
            of.into_iter().filter_map(|id| Some((id, account.notes.get(&id)?))).filter(wanted).collect()
        }
        None => account.notes.iter().map(|(id, note)| (*id, note)).filter(wanted).collect(),
    };
    if order == "updated_at" || order == "created_at" {
        found.sort_by_key(|(_, note)| note.attributes.get(order).and_then(Value::as_i64));
    }
    if descending {
        found.reverse();
    }
    account.page(call, "notes", found.into_iter(), None, |(id, note)| show(account, id, note))
}

fn find(account: &Account, kind: Kind, own: Option<u64>, id: u64) -> Option<&Note> {
    account.notes.get(&id).filter(|note| note.kind == kind && own.is_none_or(|own| own == note.entity_id))
}

/// `GET /{entity}/notes/{id}` and `/{entity}/{id}/notes/{id}`.
pub(crate) fn one(account: &Account, kind: Kind, own: Option<u64>, id: u64) -> Answer {
    find(account, kind, own, id).map_or_else(Answer::empty, |note| Answer::ok(show(account, id, note)))
}

fn answer(account: &Account, call: &Call, items: Result<Vec<Value>, Answer>) -> Answer {
    match items {
        Ok(items) => Answer::ok(json!({
            "_links": {"self": {"href": account.url(call.route)}}, "_embedded": {"notes": items},
        })),
        Err(refusal) => refusal,
    }
}

/// `POST /{entity}/notes` and `/{entity}/{id}/notes`.
pub(crate) fn create(account: &mut Account, call: &Call, kind: Kind, own: Option<u64>) -> Answer {
    if own.is_some_and(|id| account.shelf(kind).get(id).is_none()) {
        return Answer::not_found();
    }
    let author = account.author(call.now_ms);
    let made = batch::run(
        account,
        call,
        250,
        |account, item| check(account, kind, own, item),
        |account, note, request_id| {
            let id = account.next_id("notes");
            put(account, id, kind, note.entity_id, note.attributes, author);
            let links = account.self_link(&format!("{}/notes", kind.plural()), id);
            json!({"id": id, "entity_id": note.entity_id, "request_id": request_id, "_links": links})
        },
    );
    answer(account, call, made)
}

fn check_change(
    account: &Account,
    kind: Kind,
    own: Option<u64>,
    id: u64,
    item: &Map<String, Value>,
) -> Result<Map<String, Value>, Flaws> {
    let mut flaws = Flaws::default();
    let Some(note) = find(account, kind, own, id) else {
        flaws.not_supported("id".to_owned());
        return Err(flaws);
    };
    let mut attributes = Map::new();
    let mut reader = Reader { map: item, prefix: "", flaws: &mut flaws };
    let mut note_type = note.attributes.get("note_type").and_then(Value::as_str).unwrap_or_default();
    if let Some(name) = reader.text("note_type") {
        note_type = name;
        if TYPES.contains(&name) {
            attributes.insert("note_type".to_owned(), name.into());
        } else {
            reader.flaws.not_supported("note_type".to_owned());
        }
    }
    match reader.value("params") {
        Some(Value::Object(params)) => {
            check_params(note_type, params, "params.", reader.flaws);
            attributes.insert("params".to_owned(), Value::Object(params.clone()));
        }
        Some(_) => reader.flaws.invalid_type("params".to_owned(), "array"),
        None => {}
    }
    common(account, &mut reader, &mut attributes);
    if flaws.is_empty() { Ok(attributes) } else { Err(flaws) }
}

fn change(account: &mut Account, id: u64, changes: Map<String, Value>, author: Author) -> Value {
    let Some(note) = account.notes.get_mut(&id) else { return Value::Null };
    note.attributes.insert("updated_at".to_owned(), author.now().into());
    note.attributes.insert("updated_by".to_owned(), author.user.into());
    note.attributes.extend(changes);
    let (kind, entity_id) = (note.kind, note.entity_id);
    let updated_at = note.attributes.get("updated_at").cloned();
    let links = account.self_link(&format!("{}/notes", kind.plural()), id);
    json!({"id": id, "entity_id": entity_id, "updated_at": updated_at, "_links": links})
}

/// `PATCH /{entity}/notes` and `/{entity}/{id}/notes`.
pub(crate) fn patch(account: &mut Account, call: &Call, kind: Kind, own: Option<u64>) -> Answer {
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
                Some(id) => Ok((id, check_change(account, kind, own, id, item)?)),
                None => Err(flaws),
            }
        },
        |account, (id, changes), _| change(account, id, changes, author),
    );
    answer(account, call, done)
}

/// `PATCH /{entity}/notes/{id}` and `/{entity}/{id}/notes/{id}`.
pub(crate) fn patch_one(account: &mut Account, call: &Call, kind: Kind, own: Option<u64>, id: u64) -> Answer {
    let item = match call.object() {
        Ok(item) => item,
        Err(refusal) => return refusal,
    };
    if find(account, kind, own, id).is_none() {
        return Answer::empty();
    }
    match check_change(account, kind, own, id, &item) {
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

/// The entity of a note in a seed: `entity_type` and `entity_id`.
pub(crate) fn seed_entity(account: &Account, item: &Map<String, Value>) -> Option<(Kind, u64)> {
    let kind = Kind::from_plural(item.get("entity_type")?.as_str()?)?;
    let mut flaws = Flaws::default();
    let mut reader = Reader { map: item, prefix: "", flaws: &mut flaws };
    let id = reader.id("entity_id")?;
    account.shelf(kind).get(id)?;
    Some((kind, id))
}
