//! A checked change of a contact, a lead or a company, not applied yet.

use serde_json::{Map, Value};

use super::account::Account;
use super::flaws::{Flaws, Reader};
use super::kind::Kind;
use super::pipelines::CLOSED;
use super::record::Record;
use super::tags::TagChange;
use super::values::{self, FieldValues, Strictness};

/// What an item asks for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Draft {
    /// Native attributes to set.
    pub(crate) attributes: Map<String, Value>,
    /// Custom fields to replace; an empty list clears.
    pub(crate) values: Vec<FieldValues>,
    pub(crate) tags: TagChange,
    /// Contacts to link a new lead with.
    pub(crate) contacts: Vec<(u64, Option<bool>)>,
    /// Companies to link a new entity with.
    pub(crate) companies: Vec<u64>,
}

impl Draft {
    fn set(&mut self, key: &str, value: impl Into<Value>) {
        self.attributes.insert(key.to_owned(), value.into());
    }

    /// A native text, for defaults.
    pub(crate) fn text(&self, key: &str) -> &str {
        self.attributes.get(key).and_then(Value::as_str).unwrap_or_default()
    }
}

/// How an item is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame<'a> {
    pub(crate) kind: Kind,
    /// Dotted path of the item inside the request's item, ends with a dot unless empty.
    pub(crate) prefix: &'a str,
    /// The most custom fields, where there is a limit.
    pub(crate) field_limit: Option<usize>,
    /// Whether `_embedded` contacts and companies are ids of existing ones.
    pub(crate) links: bool,
}

impl Frame<'_> {
    /// An item of `POST` or `PATCH /{entity}`.
    pub(crate) fn plain(kind: Kind) -> Self {
        Frame { kind, prefix: "", field_limit: None, links: true }
    }
}

/// Checks a new entity (`target` none) or a change of one.
pub(crate) fn check(
    account: &Account,
    frame: Frame,
    item: &Map<String, Value>,
    target: Option<&Record>,
    flaws: &mut Flaws,
) -> Draft {
    let mut draft = Draft::default();
    let kind = frame.kind;
    natives(account, frame, item, flaws, &mut draft);
    if kind == Kind::Leads {
        stage(account, frame, item, target, flaws, &mut draft);
    }
    let strict = Strictness { unknown_code: account.switches.unknown_field_code_refused, long_text: true };
    let fields = account.fields.of(kind);
    draft.values = values::read(fields, item, frame.prefix, frame.field_limit, strict, flaws);
    match item.get("_embedded") {
        None | Some(Value::Null | Value::Object(_)) => {}
        Some(Value::Array(items)) if items.is_empty() => {}
        Some(_) => flaws.invalid_type(format!("{}_embedded", frame.prefix), "array"),
    }
    draft.tags = TagChange::read(account, kind, item, frame.prefix, flaws);
    if frame.links && target.is_none() {
        links(account, frame, item, flaws, &mut draft);
    }
    draft
}

fn natives(account: &Account, frame: Frame, item: &Map<String, Value>, flaws: &mut Flaws, draft: &mut Draft) {
    let mut reader = Reader { map: item, prefix: frame.prefix, flaws };
    let texts: &[&str] =
        if frame.kind == Kind::Contacts { &["name", "first_name", "last_name"] } else { &["name"] };
    for key in texts {
        if let Some(text) = reader.text(key) {
            draft.set(key, text);
        }
    }
    if frame.kind == Kind::Leads {
        if let Some(price) = reader.integer("price") {
            draft.set("price", price);
        }
        for key in ["closed_at", "loss_reason_id"] {
            if item.get(key).is_some_and(Value::is_null) {
                draft.set(key, Value::Null);
            } else if let Some(number) = reader.integer(key) {
                draft.set(key, number);
            }
        }
    }
    for key in ["created_at", "updated_at"] {
        if let Some(seconds) = reader.integer(key) {
            draft.set(key, seconds);
        }
    }
    if let Some(user) = account.check_user(&mut reader, "responsible_user_id") {
        draft.set("responsible_user_id", user);
    }
    for key in ["created_by", "updated_by"] {
        if let Some(user) = account.check_author(&mut reader, key) {
            draft.set(key, user);
        }
    }
}

/// Where the lead goes: a stage must belong to its pipeline, 142 and 143 need one named.
fn stage(
    account: &Account,
    frame: Frame,
    item: &Map<String, Value>,
    target: Option<&Record>,
    flaws: &mut Flaws,
    draft: &mut Draft,
) {
    let mut reader = Reader { map: item, prefix: frame.prefix, flaws };
    let before = reader.flaws.0.len();
    let pipeline_id = reader.id("pipeline_id");
    let status_id = reader.id("status_id");
    if reader.flaws.0.len() > before {
        return;
    }
    let named = match pipeline_id {
        Some(id) => {
            let Some(pipeline) = account.live_pipeline(id) else {
                return reader.flaws.not_supported(reader.path("pipeline_id"));
            };
            Some(pipeline)
        }
        None => None,
    };
    let current = target.and_then(|record| account.pipeline(record.id_of("pipeline_id")?));
    let (pipeline, status) = match (named, status_id) {
        (None, None) if target.is_some() => return,
        (None, None) => match account.main_pipeline() {
            Some(pipeline) => (pipeline, pipeline.first_stage()),
            None => return,
        },
        (Some(pipeline), None) if current.is_some_and(|current| current.id == pipeline.id) => return,
        (Some(pipeline), None) => (pipeline, pipeline.first_stage()),
        (Some(pipeline), Some(status)) => (pipeline, Some(status)),
        (None, Some(status)) if CLOSED.contains(&status) => {
            return reader.flaws.missing(reader.path("pipeline_id"));
        }
        (None, Some(status)) => {
            let found = match current {
                Some(pipeline) => Some(pipeline),
                None => account.pipelines.iter().find(|p| !p.is_archive && p.status(status).is_some()),
            };
            match found {
                Some(pipeline) => (pipeline, Some(status)),
                None => return reader.flaws.not_supported(reader.path("status_id")),
            }
        }
    };
    // A lead cannot be put among the unsorted by hand; one that is there may stay.
    let stays = |status| target.is_some_and(|record| record.id_of("status_id") == Some(status));
    let known = status.filter(|id| {
        pipeline.status(*id).is_some_and(|status| status.status_type == 0)
            || (stays(*id) && pipeline.status(*id).is_some())
    });
    match known {
        Some(status) => {
            draft.set("pipeline_id", pipeline.id);
            draft.set("status_id", status);
        }
        None => reader.flaws.not_supported(reader.path("status_id")),
    }
}

fn links(account: &Account, frame: Frame, item: &Map<String, Value>, flaws: &mut Flaws, draft: &mut Draft) {
    let Some(Value::Object(embedded)) = item.get("_embedded") else { return };
    let prefix = format!("{}_embedded.", frame.prefix);
    if frame.kind == Kind::Leads {
        for (path, contact) in (Reader { map: embedded, prefix: &prefix, flaws }).objects("contacts") {
            let mut reader = Reader { map: contact, prefix: &path, flaws };
            let is_main = contact.get("is_main").and_then(Value::as_bool);
            if let Some(id) = existing(account, Kind::Contacts, &mut reader) {
                draft.contacts.push((id, is_main));
            }
        }
    }
    if frame.kind != Kind::Companies {
        for (path, company) in (Reader { map: embedded, prefix: &prefix, flaws }).objects("companies") {
            let mut reader = Reader { map: company, prefix: &path, flaws };
            draft.companies.extend(existing(account, Kind::Companies, &mut reader));
        }
    }
}

/// The id of an existing entity, else a flaw at `…id`.
pub(crate) fn existing(account: &Account, kind: Kind, reader: &mut Reader) -> Option<u64> {
    if !reader.map.contains_key("id") {
        reader.flaws.missing(reader.path("id"));
    }
    let id = reader.id("id")?;
    if account.shelf(kind).get(id).is_none() {
        reader.flaws.not_supported(reader.path("id"));
        return None;
    }
    Some(id)
}
