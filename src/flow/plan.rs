//! From a form to a plan: all rules that need no answer from amoCRM, in the order of the seed.

use serde::{Deserialize, Serialize};

use super::outcome::Reason;
use super::ticket::Ticket;
use crate::amocrm::directory::{CustomField, Directory, Fields};
use crate::amocrm::entity::Tag;
use crate::amocrm::write::{FieldWrite, ValueWrite};
use crate::config::{Field, OpenLead, Policy, Settings};
use crate::event::Form;
use crate::phone;
use crate::rules::draft::{Draft, DraftField, Leftover, Merge, Native, Origin, Why};
use crate::rules::field_value::{Misfit, convert};
use crate::rules::identity::{self, Identity};
use crate::rules::mapping::{self, Mapped, canonical};
use crate::rules::pipeline::{self, Place};
use crate::rules::task::{self, TaskPlan};
use crate::rules::texts::{Text, text};
use crate::rules::{funnel, responsible, utm, value};
use crate::trace::{Entry, Trace};

/// The seed's locked tag.
pub const TAG: &str = "Ringostat Automation";

/// What a form should become.
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
    /// The task.
    pub task: Option<TaskPlan>,
    /// Pipeline and stage.
    pub place: Place,
    /// An open lead is used again.
    pub reuse_open_lead: bool,
    /// What no field takes.
    pub leftovers: Vec<Leftover>,
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

/// Who sent the form, without a plan for the rest: what locks need when it comes in.
pub fn identity_of(form: &Form, settings: &Settings, directory: &Directory) -> Identity {
    let mut used = vec![false; form.fields.len()];
    let mut silent = Trace::new(false);
    let mapped = mapping::evaluate(&settings.mapping.contact, Origin::Contact, form, &mut used, &mut silent);
    collect_identity(&mapped, form, settings, directory, &mut silent)
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

/// The plan, or why nothing is to be made.
pub fn of_form(
    ticket: &Ticket,
    settings: &Settings,
    directory: &Directory,
    trace: &mut Trace,
) -> Result<Plan, Reason> {
    let form = &ticket.event;
    for withheld in &form.withheld {
        let path = if withheld.reason == "ignored" { "/forms/ignored_fields" } else { "" };
        trace.add(|| {
            Entry::new("intake", "secrets", "field_withheld")
                .at(path)
                .with("name", withheld.name.as_str())
                .with("reason", withheld.reason.as_str())
        });
    }
    if let Some(name) = settings.forms.honeypot_field.as_deref()
        && form.fields.iter().any(|field| field.name == name && !field.is_blank())
    {
        trace.add(|| Entry::new("intake", "honeypot", "honeypot_filled").at("/forms/honeypot_field"));
        return Err(Reason::new("honeypot_filled").with("field", name));
    }
    let creates = &settings.forms.creates;
    if !(creates.unsorted || creates.contact || creates.lead) {
        trace.add(|| Entry::new("intake", "scenario", "nothing_ticked").at("/forms/creates"));
        return Err(Reason::new("nothing_ticked"));
    }

    let place = if settings.forms.use_funnel_rules {
        funnel::choose(&settings.funnel, directory, |variable| value::of_form(form, variable), trace)
    } else {
        pipeline::default_place(directory, "/forms/use_funnel_rules", trace)
    };
    let unsorted = creates.unsorted && place.takes_unsorted;
    if creates.unsorted && !unsorted {
        trace.add(|| Entry::new("lead", "scenario", "unsorted_is_off").at("/forms/creates/unsorted"));
    }
    let make_contact = creates.contact || unsorted;
    let make_lead = creates.lead || creates.unsorted;

    // Rows of an entity that is not made take nothing: what they name is for the note.
    let mut used = vec![false; form.fields.len()];
    let mut unused = used.clone();
    let mapped_contact = mapping::evaluate(
        &settings.mapping.contact,
        Origin::Contact,
        form,
        if make_contact { &mut used } else { &mut unused },
        trace,
    );
    let mapped_lead = mapping::evaluate(
        &settings.mapping.lead,
        Origin::Lead,
        form,
        if make_lead { &mut used } else { &mut unused },
        trace,
    );
    let identity = collect_identity(&mapped_contact, form, settings, directory, trace);

    let mut leftovers = Vec::new();
    let mut contact = Drafting { directory, settings, contact: true, leftovers: &mut leftovers, trace }
        .draft(&mapped_contact, form, &ticket.subject);
    if !make_contact {
        leftovers.clear();
    }
    let of_contact = leftovers.len();
    let mut lead = Drafting { directory, settings, contact: false, leftovers: &mut leftovers, trace }.draft(
        &mapped_lead,
        form,
        &ticket.subject,
    );
    if !make_lead {
        leftovers.truncate(of_contact);
    }

    let user = responsible::of_form(&settings.forms.responsible, ticket.sequence, directory, trace);
    for draft in [&mut contact, &mut lead] {
        if draft.responsible.is_none() {
            draft.responsible = user.map(|value| Native {
                value,
                policy: Policy::OnlyOnCreate,
                origin: Origin::Locked,
                submitted: false,
            });
        }
    }
    let identified = !identity.identifiers().is_empty() || !mapped_contact.is_empty();
    name_both(&mut contact, &mut lead, &identity, form, settings, trace);

    for (field, taken) in form.fields.iter().zip(&used) {
        if *taken || field.is_blank() || settings.forms.honeypot_field.as_deref() == Some(field.name.as_str())
        {
            continue;
        }
        let text = field.text();
        // A losing candidate that says the same is not lost.
        let told = form.fields.iter().zip(&used).any(|(other, taken)| *taken && other.text() == text);
        if told && is_candidate(settings, &field.name) {
            continue;
        }
        trace.add(|| Entry::new("note", "form_mapping", "unmapped").with("name", field.name.as_str()));
        leftovers.push(Leftover { label: field.name.clone(), text, why: Why::Unmapped });
    }

    let client = identity.phones.first().map(|key| key.value()).unwrap_or_default();
    if make_contact && !identified {
        trace.add(|| Entry::new("contact", "identity", "nobody_to_create").at("/forms/creates/contact"));
    }
    Ok(Plan {
        task: task::of_form(&creates.task, form, ticket.received_at, client, settings, directory, trace),
        creates: Creates {
            unsorted,
            contact: make_contact && identified,
            lead: make_lead,
            note: creates.note,
        },
        reuse_open_lead: settings.forms.open_lead == OpenLead::Reuse,
        identity,
        contact,
        lead,
        place,
        leftovers,
    })
}

/// Whether some row names the form field.
fn is_candidate(settings: &Settings, name: &str) -> bool {
    settings.mapping.contact.iter().chain(&settings.mapping.lead).any(|row| match &row.value {
        crate::config::Value::FormFields(names) => names
            .iter()
            .flat_map(|names| names.split(','))
            .any(|candidate| candidate.trim().to_lowercase() == name.trim().to_lowercase()),
        _ => false,
    })
}

/// No name came: contact and lead are named after the phone, else the e-mail, else the form.
fn name_both(
    contact: &mut Draft,
    lead: &mut Draft,
    identity: &Identity,
    form: &Form,
    settings: &Settings,
    trace: &mut Trace,
) {
    let title = value::form_title(form);
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

struct Drafting<'a> {
    directory: &'a Directory,
    settings: &'a Settings,
    contact: bool,
    leftovers: &'a mut Vec<Leftover>,
    trace: &'a mut Trace,
}

impl Drafting<'_> {
    fn step(&self) -> &'static str {
        if self.contact { "contact" } else { "lead" }
    }

    fn draft(mut self, mapped: &[Mapped], form: &Form, subject: &str) -> Draft {
        let mut draft = Draft { tags: vec![Tag { name: TAG.into() }], ..Draft::default() };
        for mapped in mapped {
            self.row(&mut draft, mapped);
        }
        let fields =
            if self.contact { &self.directory.fields.contacts } else { &self.directory.fields.leads };
        let ours = if self.contact { &self.directory.ours.contacts } else { &self.directory.ours.leads };
        let marks = utm::values(&form.visit.utm);
        for (mark, field) in utm::targets(ours, fields) {
            draft.utm_fields.push(field.id);
            let value = marks.get(mark).copied().unwrap_or_default();
            let taken = draft.fields.iter().any(|there| there.write.field_id == field.id);
            if utm::is_empty(value) || taken {
                continue;
            }
            let (writes, misfits) = convert(field, &[value.trim()]);
            self.refuse(&field.name, Origin::Locked, &misfits);
            if !writes.is_empty() {
                draft.fields.push(DraftField {
                    write: FieldWrite { field_id: field.id, values: writes },
                    merge: Merge::Utm,
                    origin: Origin::Locked,
                    rows: Vec::new(),
                    label: field.name.clone(),
                    text: value.trim().to_owned(),
                    submitted: false,
                });
            }
        }
        let client_id = (ours.client_id, form.visit.client_id.trim(), Policy::FillIfEmpty);
        for (id, value, policy) in [client_id, (ours.marker, subject, Policy::OnlyOnCreate)] {
            if let (Some(id), false) = (id, value.is_empty()) {
                draft.fields.push(DraftField {
                    write: FieldWrite { field_id: id, values: vec![ValueWrite::plain(value)] },
                    merge: Merge::Policy(policy),
                    origin: Origin::Locked,
                    rows: Vec::new(),
                    label: Fields::by_id(fields, id).map(|field| field.name.clone()).unwrap_or_default(),
                    text: value.to_owned(),
                    submitted: false,
                });
            }
        }
        draft
    }

    fn row(&mut self, draft: &mut Draft, mapped: &Mapped) {
        let Mapped { row, origin, values, .. } = mapped;
        if let Field::Named(name) = &row.field {
            let slot = match name.as_str() {
                "name" => Some(&mut draft.name),
                "first_name" if self.contact => Some(&mut draft.first_name),
                "last_name" if self.contact => Some(&mut draft.last_name),
                _ => None,
            };
            if let Some(slot) = slot {
                match slot {
                    None => *slot = Some(mapped.native(mapped.text())),
                    Some(_) => self.taken(name, mapped),
                }
                return;
            }
            match name.as_str() {
                "price" if !self.contact => {
                    let number = crate::rules::field_value::number(&mapped.text());
                    let price = number.map(|number| crate::rules::field_value::rounded(&number));
                    match price {
                        Some(_) if draft.price.is_some() => self.taken(name, mapped),
                        Some(value) => {
                            draft.price = Some(mapped.native(value));
                        }
                        None => self.refuse(
                            name,
                            *origin,
                            &[Misfit { code: "not_a_number", value: mapped.text() }],
                        ),
                    }
                    return;
                }
                "responsible_user" | "responsible_user_id" => {
                    match mapped
                        .text()
                        .parse::<u64>()
                        .ok()
                        .filter(|user| responsible::is_usable(*user, self.directory))
                    {
                        Some(value) => {
                            draft.responsible = Some(mapped.native(value));
                        }
                        None => self.refuse(
                            name,
                            *origin,
                            &[Misfit { code: "unknown_user", value: mapped.text() }],
                        ),
                    }
                    return;
                }
                "tags" => {
                    for tag in values.iter().flat_map(|value| value.split(',')).map(str::trim) {
                        if !tag.is_empty() && !draft.tags.iter().any(|there| there.name == tag) {
                            draft.tags.push(Tag { name: tag.to_owned() });
                        }
                    }
                    return;
                }
                _ => {}
            }
        }
        self.custom(draft, mapped);
    }

    fn custom(&mut self, draft: &mut Draft, mapped: &Mapped) {
        let fields =
            if self.contact { &self.directory.fields.contacts } else { &self.directory.fields.leads };
        let found = match &mapped.row.field {
            Field::Named(code) => Fields::by_code(fields, canonical(code)),
            Field::Id(id) => Fields::by_id(fields, *id),
        };
        let Some(field) = found else {
            let label = match &mapped.row.field {
                Field::Named(name) => name.clone(),
                Field::Id(id) => id.to_string(),
            };
            self.refuse(&label, mapped.origin, &[Misfit { code: "field_missing", value: mapped.text() }]);
            return;
        };
        let (merge, values, misfits) = match field.code.as_str() {
            "PHONE" if field.kind == "multitext" => {
                let (values, misfits) = self.phones(mapped);
                (Merge::Phones, values, misfits)
            }
            "EMAIL" if field.kind == "multitext" => {
                let (values, misfits) = emails(mapped);
                (Merge::Emails, values, misfits)
            }
            _ => {
                let (values, misfits) = convert(field, &mapped.values);
                (Merge::Policy(mapped.row.policy), values, misfits)
            }
        };
        self.refuse(&field.name, mapped.origin, &misfits);
        if values.is_empty() {
            return;
        }
        match draft.fields.iter_mut().find(|there| there.write.field_id == field.id) {
            Some(there) if matches!(merge, Merge::Phones | Merge::Emails) => {
                for value in values {
                    if !there.write.values.contains(&value) {
                        there.write.values.push(value);
                        there.rows.push(mapped.origin);
                    }
                }
            }
            Some(_) => self.taken(&field.name, mapped),
            None => draft.fields.push(DraftField {
                rows: vec![mapped.origin; values.len()],
                write: FieldWrite { field_id: field.id, values },
                merge,
                origin: mapped.origin,
                label: field.name.clone(),
                text: mapped.text(),
                submitted: mapped.submitted,
            }),
        }
    }

    fn phones(&self, mapped: &Mapped) -> (Vec<ValueWrite>, Vec<Misfit>) {
        let mut values = Vec::new();
        let mut misfits = Vec::new();
        for value in &mapped.values {
            let phones = phone::parse_all(value, identity::country(self.settings));
            if phones.is_empty() {
                misfits.push(Misfit { code: "phone_unreadable", value: (*value).to_owned() });
            } else if words(value) > phones.iter().filter(|phone| phone.extension().is_some()).count() {
                misfits.push(Misfit { code: "partly_read", value: (*value).to_owned() });
            }
            for phone in phones {
                let number = match phone.extension() {
                    Some(extension) => {
                        format!(
                            "{} {} {extension}",
                            phone.e164(),
                            text(self.settings.language, Text::Extension)
                        )
                    }
                    None => phone.e164(),
                };
                let write = ValueWrite { enum_code: Some("WORK".into()), ..ValueWrite::plain(number) };
                if !values.contains(&write) {
                    values.push(write);
                }
            }
        }
        (values, misfits)
    }

    /// A second row for a field that already has a value.
    fn taken(&mut self, field: &str, mapped: &Mapped) {
        self.refuse(field, mapped.origin, &[Misfit { code: "field_taken", value: mapped.text() }]);
    }

    fn refuse(&mut self, field: &str, origin: Origin, misfits: &[Misfit]) {
        for misfit in misfits {
            let step = self.step();
            self.trace.add(|| {
                Entry::new(step, "field_type", misfit.code)
                    .at(origin.path())
                    .with("field", field)
                    .with("value", misfit.value.as_str())
            });
            self.leftovers.push(Leftover {
                label: field.to_owned(),
                text: misfit.value.clone(),
                why: Why::Refused,
            });
        }
    }
}

/// Words in a text. "доб." before an extension is one.
fn words(text: &str) -> usize {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).count()
}

fn emails(mapped: &Mapped) -> (Vec<ValueWrite>, Vec<Misfit>) {
    let mut values = Vec::new();
    let mut misfits = Vec::new();
    for value in &mapped.values {
        let mut any = false;
        for email in identity::emails(value) {
            any = true;
            let write = ValueWrite { enum_code: Some("WORK".into()), ..ValueWrite::plain(email) };
            if !values.contains(&write) {
                values.push(write);
            }
        }
        if !any {
            misfits.push(Misfit { code: "email_unreadable", value: (*value).to_owned() });
        } else if identity::beside_emails(value).next().is_some() {
            misfits.push(Misfit { code: "partly_read", value: (*value).to_owned() });
        }
    }
    (values, misfits)
}
