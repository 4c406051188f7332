//! What only calls do: several messages meet, the matrix decides, tasks of missed calls are completed.

use super::{EventFlow, Stage};
use crate::config::ClientState;
use crate::event::{Event, Phase};
use crate::flow::Cx;
use crate::flow::close_missed::CloseMissed;
use crate::flow::find_contact::FindContact;
use crate::flow::find_lead::{Client, FindLead};
use crate::flow::made::{Before, Made, MissedTask, Record};
use crate::flow::outcome::{End, Reason, UnsortedLink};
use crate::flow::plan::{self, Found, Plan};
use crate::flow::recall::Recall;
use crate::flow::targets::hook;
use crate::rules::matrix;
use crate::trace::Entry;

impl EventFlow {
    /// What is to be kept under the call's subject.
    pub fn made(&self) -> Option<&Made> {
        self.made.call.is_some().then_some(&self.made)
    }

    /// The open task that this missed call made.
    pub fn missed_task(&self) -> Option<MissedTask> {
        self.missed_task
    }

    /// Tasks of missed calls that need no more looking after.
    pub fn closed_tasks(&self) -> &[u64] {
        &self.closed_tasks
    }

    /// Somebody talked to the client long enough, unix seconds.
    pub fn talked_at(&self) -> Option<i64> {
        self.plan.as_ref()?.scene.as_ref()?.talked_at
    }

    /// This message together with the earlier ones of its call.
    pub(super) fn begin_call(&mut self, cx: &mut Cx) -> Result<Plan, Reason> {
        if let Event::Call(call) = &mut self.ticket.event
            && call.phase != Phase::InProgress
        {
            if let Some(earlier) = &self.made.call {
                cx.trace.add(|| Entry::new("call", "messages", "completes_earlier_message"));
                **call = std::mem::take(&mut **call).and(earlier);
            }
            self.made.call = Some(call.clone());
        }
        if !cx.settings.matrix.close_missed_task.on {
            self.ticket.missed_tasks.clear();
        }
        match &self.ticket.event {
            Event::Call(call) => plan::begin_call(&self.ticket, call, cx.settings, cx.trace),
            Event::Form(_) => Err(Reason::new("not_a_call")),
        }
    }

    /// The matrix has nothing for calls of this kind: amoCRM need not be asked.
    pub(super) fn no_row(&self, cx: &mut Cx) -> Option<Reason> {
        let kind = self.plan.as_ref()?.scene.as_ref()?.kind;
        let rows = &cx.settings.matrix.rows;
        if rows.iter().any(|row| row.when.call.is_none_or(|of| of == kind)) {
            return None;
        }
        let kind = serde_json::to_value(kind).unwrap_or_default();
        cx.trace.add(|| {
            Entry::new("call", "matrix", matrix::NO_ROW).at("/matrix/rows").with("call", kind.clone())
        });
        Some(Reason::new(matrix::NO_ROW).with("call", kind))
    }

    /// What an earlier message made was read by id.
    pub(super) fn recalled(&mut self, recall: Recall, cx: &mut Cx) {
        let Recall { contact, lead, .. } = recall;
        cx.trace.add(|| {
            Entry::new("identity", "messages", "made_earlier")
                .with("contact", contact.as_ref().map(|contact| contact.id))
                .with("lead", lead.as_ref().map(|lead| lead.id))
        });
        if let Some(uid) = &self.made.unsorted {
            self.outcome.unsorted = Some(UnsortedLink { uid: uid.clone() });
        }
        match (contact, lead) {
            (Some(contact), Some(lead)) => {
                self.known(Some(Client { contact, open_lead: None, own_lead: Some(lead) }), cx);
            }
            (Some(contact), None) => self.stage = Stage::FindLead(FindLead::new(vec![contact])),
            (None, lead) => {
                self.recalled = lead;
                // Merged or deleted: search again, believing nothing.
                let Some(plan) = &self.plan else { return };
                let groups = plan.identity.groups(cx.settings.identity.fall_through);
                self.stage = Stage::FindContact(FindContact::new(groups, &[]));
            }
        }
    }

    /// Asks the matrix; whether the journey goes on. A form has nothing to ask.
    pub(super) fn decide(&mut self, cx: &mut Cx) -> bool {
        if !self.is_call() {
            return true;
        }
        let before = self.made.before.unwrap_or_else(|| self.before(cx));
        let open_lead = self.client.as_ref().is_some_and(|client| client.open_lead.is_some());
        let found = Found { before, open_lead };
        let Some(plan) = &mut self.plan else { return false };
        let decided =
            plan::decide_call(plan, &self.ticket, &self.made, found, cx.settings, cx.directory, cx.trace);
        match decided {
            Ok(()) => {
                self.before = Some(before);
                true
            }
            Err(reason) => {
                self.wind_up(End::Skipped(reason));
                false
            }
        }
    }

    /// The client as he was before this call made anything: what it made is known by its marker.
    fn before(&self, cx: &Cx) -> Before {
        let Some(client) = &self.client else {
            return Before { client: ClientState::New, responsible: None };
        };
        let marker = cx.directory.ours.contacts.marker;
        if self.is_marked(marker, &client.contact.custom_fields_values) {
            return Before { client: ClientState::New, responsible: None };
        }
        let of_contact = Some(client.contact.responsible_user_id).filter(|user| *user != 0);
        match &client.open_lead {
            Some(lead) => Before {
                client: ClientState::KnownWithOpenLead,
                responsible: Some(lead.responsible_user_id).filter(|user| *user != 0).or(of_contact),
            },
            None => Before { client: ClientState::KnownWithoutOpenLead, responsible: of_contact },
        }
    }

    /// Contact or lead was made: the call's next messages find it by id.
    pub(super) fn keep_made(&mut self) {
        if !self.is_call() {
            return;
        }
        self.made.before = self.made.before.or(self.before);
        self.made.stand_in = self.made.stand_in.or(self.plan.as_ref().and_then(|plan| plan.stand_in));
        self.made.contact = self.outcome.contact.map(|contact| contact.id).or(self.made.contact);
        self.made.lead = self.outcome.lead.map(|lead| lead.id).or(self.made.lead);
        let uid = self.outcome.unsorted.as_ref().map(|unsorted| unsorted.uid.clone());
        self.made.unsorted = uid.or(self.made.unsorted.take());
    }

    /// A task, call record or note was made.
    pub(super) fn keep_extra(&mut self, id: u64) {
        let Event::Call(call) = &self.ticket.event else { return };
        match &self.stage {
            Stage::Task { index, .. } => {
                let Some(plan) = &self.plan else { return };
                let Some(task) = plan.tasks.get(*index) else { return };
                if task.completed {
                    self.made.completed_task = Some(id);
                    return;
                }
                if plan.scene.as_ref().is_none_or(|scene| !matrix::is_missed(scene.kind)) {
                    self.made.open_task = Some(id);
                } else {
                    self.made.missed_task = Some(id);
                    let called_at = plan::began(call, self.ticket.received_at);
                    self.missed_task = Some(MissedTask { task: id, called_at });
                }
            }
            Stage::Record(_) => {
                let hook = hook(&self.outcome, None);
                let says = self.plan.as_ref().and_then(|plan| plan.record.clone());
                if let (Some((on, _)), Some(says)) = (hook, says) {
                    self.made.record = Some(Record { on, id, says });
                }
            }
            Stage::Note { .. } => self.made.note = Some(id),
            _ => {}
        }
    }

    /// Ends the journey; before that, tasks of missed calls are completed when the client was talked to.
    pub(super) fn wind_up(&mut self, end: End) {
        let Some(talked_at) = self.talked_at() else { return self.over(end) };
        let earlier = self.ticket.missed_tasks.iter().filter(|task| task.called_at < talked_at);
        let tasks: Vec<u64> = earlier.map(|task| task.task).collect();
        self.stage = Stage::CloseMissed(CloseMissed::new(tasks), end);
    }

    pub(super) fn missed_closed(&mut self) {
        let Stage::CloseMissed(close, end) = &self.stage else { return };
        self.closed_tasks.clone_from(&close.closed);
        // To complete a task is to do something for the call.
        let end = if close.completed_any { End::Delivered } else { end.clone() };
        self.over(end);
    }
}
