//! An event's journey: contact, then lead, then tasks (seed: "Порядок создания сущностей"); call record and note come
//! last.
//!
//! A new contact with a new lead goes out as one `POST /leads/complex`. Forms and calls take the same way: a form knows
//! what it makes before amoCRM is asked, a call asks the matrix once the client is known.

mod call;
mod refused;

use serde::{Deserialize, Serialize};

use super::close_missed::CloseMissed;
use super::contact_update::{ContactUpdate, Progress as UpdateProgress};
use super::creation::{Created, Creation, Progress, Target};
use super::find_contact::{FindContact, carries};
use super::find_lead::{Client, FindLead};
use super::lead_update::LeadUpdate;
use super::made::{Before, Made, MissedTask};
use super::outcome::{End, EntityLink, Made as MadeExtra, Outcome, UnsortedLink};
use super::plan::{self, LeadUse, Plan};
use super::recall::Recall;
use super::record_update::RecordUpdate;
use super::targets::{
    ComplexTarget, ContactTarget, LeadTarget, NoteTarget, Parts, RecordTarget, UnsortedTarget, hook,
    task_target,
};
use super::ticket::{Memory, Ticket};
use super::view::{Reading, View};
use super::{Cx, Journey, Reply, Step, Unreadable, is_marked};
use crate::amocrm::directory::{NewestIds, seen};
use crate::amocrm::entity::{Contact, FieldValues, Lead, read_page};
use crate::amocrm::http::Request;
use crate::amocrm::path::{self, EntityKind};
use crate::event::Event;
use crate::json;
use crate::rules::identity::{Key, country};
use crate::rules::note;
use crate::trace::Entry;

/// Custom field values that `/leads/complex` takes per entity (API notes §3.6).
const MOST_COMPLEX_FIELDS: usize = 40;

/// An event on its way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventFlow {
    ticket: Ticket,
    plan: Option<Plan>,
    stage: Stage,
    client: Option<Client>,
    /// No other event writes on the contact. Asked for once: who waits for two things may wait for ever.
    #[serde(default)]
    locked: bool,
    /// How he was read, when that is worth telling his next event.
    #[serde(default)]
    reading: Option<Reading>,
    outcome: Outcome,
    /// Responsible for the lead, else for the contact.
    crm_responsible: Option<u64>,
    refusals: u32,
    /// Everything but name, phone, e-mail, marker and note was given up (1), the marker too (2).
    given_up: u8,
    /// A dry run got past this create: what hangs on it is only told.
    pretended: Option<EntityKind>,
    /// amoCRM refused a custom field: the account is not as it was read.
    stale_directory: bool,
    /// What the messages of this call told and made.
    made: Made,
    /// The lead that an earlier message made, read by id.
    recalled: Option<Lead>,
    /// The client as this call found him.
    before: Option<Before>,
    missed_task: Option<MissedTask>,
    closed_tasks: Vec<u64>,
    end: Option<End>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stage {
    Start,
    /// An earlier message of this call made something.
    Recall(Recall),
    FindContact(FindContact),
    FindLead(FindLead),
    /// The client is found: events that know him by something else wait for each other.
    Lock {
        contact: u64,
        /// As he was read; not for long.
        #[serde(skip)]
        client: Option<Box<Client>>,
    },
    /// The phone is A's: does the e-mail belong to somebody else?
    EmailOwner {
        email: String,
    },
    Companies {
        national: String,
    },
    UpdateContact(ContactUpdate),
    Lead(LeadStage),
    Task {
        index: usize,
        creation: Creation,
    },
    Record(Creation),
    UpdateRecord(RecordUpdate),
    Note {
        creation: Creation,
        text: String,
    },
    /// The client was talked to: tasks of missed calls are done.
    CloseMissed(CloseMissed, End),
    Over,
}

/// How contact and lead come about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum LeadStage {
    /// New contact and new lead in one request.
    Complex(Creation),
    /// A contact alone.
    Contact(Creation),
    /// A lead, with a known contact or none.
    Lead(Creation),
    /// An incoming lead.
    Unsorted(Creation),
    /// The open lead is used again.
    Reuse(LeadUpdate),
}

impl EventFlow {
    /// An event that just came out of the journal.
    pub fn new(ticket: Ticket) -> Self {
        EventFlow {
            made: ticket.made.clone().unwrap_or_default(),
            ticket,
            plan: None,
            stage: Stage::Start,
            client: None,
            locked: false,
            reading: None,
            outcome: Outcome::default(),
            crm_responsible: None,
            refusals: 0,
            given_up: 0,
            pretended: None,
            stale_directory: false,
            recalled: None,
            before: None,
            missed_task: None,
            closed_tasks: Vec::new(),
            end: None,
        }
    }

    /// What it made so far.
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// How it ended, when it did.
    pub fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    /// Whether the account is to be read again: it refused a field.
    pub fn stale_directory(&self) -> bool {
        self.stale_directory
    }

    /// The event behind it.
    pub fn ticket(&self) -> &Ticket {
        &self.ticket
    }

    /// What is to be remembered for an hour: the contact that each identifier was written to.
    pub fn memory(&self) -> Vec<Memory> {
        let (Some(plan), Some(contact)) = (&self.plan, self.outcome.contact) else { return Vec::new() };
        plan.identity
            .identifiers()
            .into_iter()
            .map(|identifier| Memory { identifier, contact: contact.id })
            .collect()
    }

    /// The client as he was read.
    pub fn view(&self) -> Option<View> {
        Some(View { reading: self.reading.clone()?, client: self.client.clone()? })
    }

    /// Whether an earlier attempt of this very event, or an earlier message of its call, made the entity.
    fn is_marked(&self, marker: Option<u64>, fields: &[FieldValues]) -> bool {
        is_marked(&self.ticket.subject, marker, fields)
    }

    fn is_call(&self) -> bool {
        matches!(self.ticket.event, Event::Call(_))
    }

    fn creation(&self) -> Creation {
        if self.ticket.again { Creation::doubtful(self.ticket.last_request_at) } else { Creation::new() }
    }

    /// The create under way with what it needs; `None` when there is nothing to create it on.
    fn creating<R>(
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

    /// Moves through stages that need no request; the next request, wait or end.
    fn advance(&mut self, cx: &mut Cx) -> Step {
        loop {
            let step = match &mut self.stage {
                Stage::Start => {
                    self.start(cx);
                    None
                }
                Stage::Recall(recall) => match recall.step() {
                    Some(step) => Some(step),
                    None => {
                        let recall = recall.clone();
                        let whole = recall.contact.is_some() && recall.lead.is_some();
                        self.reading = whole.then_some(Reading { at_ms: cx.now_ms, key: None });
                        self.recalled(recall, cx);
                        None
                    }
                },
                Stage::FindContact(find) => match find.step() {
                    Some(step) => Some(step),
                    None => {
                        self.found(Vec::new(), cx);
                        None
                    }
                },
                Stage::FindLead(find) => match find.step() {
                    Some(step) => Some(step),
                    None => {
                        let find = find.clone();
                        let marker = cx.directory.ours.leads.marker;
                        let is_own = |lead: &Lead| self.is_marked(marker, &lead.custom_fields_values);
                        let client = find.choose(is_own, cx);
                        self.known(client, cx);
                        None
                    }
                },
                Stage::Lock { contact, .. } => return Step::Lock { contact: *contact },
                Stage::EmailOwner { email } => {
                    Some(Step::Send(Request::get(path::search(EntityKind::Contacts, email, 1))))
                }
                Stage::Companies { national } => {
                    Some(Step::Send(Request::get(path::search(EntityKind::Companies, national, 1))))
                }
                Stage::UpdateContact(update) => match &self.plan {
                    Some(plan) => match update.step(&plan.contact, cx) {
                        Some(step) => Some(step),
                        None => {
                            self.contact_done(cx);
                            None
                        }
                    },
                    None => return Step::Done,
                },
                Stage::Lead(LeadStage::Reuse(update)) => match &self.plan {
                    Some(plan) => match update.step(&plan.lead, cx) {
                        Some(step) => Some(step),
                        None => {
                            self.lead_done(cx);
                            None
                        }
                    },
                    None => return Step::Done,
                },
                Stage::Lead(_) | Stage::Task { .. } | Stage::Record(_) | Stage::Note { .. } => {
                    let step = self.creating(cx, |creation, target, cx| creation.step(target, cx));
                    if step.is_none() {
                        self.nothing_to_create(cx);
                    }
                    step
                }
                Stage::UpdateRecord(update) => match update.step() {
                    Some(step) => Some(step),
                    None => {
                        self.made.record = Some(update.record.clone());
                        self.after_extra(cx);
                        None
                    }
                },
                Stage::CloseMissed(close, _) => match close.step(cx) {
                    Some(step) => Some(step),
                    None => {
                        self.missed_closed();
                        None
                    }
                },
                Stage::Over => return Step::Done,
            };
            if let Some(step) = step {
                return step;
            }
        }
    }

    fn start(&mut self, cx: &mut Cx) {
        for warning in &cx.directory.warnings {
            cx.trace.add(|| {
                Entry::new("delivery", "directory", "account_warning").with("warning", warning.code.as_ref())
            });
        }
        let plan = match &self.ticket.event {
            Event::Form(form) => plan::of_form(&self.ticket, form, cx.settings, cx.directory, cx.trace),
            Event::Call(_) => self.begin_call(cx),
        };
        match plan {
            Ok(plan) => {
                self.plan = Some(plan);
                if let Some(reason) = self.no_row(cx) {
                    return self.wind_up(End::Skipped(reason));
                }
                if self.take_over(cx) {
                    return;
                }
                self.read_client(cx);
            }
            Err(reason) => self.over(End::Skipped(reason)),
        }
    }

    /// Whether the client is known from the journey before. What was begun before is read anew.
    fn take_over(&mut self, cx: &mut Cx) -> bool {
        let Some(view) = self.ticket.view.take() else { return false };
        let Some(plan) = &self.plan else { return false };
        if self.ticket.again || !view.is_fresh(cx.now_ms) || !self.needs_leads() {
            return false;
        }
        if self.made.contact.is_some() || self.made.lead.is_some() {
            let Some(recall) = view.made_earlier(&self.made) else { return false };
            self.reading = Some(view.reading);
            self.recalled(recall, cx);
            return true;
        }
        let groups = plan.identity.groups(cx.settings.identity.fall_through);
        let Some(key) = groups.first().and_then(|keys| keys.first()).map(Key::identifier) else {
            return false;
        };
        let marker = cx.directory.ours.leads.marker;
        let is_own = |lead: &Lead| self.is_marked(marker, &lead.custom_fields_values);
        let Some(client) = view.found_by(&key, is_own) else { return false };
        cx.trace.add(|| {
            Entry::new("identity", "identity", "found_a_moment_ago")
                .at("/identity")
                .with("identifier", key)
                .with("contact", client.contact.id)
        });
        self.reading = Some(view.reading);
        self.known(Some(client), cx);
        true
    }

    /// By what an earlier message of the call made, else by what he is known by.
    fn read_client(&mut self, cx: &mut Cx) {
        match Recall::new(self.made.contact, self.made.lead) {
            Some(recall) => self.stage = Stage::Recall(recall),
            None => self.search(cx),
        }
    }

    fn search(&mut self, cx: &mut Cx) {
        let Some(plan) = &self.plan else { return };
        let groups = plan.identity.groups(cx.settings.identity.fall_through);
        self.stage = Stage::FindContact(FindContact::new(groups, &self.ticket.memory));
    }

    fn found(&mut self, hits: Vec<Contact>, cx: &mut Cx) {
        if hits.is_empty() {
            return self.unknown(cx);
        }
        let key = match &self.stage {
            Stage::FindContact(find) => find.first_searched(),
            _ => None,
        };
        self.reading = None;
        if (hits.len() > 1 || self.needs_leads()) && self.recalled.is_none() {
            self.reading = key.map(|key| Reading { at_ms: cx.now_ms, key: Some(key) });
            self.stage = Stage::FindLead(FindLead::new(hits));
        } else {
            let contact = hits.into_iter().next();
            let own_lead = self.recalled.take();
            self.known(contact.map(|contact| Client { contact, open_lead: None, own_lead }), cx);
        }
    }

    fn needs_leads(&self) -> bool {
        self.is_call() || self.plan.as_ref().is_some_and(|plan| plan.creates.lead || plan.creates.note)
    }

    fn known(&mut self, client: Option<Client>, cx: &mut Cx) {
        let Some(client) = client else { return self.unknown(cx) };
        if !self.locked {
            self.stage = Stage::Lock { contact: client.contact.id, client: Some(Box::new(client)) };
            return;
        }
        let contact = &client.contact;
        let created = self.is_marked(cx.directory.ours.contacts.marker, &contact.custom_fields_values);
        self.outcome.contact = Some(EntityLink { id: contact.id, created });
        self.crm_responsible = Some(contact.responsible_user_id).filter(|user| *user != 0);
        cx.trace.add(|| {
            Entry::new("identity", "identity", "known_client")
                .at("/identity")
                .with("contact", contact.id)
                .with("name", contact.name.as_str())
                .with("open_lead", client.lead().map(|lead| lead.id))
        });
        self.client = Some(client);
        if !self.decide(cx) {
            return;
        }
        let (Some(client), Some(plan)) = (&self.client, &self.plan) else { return };
        let contact = &client.contact;
        let by_phone = !plan.identity.phones.is_empty();
        let new_email = plan
            .identity
            .emails
            .iter()
            .find(|email| !carries(contact, email, cx.directory, country(cx.settings)));
        // The e-mail is about to be added to this card: it may stand on another one.
        let owner = new_email.filter(|_| by_phone).map(|email| email.value().to_owned());
        match owner {
            Some(email) => self.stage = Stage::EmailOwner { email },
            None => self.begin_update(),
        }
    }

    fn begin_update(&mut self) {
        let (Some(client), Some(plan)) = (&self.client, &self.plan) else { return };
        self.stage = if plan.update_known {
            Stage::UpdateContact(ContactUpdate::new(client.contact.clone()))
        } else {
            self.lead_stage()
        };
    }

    fn unknown(&mut self, cx: &mut Cx) {
        self.client = None;
        self.outcome.contact = None;
        cx.trace.add(|| Entry::new("identity", "identity", "new_client").at("/identity"));
        if !self.decide(cx) {
            return;
        }
        let Some(plan) = &self.plan else { return };
        let national = plan.identity.phones.iter().find_map(|key| match key {
            Key::Phone { national, .. } => Some(national.clone()),
            _ => None,
        });
        self.stage = match national {
            Some(national) if cx.settings.identity.check_companies => Stage::Companies { national },
            _ => self.lead_stage(),
        };
    }

    /// Which request makes what is to be made.
    fn lead_stage(&self) -> Stage {
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

    fn contact_done(&mut self, cx: &mut Cx) {
        if let (Stage::UpdateContact(update), Some(plan)) = (&self.stage, &mut self.plan) {
            let kept = update.kept(&plan.contact, cx);
            plan.leftovers.extend(kept);
        }
        self.stage = self.lead_stage();
    }

    fn lead_done(&mut self, cx: &mut Cx) {
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

    fn task_stage(&self, index: usize) -> Stage {
        Stage::Task { index, creation: self.creation() }
    }

    /// The create under way has nothing to hang on, or there is none: what follows it.
    fn nothing_to_create(&mut self, cx: &mut Cx) {
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
    fn after_extra(&mut self, cx: &mut Cx) {
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
    fn record_stage(&self) -> Stage {
        let wanted = self.plan.as_ref().and_then(|plan| plan.record.as_ref());
        match (&self.made.record, wanted) {
            (Some(made), Some(wanted)) => match RecordUpdate::new(made, wanted) {
                Some(update) => Stage::UpdateRecord(update),
                None => Stage::Record(Creation::new()),
            },
            _ => Stage::Record(self.creation()),
        }
    }

    fn begin_note(&mut self, cx: &mut Cx) {
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

    fn finish(&mut self) {
        self.wind_up(End::Delivered);
    }

    fn over(&mut self, end: End) {
        self.end = Some(end);
        self.stage = Stage::Over;
    }

    fn lead_made(&mut self, created: Created, cx: &mut Cx) {
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

    fn progressed(&mut self, progress: Progress, cx: &mut Cx) {
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

impl Journey for EventFlow {
    fn step(&mut self, cx: &mut Cx) -> Step {
        self.advance(cx)
    }

    fn receive(&mut self, reply: Reply, cx: &mut Cx) -> Result<(), Unreadable> {
        match &mut self.stage {
            Stage::Recall(recall) => recall.receive(reply)?,
            Stage::FindContact(find) => {
                if let Some(hits) = find.receive(reply, cx)? {
                    self.found(hits, cx);
                }
            }
            Stage::FindLead(find) => find.receive(reply)?,
            Stage::EmailOwner { email } => {
                let Reply::Ok(body) = reply else { return Err(Unreadable) };
                let key = Key::Email(email.clone());
                let here = self.outcome.contact.map(|contact| contact.id);
                let other = read_page::<Contact>(body)?.items.into_iter().find(|contact| {
                    Some(contact.id) != here && carries(contact, &key, cx.directory, country(cx.settings))
                });
                if let Some(other) = other {
                    cx.trace.add(|| {
                        Entry::new("identity", "identity", "email_of_another_contact")
                            .at("/identity")
                            .with("email", key.value())
                            .with("contact", here)
                            .with("other", other.id)
                    });
                }
                self.begin_update();
            }
            Stage::Companies { .. } => {
                if let Reply::Ok(body) = reply {
                    self.tell_companies(body, cx);
                }
                self.stage = self.lead_stage();
            }
            Stage::UpdateContact(update) => {
                let Some(plan) = &mut self.plan else { return Ok(()) };
                let Plan { contact, leftovers, .. } = plan;
                match update.receive(contact, leftovers, reply, cx)? {
                    UpdateProgress::Going => {}
                    UpdateProgress::Done(more) => {
                        plan.leftovers.extend(more);
                        self.contact_done(cx);
                    }
                    UpdateProgress::Gone => {
                        // Merged or deleted between search and write: search again, believing nothing.
                        cx.trace.add(|| Entry::new("contact", "exactly_once", "contact_is_gone"));
                        let groups = plan.identity.groups(cx.settings.identity.fall_through);
                        self.client = None;
                        self.outcome.contact = None;
                        self.stage = Stage::FindContact(FindContact::new(groups, &[]));
                    }
                }
            }
            Stage::Lead(LeadStage::Reuse(update)) => {
                let Some(Plan { lead, leftovers, .. }) = &mut self.plan else { return Ok(()) };
                update.receive(lead, leftovers, reply, cx)?;
            }
            Stage::Lead(_) | Stage::Task { .. } | Stage::Record(_) | Stage::Note { .. } => {
                let progress = self.creating(cx, |creation, target, cx| creation.receive(target, reply, cx));
                if let Some(progress) = progress.transpose()? {
                    self.progressed(progress, cx);
                }
            }
            Stage::UpdateRecord(update) => update.receive(reply, cx)?,
            Stage::CloseMissed(close, _) => close.receive(reply, cx)?,
            Stage::Start | Stage::Lock { .. } | Stage::Over => {}
        }
        Ok(())
    }

    fn granted(&mut self, stale: bool, cx: &mut Cx) {
        let Stage::Lock { contact, client } = &mut self.stage else { return };
        let (contact, client) = (*contact, client.take());
        self.locked = true;
        match client.filter(|_| !stale) {
            Some(client) => self.known(Some(*client), cx),
            // The event before may have made the lead that this one is to use.
            None => {
                cx.trace.add(|| {
                    Entry::new("identity", "exactly_once", "waited_for_client").with("contact", contact)
                });
                (self.reading, self.recalled) = (None, None);
                self.read_client(cx);
            }
        }
    }

    fn unsent(&mut self) {
        match &mut self.stage {
            Stage::UpdateContact(update) => update.unsent(),
            Stage::Lead(LeadStage::Reuse(update)) => update.unsent(),
            Stage::Lead(
                LeadStage::Complex(creation)
                | LeadStage::Contact(creation)
                | LeadStage::Lead(creation)
                | LeadStage::Unsorted(creation),
            )
            | Stage::Task { creation, .. }
            | Stage::Record(creation)
            | Stage::Note { creation, .. } => creation.unsent(),
            _ => {}
        }
    }

    fn interrupted(&mut self, cx: &mut Cx) {
        match &mut self.stage {
            Stage::UpdateContact(update) => update.interrupted(),
            Stage::Lead(LeadStage::Reuse(update)) => update.interrupted(),
            Stage::UpdateRecord(update) => update.interrupted(),
            Stage::CloseMissed(close, _) => close.interrupted(),
            _ => {
                self.creating(cx, |creation, target, cx| creation.interrupted(target, cx));
            }
        }
    }

    fn apart(&mut self, cx: &mut Cx) {
        self.creating(cx, |creation, target, cx| creation.apart(target, cx));
    }

    /// Tasks, records and notes. A contact or lead that is refused has too much to tell about why.
    fn joins(&self) -> bool {
        match &self.stage {
            Stage::Task { creation, .. } | Stage::Record(creation) | Stage::Note { creation, .. } => {
                creation.joins()
            }
            _ => false,
        }
    }

    fn pretend(&mut self, cx: &mut Cx) {
        match &mut self.stage {
            Stage::UpdateContact(_) => self.contact_done(cx),
            Stage::Lead(LeadStage::Reuse(_)) => self.lead_done(cx),
            Stage::Lead(LeadStage::Contact(_)) => {
                self.pretended = Some(EntityKind::Contacts);
                self.stage = match &self.plan {
                    Some(plan) if plan.creates.lead => Stage::Lead(LeadStage::Lead(self.creation())),
                    _ => self.task_stage(0),
                };
            }
            Stage::Lead(_) => {
                self.pretended = Some(EntityKind::Leads);
                self.stage = self.task_stage(0);
            }
            Stage::Task { .. } | Stage::Record(_) | Stage::Note { .. } => self.after_extra(cx),
            Stage::UpdateRecord(update) => update.pretend(),
            Stage::CloseMissed(close, _) => close.pretend(cx),
            _ => {}
        }
    }
}

impl EventFlow {
    /// Companies that carry the phone: only told, never used.
    fn tell_companies(&self, body: &[u8], cx: &mut Cx) {
        #[derive(Deserialize)]
        struct Companies {
            #[serde(rename = "_embedded")]
            embedded: List,
        }
        #[derive(Deserialize)]
        struct List {
            companies: Vec<Contact>,
        }
        let Some(plan) = &self.plan else { return };
        let companies = json::from_slice::<Companies>(body).map(|page| page.embedded.companies);
        for company in companies.unwrap_or_default() {
            let carries = |key| carries(&company, key, cx.directory, country(cx.settings));
            if plan.identity.phones.iter().any(carries) {
                cx.trace.add(|| {
                    Entry::new("identity", "identity", "phone_on_company")
                        .at("/identity/check_companies")
                        .with("company", company.id)
                        .with("name", company.name.as_str())
                });
            }
        }
    }
}
