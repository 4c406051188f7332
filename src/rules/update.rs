//! What changes on an entity that already exists (seed: "Обновление меток"; design: Updating).
//!
//! UTM only when every UTM field is empty; phones and e-mails are added to the list, never replaced; other
//! fields by the row's policy.

use serde_json::Value as Json;

use crate::amocrm::entity::{Contact, Embedded, FieldValues, Lead, Tag};
use crate::amocrm::write::{FieldWrite, ValueWrite};
use crate::config::Policy;
use crate::phone::{self, Country};
use crate::rules::draft::{Draft, DraftField, Leftover, Merge, Native, Origin, Why};
use crate::rules::{field_value, utm};
use crate::trace::{Entry, Trace};

/// An existing entity, seen the same way whether contact or lead.
#[derive(Debug, Clone, Copy)]
pub struct Existing<'a> {
    /// Name.
    pub name: &'a str,
    /// First name.
    pub first_name: &'a str,
    /// Last name.
    pub last_name: &'a str,
    /// Budget, `null` or 0 when there is none.
    pub price: &'a Json,
    /// Responsible user.
    pub responsible: u64,
    /// Custom fields.
    pub fields: &'a [FieldValues],
    /// Tags.
    pub embedded: &'a Embedded,
}

impl<'a> From<&'a Contact> for Existing<'a> {
    fn from(contact: &'a Contact) -> Self {
        Existing {
            name: &contact.name,
            first_name: &contact.first_name,
            last_name: &contact.last_name,
            price: &Json::Null,
            responsible: contact.responsible_user_id,
            fields: &contact.custom_fields_values,
            embedded: &contact.embedded,
        }
    }
}

impl<'a> From<&'a Lead> for Existing<'a> {
    fn from(lead: &'a Lead) -> Self {
        Existing {
            name: &lead.name,
            first_name: "",
            last_name: "",
            price: &lead.price,
            responsible: lead.responsible_user_id,
            fields: &lead.custom_fields_values,
            embedded: &lead.embedded,
        }
    }
}

/// What is to be sent, and what stays as it was.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Changes {
    /// New name.
    pub name: Option<String>,
    /// New first name.
    pub first_name: Option<String>,
    /// New last name.
    pub last_name: Option<String>,
    /// New budget.
    pub price: Option<i64>,
    /// New responsible user.
    pub responsible: Option<u64>,
    /// Fields, each whole; the index is that of the draft's field.
    pub fields: Vec<(usize, FieldWrite)>,
    /// Tags to add.
    pub tags: Vec<Tag>,
    /// A list of phones or e-mails is replaced: it must be read right before and read back.
    pub lists: bool,
    /// Submitted values that the entity keeps out.
    pub kept: Vec<Leftover>,
}

impl Changes {
    /// Nothing is to be sent.
    pub fn is_empty(&self) -> bool {
        self.name.is_none()
            && self.first_name.is_none()
            && self.last_name.is_none()
            && self.price.is_none()
            && self.responsible.is_none()
            && self.fields.is_empty()
            && self.tags.is_empty()
    }

    /// What the visitor typed of all that: for the note, when none of it can be written.
    pub fn submitted(&self, draft: &Draft) -> Vec<Leftover> {
        fn native<T: ToString>(label: &str, changed: bool, native: &Option<Native<T>>) -> Option<Leftover> {
            let native = native.as_ref().filter(|native| changed && native.submitted)?;
            Some(Leftover { label: label.to_owned(), text: native.value.to_string(), why: Why::Refused })
        }
        let natives = [
            native("name", self.name.is_some(), &draft.name),
            native("first_name", self.first_name.is_some(), &draft.first_name),
            native("last_name", self.last_name.is_some(), &draft.last_name),
            native("price", self.price.is_some(), &draft.price),
        ];
        let fields = self.fields.iter().filter_map(|(index, _)| draft.fields.get(*index));
        let fields = fields.filter(|field| field.submitted).map(|field| Leftover {
            label: field.label.clone(),
            text: field.text.clone(),
            why: Why::Refused,
        });
        natives.into_iter().flatten().chain(fields).collect()
    }
}

/// Whether the name is no name but the entity's own number or address: what a card is called when no name came. A name
/// that the client gives takes its place.
fn is_own_key(existing: &Existing, country: Country) -> bool {
    let name = existing.name.trim();
    let own = || existing.fields.iter().flat_map(|field| &field.values).map(|value| value.text());
    if name.contains('@') {
        return own().any(|value| value.trim().eq_ignore_ascii_case(name));
    }
    !name.contains(char::is_alphabetic) && own().any(|value| phone::same(&value, name, country))
}

/// Compares a draft with an existing entity. `step` is `contact` or `lead`.
pub fn compare(
    step: &'static str,
    draft: &Draft,
    existing: Existing,
    country: Country,
    trace: &mut Trace,
) -> Changes {
    let mut changes = Changes::default();
    let mut judge = Judge { step, trace, kept: Vec::new() };
    let submitted = |name: &Option<Native<String>>| name.as_ref().is_some_and(|name| name.submitted);
    let nameless = existing.name.trim().is_empty()
        || [&draft.name, &draft.first_name, &draft.last_name].into_iter().any(submitted)
            && is_own_key(&existing, country);
    changes.name = judge.native("name", &draft.name, nameless, existing.name);
    // amoCRM puts the name together from its parts: a name without parts must not be lost to one of them.
    let whole_name =
        !nameless && existing.first_name.trim().is_empty() && existing.last_name.trim().is_empty();
    let empty = |part: &str| part.trim().is_empty() && !whole_name;
    changes.first_name =
        judge.native("first_name", &draft.first_name, empty(existing.first_name), existing.first_name);
    changes.last_name =
        judge.native("last_name", &draft.last_name, empty(existing.last_name), existing.last_name);
    let price = existing.price.as_i64().or_else(|| existing.price.as_f64().map(|price| price as i64));
    let price_text = price.unwrap_or_default().to_string();
    changes.price = judge.native("price", &draft.price, price.unwrap_or_default() == 0, &price_text);
    let responsible = existing.responsible.to_string();
    let nobody = existing.responsible == 0 || draft.stand_in == Some(existing.responsible);
    changes.responsible = judge.native("responsible_user_id", &draft.responsible, nobody, &responsible);

    let utm_free = utm::all_empty(existing.fields, &draft.utm_fields);
    for (index, field) in draft.fields.iter().enumerate() {
        let there = existing.fields.iter().find(|there| there.field_id == field.write.field_id);
        let values = there.map_or(&[][..], |there| &there.values);
        let write = match field.merge {
            Merge::Phones | Merge::Emails => {
                let union = union(field, values, country);
                if field.merge == Merge::Phones {
                    judge.kept.extend(lost_extensions(field, values, country));
                }
                for (position, value) in field.write.values.iter().enumerate() {
                    let code = if is_listed(field, value, values, country) {
                        "already_there"
                    } else {
                        "added_to_list"
                    };
                    let origin = field.rows.get(position).copied().unwrap_or(field.origin);
                    let text = value.value.as_ref().and_then(Json::as_str).unwrap_or_default();
                    judge.tell("update", code, origin, &field.label, text);
                }
                changes.lists |= union.is_some();
                union
            }
            Merge::Utm => {
                let code = if utm_free { "filled" } else { "utm_kept" };
                judge.tell("utm", code, field.origin, &field.label, &field.text);
                utm_free.then(|| field.write.clone())
            }
            Merge::Policy(policy) => {
                let empty =
                    values.iter().all(|value| value.enum_id.is_none() && value.text().trim().is_empty());
                let same = same_values(&field.write.values, there);
                judge
                    .decide(policy, empty, same, &field.label, &field.text, field.origin, field.submitted)
                    .then(|| field.write.clone())
            }
        };
        if let Some(write) = write {
            changes.fields.push((index, write));
        }
    }
    changes.tags = draft
        .tags
        .iter()
        .filter(|tag| {
            !existing.embedded.tags.iter().any(|there| there.name.to_lowercase() == tag.name.to_lowercase())
        })
        .cloned()
        .collect();
    changes.kept = judge.kept;
    changes
}

struct Judge<'a> {
    step: &'static str,
    trace: &'a mut Trace,
    kept: Vec<Leftover>,
}

impl Judge<'_> {
    fn tell(&mut self, rule: &'static str, code: &'static str, origin: Origin, field: &str, value: &str) {
        let step = self.step;
        self.trace
            .add(|| Entry::new(step, rule, code).at(origin.path()).with("field", field).with("value", value));
    }

    fn native<T: Clone + ToString>(
        &mut self,
        field: &str,
        draft: &Option<Native<T>>,
        empty: bool,
        there: &str,
    ) -> Option<T> {
        let native = draft.as_ref()?;
        let text = native.value.to_string();
        let same = text == there;
        self.decide(native.policy, empty, same, field, &text, native.origin, native.submitted)
            .then(|| native.value.clone())
    }

    #[allow(clippy::too_many_arguments)] // one decision with all that it rests on
    fn decide(
        &mut self,
        policy: Policy,
        empty: bool,
        same: bool,
        field: &str,
        value: &str,
        origin: Origin,
        submitted: bool,
    ) -> bool {
        let (write, code) = match policy {
            _ if same => (false, "already_there"),
            Policy::OnlyOnCreate => (false, "only_on_create"),
            Policy::Overwrite => (true, if empty { "filled" } else { "overwritten" }),
            Policy::FillIfEmpty => (empty, if empty { "filled" } else { "kept" }),
        };
        self.tell("update", code, origin, field, value);
        if !write && !same && submitted {
            self.kept.push(Leftover { label: field.to_owned(), text: value.to_owned(), why: Why::Kept });
        }
        write
    }
}

/// Whether a phone or e-mail stands on the list, however it is spelled there.
fn is_listed(
    field: &DraftField,
    new: &ValueWrite,
    there: &[crate::amocrm::entity::FieldValue],
    country: Country,
) -> bool {
    let new = new.value.as_ref().and_then(Json::as_str).unwrap_or_default();
    there.iter().any(|value| match field.merge {
        Merge::Phones => phone::same(&value.text(), new, country),
        _ => value.text().trim().to_lowercase() == new.trim().to_lowercase(),
    })
}

/// The list with what is missing added, or `None` when nothing is. What is there keeps its `enum_id`.
fn union(
    field: &DraftField,
    there: &[crate::amocrm::entity::FieldValue],
    country: Country,
) -> Option<FieldWrite> {
    let missing: Vec<ValueWrite> =
        field.write.values.iter().filter(|new| !is_listed(field, new, there, country)).cloned().collect();
    if missing.is_empty() {
        return None;
    }
    let kept = there.iter().map(|value| ValueWrite {
        value: Some(value.value.clone()),
        enum_id: value.enum_id,
        enum_code: None,
    });
    Some(FieldWrite { field_id: field.write.field_id, values: kept.chain(missing).collect() })
}

/// Numbers that are on the list already, but not with the extension that was typed.
fn lost_extensions(
    field: &DraftField,
    there: &[crate::amocrm::entity::FieldValue],
    country: Country,
) -> Vec<Leftover> {
    let new = field.write.values.iter().filter_map(|write| write.value.as_ref()?.as_str());
    let is_lost = |new: &str| {
        let known = there.iter().flat_map(|value| phone::parse_all(&value.text(), country));
        let known: Vec<phone::Phone> = known.collect();
        phone::parse_all(new, country).iter().filter(|new| new.extension().is_some()).any(|new| {
            let mut same = known.iter().filter(|known| *known == new).peekable();
            same.peek().is_some() && same.all(|known| known.extension() != new.extension())
        })
    };
    new.filter(|new| is_lost(new))
        .map(|new| Leftover { label: field.label.clone(), text: new.to_owned(), why: Why::Kept })
        .collect()
}

fn same_values(new: &[ValueWrite], there: Option<&FieldValues>) -> bool {
    let there = there.map_or(&[][..], |there| &there.values);
    new.len() == there.len()
        && new.iter().zip(there).all(|(new, there)| match (new.enum_id, &new.value) {
            (Some(option), _) => there.enum_id == Some(option),
            (None, Some(Json::Bool(flag))) => there.value == Json::Bool(*flag),
            (None, Some(value)) => {
                let text = match value {
                    Json::String(text) => text.clone(),
                    other => other.to_string(),
                };
                text == there.text()
                    || matches!((field_value::number(&text), field_value::number(&there.text())),
                        (Some(left), Some(right)) if field_value::same_number(&left, &right))
            }
            (None, None) => false,
        })
}
