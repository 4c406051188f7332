//! A form's journey: contact, then lead, then tasks (seed: "Порядок создания сущностей"); the note comes last.
//!
//! A new contact with a new lead goes out as one `POST /leads/complex`.

use serde::{Deserialize, Serialize};

use super::contact_update::{ContactUpdate, Progress as UpdateProgress};
use super::creation::{Created, Creation, Progress};
use super::find_contact::{FindContact, carries};
use super::find_lead::{Client, FindLead};
use super::lead_update::LeadUpdate;
use super::outcome::{End, EntityLink, Made, Outcome, Reason, UnsortedLink};
use super::plan::{self, Plan};
use super::refusal::{Part, Side, blame};
use super::targets::{
    ComplexTarget, ContactTarget, LeadTarget, Parts, UnsortedTarget, hook, note_target, task_target,
};
use super::ticket::{Memory, Ticket};
use super::{Cx, Journey, Reply, Step, Unreadable, is_marked};
use crate::amocrm::answer::FieldError;
use crate::amocrm::directory::{NewestIds, seen};
use crate::amocrm::entity::{Contact, FieldValues, read_page};
use crate::amocrm::http::Request;
use crate::amocrm::path::{self, EntityKind};
use crate::json;
use crate::rules::draft::{DraftField, Leftover, Merge, Origin, Why};
use crate::rules::identity::{Key, country};
use crate::rules::note;
use crate::rules::texts::{Text, text};
use crate::trace::{Entry, Trace};

/// Custom field values that `/leads/complex` takes per entity (API notes §3.6).
const MOST_COMPLEX_FIELDS: usize = 40;
/// Refusals after which an event has failed.
const MOST_REFUSALS: u32 = 12;

/// A form on its way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FormFlow {
    ticket: Ticket,
    plan: Option<Plan>,
    stage: Stage,
    client: Option<Client>,
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
    end: Option<End>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stage {
    Start,
    FindContact(FindContact),
    FindLead(FindLead),
    /// The phone is A's: does the e-mail belong to somebody else?
    EmailOwner {
        email: String,
    },
    Companies {
        national: String,
    },
    UpdateContact(ContactUpdate),
    Lead(LeadStage),
    Task(Creation),
    Note {
        creation: Creation,
        text: String,
    },
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

impl FormFlow {
    /// A form that just came out of the journal.
    pub fn new(ticket: Ticket) -> Self {
        FormFlow {
            ticket,
            plan: None,
            stage: Stage::Start,
            client: None,
            outcome: Outcome::default(),
            crm_responsible: None,
            refusals: 0,
            given_up: 0,
            pretended: None,
            stale_directory: false,
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

    /// Whether an earlier attempt of this very event made the entity.
    fn is_marked(&self, marker: Option<u64>, fields: &[FieldValues]) -> bool {
        is_marked(&self.ticket.subject, marker, fields)
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
                        let client = find.clone().choose(cx);
                        self.known(client, cx);
                        None
                    }
                },
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
                Stage::Lead(_) => match self.step_lead(cx) {
                    Some(step) => Some(step),
                    None => {
                        self.lead_done(cx);
                        None
                    }
                },
                Stage::Task(creation) => {
                    match task_target(&self.plan, hook(&self.outcome, self.pretended), self.crm_responsible) {
                        Some(target) => Some(creation.step(&target, cx)),
                        None => {
                            self.begin_note(cx);
                            None
                        }
                    }
                }
                Stage::Note { creation, text } => {
                    match note_target(hook(&self.outcome, self.pretended), text, &self.ticket.subject) {
                        Some(target) => Some(creation.step(&target, cx)),
                        None => {
                            cx.trace.add(|| Entry::new("note", "note", "nothing_to_hang_it_on"));
                            self.finish();
                            None
                        }
                    }
                }
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
        match plan::of_form(&self.ticket, cx.settings, cx.directory, cx.trace) {
            Ok(plan) => {
                let groups = plan.identity.groups(cx.settings.identity.fall_through);
                self.stage = Stage::FindContact(FindContact::new(groups, &self.ticket.memory));
                self.plan = Some(plan);
            }
            Err(reason) => self.over(End::Skipped(reason)),
        }
    }

    fn found(&mut self, hits: Vec<Contact>, cx: &mut Cx) {
        if hits.is_empty() {
            return self.unknown(cx);
        }
        let needs_leads =
            hits.len() > 1 || self.plan.as_ref().is_some_and(|plan| plan.creates.lead || plan.creates.note);
        if needs_leads {
            self.stage = Stage::FindLead(FindLead::new(hits));
        } else {
            let contact = hits.into_iter().next();
            self.known(contact.map(|contact| Client { contact, open_lead: None }), cx);
        }
    }

    fn known(&mut self, client: Option<Client>, cx: &mut Cx) {
        let (Some(client), Some(plan)) = (client, &self.plan) else { return self.unknown(cx) };
        let contact = &client.contact;
        let created = self.is_marked(cx.directory.ours.contacts.marker, &contact.custom_fields_values);
        self.outcome.contact = Some(EntityLink { id: contact.id, created });
        self.crm_responsible = Some(contact.responsible_user_id).filter(|user| *user != 0);
        cx.trace.add(|| {
            Entry::new("identity", "identity", "known_client")
                .at("/identity")
                .with("contact", contact.id)
                .with("name", contact.name.as_str())
                .with("open_lead", client.open_lead.as_ref().map(|lead| lead.id))
        });
        let by_phone = !plan.identity.phones.is_empty();
        let new_email = plan
            .identity
            .emails
            .iter()
            .find(|email| !carries(contact, email, cx.directory, country(cx.settings)));
        // The e-mail is about to be added to this card: it may stand on another one.
        let owner = new_email.filter(|_| by_phone).map(|email| email.value().to_owned());
        self.client = Some(client);
        match owner {
            Some(email) => self.stage = Stage::EmailOwner { email },
            None => self.begin_update(),
        }
    }

    fn begin_update(&mut self) {
        let (Some(client), Some(plan)) = (&self.client, &self.plan) else { return };
        self.stage = if plan.creates.contact {
            Stage::UpdateContact(ContactUpdate::new(client.contact.clone()))
        } else {
            self.lead_stage()
        };
    }

    fn unknown(&mut self, cx: &mut Cx) {
        let Some(plan) = &self.plan else { return };
        self.client = None;
        self.outcome.contact = None;
        let national = plan.identity.phones.iter().find_map(|key| match key {
            Key::Phone { national, .. } => Some(national.clone()),
            _ => None,
        });
        cx.trace.add(|| Entry::new("identity", "identity", "new_client").at("/identity"));
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
        if !creates.lead {
            return match &self.client {
                None if creates.contact => Stage::Lead(LeadStage::Contact(creation)),
                _ => self.task_stage(),
            };
        }
        let open = self.client.as_ref().and_then(|client| client.open_lead.as_ref());
        if let Some(lead) = open.filter(|_| plan.reuse_open_lead) {
            return Stage::Lead(LeadStage::Reuse(LeadUpdate::new(lead.clone())));
        }
        let known = self.outcome.contact.is_some();
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
        self.stage = self.task_stage();
    }

    fn task_stage(&self) -> Stage {
        Stage::Task(self.creation())
    }

    fn begin_note(&mut self, cx: &mut Cx) {
        let Some(plan) = &self.plan else { return self.finish() };
        if !plan.creates.note {
            if !plan.leftovers.is_empty() {
                cx.trace.add(|| {
                    Entry::new("note", "note", "note_is_off")
                        .at("/forms/creates/note")
                        .with("fields", plan.leftovers.len())
                });
            }
            return self.finish();
        }
        let text =
            note::of_form(&self.ticket.event, &plan.leftovers, cx.settings.language, &self.ticket.subject);
        self.stage = Stage::Note { creation: self.creation(), text };
    }

    fn finish(&mut self) {
        self.over(End::Delivered);
    }

    fn over(&mut self, end: End) {
        self.end = Some(end);
        self.stage = Stage::Over;
    }

    fn step_lead(&mut self, cx: &mut Cx) -> Option<Step> {
        let FormFlow { stage, plan, ticket, outcome, .. } = self;
        let Stage::Lead(stage) = stage else { return None };
        let plan = plan.as_ref()?;
        let parts = Parts { plan, ticket, contact: outcome.contact, language: cx.settings.language };
        let (settings, directory) = (cx.settings, cx.directory);
        match stage {
            LeadStage::Reuse(update) => update.step(&plan.lead, cx),
            LeadStage::Complex(creation) => {
                Some(creation.step(&ComplexTarget { parts, settings, directory }, cx))
            }
            LeadStage::Contact(creation) => {
                Some(creation.step(&ContactTarget { parts, settings, directory }, cx))
            }
            LeadStage::Lead(creation) => Some(creation.step(&LeadTarget { parts, directory }, cx)),
            LeadStage::Unsorted(creation) => Some(creation.step(&UnsortedTarget { parts }, cx)),
        }
    }

    fn receive_lead(&mut self, reply: Reply, cx: &mut Cx) -> Result<(), Unreadable> {
        let FormFlow { stage, plan, ticket, outcome, .. } = self;
        let (Stage::Lead(stage), Some(plan)) = (stage, plan.as_mut()) else { return Ok(()) };
        if let LeadStage::Reuse(update) = stage {
            let Plan { lead, leftovers, .. } = plan;
            return update.receive(lead, leftovers, reply, cx);
        }
        let parts = Parts { plan, ticket, contact: outcome.contact, language: cx.settings.language };
        let (settings, directory) = (cx.settings, cx.directory);
        let progress = match stage {
            LeadStage::Complex(creation) => {
                creation.receive(&ComplexTarget { parts, settings, directory }, reply, cx)?
            }
            LeadStage::Contact(creation) => {
                creation.receive(&ContactTarget { parts, settings, directory }, reply, cx)?
            }
            LeadStage::Lead(creation) => creation.receive(&LeadTarget { parts, directory }, reply, cx)?,
            LeadStage::Unsorted(creation) => creation.receive(&UnsortedTarget { parts }, reply, cx)?,
            LeadStage::Reuse(_) => Progress::Going,
        };
        match progress {
            Progress::Going => {}
            Progress::Made(created) => self.lead_made(created, cx),
            Progress::Refused(errors) => self.lead_refused(&errors, cx),
        }
        Ok(())
    }

    fn lead_made(&mut self, created: Created, cx: &mut Cx) {
        let Stage::Lead(stage) = &self.stage else { return };
        let new = !created.merged;
        let responsible =
            self.plan.as_ref().and_then(|plan| plan.lead.responsible.as_ref()).map(|user| user.value);
        match stage {
            LeadStage::Contact(_) => {
                seen(cx.watermarks, NewestIds::Contacts, created.id);
                self.outcome.contact = Some(EntityLink { id: created.id, created: new });
                tell_made("contact", &self.outcome.contact, cx);
                self.crm_responsible = responsible;
                let more = self.plan.as_ref().is_some_and(|plan| plan.creates.lead);
                self.stage =
                    if more { Stage::Lead(LeadStage::Lead(self.creation())) } else { self.task_stage() };
                return;
            }
            LeadStage::Unsorted(_) | LeadStage::Complex(_) | LeadStage::Lead(_) | LeadStage::Reuse(_) => {
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
            }
        }
        // A new lead belongs to whom the settings say, else to the token's user: amoCRM's default for tasks too.
        self.crm_responsible = responsible;
        self.stage = self.task_stage();
    }

    /// Takes out what amoCRM names; when it names nothing, one last try with name, phone, e-mail and note.
    fn lead_refused(&mut self, errors: &[FieldError], cx: &mut Cx) {
        self.refusals += 1;
        let Some(plan) = &mut self.plan else { return };
        let Stage::Lead(stage) = &self.stage else { return };
        let outer_is_contact = matches!(stage, LeadStage::Contact(_));
        let mut contact_fields = Vec::new();
        let mut lead_fields = Vec::new();
        let mut taken_out = false;
        for error in errors {
            let Some((side, part)) = blame(error) else { continue };
            let contact = side == Side::Contact || (side == Side::Outer && outer_is_contact);
            match part {
                Part::Field(position) => {
                    // The body lists the draft's fields in their order.
                    let (fields, list) = if contact {
                        (&plan.contact.fields, &mut contact_fields)
                    } else {
                        (&plan.lead.fields, &mut lead_fields)
                    };
                    list.extend((position < fields.len()).then_some(position));
                }
                Part::Native(name) if name == "pipeline_id" || name == "status_id" => {
                    taken_out |= plan.place.pipeline.is_some() || plan.place.status.is_some();
                    plan.place.pipeline = None;
                    plan.place.status = None;
                    cx.trace.add(|| {
                        Entry::new("lead", "refusal", "pipeline_refused").with("code", error.code.as_str())
                    });
                }
                Part::Native(name) => {
                    let (draft, step) =
                        if contact { (&mut plan.contact, "contact") } else { (&mut plan.lead, "lead") };
                    taken_out |= draft.drop_native(&name, &error.code, step, &mut plan.leftovers, cx.trace);
                }
            }
        }
        let fields_refused = !contact_fields.is_empty() || !lead_fields.is_empty();
        self.stale_directory |= fields_refused;
        taken_out |= fields_refused;
        plan.contact.drop_fields(&contact_fields, errors, "contact", &mut plan.leftovers, cx.trace);
        plan.lead.drop_fields(&lead_fields, errors, "lead", &mut plan.leftovers, cx.trace);
        if taken_out && self.refusals < MOST_REFUSALS {
            return;
        }
        if self.given_up < 2 {
            // First all but our own fields: the marker is what a lost answer is looked up by.
            give_up(plan, self.given_up == 0, cx.trace);
            self.given_up += 1;
            return;
        }
        let words: Vec<String> = errors
            .iter()
            .map(|error| format!("{} {} {}", error.code, error.path, error.detail).trim().to_owned())
            .collect();
        self.over(End::Failed(Reason::new("refused").with("errors", words)));
    }

    fn extra_made(&mut self, progress: Progress, cx: &mut Cx) {
        let task = matches!(self.stage, Stage::Task(_));
        match progress {
            Progress::Going => return,
            Progress::Made(created) => {
                let (list, collection, step) = if task {
                    (&mut self.outcome.tasks, NewestIds::Tasks, "task")
                } else {
                    (&mut self.outcome.notes, NewestIds::Notes, "note")
                };
                seen(cx.watermarks, collection, created.id);
                list.push(Made { id: created.id });
                cx.trace.add(|| Entry::new(step, "order", "created").with("id", created.id));
            }
            Progress::Refused(errors) if task => {
                self.refusals += 1;
                let fields = errors.iter().filter_map(|error| match blame(error)? {
                    (_, Part::Native(name)) => Some(name),
                    (_, Part::Field(_)) => None,
                });
                let (Some(plan), fields) = (&mut self.plan, fields.collect::<Vec<_>>()) else { return };
                let Some(task) = &mut plan.task else { return };
                let gave_in = fields.iter().filter(|field| task.give_in(field)).count() > 0;
                cx.trace.add(|| {
                    Entry::new("task", "refusal", if gave_in { "field_refused" } else { "refused" })
                        .at("/forms/creates/task")
                        .with("fields", fields)
                });
                if gave_in && self.refusals < MOST_REFUSALS {
                    return;
                }
                let label = text(cx.settings.language, Text::Task).to_owned();
                plan.leftovers.push(Leftover { label, text: task.text.clone(), why: Why::Refused });
            }
            Progress::Refused(errors) => {
                let detail =
                    errors.first().map(|error| format!("{} {}", error.code, error.path)).unwrap_or_default();
                cx.trace.add(|| Entry::new("note", "refusal", "refused").with("detail", detail.as_str()));
                // The note is where nothing gets lost: without it the event is not delivered.
                return self.over(End::Failed(Reason::new("note_refused").with("detail", detail)));
            }
        }
        if task { self.begin_note(cx) } else { self.finish() }
    }
}

fn tell_made(step: &'static str, link: &Option<EntityLink>, cx: &mut Cx) {
    if let Some(link) = *link {
        let code = if link.created { "created" } else { "used" };
        cx.trace.add(|| Entry::new(step, "order", code).with("id", link.id));
    }
}

/// Gives up everything but name, phone and e-mail; the note keeps the values.
fn give_up(plan: &mut Plan, keep_ours: bool, trace: &mut Trace) {
    trace.add(|| Entry::new("lead", "refusal", "bare_attempt").with("own_fields", keep_ours));
    let Plan { contact, lead, leftovers, place, .. } = plan;
    for draft in [contact, lead] {
        let (kept, gone) = std::mem::take(&mut draft.fields).into_iter().partition(|field| {
            let ours = field.origin == Origin::Locked && !matches!(field.merge, Merge::Utm);
            matches!(field.merge, Merge::Phones | Merge::Emails) || (ours && keep_ours)
        });
        draft.fields = kept;
        let gone: Vec<DraftField> = gone;
        let told = gone.into_iter().filter(|field| field.origin != Origin::Locked);
        leftovers.extend(told.map(|field| Leftover {
            label: field.label,
            text: field.text,
            why: Why::Refused,
        }));
        draft.tags.clear();
        draft.price = None;
        draft.responsible = None;
    }
    place.pipeline = None;
    place.status = None;
}

impl Journey for FormFlow {
    fn step(&mut self, cx: &mut Cx) -> Step {
        self.advance(cx)
    }

    fn receive(&mut self, reply: Reply, cx: &mut Cx) -> Result<(), Unreadable> {
        match &mut self.stage {
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
                if let (Reply::Ok(body), Some(plan)) = (reply, &self.plan) {
                    #[derive(Deserialize)]
                    struct Companies {
                        #[serde(rename = "_embedded")]
                        embedded: List,
                    }
                    #[derive(Deserialize)]
                    struct List {
                        companies: Vec<Contact>,
                    }
                    let companies = json::from_slice::<Companies>(body)
                        .map(|page| page.embedded.companies)
                        .unwrap_or_default();
                    for company in companies {
                        let owns = plan
                            .identity
                            .phones
                            .iter()
                            .any(|key| carries(&company, key, cx.directory, country(cx.settings)));
                        if owns {
                            cx.trace.add(|| {
                                Entry::new("identity", "identity", "phone_on_company")
                                    .at("/identity/check_companies")
                                    .with("company", company.id)
                                    .with("name", company.name.as_str())
                            });
                        }
                    }
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
            Stage::Lead(_) => self.receive_lead(reply, cx)?,
            Stage::Task(creation) => {
                if let Some(target) =
                    task_target(&self.plan, hook(&self.outcome, self.pretended), self.crm_responsible)
                {
                    let progress = creation.receive(&target, reply, cx)?;
                    self.extra_made(progress, cx);
                }
            }
            Stage::Note { creation, text } => {
                if let Some(target) =
                    note_target(hook(&self.outcome, self.pretended), text, &self.ticket.subject)
                {
                    let progress = creation.receive(&target, reply, cx)?;
                    self.extra_made(progress, cx);
                }
            }
            Stage::Start | Stage::Over => {}
        }
        Ok(())
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
            | Stage::Task(creation)
            | Stage::Note { creation, .. } => creation.unsent(),
            _ => {}
        }
    }

    fn interrupted(&mut self, cx: &mut Cx) {
        let FormFlow { stage, plan, ticket, outcome, pretended, crm_responsible, .. } = self;
        let (settings, directory) = (cx.settings, cx.directory);
        match stage {
            Stage::UpdateContact(update) => update.interrupted(),
            Stage::Lead(LeadStage::Reuse(update)) => update.interrupted(),
            Stage::Lead(stage) => {
                let Some(plan) = plan.as_ref() else { return };
                let parts = Parts { plan, ticket, contact: outcome.contact, language: cx.settings.language };
                match stage {
                    LeadStage::Complex(creation) => {
                        creation.interrupted(&ComplexTarget { parts, settings, directory }, cx);
                    }
                    LeadStage::Contact(creation) => {
                        creation.interrupted(&ContactTarget { parts, settings, directory }, cx);
                    }
                    LeadStage::Lead(creation) => creation.interrupted(&LeadTarget { parts, directory }, cx),
                    LeadStage::Unsorted(creation) => creation.interrupted(&UnsortedTarget { parts }, cx),
                    LeadStage::Reuse(_) => {}
                }
            }
            Stage::Task(creation) => {
                if let Some(target) = task_target(plan, hook(outcome, *pretended), *crm_responsible) {
                    creation.interrupted(&target, cx);
                }
            }
            Stage::Note { creation, text } => {
                if let Some(target) = note_target(hook(outcome, *pretended), text, &ticket.subject) {
                    creation.interrupted(&target, cx);
                }
            }
            _ => {}
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
                    _ => self.task_stage(),
                };
            }
            Stage::Lead(_) => {
                self.pretended = Some(EntityKind::Leads);
                self.stage = self.task_stage();
            }
            Stage::Task(_) => self.begin_note(cx),
            Stage::Note { .. } => self.finish(),
            _ => {}
        }
    }
}
