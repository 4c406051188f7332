//! What the messages of one call have told and made so far: they meet here, whatever happened to the entities since.

use serde::{Deserialize, Serialize};

use crate::amocrm::path::EntityKind;
use crate::config::ClientState;
use crate::event::Call;
use crate::rules::call_record::CallRecord;

/// Kept by the journal under the call's subject, handed to its next message.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Made {
    /// Everything told.
    pub call: Option<Box<Call>>,
    /// What amoCRM knew of the client before this call made anything; nothing as long as it made nothing.
    pub before: Option<Before>,
    /// The contact.
    pub contact: Option<u64>,
    /// The lead, or that of the incoming lead.
    pub lead: Option<u64>,
    /// The incoming lead.
    pub unsorted: Option<String>,
    /// Whom all that was given to, because nobody had told yet who answered.
    pub stand_in: Option<u64>,
    /// The open task of a call that was taken.
    pub open_task: Option<u64>,
    /// The open task of a call that was missed: what a pick-up asked for does not stand for it.
    pub missed_task: Option<u64>,
    /// The completed task.
    pub completed_task: Option<u64>,
    /// The call record.
    pub record: Option<Record>,
    /// The note.
    pub note: Option<u64>,
}

/// A call record that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Where it stands.
    pub on: EntityKind,
    /// Id of the note.
    pub id: u64,
    /// What it says.
    pub says: CallRecord,
}

/// The client before the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// What amoCRM knew.
    pub client: ClientState,
    /// Whose client it was.
    pub responsible: Option<u64>,
}

/// An open task of a missed call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissedTask {
    /// Id of the task.
    pub task: u64,
    /// Begin of the call, unix seconds.
    pub called_at: i64,
}
