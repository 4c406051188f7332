//! Bodies of requests that create or change something.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::entity::{Link, Tag};
use super::http::{Method, Request};
use crate::json;

/// One value of a custom field.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ValueWrite {
    /// The value; absent when an option is chosen by id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// Which of the field's options.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enum_id: Option<u64>,
    /// The same by code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enum_code: Option<String>,
}

impl ValueWrite {
    /// A plain value.
    pub fn plain(value: impl Into<Value>) -> Self {
        ValueWrite { value: Some(value.into()), ..ValueWrite::default() }
    }
}

/// One custom field: it is replaced as a whole.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct FieldWrite {
    /// Id of the field.
    pub field_id: u64,
    /// Its values.
    pub values: Vec<ValueWrite>,
}

/// What is embedded in an entity that is written.
#[derive(Debug, Default, Serialize)]
pub struct EmbeddedWrite<'a> {
    /// Tags of a new entity.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub tags: &'a [Tag],
    /// Contacts of a lead.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<ContactOfLead<'a>>,
    /// Makes `/leads/complex` put the lead among the incoming ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata<'a>>,
}

impl EmbeddedWrite<'_> {
    fn is_empty(&self) -> bool {
        self.tags.is_empty() && self.contacts.is_empty() && self.metadata.is_none()
    }
}

/// The contact of a new lead: a known one by id, or a new one in full.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum ContactOfLead<'a> {
    /// A known one.
    Known(Link),
    /// A new one (`/leads/complex` and unsorted only).
    New(Box<EntityWrite<'a>>),
}

/// A contact or lead to be created or changed. Absent keys are left as they are.
#[derive(Debug, Default, Serialize)]
pub struct EntityWrite<'a> {
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'a str>,
    /// First name of a contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<&'a str>,
    /// Last name of a contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<&'a str>,
    /// Budget of a lead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<i64>,
    /// Responsible user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub responsible_user_id: Option<u64>,
    /// Pipeline of a lead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pipeline_id: Option<u64>,
    /// Stage of a lead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_id: Option<u64>,
    /// Custom fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub custom_fields_values: Vec<&'a FieldWrite>,
    /// Tags added to an existing entity.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub tags_to_add: &'a [Tag],
    /// Tags of a new one, contacts, metadata.
    #[serde(rename = "_embedded", skip_serializing_if = "EmbeddedWrite::is_empty")]
    pub embedded: EmbeddedWrite<'a>,
}

/// What an incoming lead tells of where it came from.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Metadata<'a> {
    /// A form.
    Form(FormMetadata<'a>),
    /// A call.
    Call(CallMetadata<'a>),
}

/// What an incoming lead tells of its call. The client's number stands in both `phone` and `from`: accounts were
/// seen to swap them (API notes §4.2).
#[derive(Debug, Clone, Serialize)]
pub struct CallMetadata<'a> {
    /// `sip`; only `/leads/complex` asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<&'static str>,
    /// Whether the call is written on the card once the lead is accepted.
    pub is_call_event_needed: bool,
    /// What the call is known by.
    pub uniq: &'a str,
    /// Seconds of talk.
    pub duration: u32,
    /// Who tells it.
    pub service_code: &'static str,
    /// The recording.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The client's number.
    pub phone: String,
    /// The same.
    pub from: String,
    /// Begin, unix seconds.
    pub called_at: i64,
    /// The user who took part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call_responsible: Option<u64>,
}

/// What an incoming lead tells of its form.
#[derive(Debug, Clone, Serialize)]
pub struct FormMetadata<'a> {
    /// `forms`; only `/leads/complex` asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<&'static str>,
    /// The form's id.
    pub form_id: &'a str,
    /// The form's name.
    pub form_name: &'a str,
    /// The page.
    pub form_page: &'a str,
    /// Unix seconds.
    pub form_sent_at: i64,
    /// The visitor's address.
    pub ip: &'a str,
    /// Where he came from.
    pub referer: &'a str,
}

/// An incoming lead.
#[derive(Debug, Serialize)]
pub struct UnsortedWrite<'a> {
    /// What it is found again by: the subject.
    pub source_uid: &'a str,
    /// A name for people.
    pub source_name: &'a str,
    /// Pipeline; on this level, not on the lead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pipeline_id: Option<u64>,
    /// Unix seconds.
    pub created_at: i64,
    /// Contact and lead.
    #[serde(rename = "_embedded")]
    pub embedded: UnsortedEmbedded<'a>,
    /// Where it came from.
    pub metadata: Metadata<'a>,
}

/// Contact and lead of an incoming lead.
#[derive(Debug, Serialize)]
pub struct UnsortedEmbedded<'a> {
    /// The lead.
    pub leads: [EntityWrite<'a>; 1],
    /// The contact, when there is one.
    pub contacts: Vec<EntityWrite<'a>>,
}

/// A task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskWrite {
    /// Text.
    pub text: String,
    /// Unix seconds.
    pub complete_till: i64,
    /// Type.
    pub task_type_id: u64,
    /// Entity it hangs on, if on any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity_id: Option<u64>,
    /// `leads` or `contacts`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity_type: Option<String>,
    /// Responsible user; the token's one when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub responsible_user_id: Option<u64>,
    /// It is made as done, with this result.
    #[serde(flatten)]
    pub done: Option<TaskDone>,
}

/// A task is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskDone {
    /// `true`.
    pub is_completed: bool,
    /// What came of it.
    pub result: TaskResult,
}

/// What came of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskResult {
    /// For people.
    pub text: String,
}

impl TaskDone {
    /// Done, with this result.
    pub fn with(text: &str) -> Self {
        TaskDone { is_completed: true, result: TaskResult { text: text.to_owned() } }
    }
}

/// A note of any type.
#[derive(Debug, Serialize)]
pub struct NoteWrite<T> {
    /// Entity it hangs on.
    pub entity_id: u64,
    /// `common`, `call_in`, `call_out`.
    pub note_type: &'static str,
    /// What the type asks for.
    pub params: T,
}

/// A note that is changed: its params are replaced as a whole.
#[derive(Debug, Serialize)]
pub struct NoteChange<'a, T> {
    /// Its type.
    pub note_type: &'static str,
    /// What the type asks for.
    pub params: &'a T,
}

/// Parameters of a plain note.
#[derive(Debug, Serialize)]
pub struct NoteParams<'a> {
    /// The text.
    pub text: &'a str,
}

/// A custom field that we make.
#[derive(Debug, Clone, Serialize)]
pub struct FieldCreate<'a> {
    /// Name for people.
    pub name: &'a str,
    /// `text`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Code by which it is found again; left out when the account refuses it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'a str>,
    /// Only the API edits it.
    pub is_api_only: bool,
    /// The group on the card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_id: Option<&'a str>,
}

/// A request with a JSON body. Bodies are built from plain data: writing them cannot fail.
pub fn request(method: Method, path: impl Into<String>, body: &impl Serialize) -> Request {
    Request { method, path: path.into(), body: Some(json::to_text(body)) }
}
