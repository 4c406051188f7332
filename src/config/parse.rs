//! JSON text -> [`Settings`], with every error at once, each with a code and a path.
//!
//! serde stops at the first error. To report all of them the offending value is taken out of the
//! document and the rest is read again: errors are rare, documents are small.

use serde_json::Value;

use super::{FormResponsible, Settings, left_out, mapping};
use crate::json;
use crate::phone::Country;
use crate::problem::{Problem, push_pointer};
use crate::spelling::squeeze;

/// Errors after which reading stops: nobody mends more at a time.
const MOST_ERRORS: usize = 100;

impl Settings {
    /// Reads the document.
    ///
    /// # Errors
    /// `malformed` (not JSON; params `line`, `column`), `unknown_key`, `wrong_type`, `missing_key`,
    /// `unknown_value`, `invalid_value`, and for values that do not make sense `unsupported_version`,
    /// `unknown_country`, `empty_value`, `out_of_range`, `bad_origin`. Each with the JSON Pointer of its place.
    pub fn parse(text: &str) -> Result<Settings, Vec<Problem>> {
        let mut document: Value = json::parse(text.as_bytes()).map_err(|error| {
            vec![
                Problem::new("malformed", "")
                    .with("line", error.line() as u64)
                    .with("column", error.column() as u64),
            ]
        })?;
        if !document.is_object() {
            return Err(vec![Problem::new("wrong_type", "").with("expected", "an object")]);
        }
        let mut problems = Vec::new();
        let mut removed = Removed::default();
        loop {
            match json::strict::<Settings>(&document) {
                Ok(mut settings) => {
                    left_out::fill(&mut settings, &document);
                    let mut senseless = Vec::new();
                    check(&settings, &mut senseless);
                    problems.extend(senseless.into_iter().map(|problem| removed.put_back(problem)));
                    break if problems.is_empty() { Ok(settings) } else { Err(problems) };
                }
                Err(error) => {
                    let place = error.segments();
                    let original = removed.original(&place);
                    if !removed.explains(&original) {
                        problems.push(describe(error.message(), &original));
                    }
                    if !removed.take_out(&mut document, &place, original) || problems.len() >= MOST_ERRORS {
                        break Err(problems);
                    }
                }
            }
        }
    }
}

/// What was taken out of the document so far, in the places it had at first.
#[derive(Default)]
struct Removed {
    places: Vec<Vec<String>>,
}

impl Removed {
    /// The place before earlier items of its lists were taken out.
    fn original(&self, place: &[String]) -> Vec<String> {
        let mut original: Vec<String> = Vec::with_capacity(place.len());
        for segment in place {
            let index = segment.parse::<usize>().ok().map(|index| {
                let mut gone: Vec<usize> = self
                    .places
                    .iter()
                    .filter(|place| place.len() == original.len() + 1 && place.starts_with(&original))
                    .filter_map(|place| place.last().and_then(|last| last.parse().ok()))
                    .collect();
                gone.sort_unstable();
                gone.into_iter().fold(index, |index, gone| if gone <= index { index + 1 } else { index })
            });
            original.push(index.map_or_else(|| segment.clone(), |index| index.to_string()));
        }
        original
    }

    /// The problem with the place that it had before.
    fn put_back(&self, problem: Problem) -> Problem {
        let place: Vec<String> = problem.path.split('/').skip(1).map(str::to_owned).collect();
        Problem { path: pointer(&self.original(&place)), ..problem }
    }

    /// Whether the error is a consequence: something inside that place was taken out.
    fn explains(&self, original: &[String]) -> bool {
        self.places.iter().any(|place| place.len() > original.len() && place.starts_with(original))
    }

    /// Takes the innermost value on the path out, so that the rest can be read.
    fn take_out(&mut self, document: &mut Value, place: &[String], original: Vec<String>) -> bool {
        let (Some((last, parents)), false) = (place.split_last(), self.places.contains(&original)) else {
            return false;
        };
        let mut parent = document;
        for segment in parents {
            let next = match parent {
                Value::Object(map) => map.get_mut(segment),
                Value::Array(list) => segment.parse::<usize>().ok().and_then(|index| list.get_mut(index)),
                _ => None,
            };
            match next {
                Some(next) => parent = next,
                None => return false,
            }
        }
        let found = match parent {
            Value::Object(map) => map.remove(last).is_some(),
            Value::Array(list) => match last.parse::<usize>() {
                Ok(index) if index < list.len() => {
                    list.remove(index);
                    true
                }
                _ => false,
            },
            _ => false,
        };
        self.places.push(original);
        found
    }
}

/// serde's words for what is wrong, as code and parameters.
fn describe(message: &str, segments: &[String]) -> Problem {
    let mut path = pointer(segments);
    // The administrator's own text comes first and may have quotes and "expected" in it.
    let (told, expected) = message.rsplit_once("expected ").unwrap_or((message, ""));
    let expected = || expected.to_owned();
    let quoted = || {
        let from = told.split_once('`').map_or("", |(_, rest)| rest);
        from.rsplit_once('`').map_or("", |(text, _)| text).to_owned()
    };
    if message.starts_with("unknown field") {
        let key = quoted();
        // Where the type of an object decides its keys, the error is told at the object.
        if segments.last() != Some(&key) {
            push_pointer(&mut path, &key);
        }
        Problem::new("unknown_key", path).with("key", key)
    } else if message.starts_with("missing field") {
        Problem::new("missing_key", path).with("key", quoted())
    } else if message.starts_with("unknown variant") {
        Problem::new("unknown_value", path).with("value", quoted()).with("expected", expected())
    } else if message.starts_with("invalid type") {
        Problem::new("wrong_type", path).with("expected", expected())
    } else {
        Problem::new("invalid_value", path).with("expected", expected())
    }
}

/// A JSON Pointer (RFC 6901).
fn pointer(segments: &[String]) -> String {
    let mut text = String::new();
    for segment in segments {
        push_pointer(&mut text, segment);
    }
    text
}

/// What types cannot say.
fn check(settings: &Settings, problems: &mut Vec<Problem>) {
    if settings.version != 1 {
        problems.push(Problem::new("unsupported_version", "/version").with("supported", 1));
    }
    if Country::from_iso(&settings.default_country).is_none() {
        problems.push(
            Problem::new("unknown_country", "/default_country")
                .with("value", settings.default_country.as_str()),
        );
    }
    if settings.time_zone.trim().is_empty() {
        problems.push(Problem::new("empty_value", "/time_zone"));
    }
    if let FormResponsible::RoundRobin { users } = &settings.forms.responsible
        && users.is_empty()
    {
        problems.push(Problem::new("empty_value", "/forms/responsible/users"));
    }
    for (index, origin) in settings.forms.cors_origins.iter().enumerate() {
        if !is_origin(origin) {
            problems.push(
                Problem::new("bad_origin", format!("/forms/cors_origins/{index}"))
                    .with("value", origin.as_str()),
            );
        }
    }
    for (tab, rows) in [("contact", &settings.mapping.contact), ("lead", &settings.mapping.lead)] {
        for (index, row) in rows.iter().enumerate() {
            if let mapping::Value::FormFields(names) = &row.value
                && names.iter().all(|name| name.trim().is_empty())
            {
                problems
                    .push(Problem::new("empty_value", format!("/mapping/{tab}/{index}/value/form_fields")));
            }
        }
    }
    for (index, key) in settings.calls.keys.iter().enumerate() {
        if squeeze(&key.name).is_empty() {
            problems.push(Problem::new("empty_value", format!("/calls/keys/{index}/name")));
        }
    }
    for (index, rule) in settings.funnel.iter().enumerate() {
        if rule.equals.iter().all(|value| value.trim().is_empty()) {
            problems.push(Problem::new("empty_value", format!("/funnel/{index}/equals")));
        }
    }
    let backlog = &settings.backlog;
    for (key, value, least, most) in
        [("days", backlog.days, 1, 31), ("retention_days", backlog.retention_days, 1, 366)]
    {
        if !(least..=most).contains(&value) {
            problems.push(
                Problem::new("out_of_range", format!("/backlog/{key}"))
                    .with("least", least)
                    .with("most", most),
            );
        }
    }
}

/// `scheme://host[:port]`, or `*` for every site.
fn is_origin(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    text == "*" || rest.is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', ' ', '@']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::CallKey;

    fn errors(text: &str) -> Vec<(String, String)> {
        Settings::parse(text)
            .unwrap_err()
            .into_iter()
            .map(|problem| (problem.code.into_owned(), problem.path))
            .collect()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|&(code, path)| (code.to_owned(), path.to_owned())).collect()
    }

    #[test]
    fn an_empty_document_is_the_default() {
        assert_eq!(Settings::parse("{}").unwrap(), Settings::default());
    }

    #[test]
    fn the_default_survives_its_own_text() {
        let text = serde_json::to_string(&Settings::default()).unwrap();
        assert_eq!(Settings::parse(&text).unwrap(), Settings::default());
    }

    #[test]
    fn unknown_keys_are_refused_by_name() {
        let problems = Settings::parse(r#"{"forms":{"colour":1}}"#).unwrap_err();
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].code, "unknown_key");
        assert_eq!(problems[0].path, "/forms/colour");
        assert_eq!(problems[0].params["key"], "colour");
    }

    #[test]
    fn unknown_keys_are_told_where_they_are_in_every_object() {
        let text = r#"{"mapping":{"lead":[{"field":{"idd":1},"value":{"constant":"a"}}]},
            "forms":{"responsible":{"kind":"user","id":1,"ids":2}}}"#;
        let expected =
            [("unknown_key", "/forms/responsible/ids"), ("unknown_key", "/mapping/lead/0/field/idd")];
        assert_eq!(errors(text), pairs(&expected));
    }

    #[test]
    fn a_key_or_value_is_told_whole_whatever_stands_in_it() {
        for text in ["a`b", "`", "a`, expected `b", "expected ", ""] {
            let document = serde_json::json!({ "forms": { text: 1 }, "language": text });
            let problems = Settings::parse(&document.to_string()).unwrap_err();
            let of = |code: &str| problems.iter().find(|problem| problem.code == code).unwrap();
            assert_eq!(of("unknown_key").params["key"], text);
            assert_eq!(of("unknown_value").params["value"], text);
            assert_eq!(of("unknown_value").params["expected"], "one of `ru`, `uk`, `en`");
        }
    }

    #[test]
    fn every_error_is_told_at_once() {
        let text = r#"{"versio":1,"dry_run":"yes","forms":{"open_lead":"maybe","creates":{"task":{"deadline_minutes":-5}}},
            "mapping":{"contact":[{"field":"name","value":{"constant":5}},{"field":"name"},{"field":{"id":"x"},"value":{"constant":"a"}},
            {"field":"name","value":{"constant":"a"},"polcy":"overwrite"}]},
            "funnel":[{"pipeline":1,"variable":"nope","equals":["a"]}],"default_country":"XX","stop_list":["a"]}"#;
        let found = errors(text);
        let expected = pairs(&[
            ("unknown_key", "/versio"),
            ("wrong_type", "/dry_run"),
            ("unknown_value", "/forms/open_lead"),
            ("invalid_value", "/forms/creates/task/deadline_minutes"),
            ("wrong_type", "/mapping/contact/0/value/constant"),
            ("missing_key", "/mapping/contact/1"),
            ("wrong_type", "/mapping/contact/2/field/id"),
            ("unknown_key", "/mapping/contact/3/polcy"),
            ("unknown_value", "/funnel/0/variable"),
            ("unknown_country", "/default_country"),
        ]);
        for error in &expected {
            assert!(found.contains(error), "{error:?} is missing in {found:?}");
        }
        assert!(found.iter().any(|(_, path)| path == "/stop_list/0"), "{found:?}");
        assert_eq!(found.len(), expected.len() + 1, "{found:?}");
    }

    #[test]
    fn text_that_is_not_json_says_where() {
        let problems = Settings::parse("{\n \"version\": }").unwrap_err();
        assert_eq!(problems[0].code, "malformed");
        assert_eq!(problems[0].params["line"], 2);
    }

    #[test]
    fn a_document_that_is_no_object_is_refused() {
        assert_eq!(errors("[]"), pairs(&[("wrong_type", "")]));
    }

    #[test]
    fn names_of_parameters_have_a_known_meaning() {
        let settings =
            Settings::parse(r#"{"calls":{"keys":[{"name":"phone_of_client","means":"client_number"}]}}"#);
        assert_eq!(settings.unwrap().calls.keys[0].means, CallKey::ClientNumber);
        let text = r#"{"calls":{"keys":[{"name":"a","means":"phone"},{"name":"a"},{"name":" _","means":"ignored"}],
            "key":[]}}"#;
        assert_eq!(
            errors(text),
            pairs(&[
                ("unknown_key", "/calls/key"),
                ("unknown_value", "/calls/keys/0/means"),
                ("missing_key", "/calls/keys/1"),
                ("empty_value", "/calls/keys/2/name"),
            ])
        );
    }

    #[test]
    fn values_that_make_no_sense_are_refused() {
        let text = r#"{"version":2,"time_zone":" ","backlog":{"days":0},"forms":{"cors_origins":["site.example"],
            "responsible":{"kind":"round_robin","users":[]}}}"#;
        assert_eq!(
            errors(text),
            pairs(&[
                ("unsupported_version", "/version"),
                ("empty_value", "/time_zone"),
                ("empty_value", "/forms/responsible/users"),
                ("bad_origin", "/forms/cors_origins/0"),
                ("out_of_range", "/backlog/days"),
            ])
        );
    }
}
