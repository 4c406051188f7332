//! Which submitted value goes to which field (seed: "Передача данных из форм на сайте в CRM").
//!
//! Candidates of a row are tried in order, the first that is not blank wins. Names compare exactly, then
//! without regard to case. Nameless fields never map.

use serde_json::{Value as Json, json};

use crate::config::{Field, Row, Value};
use crate::event::{Event, Form, FormField};
use crate::rules::draft::{Native, Origin};
use crate::rules::value::Values;
use crate::trace::{Entry, Trace};

/// The value of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Mapped<'a> {
    /// The row.
    pub row: &'a Row,
    /// Its place.
    pub origin: Origin,
    /// The values, trimmed, none blank.
    pub values: Vec<&'a str>,
    /// The visitor typed it.
    pub submitted: bool,
}

impl Mapped<'_> {
    /// The values as one text, joined with `", "`.
    pub fn text(&self) -> String {
        self.values.join(", ")
    }

    /// A value made of it, under the row's policy.
    pub fn native<T>(&self, value: T) -> Native<T> {
        Native { value, policy: self.row.policy, origin: self.origin, submitted: self.submitted }
    }
}

/// The code that a field's name stands for: the seed calls the phone `telephone`.
pub fn canonical(name: &str) -> &str {
    if name.eq_ignore_ascii_case("telephone") { "PHONE" } else { name }
}

/// Evaluates the rows of one tab. `used` says which form fields a row took. Of a call only variables map: a constant
/// is "a note that we hand over after each submission of the form" (seed).
pub fn evaluate<'a>(
    rows: &'a [Row],
    place: impl Fn(usize) -> Origin,
    event: &'a Event,
    variables: &'a Values,
    used: &mut [bool],
    trace: &mut Trace,
) -> Vec<Mapped<'a>> {
    let mut mapped = Vec::with_capacity(rows.len());
    for (index, row) in rows.iter().enumerate() {
        let origin = place(index);
        let (values, submitted) = match (&row.value, event) {
            (Value::Variable(variable), _) => {
                (variables.get(variable).map(str::trim).into_iter().collect(), false)
            }
            (_, Event::Call(_)) => {
                trace.add(|| entry(row, origin, "forms_only"));
                continue;
            }
            (Value::Constant(text), _) => (vec![text.trim()], false),
            (Value::FormFields(names), Event::Form(form)) => match winner(names, form) {
                Some((_, field)) => {
                    if let Some(used) = used.get_mut(field) {
                        *used = true;
                    }
                    let values = form.fields.get(field).map_or(&[][..], |field| &field.values);
                    (
                        values.iter().map(|value| value.trim()).filter(|value| !value.is_empty()).collect(),
                        true,
                    )
                }
                None => (Vec::new(), true),
            },
        };
        let values: Vec<&str> = values.into_iter().filter(|value| !value.is_empty()).collect();
        trace.add(|| explain(row, origin, event.form(), &values));
        if !values.is_empty() {
            mapped.push(Mapped { row, origin, values, submitted });
        }
    }
    mapped
}

/// The names of a row. In the seed's table they are written into one cell with commas: that works too.
pub fn candidates(names: &[String]) -> impl Iterator<Item = &str> {
    names.iter().flat_map(|name| name.split(',')).map(str::trim).filter(|name| !name.is_empty())
}

/// Position of the winning candidate and of its form field.
fn winner(names: &[String], form: &Form) -> Option<(usize, usize)> {
    candidates(names).enumerate().find_map(|(candidate, name)| {
        let (position, field) = find(form, name)?;
        (!field.is_blank()).then_some((candidate, position))
    })
}

/// The form field of that name: exact, else without regard to case.
fn find<'a>(form: &'a Form, name: &str) -> Option<(usize, &'a FormField)> {
    let named = || form.fields.iter().enumerate().filter(|(_, field)| !field.name.is_empty());
    named().find(|(_, field)| field.name.trim() == name).or_else(|| {
        named().find(|(_, field)| {
            let field = field.name.trim();
            field.eq_ignore_ascii_case(name)
                || (!field.is_ascii() && field.to_lowercase() == name.to_lowercase())
        })
    })
}

/// An entry about a row.
fn entry(row: &Row, origin: Origin, code: &'static str) -> Entry {
    let field = match &row.field {
        Field::Named(name) => Json::from(name.as_str()),
        Field::Id(id) => json!({ "id": id }),
    };
    Entry::new("mapping", "form_mapping", code).at(origin.path()).with("field", field)
}

/// What the row saw: each candidate with its fate. Every row has such an entry, at its own path:
/// `constant`, `variable` and `mapped` carry the `value`; `variable_missing`, `blank` (a field that the row names
/// came, but empty) and `missing` (none of them came) have none; `forms_only` says that calls do not use the row.
fn explain(row: &Row, origin: Origin, form: Option<&Form>, values: &[&str]) -> Entry {
    let entry = |code| entry(row, origin, code);
    match &row.value {
        Value::Constant(_) => entry("constant").with("value", values.join(", ")),
        Value::Variable(variable) if values.is_empty() => {
            entry("variable_missing").with("variable", variable.name())
        }
        Value::Variable(variable) => {
            entry("variable").with("variable", variable.name()).with("value", values.join(", "))
        }
        Value::FormFields(names) => {
            let won = form.and_then(|form| winner(names, form)).map(|(candidate, _)| candidate);
            let fates: Vec<Json> = candidates(names)
                .enumerate()
                .map(|(position, name)| {
                    let fate = match form.and_then(|form| find(form, name)) {
                        _ if Some(position) == won => "won",
                        None => "missing",
                        Some((_, field)) if field.is_blank() => "blank",
                        Some(_) => "not_needed",
                    };
                    json!({ "name": name, "fate": fate })
                })
                .collect();
            let blank = fates.iter().any(|fate| fate["fate"] == "blank");
            let code = match won {
                Some(_) => "mapped",
                None if blank => "blank",
                None => "missing",
            };
            let entry = entry(code).with("candidates", fates);
            match won.and_then(|won| candidates(names).nth(won)) {
                Some(name) => entry.with("from", name).with("value", values.join(", ")),
                None => entry,
            }
        }
    }
}
