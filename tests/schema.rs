//! The published JSON Schema is that of the code, and the documents the code takes are valid by it.
#![cfg(feature = "schema")]
#![allow(clippy::unwrap_used)] // a test that cannot read its file is to fail

use ringostat_amocrm::config::{Settings, json_schema};
use serde_json::Value;

fn published() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/pkg/settings.schema.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn the_published_schema_is_current() {
    assert_eq!(
        published(),
        json_schema(),
        "run: cargo run --example settings_schema --features schema > pkg/settings.schema.json"
    );
}

#[test]
fn settings_that_are_read_are_valid_by_the_schema() {
    let validator = jsonschema::validator_for(&published()).unwrap();
    let annotated = include_str!("samples/settings.json");
    for text in ["{}", annotated, &serde_json::to_string(&Settings::default()).unwrap()] {
        assert!(Settings::parse(text).is_ok());
        let document: Value = serde_json::from_str(text).unwrap();
        let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
}

#[test]
fn what_the_code_refuses_the_schema_refuses() {
    let validator = jsonschema::validator_for(&published()).unwrap();
    for text in [
        r#"{"colour": 1}"#,
        r#"{"forms": {"open_lead": "maybe"}}"#,
        r#"{"mapping": {"contact": [{"field": "name"}]}}"#,
        r#"{"mapping": {"contact": [{"field": {"id": "x"}, "value": {"constant": "a"}}]}}"#,
        r#"{"funnel": [{"pipeline": 1, "variable": "nope", "equals": ["a"]}]}"#,
    ] {
        assert!(Settings::parse(text).is_err(), "{text}");
        assert!(!validator.is_valid(&serde_json::from_str(text).unwrap()), "{text}");
    }
}
