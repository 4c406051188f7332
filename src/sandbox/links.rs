//! Links between entities: the store and its endpoints.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::account::Account;
use super::answer::Answer;
use super::batch::{self, Call};
use super::flaws::{Flaws, Reader};
use super::kind::Kind;

/// The other end of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) kind: Kind,
    pub(crate) id: u64,
    /// The main contact of a lead (kept on both ends).
    pub(crate) is_main: bool,
}

/// Every link, kept on both ends.
#[derive(Debug, Clone, Default)]
pub(crate) struct Links(BTreeMap<(Kind, u64), Vec<Link>>);

impl Links {
    /// What is linked to an entity.
    pub(crate) fn of(&self, kind: Kind, id: u64) -> &[Link] {
        self.0.get(&(kind, id)).map(Vec::as_slice).unwrap_or_default()
    }

    /// The ids of one kind linked to an entity.
    pub(crate) fn ids(&self, kind: Kind, id: u64, other: Kind) -> Vec<u64> {
        self.of(kind, id).iter().filter(|link| link.kind == other).map(|link| link.id).collect()
    }

    /// Links two entities. A lead's first contact is its main one; an entity has one company.
    pub(crate) fn link(&mut self, a: (Kind, u64), b: (Kind, u64), is_main: Option<bool>) {
        let (a, b) = if a.0 == Kind::Leads || b.0 == Kind::Companies { (a, b) } else { (b, a) };
        if a.0 == b.0 {
            return;
        }
        let before = self.of(a.0, a.1).iter().find(|link| (link.kind, link.id) == b).copied();
        let mut main = false;
        if (a.0, b.0) == (Kind::Leads, Kind::Contacts) {
            let others: Vec<Link> =
                self.of(a.0, a.1).iter().filter(|link| link.kind == b.0 && link.id != b.1).copied().collect();
            let other_main = others.iter().any(|link| link.is_main);
            main = is_main.unwrap_or(before.is_some_and(|link| link.is_main)) || !other_main;
            if main {
                for other in others {
                    self.set(a, (other.kind, other.id), false);
                }
            }
        } else if b.0 == Kind::Companies {
            for company in self.ids(a.0, a.1, b.0).into_iter().filter(|id| *id != b.1) {
                self.unlink(a, (b.0, company));
            }
        }
        self.set(a, b, main);
    }

    fn set(&mut self, a: (Kind, u64), b: (Kind, u64), is_main: bool) {
        for (from, to) in [(a, b), (b, a)] {
            let links = self.0.entry(from).or_default();
            match links.iter_mut().find(|link| (link.kind, link.id) == to) {
                Some(link) => link.is_main = is_main,
                None => links.push(Link { kind: to.0, id: to.1, is_main }),
            }
        }
    }

    /// Takes a link away.
    pub(crate) fn unlink(&mut self, a: (Kind, u64), b: (Kind, u64)) {
        for (from, to) in [(a, b), (b, a)] {
            if let Some(links) = self.0.get_mut(&from) {
                links.retain(|link| (link.kind, link.id) != to);
            }
        }
    }

    /// Takes an entity out of every link.
    pub(crate) fn forget(&mut self, kind: Kind, id: u64) {
        for link in self.0.remove(&(kind, id)).unwrap_or_default() {
            if let Some(links) = self.0.get_mut(&(link.kind, link.id)) {
                links.retain(|back| (back.kind, back.id) != (kind, id));
            }
        }
    }
}

fn to_json(kind: Kind, id: u64, link: Link) -> Value {
    let metadata = match (kind, link.kind) {
        (Kind::Leads, Kind::Contacts) | (Kind::Contacts, Kind::Leads) => {
            json!({"main_contact": link.is_main})
        }
        _ => Value::Null,
    };
    json!({
        "entity_id": id, "entity_type": kind.plural(),
        "to_entity_id": link.id, "to_entity_type": link.kind.plural(), "metadata": metadata,
    })
}

/// One asked change.
struct Change {
    from: (Kind, u64),
    to: (Kind, u64),
    is_main: Option<bool>,
}

fn check(
    account: &Account,
    kind: Kind,
    own: Option<u64>,
    item: &Map<String, Value>,
) -> Result<Change, Flaws> {
    let mut flaws = Flaws::default();
    let mut reader = Reader { map: item, prefix: "", flaws: &mut flaws };
    let id = own.or_else(|| {
        reader.required("entity_id")?;
        reader.id("entity_id")
    });
    if own.is_none() && id.is_some_and(|id| account.shelf(kind).get(id).is_none()) {
        reader.flaws.not_supported("entity_id".to_owned());
    }
    let other = reader.required_text("to_entity_type").and_then(|name| {
        let other = Kind::from_plural(name).filter(|other| *other != kind);
        if other.is_none() {
            reader.flaws.not_supported("to_entity_type".to_owned());
        }
        other
    });
    reader.required("to_entity_id");
    let other_id = if item.get("to_entity_id").is_some_and(|id| !id.is_null()) {
        reader.id("to_entity_id")
    } else {
        None
    };
    if let (Some(other), Some(other_id)) = (other, other_id)
        && account.shelf(other).get(other_id).is_none()
    {
        reader.flaws.not_supported("to_entity_id".to_owned());
    }
    let mut is_main = None;
    if let Some(metadata) = item.get("metadata").and_then(Value::as_object) {
        let mut reader = Reader { map: metadata, prefix: "metadata.", flaws: &mut flaws };
        if metadata.get("is_main").is_some_and(|value| !value.is_null()) {
            is_main = reader.boolean("is_main");
        }
        if metadata.get("updated_by").is_some_and(|value| !value.is_null()) {
            account.check_author(&mut reader, "updated_by");
        }
    }
    match (id, other, other_id) {
        (Some(id), Some(other), Some(other_id)) if flaws.is_empty() => {
            Ok(Change { from: (kind, id), to: (other, other_id), is_main })
        }
        _ => Err(flaws),
    }
}

/// `POST …/link`.
pub(crate) fn link(account: &mut Account, call: &Call, kind: Kind, own: Option<u64>) -> Answer {
    if own.is_some_and(|id| account.shelf(kind).get(id).is_none()) {
        return Answer::not_found();
    }
    let linked = batch::run(
        account,
        call,
        250,
        |account, item| check(account, kind, own, item),
        |account, change, _| {
            account.links.link(change.from, change.to, change.is_main);
            let links = account.links.of(change.from.0, change.from.1);
            let link = links.iter().find(|link| (link.kind, link.id) == change.to);
            link.map_or(Value::Null, |link| to_json(change.from.0, change.from.1, *link))
        },
    );
    match linked {
        Ok(links) => Answer::ok(json!({
            "_total_items": links.len(), "_links": {"self": {"href": account.url(call.route)}},
            "_embedded": {"links": links},
        })),
        Err(refusal) => refusal,
    }
}

/// `POST …/unlink`.
pub(crate) fn unlink(account: &mut Account, call: &Call, kind: Kind, own: Option<u64>) -> Answer {
    let unlinked = batch::run(
        account,
        call,
        250,
        |account, item| check(account, kind, own, item),
        |account, change, _| {
            account.links.unlink(change.from, change.to);
            Value::Null
        },
    );
    unlinked.map_or_else(|refusal| refusal, |_| Answer::empty())
}

/// `GET …/links`.
pub(crate) fn list(account: &Account, call: &Call, kind: Kind, own: Option<u64>) -> Answer {
    let ids = own.map(|id| vec![id]).or_else(|| call.query.filter_ids("entity_id")).unwrap_or_default();
    let to_ids = call.query.filter_ids("to_entity_id");
    let to_kind = call.query.filter("to_entity_type");
    let mut links = Vec::new();
    for id in ids {
        for link in account.links.of(kind, id) {
            let wanted = to_ids.as_ref().is_none_or(|ids| ids.contains(&link.id))
                && to_kind.as_ref().is_none_or(|names| names.contains(&link.kind.plural()));
            if wanted {
                links.push(to_json(kind, id, *link));
            }
        }
    }
    if links.is_empty() {
        return Answer::empty();
    }
    Answer::ok(json!({
        "_total_items": links.len(), "_links": {"self": {"href": account.url(call.route)}},
        "_embedded": {"links": links},
    }))
}
