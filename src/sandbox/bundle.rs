//! A lead that comes with its contact and company: `/leads/complex` and `/leads/unsorted`.

use serde_json::{Map, Value};

use super::account::Account;
use super::draft::{self, Draft, Frame};
use super::duplicates;
use super::entities::{self, Author};
use super::flaws::{Flaws, Reader};
use super::kind::Kind;

/// A contact or company of a bundle.
#[derive(Debug, Clone)]
pub(crate) enum Part {
    /// Named by id.
    Existing(u64),
    /// To be created, or to go into an existing one.
    New(Draft, Option<u64>),
}

/// What became of a part.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stored {
    pub(crate) id: u64,
    pub(crate) merged: bool,
    /// Whether it was created here.
    pub(crate) new: bool,
}

/// Reads the parts of one kind from `_embedded`.
pub(crate) fn parts(
    account: &Account,
    kind: Kind,
    item: &Map<String, Value>,
    field_limit: Option<usize>,
    flaws: &mut Flaws,
) -> Vec<Part> {
    let Some(Value::Object(embedded)) = item.get("_embedded") else { return Vec::new() };
    let mut parts = Vec::new();
    let objects = Reader { map: embedded, prefix: "_embedded.", flaws }.objects(kind.plural());
    for (path, object) in objects {
        if object.get("id").is_some_and(|id| !id.is_null()) {
            let mut reader = Reader { map: object, prefix: &path, flaws };
            parts.extend(draft::existing(account, kind, &mut reader).map(Part::Existing));
            continue;
        }
        let frame = Frame { kind, prefix: &path, field_limit, links: false };
        let draft = draft::check(account, frame, object, None, flaws);
        let twin = if kind == Kind::Contacts { duplicates::find(account, &draft) } else { None };
        parts.push(Part::New(draft, twin));
    }
    parts
}

/// Stores a part.
pub(crate) fn store(account: &mut Account, kind: Kind, part: Part, author: Author) -> Stored {
    match part {
        Part::Existing(id) => Stored { id, merged: false, new: false },
        Part::New(draft, Some(twin)) if account.shelf(kind).get(twin).is_some() => {
            duplicates::merge(account, twin, draft, author);
            Stored { id: twin, merged: true, new: false }
        }
        Part::New(draft, _) => {
            let id = entities::create(account, kind, draft, author);
            Stored { id, merged: false, new: true }
        }
    }
}
