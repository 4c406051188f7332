//! Faults: what goes wrong on purpose, on which requests, how often.

use serde_json::{Map, Value};

use crate::amocrm::http::Method;

use super::problem::Problem;
use super::rng::Rng;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// Answered with a status, nothing is done.
    Status(u16),
    /// Done, and answered with 504.
    CommitThen504,
    /// Answered with 504, done later.
    CommitLate,
    /// The connection breaks before the request arrives.
    DropBefore,
    /// The connection breaks before the answer arrives.
    DropAfter,
    /// Answered late.
    Delay,
    /// The page of a ban.
    Html403,
    /// The page of a proxy.
    Html502,
    /// A manager edits between a read and a write.
    ManagerEdits,
}

/// A fault and when it strikes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fault {
    method: Option<Method>,
    path: Vec<String>,
    pub(crate) kind: FaultKind,
    pub(crate) delay_ms: u64,
    left: Option<u64>,
    probability: f64,
}

/// The faults in force.
#[derive(Debug, Clone)]
pub(crate) struct Faults {
    list: Vec<Fault>,
    rng: Rng,
}

impl Faults {
    /// None.
    pub(crate) fn none(seed: u64) -> Self {
        Faults { list: Vec::new(), rng: Rng::new(seed) }
    }

    /// From a document `{"seed", "faults": [...]}`.
    pub(crate) fn parse(document: &Value, default_seed: u64) -> Result<Self, Vec<Problem>> {
        let Some(map) = document.as_object() else {
            return Err(vec![Problem::new("invalid_type", "").with("expected", "object")]);
        };
        let mut problems = Vec::new();
        for key in map.keys().filter(|key| !matches!(key.as_str(), "seed" | "faults")) {
            problems.push(Problem::new("unknown_key", format!("/{key}")).with("name", key.as_str()));
        }
        let seed = match map.get("seed") {
            None | Some(Value::Null) => default_seed,
            Some(seed) => seed.as_u64().unwrap_or_else(|| {
                problems.push(Problem::new("invalid_type", "/seed").with("expected", "integer >= 0"));
                default_seed
            }),
        };
        let mut list = Vec::new();
        match map.get("faults") {
            Some(Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    let path = format!("/faults/{index}");
                    match item.as_object() {
                        Some(item) => list.extend(Fault::parse(item, &path, &mut problems)),
                        None => problems.push(Problem::new("invalid_type", path).with("expected", "object")),
                    }
                }
            }
            None => problems.push(Problem::new("missing", "/faults")),
            Some(_) => problems.push(Problem::new("invalid_type", "/faults").with("expected", "array")),
        }
        if problems.is_empty() { Ok(Faults { list, rng: Rng::new(seed) }) } else { Err(problems) }
    }

    /// The first fault that strikes a request.
    pub(crate) fn strike(&mut self, method: Method, route: &str) -> Option<Fault> {
        let segments: Vec<&str> = segments(route).collect();
        for fault in &mut self.list {
            if fault.left == Some(0) || !fault.matches(method, &segments) {
                continue;
            }
            if fault.probability < 1.0 && self.rng.unit() >= fault.probability {
                continue;
            }
            fault.left = fault.left.map(|left| left.saturating_sub(1));
            return Some(fault.clone());
        }
        None
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('?').next().unwrap_or_default().trim_matches('/').split('/')
}

impl Fault {
    fn parse(map: &Map<String, Value>, path: &str, problems: &mut Vec<Problem>) -> Option<Fault> {
        const KEYS: [&str; 7] = ["method", "path", "kind", "status", "delay_ms", "count", "probability"];
        let before = problems.len();
        for key in map.keys().filter(|key| !KEYS.contains(&key.as_str())) {
            problems.push(Problem::new("unknown_key", format!("{path}/{key}")).with("name", key.as_str()));
        }
        let given = |key: &str| map.get(key).filter(|value| !value.is_null());
        let number = |key: &str, problems: &mut Vec<Problem>| {
            let value = given(key)?;
            let number = value.as_u64();
            if number.is_none() {
                problems.push(
                    Problem::new("invalid_type", format!("{path}/{key}")).with("expected", "integer >= 0"),
                );
            }
            number
        };
        let (status, delay_ms, left) =
            (number("status", problems), number("delay_ms", problems), number("count", problems));
        let method = match given("method").map(Value::as_str) {
            None | Some(Some("*")) => None,
            Some(Some("GET")) => Some(Method::Get),
            Some(Some("POST")) => Some(Method::Post),
            Some(Some("PATCH")) => Some(Method::Patch),
            Some(Some("DELETE")) => Some(Method::Delete),
            Some(_) => {
                problems.push(Problem::new("unknown_method", format!("{path}/method")));
                None
            }
        };
        let route = given("path").and_then(Value::as_str).filter(|route| route.starts_with('/'));
        if route.is_none() {
            problems.push(Problem::new("missing", format!("{path}/path")));
        }
        let probability = given("probability").map_or(Some(1.0), Value::as_f64);
        let probability = probability.filter(|p| (0.0..=1.0).contains(p));
        if probability.is_none() {
            problems
                .push(Problem::new("invalid_type", format!("{path}/probability")).with("expected", "0..1"));
        }
        let kind = match given("kind").and_then(Value::as_str) {
            Some("status") => {
                let status = status.and_then(|status| u16::try_from(status).ok());
                let status = status.filter(|status| (200..=599).contains(status));
                if status.is_none() && problems.len() == before {
                    problems
                        .push(Problem::new("missing", format!("{path}/status")).with("expected", "200..599"));
                }
                status.map(FaultKind::Status)
            }
            Some("commit_then_504") => Some(FaultKind::CommitThen504),
            Some("commit_late") => Some(FaultKind::CommitLate),
            Some("drop_before") => Some(FaultKind::DropBefore),
            Some("drop_after") => Some(FaultKind::DropAfter),
            Some("delay") => Some(FaultKind::Delay),
            Some("html_403") => Some(FaultKind::Html403),
            Some("html_502") => Some(FaultKind::Html502),
            Some("manager_edits") => Some(FaultKind::ManagerEdits),
            Some(name) => {
                problems.push(Problem::new("unknown_kind", format!("{path}/kind")).with("name", name));
                None
            }
            None => {
                problems.push(Problem::new("missing", format!("{path}/kind")));
                None
            }
        };
        if problems.len() > before {
            return None;
        }
        Some(Fault {
            method,
            path: segments(route?).map(str::to_owned).collect(),
            kind: kind?,
            delay_ms: delay_ms.unwrap_or(0),
            left,
            probability: probability?,
        })
    }

    fn matches(&self, method: Method, route: &[&str]) -> bool {
        if self.method.is_some_and(|own| own != method) {
            return false;
        }
        let one =
            |pattern: &String, segment: &&str| pattern == "*" || pattern == "{id}" || pattern == segment;
        match self.path.split_last() {
            // A trailing wildcard takes one segment or more.
            Some((last, head)) if last == "*" => {
                route.len() > head.len()
                    && head.iter().zip(route).all(|(pattern, segment)| one(pattern, segment))
            }
            _ => {
                route.len() == self.path.len()
                    && self.path.iter().zip(route).all(|(pattern, segment)| one(pattern, segment))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn strikes(path: &str, method: &str, route: &str) -> bool {
        let document = json!({"faults": [{"method": method, "path": path, "kind": "html_502"}]});
        Faults::parse(&document, 1).unwrap().strike(Method::Get, route).is_some()
    }

    #[test]
    fn paths_and_methods() {
        assert!(strikes("/api/v4/contacts", "GET", "/api/v4/contacts"));
        assert!(!strikes("/api/v4/contacts", "POST", "/api/v4/contacts"));
        assert!(!strikes("/api/v4/contacts", "*", "/api/v4/contacts/1"));
        assert!(strikes("/api/v4/contacts/{id}", "*", "/api/v4/contacts/1"));
        assert!(strikes("/api/v4/*/1", "*", "/api/v4/leads/1"));
        assert!(!strikes("/api/v4/*/1", "*", "/api/v4/leads/2"));
        assert!(strikes("/api/v4/*", "*", "/api/v4/leads/1/notes"));
        assert!(!strikes("/api/v4/leads/*", "*", "/api/v4/leads"));
    }

    #[test]
    fn count_and_probability() {
        let document = json!({"seed": 3, "faults": [
            {"path": "/a", "kind": "delay", "delay_ms": 5, "count": 2},
            {"path": "/a", "kind": "drop_before", "probability": 0.5},
        ]});
        let run = || {
            let mut faults = Faults::parse(&document, 1).unwrap();
            (0..1002).map(|_| faults.strike(Method::Post, "/a").map(|fault| fault.kind)).collect::<Vec<_>>()
        };
        let first = run();
        assert_eq!(first, run());
        assert_eq!(first[0..2], [Some(FaultKind::Delay), Some(FaultKind::Delay)]);
        let dropped = first.iter().filter(|kind| **kind == Some(FaultKind::DropBefore)).count();
        assert!((400..600).contains(&dropped), "{dropped}");
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        let document = json!({"seed": "x", "more": 1, "faults": [
            {"path": "/a", "kind": "explode"}, {"kind": "delay"}, {"path": "/a", "kind": "status"}, 5,
            {"path": "/a", "kind": "delay", "method": "PUT", "probability": 2, "count": -1, "x": 1},
        ]});
        let problems = Faults::parse(&document, 1).unwrap_err();
        let told: Vec<_> = problems.iter().map(|p| format!("{} {}", p.code, p.path)).collect();
        assert_eq!(
            told,
            [
                "unknown_key /more",
                "invalid_type /seed",
                "unknown_kind /faults/0/kind",
                "missing /faults/1/path",
                "missing /faults/2/status",
                "invalid_type /faults/3",
                "unknown_key /faults/4/x",
                "invalid_type /faults/4/count",
                "unknown_method /faults/4/method",
                "invalid_type /faults/4/probability",
            ]
        );
        assert_eq!(Faults::parse(&json!([]), 1).unwrap_err()[0].path, "");
        assert_eq!(Faults::parse(&json!({}), 1).unwrap_err()[0].path, "/faults");
    }
}
