//! The form's journey against the sandbox, in virtual time.
#![cfg(feature = "sandbox")]
use ringostat_amocrm::config::Settings;
use ringostat_amocrm::delivery::preview::{PreviewInput, preview};

#[test]
fn the_seeds_example() {
    let input = PreviewInput {
        content_type: "application/json".into(),
        body: r#"{"name":"Иван","telephone":"+38 (067) 111-22-33","email":"ivan@example.com"}"#.into(),
        now_ms: 1_790_000_000_000,
        ..PreviewInput::default()
    };
    let result = preview(&Settings::default(), &input).unwrap();
    for r in &result.requests {
        println!("{} {} {:?}", r.method.as_str(), r.path, r.body);
    }
    println!("{}", serde_json::to_string_pretty(&result.report).unwrap());
    println!("{}", serde_json::to_string_pretty(&result.after["contacts"]).unwrap());
    println!("{}", serde_json::to_string_pretty(&result.after["leads"]).unwrap());
    println!("{}", serde_json::to_string_pretty(&result.after["notes"]).unwrap());
}
