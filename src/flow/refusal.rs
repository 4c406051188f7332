//! Which part of a body a refusal speaks of (API notes §7.2: dot paths).

use crate::amocrm::answer::FieldError;
use crate::rules::draft::{Draft, Leftover};
use crate::rules::update::Changes;
use crate::trace::Trace;

/// The entity that is to blame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The entity itself.
    Outer,
    /// The contact inside a lead.
    Contact,
    /// The lead inside an incoming lead.
    Lead,
}

/// The part that is to blame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A custom field by its position in the body.
    Field(usize),
    /// A native field.
    Native(String),
}

/// Reads a path; `None` when it names nothing that could be taken out.
pub fn blame(error: &FieldError) -> Option<(Side, Part)> {
    let mut segments = error.path.split('.').filter(|segment| !segment.is_empty()).peekable();
    // Some answers begin with the item's position in the batch.
    if segments.peek().is_some_and(|segment| segment.parse::<usize>().is_ok()) {
        segments.next();
    }
    let mut side = Side::Outer;
    if segments.peek() == Some(&"_embedded") {
        segments.next();
    }
    for (name, inner) in [("contacts", Side::Contact), ("leads", Side::Lead)] {
        if segments.peek() == Some(&name) {
            segments.next();
            side = inner;
            if segments.peek().is_some_and(|segment| segment.parse::<usize>().is_ok()) {
                segments.next();
            }
        }
    }
    if side != Side::Outer && segments.peek() == Some(&"_embedded") {
        segments.next();
    }
    match segments.next()? {
        "custom_fields_values" => Some((side, Part::Field(segments.next()?.parse().ok()?))),
        native => Some((side, Part::Native(native.to_owned()))),
    }
}

/// Takes the native fields that a refused change is blamed for out of the draft. The positions of its custom
/// fields in the draft, still to be dropped, and whether a native field was taken out.
pub fn take_out(
    errors: &[FieldError],
    changes: &Changes,
    draft: &mut Draft,
    step: &'static str,
    refused: &mut Vec<Leftover>,
    trace: &mut Trace,
) -> (Vec<usize>, bool) {
    let mut fields = Vec::new();
    let mut natives = false;
    for error in errors {
        match blame(error) {
            Some((Side::Outer, Part::Field(position))) => {
                fields.extend(changes.fields.get(position).map(|(index, _)| *index));
            }
            Some((Side::Outer, Part::Native(native))) => {
                natives |= draft.drop_native(&native, &error.code, step, refused, trace);
            }
            _ => {}
        }
    }
    (fields, natives)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str) -> Option<(Side, Part)> {
        blame(&FieldError { path: path.into(), ..FieldError::default() })
    }

    #[test]
    fn paths_name_entity_and_part() {
        assert_eq!(of("custom_fields_values.6.values.0.value"), Some((Side::Outer, Part::Field(6))));
        assert_eq!(
            of("_embedded.contacts.0.custom_fields_values.1.field_id"),
            Some((Side::Contact, Part::Field(1)))
        );
        assert_eq!(
            of("0.responsible_user_id"),
            Some((Side::Outer, Part::Native("responsible_user_id".into())))
        );
        assert_eq!(of("_embedded.leads.0.price"), Some((Side::Lead, Part::Native("price".into()))));
        assert_eq!(of("_embedded.tags.0.name"), Some((Side::Outer, Part::Native("tags".into()))));
        assert_eq!(of(""), None);
    }
}
