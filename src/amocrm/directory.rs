//! The account as the rules need it: fields, pipelines, users, read once and cached by the host.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// What was read of an account. The host keeps it as JSON and hands it back.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Directory {
    /// RFC 3339 UTC.
    pub read_at: String,
    /// The account.
    pub account: Account,
    /// Pipelines with their stages.
    pub pipelines: Vec<Pipeline>,
    /// Custom fields.
    pub fields: Fields,
    /// Users.
    pub users: Vec<User>,
    /// Types of tasks.
    pub task_types: Vec<TaskType>,
    /// The fields that we made for ourselves.
    pub ours: OurFields,
    /// Newest ids when it was read, per collection.
    pub watermarks: Watermarks,
    /// What could not be read or made, e.g. `fields_not_created`.
    pub warnings: Vec<Problem>,
}

/// The account.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Account {
    /// Id.
    pub id: u64,
    /// Name.
    pub name: String,
    /// First label of its host.
    pub subdomain: String,
    /// Id of the user whose token is used.
    pub current_user_id: u64,
    /// Whether lists honour `filter[custom_fields_values]`.
    pub is_api_filter_enabled: bool,
}

/// A pipeline; the seed's "funnel".
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Pipeline {
    /// Id.
    pub id: u64,
    /// Name.
    pub name: String,
    /// Order.
    pub sort: i64,
    /// The account's default one.
    pub is_main: bool,
    /// Whether it takes incoming leads.
    pub is_unsorted_on: bool,
    /// Put away.
    pub is_archive: bool,
    /// Stages.
    pub statuses: Vec<Status>,
}

/// A stage.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Status {
    /// Id.
    pub id: u64,
    /// Name.
    pub name: String,
    /// Order.
    pub sort: i64,
    /// 1 = incoming leads, 0 = normal.
    #[serde(rename = "type")]
    pub kind: u64,
}

/// Custom fields by entity.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Fields {
    /// Of contacts.
    pub contacts: Vec<CustomField>,
    /// Of leads.
    pub leads: Vec<CustomField>,
}

/// A custom field.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomField {
    /// Id.
    pub id: u64,
    /// Name.
    pub name: String,
    /// Code; empty when it has none.
    #[serde(deserialize_with = "empty_for_null")]
    pub code: String,
    /// `text`, `select`, `multitext`, `tracking_data`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// Options.
    #[serde(deserialize_with = "empty_for_null", skip_serializing_if = "Vec::is_empty")]
    pub enums: Vec<FieldEnum>,
}

/// An option of a select, or a kind of phone or e-mail.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FieldEnum {
    /// Id.
    pub id: u64,
    /// Label.
    pub value: String,
}

fn empty_for_null<'de, D: serde::Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct User {
    /// Id.
    pub id: u64,
    /// Name.
    pub name: String,
    /// E-mail.
    #[serde(deserialize_with = "empty_for_null")]
    pub email: String,
    /// Administrator.
    pub is_admin: bool,
    /// Not switched off.
    pub is_active: bool,
}

/// A type of task.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TaskType {
    /// Id; 1 = follow up.
    pub id: u64,
    /// Name.
    pub name: String,
}

/// Ids of the fields that we make on contacts and leads; `None` when they could not be made.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OurFields {
    /// On contacts.
    pub contacts: OurEntityFields,
    /// On leads.
    pub leads: OurEntityFields,
}

/// Our fields of one entity.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OurEntityFields {
    /// The subject that made the entity: what a lost write is found by.
    pub marker: Option<u64>,
    /// Ringostat's client id (contacts only).
    pub client_id: Option<u64>,
    /// UTM source, medium, campaign, content, term.
    pub utm: [Option<u64>; 5],
}

/// A collection whose ids grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewestIds {
    /// Contacts.
    Contacts,
    /// Leads.
    Leads,
    /// Notes.
    Notes,
    /// Tasks.
    Tasks,
}

/// The newest id seen per collection. What is written later has a greater one.
pub type Watermarks = BTreeMap<NewestIds, u64>;

/// Remembers an id that was seen.
pub fn seen(watermarks: &mut Watermarks, collection: NewestIds, id: u64) {
    let newest = watermarks.entry(collection).or_default();
    *newest = (*newest).max(id);
}

impl Fields {
    /// The field with that id.
    pub fn by_id(list: &[CustomField], id: u64) -> Option<&CustomField> {
        list.iter().find(|field| field.id == id)
    }

    /// The field with that code, without regard to case.
    pub fn by_code<'a>(list: &'a [CustomField], code: &str) -> Option<&'a CustomField> {
        list.iter().find(|field| field.code.eq_ignore_ascii_case(code))
    }
}
