//! What the creates of an event's journey send, and by what a lost one is found again.

use serde::Deserialize;

use super::creation::{Created, Found, Target};
use super::find_contact::carries;
use super::outcome::{EntityLink, Outcome};
use super::plan::{Plan, Scene, began};
use super::ticket::Ticket;
use super::{Unreadable, is_marked};
use crate::amocrm::answer::{complex_item, entity_id};
use crate::amocrm::directory::{Directory, NewestIds};
use crate::amocrm::entity::{Contact, Lead, Link, Note, Numbered, Page, Task, Unsorted, read_page};
use crate::amocrm::http::{Method, Request};
use crate::amocrm::path::{self, EntityKind};
use crate::amocrm::write::{
    CallMetadata, ContactOfLead, EmbeddedWrite, EntityWrite, FormMetadata, Metadata, NoteParams, NoteWrite,
    TaskDone, TaskWrite, UnsortedEmbedded, UnsortedWrite, request,
};
use crate::config::{Language, Settings};
use crate::event::{Call, Event, Form};
use crate::rules::call_record::{self, CallRecord};
use crate::rules::draft::{Draft, Native};
use crate::rules::identity::country;
use crate::rules::task::TaskPlan;
use crate::rules::texts::{Text, text};
use crate::rules::value::form_title;
use crate::rules::{note, responsible};

/// What bodies are made of.
#[derive(Clone, Copy)]
pub(super) struct Parts<'a> {
    pub(super) plan: &'a Plan,
    pub(super) ticket: &'a Ticket,
    pub(super) contact: Option<EntityLink>,
    pub(super) settings: &'a Settings,
    pub(super) directory: &'a Directory,
}

impl<'a> Parts<'a> {
    fn contact(&self) -> EntityWrite<'a> {
        entity(&self.plan.contact)
    }

    fn lead(&self) -> EntityWrite<'a> {
        let place = self.plan.place;
        EntityWrite { pipeline_id: place.pipeline, status_id: place.status, ..entity(&self.plan.lead) }
    }

    /// `complex`: only `/leads/complex` asks for the category.
    fn metadata(&self, complex: bool) -> Metadata<'a> {
        match &self.ticket.event {
            Event::Form(form) => Metadata::Form(self.form_metadata(form, complex.then_some("forms"))),
            Event::Call(call) => Metadata::Call(self.call_metadata(call, complex.then_some("sip"))),
        }
    }

    fn call_metadata(&self, call: &Call, category: Option<&'static str>) -> CallMetadata<'a> {
        let subject = &self.ticket.subject;
        let Settings { language, matrix, .. } = self.settings;
        let record =
            call_record::of_call(call, subject, matrix.recording_link, country(self.settings), *language);
        let user = self.plan.scene.as_ref().and_then(Scene::user);
        CallMetadata {
            category,
            is_call_event_needed: true,
            uniq: subject,
            duration: record.params.duration,
            service_code: "ringostat",
            link: record.params.link,
            from: record.params.phone.clone(),
            phone: record.params.phone,
            called_at: began(call, self.ticket.received_at),
            call_responsible: user.filter(|user| responsible::is_usable(*user, self.directory)),
        }
    }

    fn form_metadata(&self, form: &'a Form, category: Option<&'static str>) -> FormMetadata<'a> {
        // amoCRM refuses blank ones, and many a form has neither name nor page.
        let known = |told: &[&'a str], otherwise: &'a str| {
            told.iter().copied().find(|text| !text.trim().is_empty()).unwrap_or(otherwise)
        };
        let visit = &form.visit;
        FormMetadata {
            category,
            form_id: known(&[&form.form_id], "form"),
            form_name: known(&[form_title(form)], text(self.settings.language, Text::Unnamed)),
            form_page: known(&[&visit.landing, &visit.referrer], "-"),
            form_sent_at: self.ticket.received_at,
            ip: known(&[&visit.remote_ip], "0.0.0.0"),
            referer: &visit.referrer,
        }
    }

    /// How people find the source of an incoming lead.
    fn source(&self) -> (&'static str, &'a str) {
        let (category, name) = match &self.ticket.event {
            Event::Form(form) => ("forms", form_title(form)),
            Event::Call(call) => ("sip", call.pool_name.trim()),
        };
        (category, if name.is_empty() { "Ringostat" } else { name })
    }

    fn known_contact(&self) -> Option<u64> {
        self.contact.map(|contact| contact.id)
    }

    /// The marker field, if what was sent carries it: the account may lack or refuse it.
    fn marker(draft: &Draft, ours: Option<u64>) -> Option<u64> {
        ours.filter(|marker| draft.fields.iter().any(|field| field.write.field_id == *marker))
    }

    fn contact_is_ours(&self, contact: &Contact) -> bool {
        let Parts { settings, directory, .. } = *self;
        let draft = &self.plan.contact;
        // amoCRM puts the name together when only its parts were sent.
        let part = |native: &Option<Native<String>>| {
            native.as_ref().map_or(String::new(), |name| name.value.clone())
        };
        let name = match &draft.name {
            Some(name) => name.value.clone(),
            None => format!("{} {}", part(&draft.first_name), part(&draft.last_name)).trim().to_owned(),
        };
        if let Some(marker) = Parts::marker(draft, directory.ours.contacts.marker) {
            return is_marked(&self.ticket.subject, Some(marker), &contact.custom_fields_values);
        }
        // Namesakes are many: without a marker the phone decides, or the e-mail when no phone came. A name alone
        // is no proof: rather a second card than a lost one.
        let identity = &self.plan.identity;
        let keys = if identity.phones.is_empty() { &identity.emails } else { &identity.phones };
        contact.name == name && keys.iter().any(|key| carries(contact, key, directory, country(settings)))
    }
}

fn entity(draft: &Draft) -> EntityWrite<'_> {
    EntityWrite {
        name: draft.name.as_ref().map(|name| name.value.as_str()),
        first_name: draft.first_name.as_ref().map(|name| name.value.as_str()),
        last_name: draft.last_name.as_ref().map(|name| name.value.as_str()),
        price: draft.price.as_ref().map(|price| price.value),
        responsible_user_id: draft.responsible.as_ref().map(|user| user.value),
        custom_fields_values: draft.fields.iter().map(|field| &field.write).collect(),
        embedded: EmbeddedWrite { tags: &draft.tags, ..EmbeddedWrite::default() },
        ..EntityWrite::default()
    }
}

/// Ours on a page of a walk by falling ids, else where the walk stands.
fn found<T: Numbered>(page: &Page<T>, floor: u64, is_ours: impl Fn(&T) -> bool) -> Found {
    match page.items.iter().find(|item| is_ours(item)) {
        Some(ours) => Found::There(Created { id: ours.id(), ..Created::default() }),
        None => beyond(&page.items, page.more, floor),
    }
}

/// Where a walk by falling ids stands.
fn beyond<T: Numbered>(items: &[T], more: bool, floor: u64) -> Found {
    let past = items.iter().any(|item| item.id() <= floor);
    if more && !past { Found::Further } else { Found::Nowhere }
}

pub(super) struct ComplexTarget<'a> {
    pub(super) parts: Parts<'a>,
}

impl Target for ComplexTarget<'_> {
    fn step_name(&self) -> &'static str {
        "lead"
    }

    fn collection(&self) -> NewestIds {
        if self.by_contact() { NewestIds::Contacts } else { NewestIds::Leads }
    }

    fn request(&self) -> Request {
        let mut lead = self.parts.lead();
        lead.embedded.contacts = vec![match self.parts.known_contact() {
            Some(id) => ContactOfLead::Known(Link { id }),
            None => ContactOfLead::New(Box::new(self.parts.contact())),
        }];
        lead.embedded.metadata = self.parts.plan.creates.unsorted.then(|| self.parts.metadata(true));
        request(Method::Post, "/api/v4/leads/complex", &[lead])
    }

    fn look(&self, page: u32) -> Request {
        Request::get(path::newest(self.collection(), path::PAGE, page))
    }

    fn made(&self, body: &[u8]) -> Option<Created> {
        let item = complex_item(body)?;
        Some(Created { id: item.id, contact: item.contact_id, uid: None, merged: item.merged })
    }

    fn find(&self, body: &[u8], floor: u64) -> Result<Found, Unreadable> {
        if self.by_contact() {
            // Without a marker on leads: the new contact by phone and name, and its newest lead.
            let page = read_page::<Contact>(body)?;
            let ours =
                page.items.iter().find(|contact| contact.id > floor && self.parts.contact_is_ours(contact));
            return Ok(
                match ours.and_then(|contact| {
                    Some((contact, contact.embedded.leads.iter().map(|lead| lead.id).max()?))
                }) {
                    Some((contact, lead)) => {
                        Found::There(Created { id: lead, contact: Some(contact.id), ..Created::default() })
                    }
                    None => beyond(&page.items, page.more, floor),
                },
            );
        }
        find_lead(&self.parts, body, floor)
    }
}

impl ComplexTarget<'_> {
    fn by_contact(&self) -> bool {
        self.parts.known_contact().is_none()
            && Parts::marker(&self.parts.plan.lead, self.parts.directory.ours.leads.marker).is_none()
    }
}

fn find_lead(parts: &Parts, body: &[u8], floor: u64) -> Result<Found, Unreadable> {
    let page = read_page::<Lead>(body)?;
    let own = parts.plan.lead.name.as_ref().map_or("", |name| name.value.as_str());
    let marker = Parts::marker(&parts.plan.lead, parts.directory.ours.leads.marker);
    let identity = &parts.plan.identity;
    let telling = identity.phones.iter().chain(&identity.emails).any(|key| own.contains(key.value()));
    let ours = page.items.iter().find(|lead| {
        let linked = |id| lead.embedded.contacts.iter().any(|contact| contact.id == id);
        let ours = match marker {
            Some(marker) => is_marked(&parts.ticket.subject, Some(marker), &lead.custom_fields_values),
            // A name alone is no proof, unless it is the client's own number or address: rather a second lead
            // than a lost one.
            None => lead.name == own && parts.known_contact().map_or(telling, linked),
        };
        lead.id > floor && ours
    });
    Ok(match ours {
        Some(lead) => Found::There(Created {
            id: lead.id,
            contact: lead.embedded.contacts.first().map(|contact| contact.id),
            ..Created::default()
        }),
        None => beyond(&page.items, page.more, floor),
    })
}

pub(super) struct ContactTarget<'a> {
    pub(super) parts: Parts<'a>,
}

impl Target for ContactTarget<'_> {
    fn step_name(&self) -> &'static str {
        "contact"
    }

    fn collection(&self) -> NewestIds {
        NewestIds::Contacts
    }

    fn request(&self) -> Request {
        request(Method::Post, "/api/v4/contacts", &[self.parts.contact()])
    }

    fn look(&self, page: u32) -> Request {
        Request::get(path::newest(NewestIds::Contacts, path::PAGE, page))
    }

    fn made(&self, body: &[u8]) -> Option<Created> {
        Some(Created { id: entity_id(body, "contacts")?, ..Created::default() })
    }

    fn find(&self, body: &[u8], floor: u64) -> Result<Found, Unreadable> {
        let page = read_page::<Contact>(body)?;
        Ok(found(&page, floor, |contact| contact.id > floor && self.parts.contact_is_ours(contact)))
    }
}

pub(super) struct LeadTarget<'a> {
    pub(super) parts: Parts<'a>,
}

impl Target for LeadTarget<'_> {
    fn step_name(&self) -> &'static str {
        "lead"
    }

    fn collection(&self) -> NewestIds {
        NewestIds::Leads
    }

    fn request(&self) -> Request {
        let mut lead = self.parts.lead();
        lead.embedded.contacts =
            self.parts.known_contact().map(|id| ContactOfLead::Known(Link { id })).into_iter().collect();
        request(Method::Post, "/api/v4/leads", &[lead])
    }

    fn look(&self, page: u32) -> Request {
        Request::get(path::newest(NewestIds::Leads, path::PAGE, page))
    }

    fn made(&self, body: &[u8]) -> Option<Created> {
        Some(Created { id: entity_id(body, "leads")?, ..Created::default() })
    }

    fn find(&self, body: &[u8], floor: u64) -> Result<Found, Unreadable> {
        find_lead(&self.parts, body, floor)
    }
}

pub(super) struct UnsortedTarget<'a> {
    pub(super) parts: Parts<'a>,
}

impl Target for UnsortedTarget<'_> {
    fn step_name(&self) -> &'static str {
        "unsorted"
    }

    fn collection(&self) -> NewestIds {
        NewestIds::Leads
    }

    fn request(&self) -> Request {
        let place = self.parts.plan.place;
        let lead = EntityWrite { pipeline_id: None, status_id: None, ..self.parts.lead() };
        let contacts = self.parts.plan.creates.contact.then(|| self.parts.contact());
        let (category, source) = self.parts.source();
        let ticket = self.parts.ticket;
        let body = UnsortedWrite {
            source_uid: &ticket.subject,
            source_name: source,
            pipeline_id: place.pipeline,
            created_at: ticket.received_at,
            embedded: UnsortedEmbedded { leads: [lead], contacts: contacts.into_iter().collect() },
            metadata: self.parts.metadata(false),
        };
        request(Method::Post, format!("/api/v4/leads/unsorted/{category}"), &[body])
    }

    fn look(&self, page: u32) -> Request {
        Request::get(path::unsorted(self.parts.source().0, page))
    }

    fn made(&self, body: &[u8]) -> Option<Created> {
        let item = read_page::<UnsortedReply>(body).ok()?.items.into_iter().next()?;
        Some(created_unsorted(item.uid, &item.embedded))
    }

    fn find(&self, body: &[u8], floor: u64) -> Result<Found, Unreadable> {
        let page = read_page::<Unsorted>(body)?;
        if let Some(ours) = page.items.iter().find(|item| item.source_uid == self.parts.ticket.subject) {
            return Ok(Found::There(created_unsorted(ours.uid.clone(), &ours.embedded)));
        }
        let past = page.items.iter().flat_map(|item| &item.embedded.leads).any(|lead| lead.id <= floor);
        Ok(if page.more && !past { Found::Further } else { Found::Nowhere })
    }
}

#[derive(Deserialize)]
struct UnsortedReply {
    uid: String,
    #[serde(default, rename = "_embedded")]
    embedded: crate::amocrm::entity::Embedded,
}

impl crate::amocrm::entity::Collection for UnsortedReply {
    const KEY: &'static str = "unsorted";
}

fn created_unsorted(uid: String, embedded: &crate::amocrm::entity::Embedded) -> Created {
    Created {
        id: embedded.leads.first().map(|lead| lead.id).unwrap_or_default(),
        contact: embedded.contacts.first().map(|contact| contact.id),
        uid: Some(uid),
        merged: false,
    }
}

pub(super) struct TaskTarget {
    pub(super) write: TaskWrite,
}

/// A call's task needs no entity to hang on.
pub(super) fn task_target(
    task: &TaskPlan,
    hook: Option<(EntityKind, u64)>,
    crm_responsible: Option<u64>,
    of_call: bool,
    language: Language,
) -> Option<TaskTarget> {
    if hook.is_none() && !of_call {
        return None;
    }
    Some(TaskTarget {
        write: TaskWrite {
            text: task.text.clone(),
            complete_till: task.complete_till,
            task_type_id: task.kind,
            entity_id: hook.map(|(_, id)| id),
            entity_type: hook.map(|(kind, _)| kind.as_str().to_owned()),
            responsible_user_id: task.user(crm_responsible),
            done: task.completed.then(|| TaskDone::with(text(language, Text::Done))),
        },
    })
}

/// What tasks and notes hang on: the lead, or the contact when there is none.
pub(super) fn hook(outcome: &Outcome, pretended: Option<EntityKind>) -> Option<(EntityKind, u64)> {
    let lead = outcome.lead.map(|lead| (EntityKind::Leads, lead.id));
    let pretended_lead = pretended.filter(|kind| *kind == EntityKind::Leads).map(|kind| (kind, 0));
    let contact = outcome.contact.map(|contact| (EntityKind::Contacts, contact.id));
    lead.or(pretended_lead).or(contact).or(pretended.map(|kind| (kind, 0)))
}

impl Target for TaskTarget {
    fn step_name(&self) -> &'static str {
        "task"
    }

    fn collection(&self) -> NewestIds {
        NewestIds::Tasks
    }

    fn request(&self) -> Request {
        request(Method::Post, "/api/v4/tasks", &[&self.write])
    }

    fn look(&self, page: u32) -> Request {
        Request::get(match (&self.write.entity_type, self.write.entity_id) {
            (Some(kind), Some(id)) => path::tasks(kind, id, page),
            _ => path::newest(NewestIds::Tasks, path::PAGE, page),
        })
    }

    fn made(&self, body: &[u8]) -> Option<Created> {
        Some(Created { id: entity_id(body, "tasks")?, ..Created::default() })
    }

    fn find(&self, body: &[u8], floor: u64) -> Result<Found, Unreadable> {
        let page = read_page::<Task>(body)?;
        Ok(found(&page, floor, |task| {
            task.id > floor
                && task.entity_id == self.write.entity_id.unwrap_or_default()
                && task.task_type_id == self.write.task_type_id
                && task.complete_till == self.write.complete_till
                && task.text == self.write.text
        }))
    }
}

pub(super) struct NoteTarget<'a> {
    pub(super) kind: EntityKind,
    pub(super) id: u64,
    pub(super) text: &'a str,
    pub(super) subject: &'a str,
}

impl Target for NoteTarget<'_> {
    fn step_name(&self) -> &'static str {
        "note"
    }

    fn collection(&self) -> NewestIds {
        NewestIds::Notes
    }

    fn request(&self) -> Request {
        let body =
            NoteWrite { entity_id: self.id, note_type: "common", params: NoteParams { text: self.text } };
        request(Method::Post, format!("/api/v4/{}/notes", self.kind.as_str()), &[body])
    }

    fn look(&self, page: u32) -> Request {
        Request::get(path::notes(self.kind, self.id, page))
    }

    fn made(&self, body: &[u8]) -> Option<Created> {
        Some(Created { id: entity_id(body, "notes")?, ..Created::default() })
    }

    fn find(&self, body: &[u8], floor: u64) -> Result<Found, Unreadable> {
        let page = read_page::<Note>(body)?;
        let marker = note::marker(self.subject);
        Ok(found(&page, floor, |note| {
            let text = note.params.get("text").and_then(serde_json::Value::as_str).unwrap_or_default();
            text.trim_end().lines().next_back().is_some_and(|line| line.trim() == marker)
        }))
    }
}

pub(super) struct RecordTarget<'a> {
    pub(super) kind: EntityKind,
    pub(super) id: u64,
    pub(super) record: &'a CallRecord,
}

impl Target for RecordTarget<'_> {
    fn step_name(&self) -> &'static str {
        "call_record"
    }

    fn collection(&self) -> NewestIds {
        NewestIds::Notes
    }

    fn request(&self) -> Request {
        let CallRecord { note_type, params } = self.record;
        let body = NoteWrite { entity_id: self.id, note_type: note_type.as_str(), params };
        request(Method::Post, format!("/api/v4/{}/notes", self.kind.as_str()), &[body])
    }

    fn look(&self, page: u32) -> Request {
        Request::get(path::notes(self.kind, self.id, page))
    }

    fn made(&self, body: &[u8]) -> Option<Created> {
        Some(Created { id: entity_id(body, "notes")?, ..Created::default() })
    }

    fn find(&self, body: &[u8], floor: u64) -> Result<Found, Unreadable> {
        let page = read_page::<Note>(body)?;
        Ok(found(&page, floor, |note| {
            note.params.get("uniq").and_then(serde_json::Value::as_str) == Some(&self.record.params.uniq)
        }))
    }
}
