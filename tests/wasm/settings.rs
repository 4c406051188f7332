//! Verbs of the user interface.

use ringostat_amocrm::config::Settings;
use ringostat_amocrm::ffi::{Integration, Quota, check_settings, default_settings, variables, version};
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::{assert_plain, call, errors, get, js, json, parse, text, told};

#[wasm_bindgen_test]
fn default_settings_are_what_their_json_text_says() {
    let settings = default_settings();
    assert_plain(&settings);
    let written = serde_json::to_string(&Settings::default()).unwrap();
    let read = js_sys::JSON::parse(&written).unwrap();
    let pair = js_sys::Array::of2(&settings, &read);
    // Keys in the same order as well: the text is the same to the letter.
    assert!(call(&js("return JSON.stringify(v[0]) === JSON.stringify(v[1])"), &pair).is_truthy());
    assert_eq!(json(&settings), serde_json::to_value(Settings::default()).unwrap());
    assert!(get(&get(&settings, "forms"), "honeypot_field").is_null());
}

#[wasm_bindgen_test]
fn good_settings_come_back_whole() {
    let checked = check_settings(
        r#"{"language":"uk","matrix":{"senior_user":1},"mapping":{"contact":[{"field":{"id":7},"value":{"variable":{"tracked":"roistat_visit"}}}]}}"#,
        None,
    );
    assert_plain(&checked);
    assert_eq!(text(&checked, "type"), "success");
    let settings = json(&get(&checked, "settings"));
    assert_eq!(settings["language"], "uk");
    assert_eq!(
        settings["mapping"]["contact"],
        json!([{ "field": { "id": 7 }, "value": { "variable": { "tracked": "roistat_visit" } }, "policy": "fill_if_empty" }])
    );
    assert_eq!(json(&get(&checked, "warnings")), json!([]));
}

#[wasm_bindgen_test]
fn what_is_odd_about_good_settings_is_told() {
    let text = r#"{"matrix":{"senior_user":9,"rows":[{"creates":{"lead":true}},{"creates":{"note":true}}]}}"#;
    let told = |directory: Option<&str>| {
        let checked = check_settings(text, directory.map(str::to_owned));
        assert_plain(&checked);
        let warnings = json(&get(&checked, "warnings"));
        let brief = |one: &serde_json::Value| {
            let text = |key: &str| one[key].as_str().unwrap().to_owned();
            assert!(one["params"].is_object());
            [text("code"), text("severity"), text("path")].join(" ")
        };
        warnings.as_array().unwrap().iter().map(brief).collect::<Vec<String>>()
    };
    let odd =
        ["lead_without_contact warning /matrix/rows/0/creates", "row_never_fires warning /matrix/rows/1"];
    assert_eq!(told(None), odd);
    let directory = r#"{"users":[{"id":7,"name":"Анна","is_active":true}]}"#;
    assert_eq!(told(Some(directory)), [&odd[..], &["user_missing error /matrix/senior_user"]].concat());
    assert_eq!(errors(&check_settings("{}", Some("nonsense".into()))), ["malformed /directory"]);
}

#[wasm_bindgen_test]
fn bad_settings_are_a_failure_with_places() {
    let found = errors(&check_settings(r#"{"forms":{"open_lead":"throw_away"}}"#, None));
    assert!(found.iter().any(|error| error.ends_with(" /forms/open_lead")), "{found:?}");
    let found = errors(&check_settings(r#"{"fomrs":{}}"#, None));
    assert!(found.iter().any(|error| error.starts_with("unknown_key")), "{found:?}");
    for broken in ["", "{", "[]", "null", "\u{0}", "💥"] {
        assert_eq!(errors(&check_settings(broken, None)).len(), 1, "{broken}");
    }
}

#[wasm_bindgen_test]
fn a_constructor_throws_the_same_failure() {
    let thrown = |settings: &str, directory: Option<&str>, options: Option<&str>| {
        let made = Integration::new(settings, directory.map(str::to_owned), options.map(str::to_owned));
        errors(&made.err().expect("it throws"))
    };
    let found = thrown(r#"{"forms":{"open_lead":"throw_away"}}"#, None, None);
    assert!(found[0].ends_with(" /forms/open_lead"), "{found:?}");
    assert_eq!(thrown("{}", Some("nonsense"), None), ["malformed "]);
    assert_eq!(thrown("{}", None, Some(r#"{"settle":1}"#)), ["malformed "]);
    assert!(Integration::new("{}", None, None).is_ok());
}

#[wasm_bindgen_test]
fn variables_and_version() {
    let list = variables();
    assert_plain(&list);
    let list = json(&list);
    let list = list.as_array().unwrap();
    assert!(list.len() > 20 && list.iter().any(|variable| variable["name"] == "utm_source"));
    assert!(list.iter().all(|variable| variable["type"].is_string() && variable["forms"].is_boolean()));
    assert_eq!(version(), env!("CARGO_PKG_VERSION"));
}

#[wasm_bindgen_test]
fn a_quota_lets_through_what_the_account_takes() {
    let mut quota = Quota::new(2.0);
    let now = 1_000_000.0;
    while quota.take(now) == 0.0 {}
    let wait = quota.take(now);
    assert!(wait > 0.0 && wait <= 1_000.0, "{wait}");
    assert_eq!(quota.take(now + wait), 0.0);
    quota.penalize(now + 2_000.0, 5.0);
    assert!(quota.take(now + 2_000.0) >= 4_000.0);
}

#[wasm_bindgen_test]
fn a_form_is_read_chunk_by_chunk() {
    let integration = Integration::new("{}", None, None).unwrap();
    let body = "name=%D0%98%D0%B2%D0%B0%D0%BD&phone=067+111-22-33&email=A%40b.example&password=hunter2";
    let mut reader = integration.form_reader("application/x-www-form-urlencoded");
    for chunk in body.as_bytes().chunks(5) {
        assert!(reader.push(chunk));
    }
    let accepted = parse(&reader.finish(r#"{"idempotency_key":"k-1"}"#));
    assert_eq!(accepted["type"], "success");
    assert_eq!(accepted["kind"], "form");
    assert_eq!(accepted["identifiers"], json!(["email:a@b.example", "phone:380671112233"]));
    assert_eq!(accepted["dedup_window_s"], json!(null));
    assert!(!accepted.to_string().contains("hunter2"));

    // A split inside of a letter, and the same bytes at once: one message.
    let json_body = r#"{"name":"Иван","phone":"0671112233"}"#;
    let read = |size: usize| {
        let mut reader = integration.form_reader("application/json");
        json_body.as_bytes().chunks(size).for_each(|chunk| assert!(reader.push(chunk)));
        parse(&reader.finish("{}"))
    };
    assert_eq!(read(1), read(1_000));
    assert_eq!(read(1)["dedup_window_s"], 600);
}

#[wasm_bindgen_test]
fn what_is_no_form_is_told() {
    let integration = Integration::new("{}", None, None).unwrap();
    let finish = |content_type: &str, body: &[u8], context: &str| {
        let mut reader = integration.form_reader(content_type);
        reader.push(body);
        parse(&reader.finish(context))
    };
    assert_eq!(told(&finish("image/png", b"x", "{}")), ["unsupported_type "]);
    assert_eq!(finish("application/json", b"{", "{}")["errors"][0]["code"], "malformed");
    assert_eq!(told(&finish("application/json", b"{\"a\":\"b\"}", "nonsense")), ["malformed /context"]);

    let mut reader = integration.form_reader("application/json");
    let chunk = vec![b' '; 100_000];
    assert!(reader.push(&chunk) && reader.push(&chunk));
    assert!(!reader.push(&chunk), "too large: stop reading");
    assert_eq!(told(&parse(&reader.finish("{}"))), ["too_large "]);
    assert_eq!(told(&parse(&reader.finish("{}"))), ["finished "]);
}
