//! Expectation against outcome.

use serde_json::{Map, Value, json};

use super::case::Expect;
use super::run::Outcome;
use super::shape;

/// Everything that differs, one paragraph each.
pub fn differences(expect: &Expect, outcome: &Outcome) -> Vec<String> {
    let mut found = Differences(Vec::new());
    let report = &outcome.report;
    if let Some(problems) = &expect.problems {
        found.each("problems", problems, &outcome.problems);
    } else if !outcome.problems.is_empty() {
        found.add(format!("the intake did not take the form: {}", json!(outcome.problems)));
    }
    for (place, (wanted, seen)) in outcome.earlier.iter().enumerate() {
        for (key, wanted) in wanted {
            found.equal(&format!("events/{place}/{key}"), wanted, &seen[key.as_str()]);
        }
    }
    if let Some(status) = &expect.status {
        found.equal("status", &json!(status), &report["status"]);
    }
    if let Some(reason) = &expect.reason {
        found.equal("reason", &json!(reason), &report["reason"]["code"]);
    }
    let after = &outcome.after;
    found.entities("contacts", &expect.contacts, &after["contacts"], shape::contact);
    found.entities("leads", &expect.leads, &after["leads"], shape::lead);
    let of_type = |call: bool| {
        let notes = after["notes"].as_array().into_iter().flatten();
        let is_call =
            |note: &&Value| note["note_type"].as_str().is_some_and(|kind| kind.starts_with("call_")) == call;
        Value::Array(notes.filter(is_call).cloned().collect())
    };
    found.entities("notes", &expect.notes, &of_type(false), shape::note);
    found.entities("call_records", &expect.call_records, &of_type(true), shape::call_record);
    found.entities("tasks", &expect.tasks, &after["tasks"], shape::task);
    found.entities("unsorted", &expect.unsorted, &after["unsorted"], shape::unsorted);
    found.notes(expect, &after["notes"]);
    let everything = format!("{after}\n{report}\n{}\n{}", outcome.bodies, json!(outcome.problems));
    for text in expect.nowhere.iter().filter(|text| everything.contains(text.as_str())) {
        found.add(format!("nowhere: {text:?} is somewhere: in the account, the report or a request"));
    }
    found.trace(expect, &report["trace"]);
    if let Some(requests) = &expect.requests
        && *requests != outcome.requests
    {
        found.add(format!("requests: expected {requests:#?}\nbut saw {:#?}", outcome.requests));
    }
    for request in &outcome.requests {
        if let Some(unwanted) = expect.no_requests.iter().find(|start| request.starts_with(start.as_str())) {
            found.add(format!("no_requests: {unwanted:?}, but saw {request:?}"));
        }
    }
    found.0
}

struct Differences(Vec<String>);

impl Differences {
    fn add(&mut self, difference: String) {
        self.0.push(difference);
    }

    fn equal(&mut self, what: &str, expected: &Value, seen: &Value) {
        if expected != seen {
            self.add(format!("{what}: expected {expected}, saw {seen}"));
        }
    }

    /// A number: that many. A list: as many, and each shape fits another one.
    fn entities(
        &mut self,
        what: &str,
        expected: &Option<Value>,
        after: &Value,
        shorten: fn(&Value) -> Value,
    ) {
        let seen: Vec<Value> = after.as_array().into_iter().flatten().map(shorten).collect();
        match expected {
            None => {}
            Some(Value::Number(count)) if count.as_u64() == Some(seen.len() as u64) => {}
            Some(Value::Number(count)) => {
                self.add(format!("{what}: expected {count}, saw {}: {:#}", seen.len(), json!(seen)));
            }
            Some(Value::Array(shapes)) => self.pairs(what, shapes, seen),
            Some(other) => self.add(format!("{what}: a number or a list is expected here, not {other}")),
        }
    }

    fn pairs(&mut self, what: &str, shapes: &[Value], mut seen: Vec<Value>) {
        if shapes.len() != seen.len() {
            self.add(format!("{what}: expected {}, saw {}: {:#}", shapes.len(), seen.len(), json!(seen)));
            return;
        }
        // A shape with an id speaks of that one; the others take what fits of the rest.
        let (named, others): (Vec<&Value>, Vec<&Value>) =
            shapes.iter().partition(|shape| !shape["id"].is_null());
        for shape in named.into_iter().chain(others) {
            let mistakes: Vec<Vec<String>> = seen.iter().map(|one| mismatch(what, shape, one)).collect();
            match mistakes.iter().position(Vec::is_empty) {
                Some(place) => {
                    seen.remove(place);
                }
                None => {
                    let named =
                        seen.iter().position(|one| !shape["id"].is_null() && shape["id"] == one["id"]);
                    let nearest =
                        named.or_else(|| (0..seen.len()).min_by_key(|place| mistakes[*place].len()));
                    let lines = nearest.map(|place| mistakes[place].join("\n")).unwrap_or_default();
                    self.add(lines);
                }
            }
        }
    }

    fn notes(&mut self, expect: &Expect, after: &Value) {
        let texts: Vec<&str> = after
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|note| note["params"]["text"].as_str())
            .collect();
        let all = texts.join("\n---\n");
        for text in expect.note_contains.iter().filter(|text| !all.contains(text.as_str())) {
            self.add(format!("note_contains: {text:?} is not in the note:\n{all}"));
        }
        for text in expect.note_lacks.iter().filter(|text| all.contains(text.as_str())) {
            self.add(format!("note_lacks: {text:?} is in the note:\n{all}"));
        }
    }

    fn trace(&mut self, expect: &Expect, trace: &Value) {
        let entries = trace.as_array().map(Vec::as_slice).unwrap_or_default();
        for wanted in &expect.trace {
            if !entries.iter().any(|entry| fits(wanted, entry)) {
                let lines: Vec<String> = entries.iter().map(Value::to_string).collect();
                self.add(format!("trace: no {}\namong\n  {}", json!(wanted), lines.join("\n  ")));
            }
        }
        for unwanted in &expect.trace_lacks {
            if let Some(entry) = entries.iter().find(|entry| fits(unwanted, entry)) {
                self.add(format!("trace_lacks: {}, but there is {entry}", json!(unwanted)));
            }
        }
    }

    fn each(&mut self, what: &str, wanted: &[Map<String, Value>], seen: &[Value]) {
        let all = wanted.iter().all(|wanted| seen.iter().any(|one| fits(wanted, one)));
        if !all || wanted.len() != seen.len() {
            self.add(format!("{what}: expected {}, saw {}", json!(wanted), json!(seen)));
        }
    }
}

/// Whether everything that is wanted is there: objects may have more, everything else is equal.
fn fits(wanted: &Map<String, Value>, seen: &Value) -> bool {
    wanted.iter().all(|(key, wanted)| subset(wanted, &seen[key]))
}

fn subset(wanted: &Value, seen: &Value) -> bool {
    match (wanted, seen) {
        (Value::Object(wanted), Value::Object(_)) => fits(wanted, seen),
        (Value::Array(wanted), Value::Array(seen)) => {
            wanted.len() == seen.len() && wanted.iter().zip(seen).all(|(wanted, seen)| subset(wanted, seen))
        }
        _ => wanted == seen,
    }
}

/// What of a shape does not fit an entity.
fn mismatch(what: &str, shape: &Value, seen: &Value) -> Vec<String> {
    let Some(shape) = shape.as_object() else {
        return vec![format!("{what}: a shape is an object, not {shape}")];
    };
    let mut lines = Vec::new();
    for (key, wanted) in shape {
        let Some(found) = seen.get(key) else {
            lines.push(format!("{what}: no key {key:?} in the short form, there are {seen}"));
            continue;
        };
        match (key.as_str(), wanted, found) {
            ("fields", Value::Object(wanted), found) => {
                for (field, wanted) in wanted {
                    let found = found.get(field).cloned().unwrap_or_default();
                    if *wanted != found {
                        lines.push(format!("{what}: field {field:?}: expected {wanted}, saw {found}"));
                    }
                }
            }
            (_, Value::Array(wanted), Value::Array(found)) => {
                if !same_set(wanted, found) {
                    lines.push(format!("{what}: {key}: expected {}, saw {}", json!(wanted), json!(found)));
                }
            }
            ("text", Value::Array(parts), Value::String(text)) => {
                for part in parts.iter().filter_map(Value::as_str).filter(|part| !text.contains(part)) {
                    lines.push(format!("{what}: {part:?} is not in {text:?}"));
                }
            }
            _ if wanted == found => {}
            _ => lines.push(format!("{what}: {key}: expected {wanted}, saw {found}")),
        }
    }
    lines
}

/// The same things in any order. A plain text stands for `{"value": text}`.
fn same_set(wanted: &[Value], found: &[Value]) -> bool {
    let mut left: Vec<&Value> = found.iter().collect();
    wanted.len() == found.len()
        && wanted.iter().all(|wanted| {
            let fit = left.iter().position(|found| match wanted {
                Value::Object(wanted) => fits(wanted, found),
                _ => wanted == *found || *wanted == found["value"],
            });
            fit.map(|place| left.remove(place)).is_some()
        })
}
