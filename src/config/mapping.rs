//! Rows that say which value goes to which field of amoCRM (seed: "Передача данных из форм").

use std::fmt;

use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use crate::event::Variable;

/// The tabs "contact" and "lead". The tab "default" is locked and never sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Mapping {
    /// Rows of the contact.
    pub contact: Vec<Row>,
    /// Rows of the lead.
    pub lead: Vec<Row>,
}

impl Default for Mapping {
    /// The seed's example.
    fn default() -> Self {
        let row = |field: &str, names: &[&str]| Row {
            field: Field::Named(field.to_owned()),
            value: Value::FormFields(names.iter().map(|&name| name.to_owned()).collect()),
            policy: Policy::default(),
        };
        Mapping {
            contact: vec![
                row("name", &["name", "first-name"]),
                row("PHONE", &["phone", "tel", "telephone"]),
                row("EMAIL", &["email"]),
            ],
            lead: Vec::new(),
        }
    }
}

/// One row: field, value, and what happens to a field that already has one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Where to.
    pub field: Field,
    /// What.
    pub value: Value,
    /// When.
    #[serde(default)]
    pub policy: Policy,
}

/// A field of amoCRM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// A native one (`name`, `price`, `tags`, …) or the code of a custom one (`PHONE`).
    Named(String),
    /// A custom field by id.
    Id(u64),
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Field::Named(name) => serializer.serialize_str(name),
            Field::Id(id) => {
                use serde::ser::SerializeMap;
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("id", id)?;
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldVisitor;
        impl<'de> Visitor<'de> for FieldVisitor {
            type Value = Field;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a field's name, its code or {\"id\": number}")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<Field, E> {
                match name.trim() {
                    "" => Err(E::invalid_value(de::Unexpected::Str(name), &self)),
                    name => Ok(Field::Named(name.to_owned())),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Field, A::Error> {
                let mut id = None;
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "id" => id = Some(map.next_value()?),
                        other => return Err(de::Error::unknown_field(other, &["id"])),
                    }
                }
                id.map(Field::Id).ok_or_else(|| de::Error::missing_field("id"))
            }
        }
        deserializer.deserialize_any(FieldVisitor)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Field {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Field".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A field of amoCRM: a native one, the code of a custom one, or its id.",
            "oneOf": [
                { "type": "string", "minLength": 1, "examples": ["name", "price", "tags", "PHONE", "UTM_SOURCE"] },
                { "type": "object", "properties": { "id": { "type": "integer", "minimum": 1 } },
                  "required": ["id"], "additionalProperties": false }
            ]
        })
    }
}

/// The three types of value of the seed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// `name` attributes of form fields, tried in order: the first that is not blank wins.
    FormFields(Vec<String>),
    /// Always this text.
    Constant(String),
    /// A parameter of Ringostat.
    Variable(Variable),
}

/// What happens to a field of an existing entity. Phones and e-mails are always added, never replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// Only an empty field is written.
    #[default]
    FillIfEmpty,
    /// The new value replaces the old one.
    Overwrite,
    /// Existing entities are left alone.
    OnlyOnCreate,
}
