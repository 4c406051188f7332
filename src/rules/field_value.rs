//! A text as the type of amoCRM's field wants it (API notes §2.4).

use chrono::{DateTime, NaiveDate, NaiveDateTime};

use crate::amocrm::directory::CustomField;
use crate::amocrm::write::ValueWrite;

/// Longest text that the API takes for a `text` field, though the interface allows more.
pub const LONGEST_TEXT: usize = 256;

/// Why a value cannot go into a field, and the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// `too_long`, `not_a_number`, `not_a_flag`, `not_a_date`, `unknown_option`, `unsupported_type`.
    pub code: &'static str,
    /// The value.
    pub value: String,
}

/// The values that fit, and those that do not.
pub fn convert(field: &CustomField, values: &[&str]) -> (Vec<ValueWrite>, Vec<Misfit>) {
    let misfit = |code, value: &str| Misfit { code, value: value.to_owned() };
    let joined = || values.join(", ");
    let one = |result: Result<ValueWrite, Misfit>| match result {
        Ok(write) => (vec![write], Vec::new()),
        Err(misfit) => (Vec::new(), vec![misfit]),
    };
    match field.kind.as_str() {
        "text" => {
            let text = joined();
            one(if text.chars().count() > LONGEST_TEXT {
                Err(misfit("too_long", &text))
            } else {
                Ok(ValueWrite::plain(text))
            })
        }
        "numeric" | "monetary" => {
            let text = joined();
            one(number(&text).map(ValueWrite::plain).ok_or_else(|| misfit("not_a_number", &text)))
        }
        "checkbox" => {
            let text = joined();
            one(flag(&text).map(ValueWrite::plain).ok_or_else(|| misfit("not_a_flag", &text)))
        }
        "date" | "date_time" | "birthday" => {
            let text = joined();
            one(unix_seconds(&text).map(ValueWrite::plain).ok_or_else(|| misfit("not_a_date", &text)))
        }
        "select" | "radiobutton" => {
            let text = joined();
            one(option(field, &text).ok_or_else(|| misfit("unknown_option", &text)))
        }
        "multiselect" => {
            let mut writes = Vec::new();
            let mut misfits = Vec::new();
            for value in values {
                match option(field, value) {
                    Some(write) => writes.push(write),
                    None => misfits.push(misfit("unknown_option", value)),
                }
            }
            (writes, misfits)
        }
        "smart_address" => {
            let write =
                ValueWrite { enum_code: Some("address_line_1".into()), ..ValueWrite::plain(joined()) };
            (vec![write], Vec::new())
        }
        "legal_entity" | "linked_entity" | "chained_list" | "file" | "items" | "category" | "payer"
        | "supplier" => (Vec::new(), vec![misfit("unsupported_type", &joined())]),
        "multitext" => (values.iter().map(|value| ValueWrite::plain(*value)).collect(), Vec::new()),
        _ => (vec![ValueWrite::plain(joined())], Vec::new()),
    }
}

fn option(field: &CustomField, label: &str) -> Option<ValueWrite> {
    let wanted = label.trim().to_lowercase();
    let found = field.enums.iter().find(|option| option.value.trim().to_lowercase() == wanted)?;
    Some(ValueWrite { enum_id: Some(found.id), ..ValueWrite::default() })
}

/// A number as amoCRM reads it: `1 234,50` and `$1234.50` are `1234.50`.
pub fn number(text: &str) -> Option<String> {
    let mut digits = String::new();
    for c in text.trim().chars() {
        match c {
            '0'..='9' => digits.push(c),
            '-' if digits.is_empty() => digits.push(c),
            ',' | '.' if !digits.contains('.') => digits.push('.'),
            ' ' | '\u{a0}' | '\u{202f}' | '\'' | '$' | '€' | '₽' | '₴' | '+' => {}
            _ => return None,
        }
    }
    let number = digits.trim_end_matches('.');
    number.parse::<f64>().is_ok_and(f64::is_finite).then(|| number.to_owned())
}

fn flag(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "1" | "on" | "true" | "yes" | "да" | "так" | "y" => Some(true),
        "0" | "off" | "false" | "no" | "нет" | "ні" | "n" => Some(false),
        _ => None,
    }
}

/// Unix seconds. A day without a time is its noon in UTC: the same day in every zone people live in.
pub fn unix_seconds(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<i64>() {
        return (seconds > 100_000_000).then_some(seconds);
    }
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.timestamp());
    }
    for format in
        ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M"]
    {
        if let Ok(time) = NaiveDateTime::parse_from_str(text, format) {
            return Some(time.and_utc().timestamp());
        }
    }
    ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"].iter().find_map(|format| {
        let day = NaiveDate::parse_from_str(text, format).ok()?;
        Some(day.and_hms_opt(12, 0, 0)?.and_utc().timestamp())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amocrm::directory::FieldEnum;

    fn field(kind: &str) -> CustomField {
        CustomField {
            id: 1,
            kind: kind.into(),
            enums: vec![FieldEnum { id: 17, value: "Москва".into() }],
            ..CustomField::default()
        }
    }

    #[test]
    fn options_are_chosen_by_label_without_regard_to_case() {
        let (writes, _) = convert(&field("select"), &[" москва "]);
        assert_eq!(writes[0].enum_id, Some(17));
        let (writes, misfits) = convert(&field("multiselect"), &["Москва", "Киев"]);
        assert_eq!((writes.len(), misfits[0].code, misfits[0].value.as_str()), (1, "unknown_option", "Киев"));
    }

    #[test]
    fn a_long_text_does_not_fit_a_text_field_but_a_textarea() {
        let (long, fitting) = ("ы".repeat(257), "ы".repeat(256));
        assert_eq!(convert(&field("text"), &[&long]).1[0].code, "too_long");
        assert!(convert(&field("text"), &[&fitting]).1.is_empty());
        assert!(convert(&field("textarea"), &[&long]).1.is_empty());
    }

    #[test]
    fn numbers_flags_and_dates_are_read_as_people_write_them() {
        assert_eq!(number("1 234,50 ₽").as_deref(), Some("1234.50"));
        assert_eq!(number("two"), None);
        assert_eq!(number("-"), None);
        assert_eq!(convert(&field("checkbox"), &["on"]).0[0].value, Some(true.into()));
        assert_eq!(convert(&field("checkbox"), &["maybe"]).1[0].code, "not_a_flag");
        assert_eq!(unix_seconds("1970-01-02"), Some(86_400 + 43_200));
        assert_eq!(unix_seconds("02.01.1970"), Some(86_400 + 43_200));
        assert_eq!(unix_seconds("1970-01-02T00:00:01Z"), Some(86_401));
        assert_eq!(unix_seconds("tomorrow"), None);
    }
}
