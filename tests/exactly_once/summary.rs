//! What is in the account, without ids and times, so that two runs can be compared.

use std::collections::BTreeMap;

use ringostat_amocrm::phone::{Country, parse_all};
use serde_json::Value;

pub fn items<'a>(state: &'a Value, list: &str) -> &'a [Value] {
    state[list].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Values of a field by its code.
pub fn values<'a>(entity: &'a Value, code: &str) -> Vec<&'a str> {
    entity["custom_fields_values"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|field| field["field_code"] == code)
        .flat_map(|field| field["values"].as_array().into_iter().flatten())
        .filter_map(|value| value["value"].as_str())
        .collect()
}

pub fn digits(text: &str) -> String {
    parse_all(text, Country::default()).first().map(|phone| phone.digits().to_owned()).unwrap_or_default()
}

pub fn phones(contact: &Value) -> Vec<String> {
    values(contact, "PHONE").into_iter().map(digits).collect()
}

/// Ids of contacts by phone.
pub fn owners(state: &Value) -> BTreeMap<String, Vec<u64>> {
    let mut owners: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for contact in items(state, "contacts") {
        let id = contact["id"].as_u64().unwrap();
        for phone in phones(contact) {
            let list = owners.entry(phone).or_default();
            if !list.contains(&id) {
                list.push(id);
            }
        }
    }
    owners
}

pub fn note_text(note: &Value) -> &str {
    note["params"]["text"].as_str().unwrap_or_default()
}

/// Everything that people see, sorted.
pub fn summary(state: &Value) -> Vec<String> {
    let fields = |entity: &Value| -> String {
        let mut fields: Vec<String> = entity["custom_fields_values"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|field| {
                let mut values: Vec<String> = field["values"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|value| value["value"].to_string())
                    .collect();
                values.sort();
                format!("{}={}", field["field_name"], values.join("+"))
            })
            .collect();
        fields.sort();
        fields.join(" ")
    };
    let tags = |entity: &Value| -> String {
        let tags = entity["_embedded"]["tags"].as_array().into_iter().flatten();
        tags.map(|tag| tag["name"].to_string()).collect::<Vec<_>>().join("+")
    };
    let linked = |entity: &Value, list: &str| entity["_embedded"][list].as_array().map_or(0, Vec::len);
    let mut lines = Vec::new();
    for contact in items(state, "contacts") {
        let (name, fields, tags) = (&contact["name"], fields(contact), tags(contact));
        lines.push(format!("contact {name} {fields} tags {tags} leads {}", linked(contact, "leads")));
    }
    for lead in items(state, "leads") {
        let (name, fields, tags) = (&lead["name"], fields(lead), tags(lead));
        let (price, status) = (&lead["price"], &lead["status_id"]);
        let contacts = linked(lead, "contacts");
        lines.push(format!("lead {name} {price} {status} {fields} tags {tags} contacts {contacts}"));
    }
    for note in items(state, "notes") {
        let (on, text) = (&note["entity_type"], note_text(note));
        let call = &note["params"];
        lines.push(match call["uniq"].as_str() {
            Some(uniq) => format!(
                "{} {uniq} on {on} {} s {} {} {}",
                note["note_type"], call["duration"], call["phone"], call["call_result"], call["link"]
            ),
            None => format!("note on {on} {text}"),
        });
    }
    for task in items(state, "tasks") {
        let (on, completed) = (&task["entity_type"], &task["is_completed"]);
        lines.push(format!("task on {on} {} {} {completed}", task["text"], task["complete_till"]));
    }
    for incoming in items(state, "unsorted") {
        lines.push(format!("unsorted {} {}", incoming["category"], incoming["source_uid"]));
    }
    lines.sort();
    lines
}
