//! From mapped rows to a contact or lead in the making: types checked, marks and fields of our own added.

use crate::amocrm::directory::{Directory, Fields};
use crate::amocrm::entity::Tag;
use crate::amocrm::write::{FieldWrite, ValueWrite};
use crate::config::{Field, Policy, Settings};
use crate::event::Visit;
use crate::phone;
use crate::rules::draft::{Draft, DraftField, Leftover, Merge, Origin, Why};
use crate::rules::field_value::{Misfit, convert, number, rounded};
use crate::rules::identity;
use crate::rules::mapping::{Mapped, canonical};
use crate::rules::texts::{Text, text};
use crate::rules::{responsible, utm};
use crate::trace::{Entry, Trace};

/// The seed's locked tag.
pub const TAG: &str = "Ringostat Automation";

pub(super) struct Drafting<'a> {
    pub(super) directory: &'a Directory,
    pub(super) settings: &'a Settings,
    pub(super) contact: bool,
    pub(super) leftovers: &'a mut Vec<Leftover>,
    pub(super) trace: &'a mut Trace,
}

impl Drafting<'_> {
    fn step(&self) -> &'static str {
        if self.contact { "contact" } else { "lead" }
    }

    /// `client`: the number of a call, which no row names.
    pub(super) fn draft(
        mut self,
        mapped: &[Mapped],
        visit: &Visit,
        subject: &str,
        client: Option<&str>,
    ) -> Draft {
        let mut draft = Draft { tags: vec![Tag { name: TAG.into() }], ..Draft::default() };
        for mapped in mapped {
            self.row(&mut draft, mapped);
        }
        if let Some(number) = client {
            self.client_number(&mut draft, number);
        }
        let fields =
            if self.contact { &self.directory.fields.contacts } else { &self.directory.fields.leads };
        let ours = if self.contact { &self.directory.ours.contacts } else { &self.directory.ours.leads };
        let marks = utm::values(&visit.utm);
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
        let client_id = (ours.client_id, visit.client_id.trim(), Policy::FillIfEmpty);
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
                    let number = number(&mapped.text());
                    let price = number.map(|number| rounded(&number));
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

    /// A call's number is always among the contact's phones.
    fn client_number(&mut self, draft: &mut Draft, number: &str) {
        let fields = &self.directory.fields.contacts;
        let Some(field) = fields.iter().find(|field| field.code == "PHONE") else { return };
        let write = ValueWrite { enum_code: Some("WORK".into()), ..ValueWrite::plain(format!("+{number}")) };
        match draft.fields.iter_mut().find(|there| there.write.field_id == field.id) {
            Some(there) if there.write.values.contains(&write) => {}
            Some(there) => {
                there.write.values.push(write);
                there.rows.push(Origin::Locked);
            }
            None => draft.fields.push(DraftField {
                rows: vec![Origin::Locked],
                write: FieldWrite { field_id: field.id, values: vec![write] },
                merge: Merge::Phones,
                origin: Origin::Locked,
                label: field.name.clone(),
                text: format!("+{number}"),
                submitted: false,
            }),
        }
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
