//! What a call makes: the administrator's matrix as data (seed: "настройте матрицу интеграции").

use serde::{Deserialize, Serialize};

use super::{Responsible, TaskTemplate};

/// Rows of scenarios, the first that matches wins, and what concerns all of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Matrix {
    /// Scenarios.
    pub rows: Vec<MatrixRow>,
    /// The senior manager's id in amoCRM.
    pub senior_user: Option<u64>,
    /// Which link a call record carries. Recordings open without a login.
    pub recording_link: RecordingLink,
    /// Whether a later talk completes the task of a missed call.
    pub close_missed_task: CloseMissedTask,
}

/// One scenario.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MatrixRow {
    /// Conditions; a missing one matches everything.
    #[serde(default)]
    pub when: When,
    /// When the entities are made.
    #[serde(default)]
    pub moment: Moment,
    /// Which entities are made.
    pub creates: MatrixCreates,
    /// Who becomes responsible for what is created.
    #[serde(default)]
    pub responsible: Responsible,
}

/// Conditions of a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct When {
    /// Kind of call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<CallKind>,
    /// What amoCRM knows of the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientState>,
    /// Who took the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_by: Option<AnsweredBy>,
}

/// Kind of call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CallKind {
    /// The client called and was answered.
    IncomingAnswered,
    /// The client called in vain.
    IncomingMissed,
    /// A manager called and was answered.
    OutgoingAnswered,
    /// A manager called in vain.
    OutgoingUnanswered,
    /// A call ordered on the site took place.
    CallbackAnswered,
    /// A call ordered on the site did not take place.
    CallbackMissed,
}

/// What amoCRM knows of the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ClientState {
    /// Nothing.
    New,
    /// A contact with an open lead.
    KnownWithOpenLead,
    /// A contact without an open lead.
    KnownWithoutOpenLead,
}

/// Who took the call on the project's side; of an outgoing call, who made it. Nobody takes a missed call:
/// a row with this condition never speaks of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AnsweredBy {
    /// Responsible for the lead or contact.
    Responsible,
    /// Another linked employee; of a new client every linked one.
    Other,
    /// Nobody who is linked.
    Unknown,
}

/// When the entities of a scenario are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// When the handset is picked up.
    PickUp,
    /// When the call is over.
    #[default]
    AfterCall,
}

/// Entities of a scenario.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct MatrixCreates {
    /// An incoming lead ("Неразобранное") in place of a lead.
    pub unsorted: bool,
    /// A contact, when the client is new.
    pub contact: bool,
    /// A new lead; without it the call is written on what is open.
    pub lead: bool,
    /// A call record.
    pub call_record: bool,
    /// A note.
    pub note: bool,
    /// A task to be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_task: Option<TaskTemplate>,
    /// A task that is already done: a trace of the talk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed_task: Option<TaskTemplate>,
}

/// Which link a call record carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RecordingLink {
    /// The recording: whoever has the link can listen.
    #[default]
    Recording,
    /// The call's card in Ringostat: asks for a login.
    CallCard,
    /// None.
    None,
}

/// Whether a later talk completes the task of a missed call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct CloseMissedTask {
    /// Whether it does.
    pub on: bool,
    /// Seconds of talk that count.
    pub min_talk_seconds: u32,
}

impl Default for CloseMissedTask {
    fn default() -> Self {
        CloseMissedTask { on: true, min_talk_seconds: 10 }
    }
}
