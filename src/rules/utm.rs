//! UTM marks (seed: "метки мы обновляем только если все поля ютм-меток пустые").

use crate::amocrm::directory::{CustomField, Fields, OurEntityFields};
use crate::amocrm::entity::FieldValues;
use crate::event::Utm;
pub use crate::event::is_placeholder as is_empty;

/// The five marks: key of the mark and code of amoCRM's own tracking field.
pub const MARKS: [(&str, &str); 5] = [
    ("utm_source", "UTM_SOURCE"),
    ("utm_medium", "UTM_MEDIUM"),
    ("utm_campaign", "UTM_CAMPAIGN"),
    ("utm_content", "UTM_CONTENT"),
    ("utm_term", "UTM_TERM"),
];

/// The values in the order of [`MARKS`].
pub fn values(utm: &Utm) -> [&str; 5] {
    [&utm.source, &utm.medium, &utm.campaign, &utm.content, &utm.term]
}

/// Where marks are written on an entity: (index of the mark, field).
pub fn targets<'a>(
    ours: &'a OurEntityFields,
    fields: &'a [CustomField],
) -> impl Iterator<Item = (usize, &'a CustomField)> + 'a {
    let own =
        ours.utm.iter().enumerate().filter_map(|(mark, id)| Some((mark, Fields::by_id(fields, (*id)?)?)));
    let tracking = MARKS.iter().enumerate().filter_map(|(mark, (_, code))| {
        let field = fields.iter().find(|field| field.kind == "tracking_data" && field.code == *code)?;
        Some((mark, field))
    });
    own.chain(tracking)
}

/// Whether every UTM field of an existing entity is empty.
pub fn all_empty(existing: &[FieldValues], utm_fields: &[u64]) -> bool {
    existing
        .iter()
        .filter(|field| utm_fields.contains(&field.field_id))
        .all(|field| field.values.iter().all(|value| is_empty(&value.text())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_count_as_empty() {
        for text in ["", "  ", "(none)", "none)", "(not set)", "(direct)", "(Not Set)"] {
            assert!(is_empty(text), "{text:?}");
        }
        for text in ["google", "none", "direct", "(brand)", "not set yet"] {
            assert!(!is_empty(text), "{text:?}");
        }
    }
}
