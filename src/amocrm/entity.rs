//! Contacts, leads, notes and tasks as amoCRM sends them: only what the integration reads.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::directory::NewestIds;
use crate::json;

/// A page of a collection. `204` is an empty page.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// Items of the page.
    pub items: Vec<T>,
    /// Whether another page follows.
    pub more: bool,
}

/// A collection of API v4 and the key of its items in `_embedded`.
pub trait Collection {
    /// `contacts`, `leads`, …
    const KEY: &'static str;
}

macro_rules! collections {
    ($($type:ty => $key:literal),*) => { $(impl Collection for $type { const KEY: &'static str = $key; })* };
}
collections!(Contact => "contacts", Lead => "leads", Note => "notes", Task => "tasks",
    Unsorted => "unsorted", HistoryEvent => "events");

/// Reads a list answer. Accepts the bare item array of `/leads/complex` nowhere: see [`super::answer`].
///
/// # Errors
/// The body is no JSON or not of that shape.
pub fn read_page<T: Collection + for<'de> Deserialize<'de>>(body: &[u8]) -> Result<Page<T>, json::Error> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Page { items: Vec::new(), more: false });
    }
    let (items, more) = embedded(body, T::KEY)?;
    let items = items.map_or(Ok(Vec::new()), |items| json::from_value(&items))?;
    Ok(Page { items, more })
}

/// What a list answer has in `_embedded` under that key, and whether another page follows.
///
/// # Errors
/// The body is no JSON object.
pub fn embedded(body: &[u8], key: &str) -> Result<(Option<Value>, bool), json::Error> {
    let mut page: Map<String, Value> = json::from_slice(body)?;
    let more = page.get("_links").and_then(|links| links.get("next")).is_some_and(|next| !next.is_null());
    Ok((page.get_mut("_embedded").and_then(|embedded| embedded.get_mut(key)).map(Value::take), more))
}

/// Reads `null` as the default: amoCRM sends `null` for an empty list of field values.
fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

/// Anything with an id.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Link {
    /// Id.
    pub id: u64,
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// Name.
    pub name: String,
}

/// What is embedded in an entity.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Embedded {
    /// Tags.
    #[serde(default, deserialize_with = "or_default")]
    pub tags: Vec<Tag>,
    /// Leads of a contact (`with=leads`).
    #[serde(default, deserialize_with = "or_default")]
    pub leads: Vec<Link>,
    /// Contacts of a lead (`with=contacts`).
    #[serde(default, deserialize_with = "or_default")]
    pub contacts: Vec<Link>,
}

/// The values of one custom field.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct FieldValues {
    /// Field id.
    #[serde(default)]
    pub field_id: u64,
    /// Field code.
    #[serde(default)]
    pub field_code: Option<String>,
    /// Values.
    #[serde(default, deserialize_with = "or_default")]
    pub values: Vec<FieldValue>,
}

/// One value; its shape depends on the type of the field.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct FieldValue {
    /// The value.
    #[serde(default)]
    pub value: Value,
    /// Which of the field's options.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enum_id: Option<u64>,
}

impl FieldValue {
    /// The value as text; empty for objects.
    pub fn text(&self) -> String {
        match &self.value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            _ => String::new(),
        }
    }
}

/// A contact or company.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Contact {
    /// Id.
    pub id: u64,
    /// Full name; may be empty.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
    /// First name.
    #[serde(default, deserialize_with = "or_default")]
    pub first_name: String,
    /// Last name.
    #[serde(default, deserialize_with = "or_default")]
    pub last_name: String,
    /// Responsible user.
    #[serde(default, deserialize_with = "or_default")]
    pub responsible_user_id: u64,
    /// Unix seconds.
    #[serde(default, deserialize_with = "or_default")]
    pub created_at: i64,
    /// Deleted ones are not clients.
    #[serde(default, deserialize_with = "or_default")]
    pub is_deleted: bool,
    /// Custom fields.
    #[serde(default, deserialize_with = "or_default")]
    pub custom_fields_values: Vec<FieldValues>,
    /// Tags and leads.
    #[serde(default, rename = "_embedded", deserialize_with = "or_default")]
    pub embedded: Embedded,
}

/// A lead.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Lead {
    /// Id.
    pub id: u64,
    /// Name.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
    /// Budget.
    #[serde(default, deserialize_with = "or_default")]
    pub price: Value,
    /// Responsible user.
    #[serde(default, deserialize_with = "or_default")]
    pub responsible_user_id: u64,
    /// Stage; 142 won, 143 lost.
    #[serde(default, deserialize_with = "or_default")]
    pub status_id: u64,
    /// Pipeline.
    #[serde(default, deserialize_with = "or_default")]
    pub pipeline_id: u64,
    /// Unix seconds.
    #[serde(default, deserialize_with = "or_default")]
    pub created_at: i64,
    /// Deleted ones are not open.
    #[serde(default, deserialize_with = "or_default")]
    pub is_deleted: bool,
    /// Custom fields.
    #[serde(default, deserialize_with = "or_default")]
    pub custom_fields_values: Vec<FieldValues>,
    /// Tags and contacts.
    #[serde(default, rename = "_embedded", deserialize_with = "or_default")]
    pub embedded: Embedded,
}

/// Stage "won" of every pipeline.
pub const WON: u64 = 142;
/// Stage "lost" of every pipeline.
pub const LOST: u64 = 143;

impl Lead {
    /// Neither won nor lost; an incoming lead counts as open.
    pub fn is_open(&self) -> bool {
        !self.is_deleted && self.status_id != WON && self.status_id != LOST
    }
}

/// A note.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Note {
    /// Id.
    pub id: u64,
    /// `common`, `call_in`, …
    #[serde(default)]
    pub note_type: String,
    /// Depends on the type.
    #[serde(default)]
    pub params: Value,
}

/// A task.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Task {
    /// Id.
    pub id: u64,
    /// Text.
    #[serde(default, deserialize_with = "or_default")]
    pub text: String,
    /// Deadline, unix seconds.
    #[serde(default, deserialize_with = "or_default")]
    pub complete_till: i64,
    /// Type.
    #[serde(default, deserialize_with = "or_default")]
    pub task_type_id: u64,
    /// The entity it hangs on; 0 when it hangs on none.
    #[serde(default, deserialize_with = "or_default")]
    pub entity_id: u64,
    /// Whether it is done.
    #[serde(default, deserialize_with = "or_default")]
    pub is_completed: bool,
}

/// An incoming lead.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Unsorted {
    /// Its id.
    pub uid: String,
    /// The id that its source gave it: our subject.
    #[serde(default, deserialize_with = "or_default")]
    pub source_uid: String,
    /// Contact and lead behind it.
    #[serde(default, rename = "_embedded", deserialize_with = "or_default")]
    pub embedded: Embedded,
}

/// A line of an entity's history (`/events`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct HistoryEvent {
    /// `custom_field_178382_value_changed`, …
    #[serde(default, rename = "type")]
    pub kind: String,
    /// Values before.
    #[serde(default)]
    pub value_before: Value,
    /// Values after.
    #[serde(default)]
    pub value_after: Value,
}

/// Anything that a page of may be walked by id.
pub trait Numbered {
    /// Id; 0 when it has none.
    fn id(&self) -> u64;
    /// The counter of the collection.
    const COUNTER: NewestIds;
}

macro_rules! numbered {
    ($($type:ty => $counter:ident),*) => {
        $(impl Numbered for $type {
            fn id(&self) -> u64 { self.id }
            const COUNTER: NewestIds = NewestIds::$counter;
        })*
    };
}
numbered!(Contact => Contacts, Lead => Leads, Note => Notes, Task => Tasks);
