//! Rows that write fields.

use std::collections::BTreeMap;

use super::Diagnostic;
use crate::amocrm::directory::{CustomField, Directory, Fields};
use crate::config::{Field, Row, Settings, Value};
use crate::phone;
use crate::rules::mapping::{candidates, canonical};
use crate::rules::{field_value, identity};

/// Two rows for one field, and constants that a field refuses.
pub(super) fn rows(settings: &Settings, directory: Option<&Directory>, found: &mut Vec<Diagnostic>) {
    for (tab, rows) in tabs(settings) {
        let fields = directory.map_or(&[][..], |directory| fields(directory, tab));
        let mut first: BTreeMap<Target, usize> = BTreeMap::new();
        for (index, row) in rows.iter().enumerate() {
            let target = Target::of(tab, &row.field, fields);
            let path = format!("/mapping/{tab}/{index}");
            match first.get(&target) {
                Some(first) => {
                    let path = format!("{path}/field");
                    let twice = match target.adds_up(fields) {
                        true => Diagnostic::info("field_written_twice", path),
                        false => Diagnostic::warning("field_written_twice", path),
                    };
                    found.push(twice.with("field", label(&row.field, fields)).with("first", *first));
                }
                None => {
                    first.insert(target.clone(), index);
                }
            }
            let Value::Constant(text) = &row.value else { continue };
            if let Some(reason) = misfit(&target, text.trim(), fields, settings, directory) {
                found.push(
                    Diagnostic::error("constant_misfit", format!("{path}/value/constant"))
                        .with("field", label(&row.field, fields))
                        .with("reason", reason)
                        .with("value", text.as_str()),
                );
            }
        }
    }
}

/// A field that only robots fill, and that a row reads: whoever fills it in good faith is turned away.
pub(super) fn honeypot(settings: &Settings, found: &mut Vec<Diagnostic>) {
    let Some(honeypot) = settings.forms.honeypot_field.as_deref() else { return };
    for (tab, rows) in tabs(settings) {
        for (index, row) in rows.iter().enumerate() {
            let Value::FormFields(names) = &row.value else { continue };
            if candidates(names).any(|name| name.to_lowercase() == honeypot.trim().to_lowercase()) {
                found.push(
                    Diagnostic::error("honeypot_mapped", "/forms/honeypot_field")
                        .with("field", honeypot)
                        .with("tab", tab)
                        .with("row", index),
                );
            }
        }
    }
}

pub(super) fn tabs(settings: &Settings) -> [(&'static str, &[Row]); 2] {
    [("contact", &settings.mapping.contact), ("lead", &settings.mapping.lead)]
}

/// Custom fields of the tab's entity.
pub(super) fn fields<'a>(directory: &'a Directory, tab: &str) -> &'a [CustomField] {
    if tab == "contact" { &directory.fields.contacts } else { &directory.fields.leads }
}

/// What a row writes, however it names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    /// A native field.
    Native(&'static str),
    /// A custom field.
    Custom(u64),
    /// A custom field whose id is not known, by its code in upper case.
    Code(String),
}

impl Target {
    pub(super) fn of(tab: &str, field: &Field, fields: &[CustomField]) -> Target {
        let natives: &[&'static str] = match tab {
            "contact" => &["name", "first_name", "last_name", "responsible_user_id", "tags"],
            _ => &["name", "price", "responsible_user_id", "tags"],
        };
        match field {
            Field::Id(id) => Target::Custom(*id),
            Field::Named(name) if name == "responsible_user" => Target::Native("responsible_user_id"),
            Field::Named(name) => match natives.iter().find(|native| *native == name) {
                Some(native) => Target::Native(native),
                None => match Fields::by_code(fields, canonical(name)) {
                    Some(field) => Target::Custom(field.id),
                    None => Target::Code(canonical(name).to_uppercase()),
                },
            },
        }
    }

    fn field<'a>(&self, fields: &'a [CustomField]) -> Option<&'a CustomField> {
        match self {
            Target::Custom(id) => Fields::by_id(fields, *id),
            _ => None,
        }
    }

    fn code<'a>(&'a self, fields: &'a [CustomField]) -> &'a str {
        match self {
            Target::Native(name) => name,
            Target::Code(code) => code,
            Target::Custom(_) => self.field(fields).map_or("", |field| &field.code),
        }
    }

    /// Whether the values of several rows are put together.
    fn adds_up(&self, fields: &[CustomField]) -> bool {
        matches!(self.code(fields), "PHONE" | "EMAIL" | "tags")
    }
}

fn label(field: &Field, fields: &[CustomField]) -> String {
    match field {
        Field::Named(name) => name.clone(),
        Field::Id(id) => {
            Fields::by_id(fields, *id).map_or_else(|| id.to_string(), |field| field.name.clone())
        }
    }
}

/// Why the field does not take the constant.
fn misfit(
    target: &Target,
    text: &str,
    fields: &[CustomField],
    settings: &Settings,
    directory: Option<&Directory>,
) -> Option<&'static str> {
    if text.is_empty() {
        return None;
    }
    let unless = |fits: bool, reason| (!fits).then_some(reason);
    match target.code(fields) {
        "price" => unless(field_value::number(text).is_some(), "not_a_number"),
        "responsible_user_id" => {
            let user = text.parse::<u64>().ok();
            let usable = |user| {
                directory.is_none_or(|directory| crate::rules::responsible::is_usable(user, directory))
            };
            unless(user.is_some_and(usable), "unknown_user")
        }
        "PHONE" => unless(phone::parse(text, identity::country(settings)).is_some(), "phone_unreadable"),
        "EMAIL" => unless(identity::emails(text).next().is_some(), "email_unreadable"),
        _ => {
            let (_, misfits) = field_value::convert(target.field(fields)?, &[text]);
            misfits.first().map(|misfit| misfit.code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{brief, findings};
    use crate::amocrm::directory::{CustomField, Directory, FieldEnum, Fields, User};

    fn directory() -> Directory {
        let field = |id, code: &str, kind: &str| CustomField {
            id,
            name: format!("Поле {id}"),
            code: code.into(),
            kind: kind.into(),
            enums: vec![FieldEnum { id: 17, value: "Киев".into() }],
        };
        Directory {
            fields: Fields {
                contacts: vec![
                    field(1, "PHONE", "multitext"),
                    field(2, "EMAIL", "multitext"),
                    field(3, "POSITION", "text"),
                ],
                leads: vec![field(11, "", "select"), field(12, "", "numeric"), field(13, "", "date")],
            },
            users: vec![User { id: 1, is_active: true, ..User::default() }],
            ..Directory::default()
        }
    }

    fn mapping(tab: &str, fields: &[&str]) -> String {
        let rows: Vec<String> = fields
            .iter()
            .map(|field| format!(r#"{{"field":{field},"value":{{"form_fields":["x"]}}}}"#))
            .collect();
        format!(r#"{{"mapping":{{"{tab}":[{}]}}}}"#, rows.join(","))
    }

    #[test]
    fn two_rows_write_one_field_however_they_name_it() {
        let text = mapping("contact", &[r#""POSITION""#, r#""position""#, r#"{"id":3}"#, r#""name""#]);
        let found = findings(&text, Some(&directory()));
        assert_eq!(
            brief(&found),
            [
                "field_written_twice warning /mapping/contact/1/field",
                "field_written_twice warning /mapping/contact/2/field"
            ]
        );
        assert_eq!((&found[1].params["field"], &found[1].params["first"]), (&"Поле 3".into(), &0.into()));
        let found = findings(&mapping("lead", &[r#""name""#, r#""name""#, r#""first_name""#]), None);
        assert_eq!(brief(&found), ["field_written_twice warning /mapping/lead/1/field"]);
    }

    #[test]
    fn phones_add_up_under_all_their_names() {
        let text = mapping("contact", &[r#""PHONE""#, r#""telephone""#, r#"{"id":1}"#]);
        let found = findings(&text, Some(&directory()));
        assert_eq!(
            brief(&found),
            [
                "field_written_twice info /mapping/contact/1/field",
                "field_written_twice info /mapping/contact/2/field"
            ]
        );
        let found = findings(&mapping("contact", &[r#""PHONE""#, r#""telephone""#]), None);
        assert_eq!(brief(&found), ["field_written_twice info /mapping/contact/1/field"]);
    }

    #[test]
    fn a_constant_must_fit_its_field() {
        let row = |field: &str, text: &str| format!(r#"{{"field":{field},"value":{{"constant":"{text}"}}}}"#);
        let lead = [
            row(r#"{"id":11}"#, "Львов"),
            row(r#"{"id":12}"#, "two"),
            row(r#"{"id":13}"#, "01.02.2026"),
            row(r#""price""#, "дорого"),
            row(r#""responsible_user""#, "2"),
        ];
        let contact = [row(r#""PHONE""#, "нет"), row(r#""EMAIL""#, "a@b.example"), row(r#""POSITION""#, "x")];
        let text =
            format!(r#"{{"mapping":{{"lead":[{}],"contact":[{}]}}}}"#, lead.join(","), contact.join(","));
        let found = findings(&text, Some(&directory()));
        let reasons: Vec<(&str, &str)> =
            found.iter().map(|one| (one.path.as_str(), one.params["reason"].as_str().unwrap())).collect();
        assert!(found.iter().all(|one| one.code == "constant_misfit"), "{found:?}");
        assert_eq!(
            reasons,
            [
                ("/mapping/contact/0/value/constant", "phone_unreadable"),
                ("/mapping/lead/0/value/constant", "unknown_option"),
                ("/mapping/lead/1/value/constant", "not_a_number"),
                ("/mapping/lead/3/value/constant", "not_a_number"),
                ("/mapping/lead/4/value/constant", "unknown_user"),
            ]
        );
        let without: Vec<String> = brief(&findings(&text, None));
        assert_eq!(without.len(), 2, "{without:?}");
    }

    #[test]
    fn a_honeypot_is_not_mapped() {
        let text = r#"{"forms":{"honeypot_field":"Email"}}"#;
        let found = findings(text, None);
        assert_eq!(brief(&found), ["honeypot_mapped error /forms/honeypot_field"]);
        assert_eq!((&found[0].params["tab"], &found[0].params["row"]), (&"contact".into(), &2.into()));
        assert!(findings(r#"{"forms":{"honeypot_field":"website"}}"#, None).is_empty());
    }
}
