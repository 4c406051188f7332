//! A preview for a person at a terminal.

use std::fmt::Write;

use ringostat_amocrm::delivery::preview::PreviewResult;
use serde_json::Value;

/// Cards, tasks, notes, requests and the trace.
pub fn of(result: &PreviewResult) -> String {
    let report = &result.report;
    let mut out = format!("Status: {}\n", text(report, "status"));
    if let Some(reason) = report.get("reason").filter(|reason| !reason.is_null()) {
        let _ = writeln!(out, "Reason: {}{}", text(reason, "code"), params(reason));
    }
    for (title, link, list) in [("Contact", "contact", "contacts"), ("Lead", "lead", "leads")] {
        card(&mut out, title, report.get(link), items(&result.after, list));
    }
    let new = |list: &str| {
        let before = items(&result.before, list);
        let known = move |item: &&Value| !before.iter().any(|there| there.get("id") == item.get("id"));
        items(&result.after, list).iter().filter(known).collect::<Vec<_>>()
    };
    let tasks = new("tasks");
    let _ = writeln!(out, "\nTasks: {}", tasks.len());
    for task in tasks {
        let _ = writeln!(out, "  {} (until {})", text(task, "text"), value(task, "complete_till"));
    }
    let notes = new("notes");
    let _ = writeln!(out, "\nNotes: {}", notes.len());
    for note in notes {
        let text = note.get("params").map(|params| text(params, "text")).unwrap_or_default();
        text.lines().for_each(|line| {
            let _ = writeln!(out, "  {line}");
        });
    }
    let _ = writeln!(out, "\nRequests: {}", result.requests.len());
    for request in &result.requests {
        let _ = writeln!(out, "  {:<5} {}", request.method.as_str(), request.path);
    }
    let trace = items(report, "trace");
    let _ = writeln!(out, "\nWhy: {}", trace.len());
    for entry in trace {
        let path = text(entry, "path");
        let place = if path.is_empty() { String::new() } else { format!(" [{path}]") };
        let (step, rule, code) = (text(entry, "step"), text(entry, "rule"), text(entry, "code"));
        let _ = writeln!(out, "  {step:<9} {rule:<13} {code}{place}{}", params(entry));
    }
    out
}

fn card(out: &mut String, title: &str, link: Option<&Value>, list: &[Value]) {
    let entity = link.and_then(|link| list.iter().find(|entity| entity.get("id") == link.get("id")));
    let (Some(link), Some(entity)) = (link, entity) else {
        let _ = writeln!(out, "\n{title}: none");
        return;
    };
    let made = if link.get("created") == Some(&Value::Bool(true)) { "created" } else { "used" };
    let _ = writeln!(out, "\n{title} {} ({made})", value(entity, "id"));
    let mut line = |label: &str, text: &str| {
        if !text.is_empty() {
            let _ = writeln!(out, "  {label}: {text}");
        }
    };
    line("name", text(entity, "name"));
    for key in ["price", "pipeline_id", "status_id", "responsible_user_id"] {
        line(key, &value(entity, key));
    }
    for field in items(entity, "custom_fields_values") {
        let values: Vec<String> = items(field, "values").iter().map(|one| value(one, "value")).collect();
        line(text(field, "field_name"), &values.join(", "));
    }
    let tags = entity.get("_embedded").map(|embedded| items(embedded, "tags")).unwrap_or_default();
    line("tags", &tags.iter().map(|tag| text(tag, "name")).collect::<Vec<_>>().join(", "));
}

fn items<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// A value without quotes around it; nothing for `null`.
fn value(object: &Value, key: &str) -> String {
    match object.get(key) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

fn params(entry: &Value) -> String {
    let params = entry.get("params").and_then(Value::as_object);
    params.into_iter().flatten().map(|(key, value)| format!(" {key}={value}")).collect()
}
