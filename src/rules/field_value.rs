//! A text as the type of amoCRM's field wants it (API notes §2.4).

use chrono::NaiveDate;

use crate::amocrm::directory::CustomField;
use crate::amocrm::write::ValueWrite;

/// Longest text that the API takes for a `text` field, though the interface allows more.
pub const LONGEST_TEXT: usize = 256;

/// More digits than any amount of money or of anything else has.
const LONGEST_NUMBER: usize = 300;

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
    let any = number.bytes().any(|byte| byte.is_ascii_digit());
    (any && number.len() <= LONGEST_NUMBER).then(|| number.to_owned())
}

/// A [`number`] rounded to a whole one, halves away from zero.
pub fn rounded(number: &str) -> i64 {
    let (negative, whole, fraction) = decimal(number);
    let whole = if whole.is_empty() { 0 } else { whole.parse().unwrap_or(i64::MAX) };
    let up = i64::from(fraction.bytes().next().is_some_and(|digit| digit >= b'5'));
    let size = whole.saturating_add(up);
    if negative { -size } else { size }
}

/// Whether two [`number`]s are equal: `10`, `10.0` and `010`.
pub fn same_number(left: &str, right: &str) -> bool {
    let (left, right) = (decimal(left), decimal(right));
    let zero = left.1.is_empty() && left.2.is_empty();
    left == right || (zero && left.1 == right.1 && left.2 == right.2)
}

/// Sign, whole part without leading and fraction without trailing zeros.
fn decimal(number: &str) -> (bool, &str, &str) {
    let (negative, size) = number.strip_prefix('-').map_or((false, number), |size| (true, size));
    let (whole, fraction) = size.split_once('.').unwrap_or((size, ""));
    (negative, whole.trim_start_matches('0'), fraction.trim_end_matches('0'))
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
    let (day, time) = text.split_once(['T', 't', ' ']).map_or((text, None), |(day, time)| (day, Some(time)));
    let day = date(day)?;
    let Some(time) = time else { return Some(day.and_hms_opt(12, 0, 0)?.and_utc().timestamp()) };
    let (time, offset) = split_zone(time)?;
    let mut parts = time.split(':');
    let (hour, minute) = (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let second = match parts.next() {
        Some(second) => {
            let (second, fraction) = second.split_once('.').unwrap_or((second, "0"));
            digits(fraction, 9)?;
            digits(second, 2)?
        }
        None => 0,
    };
    let time = day.and_hms_opt(hour, minute, second).filter(|_| parts.next().is_none())?;
    Some(time.and_utc().timestamp() - offset)
}

/// `2026-11-23`, `23.11.2026` or `23/11/2026`.
fn date(text: &str) -> Option<NaiveDate> {
    let mut parts = text.split(['-', '.', '/']);
    let (first, month, last) = (parts.next()?, parts.next()?, parts.next()?);
    let (year, day) = if text.contains('-') { (first, last) } else { (last, first) };
    if year.len() != 4 || parts.next().is_some() {
        return None;
    }
    NaiveDate::from_ymd_opt(i32::try_from(digits(year, 4)?).ok()?, digits(month, 2)?, digits(day, 2)?)
}

/// The time without its zone, and the zone's seconds east of UTC; UTC when it has none.
fn split_zone(time: &str) -> Option<(&str, i64)> {
    if let Some(time) = time.strip_suffix(['Z', 'z']) {
        return Some((time, 0));
    }
    let west = time.contains('-');
    let Some((time, zone)) = time.split_once(['+', '-']) else { return Some((time, 0)) };
    let (hours, minutes) = zone.split_once(':')?;
    let seconds = i64::from(digits(hours, 2)? * 3600 + digits(minutes, 2)? * 60);
    Some((time, if west { -seconds } else { seconds }))
}

/// A number of at most so many digits.
fn digits(text: &str, most: usize) -> Option<u32> {
    let plain = !text.is_empty() && text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
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
        assert_eq!(
            ["1.5", "-1.5", ".4", "-0.49", "99999999999999999999"].map(rounded),
            [2, -2, 0, 0, i64::MAX]
        );
        assert!(same_number("10", "010.0") && same_number("-0", ".0") && !same_number("1", "-1"));
        assert_eq!(convert(&field("checkbox"), &["on"]).0[0].value, Some(true.into()));
        assert_eq!(convert(&field("checkbox"), &["maybe"]).1[0].code, "not_a_flag");
        assert_eq!(unix_seconds("1970-01-02"), Some(86_400 + 43_200));
        assert_eq!(unix_seconds("02.01.1970"), Some(86_400 + 43_200));
        assert_eq!(unix_seconds("1970-01-02T00:00:01Z"), Some(86_401));
        assert_eq!(unix_seconds("tomorrow"), None);
    }

    #[test]
    fn dates_are_read_in_every_usual_notation() {
        let seven = 86_400 + 7 * 3600;
        for text in [
            "1970-01-02T07:00",
            "1970-01-02 07:00",
            "1970-01-02 07:00:00",
            "02.01.1970 07:00",
            "2/1/1970 7:00",
            "1970-01-02T07:00:00.250Z",
            "1970-01-02T09:30:00+02:30",
            "1970-01-02T04:00:00-03:00",
        ] {
            assert_eq!(unix_seconds(text), Some(seven), "{text}");
        }
        for text in [
            "1970-02-30",
            "1970-01-02T24:00",
            "1970-01",
            "70-01-02",
            "1970-01-02T07",
            "1970-01-02T07:00+2",
            "1-2-3-4",
        ] {
            assert_eq!(unix_seconds(text), None, "{text}");
        }
    }
}
