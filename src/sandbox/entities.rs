//! Contacts, leads and companies: created, changed and shown.

use serde_json::{Map, Value, json};

use super::account::Account;
use super::answer::Answer;
use super::batch::{self, Call};
use super::draft::{self, Draft, Frame};
use super::events;
use super::flaws::{Flaws, Reader};
use super::kind::Kind;
use super::record::{Index, Record, digits_of};
use super::tags;
use super::values::as_text;

/// Who writes, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Author {
    pub(crate) user: u64,
    pub(crate) now_ms: i64,
}

impl Author {
    /// Unix seconds.
    pub(crate) fn now(self) -> i64 {
        self.now_ms.div_euclid(1000)
    }
}

/// Stores a new entity.
pub(crate) fn create(account: &mut Account, kind: Kind, draft: Draft, author: Author) -> u64 {
    let id = account.next_id(kind.plural());
    let now = author.now();
    let mut record = Record::new(id);
    let closed =
        draft.attributes.get("status_id").and_then(Value::as_u64).is_some_and(|id| matches!(id, 142 | 143));
    let full_name = format!("{} {}", draft.text("first_name"), draft.text("last_name")).trim().to_owned();
    record.attributes = blank(kind, author.user, now);
    record.set("name", if kind == Kind::Leads { format!("Сделка #{id}") } else { full_name });
    if closed {
        record.set("closed_at", now);
    }
    for (key, value) in draft.attributes {
        record.attributes.insert(key, value);
    }
    record.values = draft.values.into_iter().filter(|(_, values)| !values.is_empty()).collect();
    account.shelf_mut(kind).put(record);
    tags::apply(account, kind, id, &draft.tags);
    for (contact, is_main) in draft.contacts {
        account.links.link((kind, id), (Kind::Contacts, contact), is_main);
    }
    for company in draft.companies {
        account.links.link((kind, id), (Kind::Companies, company), None);
    }
    reindex(account, kind, id, author.now_ms);
    events::added(account, kind, id, author);
    id
}

/// The attributes of an entity about which nothing is said.
pub(crate) fn blank(kind: Kind, user: u64, now: i64) -> Map<String, Value> {
    let mut value = json!({
        "name": "", "responsible_user_id": user, "group_id": 0, "created_by": user, "updated_by": user,
        "created_at": now, "updated_at": now, "is_deleted": false,
    });
    let more = match kind {
        Kind::Contacts => json!({"first_name": "", "last_name": "", "is_unsorted": false}),
        Kind::Companies => json!({}),
        Kind::Leads => json!({
            "price": 0, "status_id": null, "pipeline_id": null, "loss_reason_id": null, "closed_at": null,
            "score": null, "labor_cost": null, "is_price_computed": false,
        }),
    };
    match (&mut value, more) {
        (Value::Object(map), Value::Object(more)) => {
            map.extend(more);
            std::mem::take(map)
        }
        _ => Map::new(),
    }
}

/// Applies a change to an existing entity.
pub(crate) fn change(account: &mut Account, kind: Kind, id: u64, draft: Draft, author: Author) {
    let now = author.now();
    let Some(record) = account.shelf_mut(kind).get_mut(id) else { return };
    let was_status = record.id_of("status_id");
    let renamed = !draft.attributes.contains_key("name")
        && (draft.attributes.contains_key("first_name") || draft.attributes.contains_key("last_name"));
    record.set("updated_at", now);
    record.set("updated_by", author.user);
    for (key, value) in &draft.attributes {
        record.attributes.insert(key.clone(), value.clone());
    }
    if renamed {
        let name = format!("{} {}", record.text("first_name"), record.text("last_name")).trim().to_owned();
        record.set("name", name);
    }
    let status = record.id_of("status_id");
    if status != was_status && !draft.attributes.contains_key("closed_at") {
        let closed = if record.is_open() { Value::Null } else { now.into() };
        record.set("closed_at", closed);
    }
    for (field, values) in draft.values {
        set_values(account, kind, id, field, values, author);
    }
    tags::apply(account, kind, id, &draft.tags);
    if status != was_status && kind == Kind::Leads {
        super::unsorted::left_by_hand(account, id);
    }
    reindex(account, kind, id, author.now_ms);
}

/// Replaces the values of one field; the event tells what they were.
pub(crate) fn set_values(
    account: &mut Account,
    kind: Kind,
    id: u64,
    field: u64,
    values: Vec<Value>,
    author: Author,
) {
    let Some(record) = account.shelf_mut(kind).get_mut(id) else { return };
    let before = if values.is_empty() {
        record.values.remove(&field)
    } else {
        record.values.insert(field, values.clone())
    };
    let before = before.unwrap_or_default();
    if before != values {
        events::field_changed(account, kind, id, field, &before, &values, author);
    }
}

/// Tells the search what an entity holds now.
pub(crate) fn reindex(account: &mut Account, kind: Kind, id: u64, now_ms: i64) {
    let from_ms = now_ms.saturating_add(account.switches.index_delay_ms);
    reindex_at(account, kind, id, from_ms, now_ms);
}

/// The same, visible from a given millisecond on.
pub(crate) fn reindex_at(account: &mut Account, kind: Kind, id: u64, from_ms: i64, now_ms: i64) {
    let Some(record) = account.shelf(kind).get(id) else { return };
    let mut index = Index::default();
    let mut add = |text: &str, phone: bool| {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        index.text.push_str(&text.to_lowercase());
        index.text.push('\n');
        let digits = digits_of(text);
        if !digits.is_empty() {
            if phone {
                index.phones.push(digits.clone());
            }
            index.digits.push(digits);
        }
    };
    for key in ["name", "first_name", "last_name"] {
        add(record.text(key), false);
    }
    let fields = account.fields.of(kind);
    for (field, values) in &record.values {
        let phone = fields.iter().any(|f| f.id == *field && f.code.as_deref() == Some("PHONE"));
        for value in values {
            add(&as_text(value), phone);
        }
    }
    account.shelf_mut(kind).set_index(id, from_ms, now_ms, index);
}

/// An entity as the API shows it; `links` adds leads of contacts and contacts of leads.
pub(crate) fn show(account: &Account, kind: Kind, record: &Record, links: bool) -> Value {
    let mut shown = record.attributes.clone();
    let mut put = |key: &str, value: Value| shown.insert(key.to_owned(), value);
    put("id", record.id.into());
    put("account_id", account.identity.id.into());
    put("closest_task_at", super::tasks::closest(account, kind, record.id).map_or(Value::Null, Value::from));
    put("_links", account.self_link(kind.plural(), record.id));
    let fields = account.fields.of(kind);
    let values: Vec<Value> = record
        .values
        .iter()
        .filter_map(|(id, values)| {
            let field = fields.iter().find(|field| field.id == *id)?;
            Some(json!({
                "field_id": id, "field_name": field.name, "field_code": field.code,
                "field_type": field.field_type, "is_computed": false, "values": values,
            }))
        })
        .collect();
    put("custom_fields_values", if values.is_empty() { Value::Null } else { Value::Array(values) });
    let tags: Vec<Value> = record
        .tags
        .iter()
        .filter_map(|id| account.tags(kind).iter().find(|tag| tag.id == *id))
        .map(super::tags::Tag::to_json)
        .collect();
    let mut embedded = Map::new();
    embedded.insert("tags".to_owned(), Value::Array(tags));
    let others: &[Kind] = match (kind, links) {
        (Kind::Companies, false) => &[],
        (Kind::Companies, true) => &[Kind::Contacts, Kind::Leads],
        (_, false) => &[Kind::Companies],
        (Kind::Contacts, true) => &[Kind::Companies, Kind::Leads],
        (Kind::Leads, true) => &[Kind::Companies, Kind::Contacts],
    };
    for other in others {
        let linked: Vec<Value> = account
            .links
            .of(kind, record.id)
            .iter()
            .filter(|link| link.kind == *other)
            .map(|link| {
                let links = account.self_link(other.plural(), link.id);
                if kind == Kind::Leads && *other == Kind::Contacts {
                    json!({"id": link.id, "is_main": link.is_main, "_links": links})
                } else {
                    json!({"id": link.id, "_links": links})
                }
            })
            .collect();
        embedded.insert(other.plural().to_owned(), Value::Array(linked));
    }
    put("_embedded", Value::Object(embedded));
    Value::Object(shown)
}

/// What `with` asks to embed.
pub(crate) fn wants_links(kind: Kind, call: &Call) -> bool {
    match kind {
        Kind::Contacts => call.query.with("leads"),
        Kind::Leads => call.query.with("contacts"),
        Kind::Companies => call.query.with("leads") || call.query.with("contacts"),
    }
}

/// `GET /{entity}/{id}`; a missing one is 204.
pub(crate) fn one(account: &Account, call: &Call, kind: Kind, id: u64) -> Answer {
    match account.shelf(kind).get(id) {
        Some(record) => Answer::ok(show(account, kind, record, wants_links(kind, call))),
        None => Answer::empty(),
    }
}

/// `POST /{entity}`.
pub(crate) fn post(account: &mut Account, call: &Call, kind: Kind) -> Answer {
    let author = account.author(call.now_ms);
    let made = batch::run(
        account,
        call,
        250,
        |account, item| {
            let mut flaws = Flaws::default();
            let draft = draft::check(account, Frame::plain(kind), item, None, &mut flaws);
            if flaws.is_empty() { Ok(draft) } else { Err(flaws) }
        },
        |account, draft, request_id| {
            let id = create(account, kind, draft, author);
            let links = account.self_link(kind.plural(), id);
            if kind == Kind::Contacts {
                json!({"id": id, "is_deleted": false, "is_unsorted": false, "request_id": request_id, "_links": links})
            } else {
                json!({"id": id, "request_id": request_id, "_links": links})
            }
        },
    );
    embedded(account, call, kind, made)
}

fn embedded(account: &Account, call: &Call, kind: Kind, items: Result<Vec<Value>, Answer>) -> Answer {
    match items {
        Ok(items) => Answer::ok(json!({
            "_links": {"self": {"href": account.url(call.route)}}, "_embedded": {kind.plural(): items},
        })),
        Err(refusal) => refusal,
    }
}

fn check_change(
    account: &Account,
    kind: Kind,
    id: Option<u64>,
    item: &Map<String, Value>,
) -> Result<(u64, Draft, Option<Value>), Flaws> {
    let mut flaws = Flaws::default();
    let id = match id {
        Some(id) => Some(id),
        None => draft::existing(account, kind, &mut Reader { map: item, prefix: "", flaws: &mut flaws }),
    };
    let target = id.and_then(|id| account.shelf(kind).get(id));
    let draft = match target {
        Some(_) => draft::check(account, Frame::plain(kind), item, target, &mut flaws),
        None => Draft::default(),
    };
    match id {
        Some(id) if flaws.is_empty() => Ok((id, draft, item.get("request_id").cloned())),
        _ => Err(flaws),
    }
}

fn changed(account: &Account, kind: Kind, id: u64, request_id: Option<Value>) -> Value {
    let Some(record) = account.shelf(kind).get(id) else { return Value::Null };
    let mut shown = Map::new();
    shown.insert("id".to_owned(), id.into());
    if kind != Kind::Leads {
        shown.insert("name".to_owned(), record.text("name").into());
    }
    shown.insert("updated_at".to_owned(), record.integer("updated_at").into());
    shown.insert("_links".to_owned(), account.self_link(kind.plural(), id));
    if let Some(request_id) = request_id {
        shown.insert("request_id".to_owned(), request_id);
    }
    Value::Object(shown)
}

/// `PATCH /{entity}`.
pub(crate) fn patch(account: &mut Account, call: &Call, kind: Kind) -> Answer {
    let author = account.author(call.now_ms);
    let done = batch::run(
        account,
        call,
        250,
        |account, item| check_change(account, kind, None, item),
        |account, (id, draft, request_id), _| {
            change(account, kind, id, draft, author);
            changed(account, kind, id, request_id)
        },
    );
    embedded(account, call, kind, done)
}

/// `PATCH /{entity}/{id}`; a missing one is 204.
pub(crate) fn patch_one(account: &mut Account, call: &Call, kind: Kind, id: u64) -> Answer {
    let item = match call.object() {
        Ok(item) => item,
        Err(refusal) => return refusal,
    };
    if account.shelf(kind).get(id).is_none() {
        return Answer::empty();
    }
    match check_change(account, kind, Some(id), &item) {
        Ok((id, draft, request_id)) => {
            change(account, kind, id, draft, account.author(call.now_ms));
            let shown = changed(account, kind, id, request_id);
            if account.switches.single_patch_wrapped {
                return embedded(account, call, kind, Ok(vec![shown]));
            }
            Answer::ok(shown)
        }
        Err(flaws) => Answer::validation(&[(batch::request_id(&Value::Object(item), 0), flaws)]),
    }
}
