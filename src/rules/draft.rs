//! What a contact or lead should look like before amoCRM has been asked.

use serde::{Deserialize, Serialize};

use crate::amocrm::answer::FieldError;
use crate::amocrm::entity::Tag;
use crate::amocrm::write::FieldWrite;
use crate::config::Policy;
use crate::trace::{Entry, Trace};

/// The place in the settings that a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A row of the tab "contact".
    Contact(usize),
    /// A row of the tab "lead".
    Lead(usize),
    /// A locked row, or a field of our own.
    Locked,
}

impl Origin {
    /// JSON Pointer into the settings.
    pub fn path(self) -> String {
        match self {
            Origin::Contact(row) => format!("/mapping/contact/{row}"),
            Origin::Lead(row) => format!("/mapping/lead/{row}"),
            Origin::Locked => "/mapping/default".to_owned(),
        }
    }
}

/// How a custom field treats what is already there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Merge {
    /// By the row's policy.
    Policy(Policy),
    /// Phones: added to the list.
    Phones,
    /// E-mails: added to the list.
    Emails,
    /// UTM: only when every UTM field of the entity is empty.
    Utm,
}

/// A value of a native field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Native<T> {
    /// The value.
    pub value: T,
    /// What happens to a value that is already there.
    pub policy: Policy,
    /// The row.
    pub origin: Origin,
    /// The visitor typed it: what is not written goes into the note.
    pub submitted: bool,
}

/// A value of a custom field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DraftField {
    /// What is sent.
    pub write: FieldWrite,
    /// How it meets what is already there.
    pub merge: Merge,
    /// The row.
    pub origin: Origin,
    /// The row of each value of a list: several rows may write phones.
    #[serde(default)]
    pub rows: Vec<Origin>,
    /// The field's name, for the note.
    pub label: String,
    /// The value as text, for the note and the trace.
    pub text: String,
    /// The visitor typed it: what is not written goes into the note.
    pub submitted: bool,
}

/// A contact or lead in the making.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Draft {
    /// Name.
    pub name: Option<Native<String>>,
    /// First name (contacts).
    pub first_name: Option<Native<String>>,
    /// Last name (contacts).
    pub last_name: Option<Native<String>>,
    /// Budget (leads).
    pub price: Option<Native<i64>>,
    /// Responsible user.
    pub responsible: Option<Native<u64>>,
    /// The user who holds the place of the responsible one: as good as none.
    #[serde(default)]
    pub stand_in: Option<u64>,
    /// Tags.
    pub tags: Vec<Tag>,
    /// Custom fields.
    pub fields: Vec<DraftField>,
    /// Every UTM field that the entity has, those included for which the event brings nothing.
    #[serde(default)]
    pub utm_fields: Vec<u64>,
}

/// Something submitted that no field took: it goes into the note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leftover {
    /// Name of the form field or of amoCRM's field.
    pub label: String,
    /// The value.
    pub text: String,
    /// Why: `unmapped`, `refused` or `kept`.
    pub why: Why,
}

/// Why a value is in the note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// No row maps it.
    Unmapped,
    /// The field cannot take it, or amoCRM refused it.
    Refused,
    /// The card already has another value there.
    Kept,
}

impl Draft {
    /// Takes refused fields out, by position: they are told in the note and the trace.
    pub fn drop_fields(
        &mut self,
        positions: &[usize],
        errors: &[FieldError],
        step: &'static str,
        refused: &mut Vec<Leftover>,
        trace: &mut Trace,
    ) {
        let mut positions = positions.to_vec();
        positions.sort_unstable();
        positions.dedup();
        for position in positions.into_iter().rev() {
            if position >= self.fields.len() {
                continue;
            }
            let field = self.fields.remove(position);
            let code = errors.first().map(|error| error.code.clone()).unwrap_or_default();
            trace.add(|| {
                Entry::new(step, "refusal", "field_refused")
                    .at(field.origin.path())
                    .with("field", field.label.as_str())
                    .with("value", field.text.as_str())
                    .with("code", code)
            });
            if field.origin != Origin::Locked {
                refused.push(Leftover { label: field.label, text: field.text, why: Why::Refused });
            }
        }
    }

    /// Takes a refused native field out; whether there was one.
    pub fn drop_native(
        &mut self,
        name: &str,
        code: &str,
        step: &'static str,
        refused: &mut Vec<Leftover>,
        trace: &mut Trace,
    ) -> bool {
        fn gone<T: ToString>(native: &mut Option<Native<T>>) -> Option<(Origin, String)> {
            native.take().map(|native| (native.origin, native.value.to_string()))
        }
        let found = match name {
            "name" => gone(&mut self.name),
            "first_name" => gone(&mut self.first_name),
            "last_name" => gone(&mut self.last_name),
            "price" => gone(&mut self.price),
            "responsible_user_id" => gone(&mut self.responsible),
            "tags" | "tags_to_add" if !self.tags.is_empty() => {
                let tags: Vec<String> = self.tags.drain(..).map(|tag| tag.name).collect();
                Some((Origin::Locked, tags.join(", ")))
            }
            _ => None,
        };
        let Some((origin, text)) = found else { return false };
        trace.add(|| {
            Entry::new(step, "refusal", "field_refused")
                .at(origin.path())
                .with("field", name)
                .with("value", text.as_str())
                .with("code", code)
        });
        refused.push(Leftover { label: name.to_owned(), text, why: Why::Refused });
        true
    }
}
