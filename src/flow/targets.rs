//! What the creates of a form's journey send, and by what a lost one is found again.

use serde::Deserialize;

use super::creation::{Created, Found, Target};
use super::find_contact::carries;
use super::outcome::{EntityLink, Outcome};
use super::plan::Plan;
use super::ticket::Ticket;
use super::{Unreadable, is_marked};
use crate::amocrm::answer::{complex_item, entity_id};
use crate::amocrm::directory::{Directory, NewestIds};
use crate::amocrm::entity::{Contact, Lead, Link, Note, Numbered, Task, Unsorted, read_page};
use crate::amocrm::http::{Method, Request};
use crate::amocrm::path::{self, EntityKind};
use crate::amocrm::write::{
    ContactOfLead, EmbeddedWrite, EntityWrite, FormMetadata, NoteParams, NoteWrite, TaskWrite,
    UnsortedEmbedded, UnsortedForm, request,
};
use crate::config::{Language, Settings};
use crate::event::Form;
use crate::rules::draft::{Draft, Native};
use crate::rules::identity::country;
use crate::rules::note;
use crate::rules::texts::{Text, text};
use crate::rules::value::form_title;

/// What bodies are made of.
#[derive(Clone, Copy)]
pub(super) struct Parts<'a> {
    pub(super) plan: &'a Plan,
    pub(super) ticket: &'a Ticket,
    pub(super) contact: Option<EntityLink>,
    pub(super) language: Language,
}

impl<'a> Parts<'a> {
    fn form(&self) -> &'a Form {
        &self.ticket.event
    }

    fn contact(&self) -> EntityWrite<'a> {
        entity(&self.plan.contact)
    }

    fn lead(&self) -> EntityWrite<'a> {
        let place = self.plan.place;
        EntityWrite { pipeline_id: place.pipeline, status_id: place.status, ..entity(&self.plan.lead) }
    }

    fn metadata(&self, category: Option<&'static str>) -> FormMetadata<'a> {
        // amoCRM refuses blank ones, and many a form has neither name nor page.
        let known = |told: &[&'a str], otherwise: &'a str| {
            told.iter().copied().find(|text| !text.trim().is_empty()).unwrap_or(otherwise)
        };
        let form = self.form();
        let visit = &form.visit;
        FormMetadata {
            category,
            form_id: known(&[&form.form_id], "form"),
            form_name: known(&[form_title(form)], text(self.language, Text::Unnamed)),
            form_page: known(&[&visit.landing, &visit.referrer], "-"),
            form_sent_at: self.ticket.received_at,
            ip: known(&[&visit.remote_ip], "0.0.0.0"),
            referer: &visit.referrer,
        }
    }

    fn known_contact(&self) -> Option<u64> {
        self.contact.map(|contact| contact.id)
    }

    /// The marker field, if what was sent carries it: the account may lack or refuse it.
    fn marker(draft: &Draft, ours: Option<u64>) -> Option<u64> {
        ours.filter(|marker| draft.fields.iter().any(|field| field.write.field_id == *marker))
    }

    fn contact_is_ours(&self, contact: &Contact, settings: &Settings, directory: &Directory) -> bool {
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

/// Where a walk by falling ids stands.
fn beyond<T: Numbered>(items: &[T], more: bool, floor: u64) -> Found {
    let past = items.iter().any(|item| item.id() <= floor);
    if more && !past { Found::Further } else { Found::Nowhere }
}

pub(super) struct ComplexTarget<'a> {
    pub(super) parts: Parts<'a>,
    pub(super) settings: &'a Settings,
    pub(super) directory: &'a Directory,
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
        lead.embedded.metadata = self.parts.plan.creates.unsorted.then(|| self.parts.metadata(Some("forms")));
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
            let ours = page.items.iter().find(|contact| {
                contact.id > floor && self.parts.contact_is_ours(contact, self.settings, self.directory)
            });
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
        find_lead(&self.parts, body, floor, self.directory)
    }
}

impl ComplexTarget<'_> {
    fn by_contact(&self) -> bool {
        self.parts.known_contact().is_none()
            && Parts::marker(&self.parts.plan.lead, self.directory.ours.leads.marker).is_none()
    }
}

fn find_lead(parts: &Parts, body: &[u8], floor: u64, directory: &Directory) -> Result<Found, Unreadable> {
    let page = read_page::<Lead>(body)?;
    let own = parts.plan.lead.name.as_ref().map_or("", |name| name.value.as_str());
    let marker = Parts::marker(&parts.plan.lead, directory.ours.leads.marker);
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
    pub(super) settings: &'a Settings,
    pub(super) directory: &'a Directory,
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
        let ours = page.items.iter().find(|contact| {
            contact.id > floor && self.parts.contact_is_ours(contact, self.settings, self.directory)
        });
        Ok(match ours {
            Some(contact) => Found::There(Created { id: contact.id, ..Created::default() }),
            None => beyond(&page.items, page.more, floor),
        })
    }
}

pub(super) struct LeadTarget<'a> {
    pub(super) parts: Parts<'a>,
    pub(super) directory: &'a Directory,
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
        find_lead(&self.parts, body, floor, self.directory)
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
        let body = UnsortedForm {
            source_uid: &self.parts.ticket.subject,
            source_name: Some(form_title(self.parts.form()))
                .filter(|title| !title.is_empty())
                .unwrap_or("Ringostat"),
            pipeline_id: place.pipeline,
            created_at: self.parts.ticket.received_at,
            embedded: UnsortedEmbedded { leads: [lead], contacts: contacts.into_iter().collect() },
            metadata: self.parts.metadata(None),
        };
        request(Method::Post, "/api/v4/leads/unsorted/forms", &[body])
    }

    fn look(&self, page: u32) -> Request {
        Request::get(path::unsorted_forms(page))
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

pub(super) fn task_target(
    plan: &Option<Plan>,
    hook: Option<(EntityKind, u64)>,
    crm_responsible: Option<u64>,
) -> Option<TaskTarget> {
    let task = plan.as_ref()?.task.as_ref()?;
    let (kind, id) = hook?;
    Some(TaskTarget {
        write: TaskWrite {
            text: task.text.clone(),
            complete_till: task.complete_till,
            task_type_id: task.kind,
            entity_id: id,
            entity_type: kind.as_str().to_owned(),
            responsible_user_id: task.user(crm_responsible),
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
        Request::get(path::tasks(&self.write.entity_type, self.write.entity_id, page))
    }

    fn made(&self, body: &[u8]) -> Option<Created> {
        Some(Created { id: entity_id(body, "tasks")?, ..Created::default() })
    }

    fn find(&self, body: &[u8], floor: u64) -> Result<Found, Unreadable> {
        let page = read_page::<Task>(body)?;
        let ours = page.items.iter().find(|task| {
            task.id > floor
                && task.entity_id == self.write.entity_id
                && task.task_type_id == self.write.task_type_id
                && task.complete_till == self.write.complete_till
                && task.text == self.write.text
        });
        Ok(match ours {
            Some(task) => Found::There(Created { id: task.id, ..Created::default() }),
            None => beyond(&page.items, page.more, floor),
        })
    }
}

pub(super) struct NoteTarget<'a> {
    pub(super) kind: EntityKind,
    pub(super) id: u64,
    pub(super) text: &'a str,
    pub(super) subject: &'a str,
}

pub(super) fn note_target<'a>(
    hook: Option<(EntityKind, u64)>,
    text: &'a str,
    subject: &'a str,
) -> Option<NoteTarget<'a>> {
    let (kind, id) = hook?;
    Some(NoteTarget { kind, id, text, subject })
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
        let ours = page.items.iter().find(|note| {
            let text = note.params.get("text").and_then(serde_json::Value::as_str).unwrap_or_default();
            text.trim_end().lines().next_back().is_some_and(|line| line.trim() == marker)
        });
        Ok(match ours {
            Some(note) => Found::There(Created { id: note.id, ..Created::default() }),
            None => beyond(&page.items, page.more, floor),
        })
    }
}
