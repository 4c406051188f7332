//! What a host tells of an event: the shape of `GET /events/{id}` without what only the journal knows.

use serde::Serialize;

use super::courier::{Courier, RequestLog, Status};
use super::errand::Errand;
use crate::amocrm::directory::Watermarks;
use crate::flow::made;
use crate::flow::outcome::{EntityLink, Made, Reason, UnsortedLink};
use crate::flow::ticket::Memory;
use crate::flow::view::View;
use crate::trace::Entry;

/// An event so far, or at its end.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report<'a> {
    /// Where it stands.
    pub status: Status,
    /// Why, when there is a why.
    pub reason: Option<&'a Reason>,
    /// 1 and one more for each time it had to be tried again.
    pub attempts: u32,
    /// The contact.
    pub contact: Option<EntityLink>,
    /// The lead.
    pub lead: Option<EntityLink>,
    /// The incoming lead.
    pub unsorted: Option<&'a UnsortedLink>,
    /// Tasks.
    pub tasks: &'a [Made],
    /// Notes.
    pub notes: &'a [Made],
    /// Requests in order.
    pub requests: &'a [RequestLog],
    /// Why, rule by rule.
    pub trace: &'a [Entry],
    /// To be remembered for an hour.
    pub memory: Vec<Memory>,
    /// The account is to be read again before the next delivery.
    pub stale_directory: bool,
    /// To be merged into the project's watermarks.
    pub watermarks: &'a Watermarks,
    /// A call: to be kept under its subject.
    pub made: Option<&'a made::Made>,
    /// A task that this missed call left open.
    pub missed_task: Option<made::MissedTask>,
    /// Tasks of missed calls that need no more looking after.
    pub closed_tasks: &'a [u64],
    /// Somebody talked to the client, unix seconds.
    pub talked_at: Option<i64>,
    /// The client as read: for his next event within seconds, and not to be kept.
    pub view: Option<View>,
}

impl Courier {
    /// What is to be told.
    pub fn report(&self) -> Report<'_> {
        let flow = match self.errand() {
            Errand::Event(flow) => Some(flow.as_ref()),
            Errand::Lookup(_) | Errand::Survey(_) | Errand::Notice(_) => None,
        };
        let told = match self.errand() {
            Errand::Notice(notice) => notice.made(),
            _ => &[],
        };
        let outcome = flow.map(|flow| flow.outcome());
        Report {
            status: self.status(),
            reason: self.reason(),
            attempts: self.attempts(),
            contact: outcome.and_then(|outcome| outcome.contact),
            lead: outcome.and_then(|outcome| outcome.lead),
            unsorted: outcome.and_then(|outcome| outcome.unsorted.as_ref()),
            tasks: outcome.map_or(told, |outcome| &outcome.tasks),
            notes: outcome.map_or(&[], |outcome| &outcome.notes),
            requests: self.requests(),
            trace: self.trace().entries(),
            memory: flow.map(|flow| flow.memory()).unwrap_or_default(),
            stale_directory: flow.is_some_and(|flow| flow.stale_directory()),
            watermarks: self.watermarks(),
            made: flow.and_then(|flow| flow.made()),
            missed_task: flow.and_then(|flow| flow.missed_task()),
            closed_tasks: flow.map_or(&[], |flow| flow.closed_tasks()),
            talked_at: flow.and_then(|flow| flow.talked_at()),
            view: self.view(),
        }
    }
}
