//! Collects fields as they are read: order, repetition, limits, and what is withheld.

use crate::event::{FormField, FormFile, Withheld};
use crate::problem::Problem;

use super::limits;
use super::secrets::Guard;

/// Fields so far. Secrets are turned away before they are stored.
#[derive(Default)]
pub(super) struct Fields {
    pub list: Vec<FormField>,
    pub withheld: Vec<Withheld>,
    pub files: Vec<FormFile>,
    /// Bytes of names and values so far.
    text: usize,
}

/// No room is left.
pub(super) enum Full {
    /// One field too many.
    Fields,
    /// Longer than a body may be: nested JSON repeats the outer names in every inner one.
    Text,
}

impl Full {
    /// As the problem of an object.
    pub(super) fn at(self, path: &str) -> Problem {
        match self {
            Full::Fields => limits::too_many_fields(path),
            Full::Text => Problem { path: path.to_owned(), ..limits::text_too_large() },
        }
    }
}

impl From<Full> for Problem {
    fn from(full: Full) -> Self {
        full.at("")
    }
}

impl Fields {
    /// Notes that a field is dropped, once per name.
    pub(super) fn withhold(&mut self, name: &str, reason: &str) -> Result<(), Full> {
        if self.withheld.iter().any(|one| one.name == name && one.reason == reason) {
            return Ok(());
        }
        self.room(name.len())?;
        self.withheld.push(Withheld { name: name.to_owned(), reason: reason.to_owned() });
        Ok(())
    }

    /// Adds a value to the field of this name, at the place where the name came first.
    pub(super) fn append(&mut self, guard: &mut Guard, name: &str, value: String) -> Result<(), Full> {
        if guard.value(name, &value) {
            return self.withhold(name, "card");
        }
        self.fits(value.len())?;
        let field = self.field(name)?;
        field.values.push(value);
        Ok(())
    }

    /// The field of this name, new at the end when there is none.
    pub(super) fn field(&mut self, name: &str) -> Result<&mut FormField, Full> {
        let index = match self.list.iter().position(|field| field.name == name) {
            Some(index) => index,
            None => {
                self.room(name.len())?;
                if self.list.is_empty() {
                    self.list.reserve(8);
                }
                self.list.push(FormField { name: name.to_owned(), values: Vec::with_capacity(1) });
                self.list.len() - 1
            }
        };
        self.list.get_mut(index).ok_or(Full::Fields)
    }

    pub(super) fn file(&mut self, file: FormFile) -> Result<(), Full> {
        self.room(file.field.len() + file.name.len())?;
        self.files.push(file);
        Ok(())
    }

    /// Takes a field out, as one text.
    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        let index = self.list.iter().position(|field| field.name == name)?;
        let mut field = self.list.remove(index);
        if field.values.len() == 1 { field.values.pop() } else { Some(field.text()) }
    }

    /// A field's text without white space around it, empty when there is none.
    pub(super) fn text(&self, name: &str) -> String {
        self.list.iter().find(|field| field.name == name).map(FormField::text).unwrap_or_default()
    }

    /// Takes room for one more name.
    fn room(&mut self, name: usize) -> Result<(), Full> {
        if self.list.len() + self.withheld.len() + self.files.len() >= limits::FIELDS {
            return Err(Full::Fields);
        }
        self.fits(name)
    }

    /// Takes room for text.
    fn fits(&mut self, bytes: usize) -> Result<(), Full> {
        self.text = self.text.saturating_add(bytes);
        if self.text > limits::TEXT_BYTES { Err(Full::Text) } else { Ok(()) }
    }
}
