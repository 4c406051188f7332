//! An event's journey: contact, then lead, then tasks (seed: "Порядок создания сущностей"); call record and note come
//! last.
//!
//! A new contact with a new lead goes out as one `POST /leads/complex`. Forms and calls take the same way: a form knows
//! what it makes before amoCRM is asked, a call asks the matrix once the client is known.

mod call;
mod client;
mod create;
mod refused;

use serde::{Deserialize, Serialize};

use super::close_missed::CloseMissed;
use super::contact_update::{ContactUpdate, Progress as UpdateProgress};
use super::creation::Creation;
use super::find_contact::{FindContact, carries};
use super::find_lead::{Client, FindLead};
use super::lead_update::LeadUpdate;
use super::made::{Before, Made, MissedTask};
use super::outcome::{End, Outcome};
use super::plan::{self, Plan};
use super::recall::Recall;
use super::record_update::RecordUpdate;
use super::ticket::{Memory, Ticket};
use super::view::{Reading, View};
use super::{Cx, Journey, Reply, Step, Unreadable, is_marked};
use crate::amocrm::entity::{Contact, FieldValues, Lead, read_page};
use crate::amocrm::http::Request;
use crate::amocrm::path::{self, EntityKind};
use crate::event::Event;
use crate::rules::identity::{Key, country};
use crate::trace::Entry;

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

    fn finish(&mut self) {
        self.wind_up(End::Delivered);
    }

    fn over(&mut self, end: End) {
        self.end = Some(end);
        self.stage = Stage::Over;
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

    fn resumed(&mut self, cx: &mut Cx) {
        // Whether somebody else wrote on the client since, only those know who saw it from the beginning.
        if let Stage::Recall(_) | Stage::FindContact(_) | Stage::FindLead(_) = &self.stage {
            (self.reading, self.recalled) = (None, None);
            self.read_client(cx);
        }
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
