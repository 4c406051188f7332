//! What the host knows when an event begins its journey.

use serde::{Deserialize, Serialize};

use crate::amocrm::directory::Watermarks;
use crate::event::Event;
use crate::flow::made::{Made, MissedTask};
use crate::flow::view::View;

/// An event as it comes from the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ticket {
    /// The event's id.
    pub id: String,
    /// What its entities carry as marker.
    pub subject: String,
    /// Unix seconds.
    pub received_at: i64,
    /// Its number in the journal; round robin counts by it.
    #[serde(default)]
    pub sequence: u64,
    /// What happened.
    pub event: Event,
    /// Contacts written within the last hour.
    #[serde(default)]
    pub memory: Vec<Memory>,
    /// Newest ids seen before the first write.
    #[serde(default)]
    pub watermarks: Watermarks,
    /// It was on its way before: every write is looked up before it is sent.
    #[serde(default)]
    pub again: bool,
    /// Unix milliseconds of the last request of the earlier attempt, when known.
    #[serde(default)]
    pub last_request_at: Option<i64>,
    /// What earlier messages of the same call told and made.
    #[serde(default)]
    pub made: Option<Made>,
    /// Open tasks of this client's missed calls.
    #[serde(default)]
    pub missed_tasks: Vec<MissedTask>,
    /// Begin of the latest call in which somebody talked to this client, unix seconds.
    #[serde(default)]
    pub talked_at: Option<i64>,
    /// The client as the journey before read him.
    #[serde(default)]
    pub view: Option<View>,
}

impl Ticket {
    /// An event that has just come in and of which nothing is known yet.
    pub fn fresh(id: String, event: Event, now_ms: i64) -> Self {
        Ticket {
            subject: id.clone(),
            id,
            received_at: now_ms / 1000,
            sequence: 0,
            event,
            memory: Vec::new(),
            watermarks: Watermarks::new(),
            again: false,
            last_request_at: None,
            made: None,
            missed_tasks: Vec::new(),
            talked_at: None,
            view: None,
        }
    }
}

/// A contact that was written for an identifier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// `phone:380671112233`, …
    pub identifier: String,
    /// Id of the contact.
    pub contact: u64,
}
