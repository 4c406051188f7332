//! A submitted website form.

use serde::{Deserialize, Serialize};

use super::Visit;

/// A form as the visitor sent it, secrets already removed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Form {
    /// The form's `id` attribute, empty when it has none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub form_id: String,
    /// The form's `name` attribute, empty when it has none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub form_name: String,
    /// Fields in the order they came. The name may be empty: such a field never maps.
    pub fields: Vec<FormField>,
    /// Fields dropped on the way in, by name only: their values never enter the product. Additional parameters and
    /// parameters of the page's address are told here too.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub withheld: Vec<Withheld>,
    /// Attached files: named in the note, their bytes are not kept.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FormFile>,
    /// The visit behind it.
    pub visit: Visit,
}

/// One field: several values for a multiple choice, none for a JSON `null` or an empty array.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FormField {
    /// The `name` attribute, verbatim. Inside nested JSON the names joined: `address.city`, `items.0.name`.
    pub name: String,
    /// Values, verbatim and untrimmed.
    pub values: Vec<String>,
}

impl FormField {
    /// The values as one text, joined with `", "`; blank ones are left out.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for value in self.values.iter().map(|value| value.trim()).filter(|value| !value.is_empty()) {
            if !text.is_empty() {
                text.push_str(", ");
            }
            text.push_str(value);
        }
        text
    }

    /// Whether nothing but white space was entered.
    pub fn is_blank(&self) -> bool {
        self.values.iter().all(|value| value.trim().is_empty())
    }
}

/// A field that was dropped, and the reason's code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withheld {
    /// The field's name.
    pub name: String,
    /// `password`, `token`, `captcha`, `card` or `ignored` (listed in `forms.ignored_fields`).
    pub reason: String,
}

/// A file of a multipart form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormFile {
    /// The input's name.
    pub field: String,
    /// The file's own name.
    pub name: String,
    /// Bytes that were skipped.
    pub size: u64,
}
