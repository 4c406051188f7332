//! `custom_fields_values`: what is accepted, and the shape in which it is kept.

use chrono::DateTime;
use serde_json::{Map, Value, json};

use super::field::Field;
use super::flaws::{Flaws, MAX_TEXT, Reader};

/// The values of one field; empty clears it.
pub(crate) type FieldValues = (u64, Vec<Value>);

/// How strictly values are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Strictness {
    /// An unknown `field_code` is an error, not ignored.
    pub(crate) unknown_code: bool,
    /// A long text is an error; seeds may carry what people typed.
    pub(crate) long_text: bool,
}

/// Reads `custom_fields_values` of an item.
pub(crate) fn read(
    fields: &[Field],
    item: &Map<String, Value>,
    prefix: &str,
    limit: Option<usize>,
    strict: Strictness,
    flaws: &mut Flaws,
) -> Vec<FieldValues> {
    let key = "custom_fields_values";
    let entries = Reader { map: item, prefix, flaws }.objects(key);
    if let Some(limit) = limit.filter(|limit| entries.len() > *limit) {
        flaws.too_many(format!("{prefix}{key}"), limit);
    }
    let mut read = Vec::with_capacity(entries.len());
    for (path, entry) in entries {
        let Some(field) = find(fields, entry, &path, strict, flaws) else { continue };
        if let Some(values) = values_of(field, entry, &path, strict, flaws) {
            read.push((field.id, values));
        }
    }
    read
}

/// The field that an entry speaks of, by id, else by code.
fn find<'f>(
    fields: &'f [Field],
    entry: &Map<String, Value>,
    path: &str,
    strict: Strictness,
    flaws: &mut Flaws,
) -> Option<&'f Field> {
    let given = |key: &str| entry.get(key).filter(|value| !value.is_null());
    if let Some(id) = given("field_id") {
        let Some(id) = id.as_u64() else {
            flaws.invalid_type(format!("{path}field_id"), "int");
            return None;
        };
        let field = fields.iter().find(|field| field.id == id);
        if field.is_none() {
            flaws.not_supported(format!("{path}field_id"));
        }
        return field;
    }
    let Some(code) = given("field_code") else {
        flaws.missing(format!("{path}field_id"));
        return None;
    };
    let Some(code) = code.as_str() else {
        flaws.invalid_type(format!("{path}field_code"), "string");
        return None;
    };
    let field = fields.iter().find(|field| field.code.as_deref() == Some(code));
    if field.is_none() && strict.unknown_code {
        flaws.not_supported(format!("{path}field_code"));
    }
    field
}

fn values_of(
    field: &Field,
    entry: &Map<String, Value>,
    path: &str,
    strict: Strictness,
    flaws: &mut Flaws,
) -> Option<Vec<Value>> {
    match entry.get("values") {
        None => {
            flaws.missing(format!("{path}values"));
            return None;
        }
        Some(Value::Null) => return Some(Vec::new()),
        Some(_) => {}
    }
    let before = flaws.0.len();
    let items = Reader { map: entry, prefix: path, flaws }.objects("values");
    let mut kept = Vec::with_capacity(items.len());
    for (path, item) in items {
        let mut reader = Reader { map: item, prefix: &path, flaws };
        kept.extend(one(field, &mut reader, strict));
    }
    if field.field_type != "multitext"
        && field.field_type != "multiselect"
        && field.field_type != "smart_address"
    {
        kept.truncate(1);
    }
    (flaws.0.len() == before).then_some(kept)
}

/// One value in the shape that reads show; None when it is wrong or an empty text.
fn one(field: &Field, reader: &mut Reader, strict: Strictness) -> Option<Value> {
    match field.field_type.as_str() {
        "select" | "radiobutton" | "multiselect" => choice(field, reader),
        "multitext" => multitext(field, reader, strict),
        "numeric" | "monetary" => {
            let value = reader.required("value")?;
            let number = match value {
                Value::Number(number) => Some(number.to_string()),
                Value::String(text) if text.is_empty() => return None,
                Value::String(text) => {
                    text.trim().parse::<f64>().ok().filter(|n| n.is_finite()).map(|_| text.trim().to_owned())
                }
                _ => None,
            };
            if number.is_none() {
                reader.flaws.invalid_type(reader.path("value"), "numeric");
            }
            Some(json!({"value": number?}))
        }
        "checkbox" => {
            reader.required("value")?;
            Some(json!({"value": reader.boolean("value")?}))
        }
        "date" | "date_time" | "birthday" => {
            let value = reader.required("value")?;
            let seconds = match value {
                Value::Number(number) => number.as_i64(),
                Value::String(text) => DateTime::parse_from_rfc3339(text).ok().map(|time| time.timestamp()),
                _ => None,
            };
            if seconds.is_none() {
                reader.flaws.invalid_type(reader.path("value"), "timestamp");
            }
            Some(json!({"value": seconds?}))
        }
        "smart_address" => {
            let text = plain_text(field, reader, strict)?;
            let mut kept = Map::new();
            kept.insert("value".to_owned(), text.into());
            for key in ["enum_id", "enum_code"] {
                if let Some(value) = reader.map.get(key) {
                    kept.insert(key.to_owned(), value.clone());
                }
            }
            Some(Value::Object(kept))
        }
        "text" | "textarea" | "url" | "streetaddress" | "tracking_data" => {
            plain_text(field, reader, strict).map(|text| json!({"value": text}))
        }
        "chained_list" => Some(Value::Object(reader.map.clone())),
        _ => reader.required("value").map(|value| json!({"value": value})),
    }
}

fn plain_text(field: &Field, reader: &mut Reader, strict: Strictness) -> Option<String> {
    reader.required("value")?;
    let text = reader.text("value")?;
    if strict.long_text && field.field_type != "textarea" && text.chars().count() > MAX_TEXT {
        reader.flaws.too_long(reader.path("value"));
        return None;
    }
    (!text.is_empty()).then(|| text.to_owned())
}

fn choice(field: &Field, reader: &mut Reader) -> Option<Value> {
    let given = |key: &str| reader.map.get(key).filter(|value| !value.is_null());
    let (key, option) = if let Some(id) = given("enum_id") {
        ("enum_id", id.as_u64().and_then(|id| field.enum_by_id(id)))
    } else if let Some(code) = given("enum_code") {
        ("enum_code", code.as_str().and_then(|code| field.enum_by_code(code)))
    } else if reader.map.contains_key("value") {
        let value = reader.value("value")?;
        if value.as_str() == Some("") {
            return None;
        }
        ("value", value.as_str().and_then(|label| field.enum_by_value(label)))
    } else {
        reader.flaws.missing(reader.path("value"));
        return None;
    };
    if option.is_none() {
        reader.flaws.not_supported(reader.path(key));
    }
    let option = option?;
    Some(json!({"value": option.value, "enum_id": option.id, "enum_code": option.code}))
}

fn multitext(field: &Field, reader: &mut Reader, strict: Strictness) -> Option<Value> {
    let text = plain_text(field, reader, strict)?;
    let given = |key: &str| reader.map.get(key).filter(|value| !value.is_null());
    let (key, option) = if let Some(id) = given("enum_id") {
        ("enum_id", id.as_u64().and_then(|id| field.enum_by_id(id)))
    } else if let Some(code) = given("enum_code") {
        ("enum_code", code.as_str().and_then(|code| field.enum_by_code(code)))
    } else {
        ("enum_code", field.enum_by_code("WORK").or(field.enums.first()))
    };
    if option.is_none() {
        reader.flaws.not_supported(reader.path(key));
    }
    let option = option?;
    Some(json!({"value": text, "enum_id": option.id, "enum_code": option.code}))
}

/// A value as plain text, for the search index and for events.
pub(crate) fn as_text(value: &Value) -> String {
    match value.get("value") {
        Some(Value::String(text)) => text.clone(),
        None | Some(Value::Null) => String::new(),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::field::Enum;

    const STRICT: Strictness = Strictness { unknown_code: true, long_text: true };

    fn fields() -> Vec<Field> {
        let option = |id, value: &str| Enum { id, value: value.into(), code: Some(value.into()), sort: 0 };
        let types = ["text", "numeric", "checkbox", "date", "textarea"];
        let mut fields: Vec<Field> = (1..).zip(types).map(|(id, t)| Field::new(id, t, Some(t), t)).collect();
        for (id, code, kind) in [(6, "PHONE", "multitext"), (7, "CHOICE", "select")] {
            let mut field = Field::new(id, code, Some(code), kind);
            field.enums = vec![option(60, "WORK"), option(61, "MOB")];
            fields.push(field);
        }
        fields
    }

    fn check(entry: Value) -> Result<Vec<Value>, (String, String)> {
        let item = json!({"custom_fields_values": [entry]});
        let mut flaws = Flaws::default();
        let read = read(&fields(), item.as_object().unwrap(), "", None, STRICT, &mut flaws);
        match flaws.0.first() {
            Some(flaw) => Err((flaw.code.to_owned(), flaw.path.clone())),
            None => Ok(read.into_iter().flat_map(|(_, values)| values).collect()),
        }
    }

    #[test]
    fn each_type_keeps_its_shape() {
        let good = [
            (json!({"field_id": 1, "values": [{"value": "a"}]}), json!([{"value": "a"}])),
            (json!({"field_id": 2, "values": [{"value": 1.5}]}), json!([{"value": "1.5"}])),
            (json!({"field_id": 2, "values": [{"value": "10"}]}), json!([{"value": "10"}])),
            (json!({"field_id": 3, "values": [{"value": true}]}), json!([{"value": true}])),
            (
                json!({"field_id": 4, "values": [{"value": "1970-01-01T00:01:00+00:00"}]}),
                json!([{"value": 60}]),
            ),
            (
                json!({"field_code": "PHONE", "values": [{"value": "+1"}]}),
                json!([{"value": "+1", "enum_id": 60, "enum_code": "WORK"}]),
            ),
            (
                json!({"field_code": "PHONE", "field_id": null, "values": [{"value": "+1", "enum_id": 61}]}),
                json!([{"value": "+1", "enum_id": 61, "enum_code": "MOB"}]),
            ),
            (
                json!({"field_id": 7, "values": [{"value": "MOB"}]}),
                json!([{"value": "MOB", "enum_id": 61, "enum_code": "MOB"}]),
            ),
            (json!({"field_id": 1, "values": null}), json!([])),
            (json!({"field_id": 1, "values": []}), json!([])),
        ];
        for (entry, kept) in good {
            assert_eq!(check(entry.clone()).map(Value::Array), Ok(kept), "{entry}");
        }
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let long = "я".repeat(257);
        let bad = [
            (json!({"field_id": 99, "values": []}), "NotSupportedChoice", "field_id"),
            (json!({"field_code": "X", "values": []}), "NotSupportedChoice", "field_code"),
            (json!({"values": []}), "FieldMissing", "field_id"),
            (json!({"field_id": 1}), "FieldMissing", "values"),
            (json!({"field_id": 1, "values": 5}), "InvalidType", "values"),
            (json!({"field_id": 1, "values": [5]}), "InvalidType", "values.0"),
            (json!({"field_id": 1, "values": [{"value": null}]}), "NotNullable", "values.0.value"),
            (json!({"field_id": 1, "values": [{}]}), "FieldMissing", "values.0.value"),
            (json!({"field_id": 1, "values": [{"value": 1}]}), "InvalidType", "values.0.value"),
            (json!({"field_id": 1, "values": [{"value": long}]}), "TooLong", "values.0.value"),
            (json!({"field_id": 2, "values": [{"value": "1,5"}]}), "InvalidType", "values.0.value"),
            (json!({"field_id": 2, "values": [{"value": "NaN"}]}), "InvalidType", "values.0.value"),
            (json!({"field_id": 3, "values": [{"value": "yes"}]}), "InvalidType", "values.0.value"),
            (json!({"field_id": 4, "values": [{"value": "tomorrow"}]}), "InvalidType", "values.0.value"),
            (json!({"field_id": 7, "values": [{"value": "?"}]}), "NotSupportedChoice", "values.0.value"),
            (json!({"field_id": 7, "values": [{"enum_id": 1}]}), "NotSupportedChoice", "values.0.enum_id"),
            (
                json!({"field_id": 6, "values": [{"value": "1", "enum_code": "?"}]}),
                "NotSupportedChoice",
                "values.0.enum_code",
            ),
        ];
        for (entry, code, path) in bad {
            let path = format!("custom_fields_values.0.{path}");
            assert_eq!(check(entry.clone()), Err((code.to_owned(), path)), "{entry}");
        }
        assert!(check(json!({"field_id": 5, "values": [{"value": "я".repeat(5000)}]})).is_ok());
    }
}
