//! One event's journey through amoCRM as a sans-IO state machine.
//!
//! [`Journey::step`] says what is wanted next, [`Journey::receive`] takes the answer. Everything serialises, so
//! a journey goes on where it was after a crash, knowing which write has an unknown outcome.

pub mod close_missed;
pub mod contact_update;
pub mod creation;
pub mod event;
pub mod find_contact;
pub mod find_lead;
pub mod lead_update;
pub mod lookup;
pub mod made;
pub mod outcome;
pub mod plan;
pub mod recall;
pub mod record_update;
pub mod refusal;
pub mod survey;
mod targets;
pub mod tell_senior;
pub mod ticket;
pub mod view;

use crate::amocrm::answer::FieldError;
use crate::amocrm::directory::{Directory, Watermarks};
use crate::amocrm::entity::FieldValues;
use crate::amocrm::http::Request;
use crate::config::Settings;
use crate::json;
use crate::trace::Trace;

/// What surrounds a step. Time comes in as an argument.
pub struct Cx<'a> {
    /// The project's settings.
    pub settings: &'a Settings,
    /// The account.
    pub directory: &'a Directory,
    /// Unix milliseconds.
    pub now_ms: i64,
    /// Milliseconds after which a late commit is no longer expected.
    pub settle_ms: i64,
    /// The explanation.
    pub trace: &'a mut Trace,
    /// Newest ids seen.
    pub watermarks: &'a mut Watermarks,
}

/// What a journey wants next.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// An answer to this request.
    Send(Request),
    /// That no other event writes on this contact until this one has ended: its host says when, by
    /// [`Journey::granted`].
    Lock {
        /// Id of the contact.
        contact: u64,
    },
    /// Nothing before that time (unix milliseconds); the code says why.
    Wait {
        /// Unix milliseconds.
        until_ms: i64,
        /// `outcome_unknown`.
        code: &'static str,
    },
    /// Nothing any more.
    Done,
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reply<'a> {
    /// 2xx with its body, empty for 204.
    Ok(&'a [u8]),
    /// Refused for good, with the fields to blame.
    Refused(&'a [FieldError]),
    /// Nobody knows: it may have been carried out.
    Lost,
}

/// A 2xx answer that cannot be read: the request is tried again later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;

impl From<json::Error> for Unreadable {
    fn from(_: json::Error) -> Self {
        Unreadable
    }
}

/// One journey: an event's, a look-up's, a survey's or a notice's.
pub trait Journey {
    /// What is wanted next. Called again without an answer it wants the same.
    fn step(&mut self, cx: &mut Cx) -> Step;

    /// Takes the answer to the request last wanted.
    ///
    /// # Errors
    /// [`Unreadable`]: a read answered something else than agreed.
    fn receive(&mut self, reply: Reply, cx: &mut Cx) -> Result<(), Unreadable>;

    /// The lock that was asked for is held. `stale`: another event may have held it since this journey read the client.
    fn granted(&mut self, _stale: bool, _cx: &mut Cx) {}

    /// The write last wanted surely did not leave or was turned away: it is free to be sent again.
    fn unsent(&mut self);

    /// The process died between asking for a write and its answer.
    fn interrupted(&mut self, cx: &mut Cx);

    /// It is taken up where it was: what it has read may be old.
    fn resumed(&mut self, _cx: &mut Cx) {}

    /// The write last wanted was turned away together with others: what is not there by now will not come.
    fn apart(&mut self, cx: &mut Cx) {
        self.interrupted(cx);
    }

    /// A dry run: the write counts as done without being sent.
    fn pretend(&mut self, cx: &mut Cx);

    /// Whether the write last wanted may leave in one request with those of other journeys.
    fn joins(&self) -> bool {
        false
    }

    /// Whether a missing right for the request last wanted is no reason to stop.
    fn tolerates_forbidden(&self) -> bool {
        false
    }
}

/// Whether an entity carries the marker of that subject.
fn is_marked(subject: &str, marker: Option<u64>, fields: &[FieldValues]) -> bool {
    marker.is_some_and(|marker| {
        let ours = fields.iter().filter(|field| field.field_id == marker);
        ours.flat_map(|field| &field.values).any(|value| value.text() == subject)
    })
}
