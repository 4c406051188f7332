//! A custom field's definition.

use serde_json::{Map, Value, json};

use super::kind::Kind;

/// The types that can be created.
pub(crate) const TYPES: [&str; 21] = [
    "text",
    "numeric",
    "checkbox",
    "select",
    "multiselect",
    "date",
    "url",
    "textarea",
    "radiobutton",
    "streetaddress",
    "smart_address",
    "birthday",
    "legal_entity",
    "date_time",
    "multitext",
    "tracking_data",
    "monetary",
    "file",
    "chained_list",
    "linked_entity",
    "price",
];

/// The types whose values are chosen from a list.
pub(crate) const CHOICES: [&str; 3] = ["select", "multiselect", "radiobutton"];

/// One option of a choice, or one kind of phone.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Enum {
    pub(crate) id: u64,
    pub(crate) value: String,
    pub(crate) code: Option<String>,
    pub(crate) sort: i64,
}

/// A custom field.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) code: Option<String>,
    pub(crate) field_type: String,
    pub(crate) sort: i64,
    pub(crate) group_id: Option<String>,
    pub(crate) is_api_only: bool,
    pub(crate) is_predefined: bool,
    pub(crate) enums: Vec<Enum>,
}

impl Field {
    /// A field of one's own.
    pub(crate) fn new(id: u64, name: &str, code: Option<&str>, field_type: &str) -> Self {
        Field {
            id,
            name: name.to_owned(),
            code: code.map(str::to_owned),
            field_type: field_type.to_owned(),
            sort: 500,
            group_id: None,
            is_api_only: false,
            is_predefined: false,
            enums: Vec::new(),
        }
    }

    /// The option with this id.
    pub(crate) fn enum_by_id(&self, id: u64) -> Option<&Enum> {
        self.enums.iter().find(|option| option.id == id)
    }

    /// The option with this code.
    pub(crate) fn enum_by_code(&self, code: &str) -> Option<&Enum> {
        self.enums.iter().find(|option| option.code.as_deref() == Some(code))
    }

    /// The option with this label.
    pub(crate) fn enum_by_value(&self, value: &str) -> Option<&Enum> {
        self.enums.iter().find(|option| option.value == value)
    }

    /// As `custom_fields` shows it.
    pub(crate) fn to_json(&self, kind: Kind, account_id: u64, base_url: &str) -> Value {
        let enums: Vec<Value> = self
            .enums
            .iter()
            .map(|option| json!({"id": option.id, "value": option.value, "sort": option.sort, "code": option.code}))
            .collect();
        let id = self.id;
        json!({
            "id": id, "name": self.name, "code": self.code, "sort": self.sort, "type": self.field_type,
            "entity_type": kind.plural(), "account_id": account_id, "is_predefined": self.is_predefined,
            "is_deletable": !self.is_predefined, "is_visible": true, "is_api_only": self.is_api_only,
            "is_required": false, "group_id": self.group_id, "remind": null, "currency": null,
            "tracking_callback": null, "search_in": null, "settings": [], "triggers": [],
            "required_statuses": [], "hidden_statuses": [], "chained_lists": null,
            "enums": if enums.is_empty() { Value::Null } else { Value::Array(enums) },
            "_links": {"self": {"href": format!("{base_url}/api/v4/{}/custom_fields/{id}", kind.plural())}},
        })
    }

    /// Back from what [`Field::to_json`] shows; the id may be absent.
    pub(crate) fn from_json(map: &Map<String, Value>, id: u64, mut next_enum: impl FnMut() -> u64) -> Self {
        let text = |key: &str| map.get(key).and_then(Value::as_str);
        let flag = |key: &str| map.get(key).and_then(Value::as_bool).unwrap_or(false);
        let enums = map.get("enums").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let enums = enums
            .iter()
            .enumerate()
            .map(|(index, option)| Enum {
                id: option.get("id").and_then(Value::as_u64).unwrap_or_else(&mut next_enum),
                value: option.get("value").and_then(Value::as_str).unwrap_or_default().to_owned(),
                code: option.get("code").and_then(Value::as_str).map(str::to_owned),
                sort: option.get("sort").and_then(Value::as_i64).unwrap_or(index as i64),
            })
            .collect();
        Field {
            id,
            name: text("name").unwrap_or_default().to_owned(),
            code: text("code").map(str::to_owned),
            field_type: text("type").unwrap_or("text").to_owned(),
            sort: map.get("sort").and_then(Value::as_i64).unwrap_or(500),
            group_id: text("group_id").map(str::to_owned),
            is_api_only: flag("is_api_only"),
            is_predefined: flag("is_predefined"),
            enums,
        }
    }
}

/// Numbers of field types as events show them.
pub(crate) fn type_number(field_type: &str) -> u64 {
    match field_type {
        "text" => 1,
        "numeric" => 2,
        "checkbox" => 3,
        "select" => 4,
        "multiselect" => 5,
        "date" => 6,
        "url" => 7,
        "multitext" => 8,
        "textarea" => 9,
        "radiobutton" => 10,
        "streetaddress" => 11,
        "smart_address" => 13,
        "birthday" => 14,
        "legal_entity" => 15,
        "date_time" => 19,
        "tracking_data" => 22,
        _ => 0,
    }
}
