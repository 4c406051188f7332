//! The tag directory of each kind of entity.

use serde_json::{Map, Value, json};

use super::account::Account;
use super::answer::Answer;
use super::batch::{self, Call};
use super::flaws::{Flaws, Reader};
use super::kind::Kind;

/// A tag.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tag {
    pub(crate) id: u64,
    pub(crate) name: String,
}

impl Tag {
    /// As the API shows it.
    pub(crate) fn to_json(&self) -> Value {
        json!({"id": self.id, "name": self.name, "color": null})
    }
}

/// A tag as requests name it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TagRef {
    Id(u64),
    Name(String),
}

/// What an item does to tags.
#[derive(Debug, Clone, Default)]
pub(crate) struct TagChange {
    /// The whole new set.
    pub(crate) replace: Option<Vec<TagRef>>,
    pub(crate) add: Vec<TagRef>,
    pub(crate) delete: Vec<TagRef>,
}

impl TagChange {
    /// Reads `_embedded.tags`, `tags_to_add` and `tags_to_delete`.
    pub(crate) fn read(
        account: &Account,
        kind: Kind,
        item: &Map<String, Value>,
        prefix: &str,
        flaws: &mut Flaws,
    ) -> Self {
        let mut change = TagChange {
            add: refs(account, kind, item, "tags_to_add", prefix, flaws),
            delete: refs(account, kind, item, "tags_to_delete", prefix, flaws),
            replace: None,
        };
        if let Some(Value::Object(embedded)) = item.get("_embedded")
            && embedded.contains_key("tags")
        {
            let prefix = format!("{prefix}_embedded.");
            change.replace = Some(refs(account, kind, embedded, "tags", &prefix, flaws));
        }
        change
    }
}

fn refs(
    account: &Account,
    kind: Kind,
    map: &Map<String, Value>,
    key: &str,
    prefix: &str,
    flaws: &mut Flaws,
) -> Vec<TagRef> {
    let items = Reader { map, prefix, flaws }.objects(key);
    let mut tags = Vec::with_capacity(items.len());
    for (path, item) in items {
        let mut reader = Reader { map: item, prefix: &path, flaws };
        if item.get("id").is_some_and(|id| !id.is_null()) {
            let Some(id) = reader.id("id") else { continue };
            if account.tags(kind).iter().any(|tag| tag.id == id) {
                tags.push(TagRef::Id(id));
            } else {
                reader.flaws.not_supported(reader.path("id"));
            }
        } else if let Some(name) = reader.required_text("name") {
            tags.push(TagRef::Name(name.to_owned()));
        }
    }
    tags
}

/// The id of a tag, made when its name is new.
pub(crate) fn resolve(account: &mut Account, kind: Kind, tag: &TagRef) -> u64 {
    let name = match tag {
        TagRef::Id(id) => return *id,
        TagRef::Name(name) => name,
    };
    if let Some(tag) = account.tags(kind).iter().find(|tag| tag.name == *name) {
        return tag.id;
    }
    let id = account.next_id("tags");
    account.tags_mut(kind).push(Tag { id, name: name.clone() });
    id
}

/// Changes the tags of a record; whether anything changed.
pub(crate) fn apply(account: &mut Account, kind: Kind, id: u64, change: &TagChange) -> bool {
    let Some(before) = account.shelf(kind).get(id).map(|record| record.tags.clone()) else { return false };
    let mut tags = match &change.replace {
        Some(tags) => tags.iter().map(|tag| resolve(account, kind, tag)).collect(),
        None => before.clone(),
    };
    for tag in &change.add {
        tags.push(resolve(account, kind, tag));
    }
    for tag in &change.delete {
        let known = match tag {
            TagRef::Id(id) => Some(*id),
            TagRef::Name(name) => account.tags(kind).iter().find(|tag| tag.name == *name).map(|tag| tag.id),
        };
        tags.retain(|tag| Some(*tag) != known);
    }
    let mut unique: Vec<u64> = Vec::with_capacity(tags.len());
    for tag in tags {
        if !unique.contains(&tag) {
            unique.push(tag);
        }
    }
    let changed = unique != before;
    if let Some(record) = account.shelf_mut(kind).get_mut(id) {
        record.tags = unique;
    }
    changed
}

/// `GET /{entity}/tags`.
pub(crate) fn list(account: &Account, call: &Call, kind: Kind) -> Answer {
    let ids = call.query.filter_ids("id");
    let names = call.query.filter("name");
    let part = call.query.get("query").map(str::to_lowercase);
    let tags = account.tags(kind).iter().filter(|tag| {
        ids.as_ref().is_none_or(|ids| ids.contains(&tag.id))
            && names.as_ref().is_none_or(|names| names.contains(&tag.name.as_str()))
            && part.as_ref().is_none_or(|part| tag.name.to_lowercase().contains(part))
    });
    account.page(call, "tags", tags, None, |tag| tag.to_json())
}

/// `POST /{entity}/tags`: a name that exists gives the same tag.
pub(crate) fn create(account: &mut Account, call: &Call, kind: Kind) -> Answer {
    let made = batch::run(
        account,
        call,
        250,
        |_, item| {
            let mut flaws = Flaws::default();
            match (Reader { map: item, prefix: "", flaws: &mut flaws }).required_text("name") {
                Some(name) => Ok(name.to_owned()),
                None => Err(flaws),
            }
        },
        |account, name, request_id| {
            let id = resolve(account, kind, &TagRef::Name(name.clone()));
            json!({"id": id, "name": name, "request_id": request_id})
        },
    );
    match made {
        Ok(tags) => Answer::ok(json!({"_total_items": tags.len(), "_embedded": {"tags": tags}})),
        Err(refusal) => refusal,
    }
}
