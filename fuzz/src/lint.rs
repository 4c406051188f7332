//! Diagnostics of settings: each points to something that is there and is right about the rules.

use ringostat_amocrm::amocrm::directory::Directory;
use ringostat_amocrm::config::Settings;
use ringostat_amocrm::json;
use ringostat_amocrm::rules::lint::Diagnostic;
use ringostat_amocrm::rules::{funnel, matrix};
use ringostat_amocrm::trace::Trace;
use serde_json::json;

use super::journey::directory;
use super::problems;

/// Checks what is said of settings, and that the same is said of the same settings read again.
pub fn says_no_wrong(settings: &Settings, again: &Settings) {
    let found = settings.lint(None);
    assert_eq!(again.lint(None), found);
    let with_account = settings.lint(Some(directory()));
    let document = json!(settings);
    for one in found.iter().chain(&with_account) {
        problems::pointer(&one.path);
        assert!(document.pointer(&one.path).is_some(), "{one:?} is not in the settings");
        assert!(!one.code.is_empty());
        assert_eq!(&json::from_slice::<Diagnostic>(&json::to_bytes(one)).unwrap(), one);
    }
    // What the account says comes on top.
    for one in found.iter().filter(|one| !matches!(&*one.code, "field_written_twice" | "constant_misfit")) {
        assert!(with_account.contains(one), "{one:?} is forgotten once the account is known");
    }
    rows(settings, &found);
    rules(settings, &found);
}

fn is_told(found: &[Diagnostic], code: &str, path: &str) -> bool {
    found.iter().any(|one| one.code == code && one.path == path)
}

/// A row of the matrix never fires exactly when it is said not to.
fn rows(settings: &Settings, found: &[Diagnostic]) {
    for index in 0..settings.matrix.rows.len() {
        let path = matrix::path(index);
        let fires = matrix::situations().any(|situation| {
            let chosen = matrix::choose(&settings.matrix, situation, &mut Trace::new(false));
            chosen.is_some_and(|chosen| chosen.index == index)
        });
        let (impossible, covered) =
            (is_told(found, "row_impossible", &path), is_told(found, "row_never_fires", &path));
        assert!(!(impossible && covered), "{path}: two reasons");
        assert_eq!(impossible || covered, !fires, "{path}");
    }
}

/// A funnel rule never fires exactly when it is said not to.
fn rules(settings: &Settings, found: &[Diagnostic]) {
    for (index, rule) in settings.funnel.iter().enumerate() {
        let path = format!("/funnel/{index}");
        let mut values = rule.equals.iter().filter(|value| !value.trim().is_empty());
        let fires = values.any(|value| {
            let mut trace = Trace::new(true);
            let seen = |variable: &_| (*variable == rule.variable).then_some(value.as_str());
            let _ = funnel::choose(&settings.funnel, &Directory::default(), seen, &mut trace);
            let chosen = |code: &str| code == "rule_matched" || code == "pipeline_missing";
            trace.entries().iter().any(|entry| chosen(&entry.code) && entry.path == path)
        });
        assert_eq!(is_told(found, "funnel_never_fires", &path), !fires, "{path}");
    }
}
