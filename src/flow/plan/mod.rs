//! From an event to a plan, in the order of the seed. A form's is whole before amoCRM is asked; a call's needs to
//! know the client: the matrix asks for him.

mod call;
mod drafting;
mod form;

use serde::{Deserialize, Serialize};

pub use call::{Found, Scene, began, begin as begin_call, decide as decide_call};
pub use form::of_form;

use crate::amocrm::directory::{CustomField, Directory, Fields};
use crate::config::{Field, Policy, Settings};
use crate::event::{Event, Form};
use crate::rules::call_record::CallRecord;
use crate::rules::draft::{Draft, Leftover, Native, Origin};
use crate::rules::identity::{self, Identity};
use crate::rules::mapping::{self, Mapped, canonical};
use crate::rules::pipeline::Place;
use crate::rules::task::TaskPlan;
use crate::rules::texts::{Text, text};
use crate::rules::value::Values;
use crate::trace::{Entry, Trace};

/// What an event should become.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Who it is.
    pub identity: Identity,
    /// The contact.
    pub contact: Draft,
    /// The lead.
    pub lead: Draft,
    /// Which entities are made.
    pub creates: Creates,
    /// Whether a known contact is completed.
    pub update_known: bool,
    /// What becomes of a known client's open lead.
    pub open_lead: LeadUse,
    /// Tasks in order.
    pub tasks: Vec<TaskPlan>,
    /// The record of a call.
    pub record: Option<CallRecord>,
    /// Pipeline and stage.
    pub place: Place,
    /// Of a call: its kind and who took part.
    pub scene: Option<Scene>,
    /// Who gets what is made until it is told who answered.
    pub stand_in: Option<u64>,
    /// What no field takes.
    pub leftovers: Vec<Leftover>,
}

/// What becomes of an open lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeadUse {
    /// No lead is wanted.
    Ignore,
    /// It is used again, and completed.
    Reuse,
    /// It is left alone: a new one is made beside it.
    New,
}

/// Which entities are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Creates {
    /// An incoming lead.
    pub unsorted: bool,
    /// A contact.
    pub contact: bool,
    /// A lead, or an incoming one.
    pub lead: bool,
    /// A note.
    pub note: bool,
}

/// Who sent the form or called, without a plan for the rest: what locks need when it comes in.
pub fn identity_of(event: &Event, settings: &Settings, directory: &Directory) -> Identity {
    let mut silent = Trace::new(false);
    match event {
        Event::Call(call) => identity::of_call(call, settings, &mut silent),
        Event::Form(form) => {
            let mut used = vec![false; form.fields.len()];
            let values = Values::of(event);
            let rows = &settings.mapping.contact;
            let mapped = mapping::evaluate(rows, Origin::Contact, event, &values, &mut used, &mut silent);
            collect_identity(&mapped, form, settings, directory, &mut silent)
        }
    }
}

fn collect_identity(
    mapped: &[Mapped],
    form: &Form,
    settings: &Settings,
    directory: &Directory,
    trace: &mut Trace,
) -> Identity {
    let writing = |code: &str| -> Vec<&Mapped> {
        mapped.iter().filter(|mapped| writes(&mapped.row.field, code, &directory.fields.contacts)).collect()
    };
    identity::collect(&writing("PHONE"), &writing("EMAIL"), &form.visit.client_id, settings, trace)
}

/// Whether a row's field is the one with that code.
fn writes(field: &Field, code: &str, fields: &[CustomField]) -> bool {
    match field {
        Field::Named(name) => canonical(name).eq_ignore_ascii_case(code),
        Field::Id(id) => {
            Fields::by_id(fields, *id).is_some_and(|field| field.code.eq_ignore_ascii_case(code))
        }
    }
}

/// Whom contact and lead belong to, where no row says so.
fn assign(contact: &mut Draft, lead: &mut Draft, user: Option<u64>) {
    for draft in [contact, lead] {
        if draft.responsible.is_none() {
            draft.responsible = user.map(|value| Native {
                value,
                policy: Policy::OnlyOnCreate,
                origin: Origin::Locked,
                submitted: false,
            });
        }
    }
}

/// No name came: contact and lead are named after the phone, else the e-mail, else the form.
fn name_both(
    contact: &mut Draft,
    lead: &mut Draft,
    identity: &Identity,
    title: &str,
    settings: &Settings,
    trace: &mut Trace,
) {
    let (name, from) = match (identity.phones.first(), identity.emails.first()) {
        (Some(phone), _) => (format!("+{}", phone.value()), "phone"),
        (None, Some(email)) => (email.value().to_owned(), "email"),
        (None, None) if !title.is_empty() => (title.to_owned(), "form"),
        (None, None) => (text(settings.language, Text::Unnamed).to_owned(), "default"),
    };
    for (draft, step) in [(contact, "contact"), (lead, "lead")] {
        if draft.name.is_none() && draft.first_name.is_none() && draft.last_name.is_none() {
            trace.add(|| {
                Entry::new(step, "naming", "named_after").with("from", from).with("name", name.as_str())
            });
            draft.name = Some(Native {
                value: name.clone(),
                policy: Policy::FillIfEmpty,
                origin: Origin::Locked,
                submitted: false,
            });
        }
    }
}
