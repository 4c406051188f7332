//! What is made, and in which order: contact, lead, tasks, call record, note.

use super::{EventFlow, LeadStage, Stage};
use crate::amocrm::directory::{NewestIds, seen};
use crate::event::Event;
use crate::flow::creation::{Created, Creation, Progress, Target};
use crate::flow::lead_update::LeadUpdate;
use crate::flow::outcome::{EntityLink, Made as MadeExtra, UnsortedLink};
use crate::flow::plan::LeadUse;
use crate::flow::record_update::RecordUpdate;
use crate::flow::targets::{
    ComplexTarget, ContactTarget, LeadTarget, NoteTarget, Parts, RecordTarget, UnsortedTarget, hook,
    task_target,
};
use crate::flow::{Cx, is_marked};
use crate::rules::note;
use crate::trace::Entry;

/// Custom field values that `/leads/complex` takes per entity (API notes §3.6).
const MOST_COMPLEX_FIELDS: usize = 40;

impl EventFlow {
    /// The create under way with what it needs; `None` when there is nothing to create it on.
    pub(super) fn creating<R>(
        &mut self,
        cx: &mut Cx,
        act: impl FnOnce(&mut Creation, &dyn Target, &mut Cx) -> R,
    ) -> Option<R> {
        let of_call = self.is_call();
        let EventFlow { stage, plan, ticket, outcome, pretended, crm_responsible, made, .. } = self;
        let plan = plan.as_ref()?;
        let hook = hook(outcome, *pretended);
        let (settings, directory) = (cx.settings, cx.directory);
        let parts = Parts { plan, ticket, contact: outcome.contact, settings, directory };
        Some(match stage {
            Stage::Lead(LeadStage::Complex(creation)) => act(creation, &ComplexTarget { parts }, cx),
            Stage::Lead(LeadStage::Contact(creation)) => act(creation, &ContactTarget { parts }, cx),
            Stage::Lead(LeadStage::Lead(creation)) => act(creation, &LeadTarget { parts }, cx),
            Stage::Lead(LeadStage::Unsorted(creation)) => act(creation, &UnsortedTarget { parts }, cx),
            Stage::Task { index, creation } => {
                let task = plan.tasks.get(*index)?;
                let target = task_target(task, hook, *crm_responsible, of_call, settings.language)?;
                act(creation, &target, cx)
            }
            Stage::Record(creation) => {
                if made.record.is_some() {
                    return None;
                }
                let ((kind, id), record) = (hook?, plan.record.as_ref()?);
                act(creation, &RecordTarget { kind, id, record }, cx)
            }
            Stage::Note { creation, text } => {
                let (kind, id) = hook?;
                act(creation, &NoteTarget { kind, id, text, subject: &ticket.subject }, cx)
            }
            _ => return None,
        })
    }

    /// Which request makes what is to be made.
    pub(super) fn lead_stage(&self) -> Stage {
        let Some(plan) = &self.plan else { return Stage::Over };
        let creates = plan.creates;
        let creation = self.creation();
        let client = self.client.as_ref();
        let own = client.and_then(|client| client.own_lead.as_ref()).or(self.recalled.as_ref());
        let open = client.and_then(|client| client.open_lead.as_ref());
        let used = match plan.open_lead {
            LeadUse::Ignore => None,
            LeadUse::Reuse => own.or(open),
            LeadUse::New => own,
        };
        if let Some(lead) = used {
            return Stage::Lead(LeadStage::Reuse(LeadUpdate::new(lead.clone())));
        }
        let known = self.outcome.contact.is_some();
        if !creates.lead {
            return match known {
                false if creates.contact => Stage::Lead(LeadStage::Contact(creation)),
                _ => self.task_stage(0),
            };
        }
        let fits =
            plan.contact.fields.len() <= MOST_COMPLEX_FIELDS && plan.lead.fields.len() <= MOST_COMPLEX_FIELDS;
        Stage::Lead(if creates.unsorted && !known {
            LeadStage::Unsorted(creation)
        } else if creates.unsorted {
            // Only /leads/complex puts a lead of a known contact among the incoming ones.
            LeadStage::Complex(creation)
        } else if creates.contact && !known && fits {
            LeadStage::Complex(creation)
        } else if creates.contact && !known {
            LeadStage::Contact(creation)
        } else {
            LeadStage::Lead(creation)
        })
    }

    pub(super) fn contact_done(&mut self, cx: &mut Cx) {
        if let (Stage::UpdateContact(update), Some(plan)) = (&self.stage, &mut self.plan) {
            let kept = update.kept(&plan.contact, cx);
            plan.leftovers.extend(kept);
        }
        self.stage = self.lead_stage();
    }

    pub(super) fn lead_done(&mut self, cx: &mut Cx) {
        if let (Stage::Lead(LeadStage::Reuse(update)), Some(plan)) = (&self.stage, &mut self.plan) {
            let lead = update.lead();
            let marker = cx.directory.ours.leads.marker;
            let created = is_marked(&self.ticket.subject, marker, &lead.custom_fields_values);
            self.outcome.lead = Some(EntityLink { id: lead.id, created });
            if lead.responsible_user_id != 0 {
                self.crm_responsible = Some(lead.responsible_user_id);
            }
            let kept = update.kept(&plan.lead, cx);
            plan.leftovers.extend(kept);
        }
        self.stage = self.task_stage(0);
    }

    pub(super) fn task_stage(&self, index: usize) -> Stage {
        Stage::Task { index, creation: self.creation() }
    }

    /// The create under way has nothing to hang on, or there is none: what follows it.
    pub(super) fn nothing_to_create(&mut self, cx: &mut Cx) {
        let told = match &self.stage {
            Stage::Record(_)
                if self.made.record.is_none()
                    && self.plan.as_ref().is_some_and(|plan| plan.record.is_some()) =>
            {
                "call_record"
            }
            Stage::Note { .. } => "note",
            _ => "",
        };
        if !told.is_empty() {
            cx.trace.add(|| Entry::new(told, "note", "nothing_to_hang_it_on"));
        }
        self.after_extra(cx);
    }

    /// Tasks, then the call record, then the note.
    pub(super) fn after_extra(&mut self, cx: &mut Cx) {
        match &self.stage {
            Stage::Task { index, .. }
                if self.plan.as_ref().is_some_and(|plan| index + 1 < plan.tasks.len()) =>
            {
                self.stage = self.task_stage(index + 1);
            }
            Stage::Task { .. } => self.stage = self.record_stage(),
            Stage::Record(_) | Stage::UpdateRecord(_) => self.begin_note(cx),
            _ => self.finish(),
        }
    }

    /// The record of an earlier message is completed.
    pub(super) fn record_stage(&self) -> Stage {
        let wanted = self.plan.as_ref().and_then(|plan| plan.record.as_ref());
        match (&self.made.record, wanted) {
            (Some(made), Some(wanted)) => match RecordUpdate::new(made, wanted) {
                Some(update) => Stage::UpdateRecord(update),
                None => Stage::Record(Creation::new()),
            },
            _ => Stage::Record(self.creation()),
        }
    }

    pub(super) fn begin_note(&mut self, cx: &mut Cx) {
        let Some(plan) = &self.plan else { return self.finish() };
        let (language, subject) = (cx.settings.language, &self.ticket.subject);
        let text = match &self.ticket.event {
            Event::Form(form) if plan.creates.note => note::of_form(form, &plan.leftovers, language, subject),
            Event::Form(_) => {
                if !plan.leftovers.is_empty() {
                    cx.trace.add(|| {
                        Entry::new("note", "note", "note_is_off")
                            .at("/forms/creates/note")
                            .with("fields", plan.leftovers.len())
                    });
                }
                return self.finish();
            }
            // What a field refused is told, whether a note was asked for or not.
            Event::Call(call) if plan.creates.note || !plan.leftovers.is_empty() => {
                let client = plan.identity.phones.first().map(|key| format!("+{}", key.value()));
                let name = plan.scene.as_ref().map_or("", |scene| scene.name.as_str());
                note::of_call(call, &client.unwrap_or_default(), name, &plan.leftovers, language, subject)
            }
            Event::Call(_) => return self.finish(),
        };
        self.stage = Stage::Note { creation: self.creation(), text };
    }

    pub(super) fn lead_made(&mut self, created: Created, cx: &mut Cx) {
        let Stage::Lead(stage) = &self.stage else { return };
        let new = !created.merged;
        let responsible =
            self.plan.as_ref().and_then(|plan| plan.lead.responsible.as_ref()).map(|user| user.value);
        if let LeadStage::Contact(_) = stage {
            seen(cx.watermarks, NewestIds::Contacts, created.id);
            self.outcome.contact = Some(EntityLink { id: created.id, created: new });
            tell_made("contact", &self.outcome.contact, cx);
            self.crm_responsible = responsible;
            let more = self.plan.as_ref().is_some_and(|plan| plan.creates.lead);
            self.keep_made();
            self.stage =
                if more { Stage::Lead(LeadStage::Lead(self.creation())) } else { self.task_stage(0) };
            return;
        }
        if let (Some(contact), None) = (created.contact, self.outcome.contact) {
            seen(cx.watermarks, NewestIds::Contacts, contact);
            self.outcome.contact = Some(EntityLink { id: contact, created: new });
            tell_made("contact", &self.outcome.contact, cx);
        }
        self.outcome.unsorted = created.uid.map(|uid| UnsortedLink { uid });
        if created.id != 0 {
            seen(cx.watermarks, NewestIds::Leads, created.id);
            self.outcome.lead = Some(EntityLink { id: created.id, created: new });
            tell_made("lead", &self.outcome.lead, cx);
        }
        self.keep_made();
        // A new lead belongs to whom the settings say, else to the token's user: amoCRM's default for tasks too.
        self.crm_responsible = responsible;
        self.stage = self.task_stage(0);
    }

    pub(super) fn progressed(&mut self, progress: Progress, cx: &mut Cx) {
        match (&self.stage, progress) {
            (_, Progress::Going) => {}
            (Stage::Lead(_), Progress::Made(created)) => self.lead_made(created, cx),
            (Stage::Lead(_), Progress::Refused(errors)) => self.lead_refused(&errors, cx),
            (_, Progress::Made(created)) => {
                let (list, collection, step) = match &self.stage {
                    Stage::Task { .. } => (&mut self.outcome.tasks, NewestIds::Tasks, "task"),
                    Stage::Record(_) => (&mut self.outcome.notes, NewestIds::Notes, "call_record"),
                    _ => (&mut self.outcome.notes, NewestIds::Notes, "note"),
                };
                seen(cx.watermarks, collection, created.id);
                list.push(MadeExtra { id: created.id });
                cx.trace.add(|| Entry::new(step, "order", "created").with("id", created.id));
                self.keep_extra(created.id);
                self.after_extra(cx);
            }
            (Stage::Task { .. }, Progress::Refused(errors)) => {
                if !self.task_refused(&errors, cx) {
                    self.after_extra(cx);
                }
            }
            (Stage::Record(_), Progress::Refused(errors)) => {
                if !self.record_refused(&errors, cx) {
                    self.after_extra(cx);
                }
            }
            (_, Progress::Refused(errors)) => self.note_refused(&errors, cx),
        }
    }
}

fn tell_made(step: &'static str, link: &Option<EntityLink>, cx: &mut Cx) {
    if let Some(link) = *link {
        let code = if link.created { "created" } else { "used" };
        cx.trace.add(|| Entry::new(step, "order", code).with("id", link.id));
    }
}
