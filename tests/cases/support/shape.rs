//! amoCRM's entities in the short form in which cases speak of them.

use serde_json::{Map, Value, json};

/// A contact: its own attributes, phones, e-mails, tags, fields, and the ids of its leads.
pub fn contact(raw: &Value) -> Value {
    let mut short = entity(raw, &["id", "name", "first_name", "last_name", "created_at"]);
    short["phones"] = list(raw, "PHONE");
    short["emails"] = list(raw, "EMAIL");
    short["leads"] = ids(raw, "leads");
    short
}

/// A lead: its own attributes, tags, fields, and the ids of its contacts.
pub fn lead(raw: &Value) -> Value {
    let mut short = entity(raw, &["id", "name", "price"]);
    short["pipeline"] = raw["pipeline_id"].clone();
    short["stage"] = raw["status_id"].clone();
    short["contacts"] = ids(raw, "contacts");
    short
}

/// A note: what it hangs on and its text.
pub fn note(raw: &Value) -> Value {
    json!({ "on": raw["entity_type"], "of": raw["entity_id"], "text": raw["params"]["text"] })
}

/// A record of a call.
pub fn call_record(raw: &Value) -> Value {
    let params = &raw["params"];
    json!({
        "on": raw["entity_type"], "of": raw["entity_id"], "type": raw["note_type"], "uniq": params["uniq"],
        "duration": params["duration"], "phone": params["phone"], "link": params["link"],
        "result": params["call_result"], "status": params["call_status"], "source": params["source"],
    })
}

/// A task.
pub fn task(raw: &Value) -> Value {
    let till = raw["complete_till"].as_i64().and_then(|seconds| chrono::DateTime::from_timestamp(seconds, 0));
    json!({
        "on": raw["entity_type"], "of": raw["entity_id"], "text": raw["text"], "type": raw["task_type_id"],
        "till": till.map(|till| till.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)),
        "responsible": raw["responsible_user_id"], "completed": raw["is_completed"],
        "result": raw["result"]["text"],
    })
}

/// An incoming lead.
pub fn unsorted(raw: &Value) -> Value {
    json!({
        "source_name": raw["source_name"], "category": raw["category"], "pipeline": raw["pipeline_id"],
        "form_id": raw["metadata"]["form_id"], "form_name": raw["metadata"]["form_name"],
        "form_page": raw["metadata"]["form_page"], "ip": raw["metadata"]["ip"],
        "uniq": raw["metadata"]["uniq"], "phone": raw["metadata"]["phone"], "from": raw["metadata"]["from"],
        "duration": raw["metadata"]["duration"], "link": raw["metadata"]["link"],
        "called_at": raw["metadata"]["called_at"], "call_responsible": raw["metadata"]["call_responsible"],
        "contacts": ids(raw, "contacts"), "leads": ids(raw, "leads"),
    })
}

fn entity(raw: &Value, keys: &[&str]) -> Value {
    let mut short = Map::new();
    for key in keys {
        short.insert((*key).to_owned(), raw[key].clone());
    }
    short.insert("responsible".to_owned(), raw["responsible_user_id"].clone());
    let tags = raw["_embedded"]["tags"].as_array().into_iter().flatten();
    short.insert("tags".to_owned(), tags.map(|tag| tag["name"].clone()).collect());
    let mut fields = Map::new();
    for field in custom(raw) {
        let values: Vec<Value> = values(field).iter().map(|value| value["value"].clone()).collect();
        let value = if values.len() == 1 { values[0].clone() } else { Value::Array(values) };
        // A field goes by its name, its code and its id.
        for key in [&field["field_name"], &field["field_code"]] {
            if let Some(key) = key.as_str() {
                fields.insert(key.to_owned(), value.clone());
            }
        }
        fields.insert(field["field_id"].to_string(), value);
    }
    short.insert("fields".to_owned(), Value::Object(fields));
    Value::Object(short)
}

fn custom(raw: &Value) -> &[Value] {
    raw["custom_fields_values"].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn values(field: &Value) -> &[Value] {
    field["values"].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Phones or e-mails: `{"value", "enum_code"}`, which a plain text in a case matches by value.
fn list(raw: &Value, code: &str) -> Value {
    let fields = custom(raw).iter().filter(|field| field["field_code"] == code);
    let entry = |value: &Value| json!({ "value": value["value"], "enum_code": value["enum_code"] });
    fields.flat_map(values).map(entry).collect()
}

fn ids(raw: &Value, kind: &str) -> Value {
    let linked = raw["_embedded"][kind].as_array().into_iter().flatten();
    linked.map(|link| link["id"].clone()).collect()
}
