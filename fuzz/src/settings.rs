//! Settings: what is accepted survives its own text, what is refused is refused at a place that is there.

use ringostat_amocrm::config::Settings;
use ringostat_amocrm::json;
use ringostat_amocrm::problem::Problem;
use serde_json::Value;

use super::{lint, problems};

const CODES: [&str; 11] = [
    "malformed",
    "unknown_key",
    "wrong_type",
    "missing_key",
    "unknown_value",
    "invalid_value",
    "unsupported_version",
    "unknown_country",
    "empty_value",
    "out_of_range",
    "bad_origin",
];

/// A settings document.
pub fn settings(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let read = Settings::parse(&text);
    let document = json::parse(text.as_bytes()).ok();
    match (&read, &document) {
        (Ok(settings), Some(_)) => accepted(settings),
        (Ok(_), None) => panic!("accepted what is no JSON"),
        (Err(problems), document) => {
            problems::told(problems, &CODES);
            assert_eq!(problems[0].code == "malformed", document.is_none(), "{problems:?}");
            document.iter().for_each(|document| refused(problems, document));
        }
    }
    if let Some(document) = &document {
        let printed = Settings::parse(&document.to_string());
        assert_eq!(printed, read, "white space and repeated keys make a difference");
    }
}

fn accepted(settings: &Settings) {
    let text = json::to_text(settings);
    let again = Settings::parse(&text).unwrap_or_else(|problems| panic!("{problems:?} in {text}"));
    assert_eq!(again, *settings, "other settings after a round");
    lint::says_no_wrong(settings, &again);
}

fn refused(problems: &[Problem], document: &Value) {
    for (position, problem) in problems.iter().enumerate() {
        // A key that is missing is told at the object that lacks it; all others are there.
        assert!(document.pointer(&problem.path).is_some(), "{problem:?} is not in the document");
        assert!(!problems[..position].contains(problem), "{problem:?} twice");
        if problem.code == "unknown_key" {
            let key = problem.params["key"].as_str().unwrap().replace('~', "~0").replace('/', "~1");
            assert!(problem.path.ends_with(&format!("/{key}")), "{problem:?}");
        }
    }
}
