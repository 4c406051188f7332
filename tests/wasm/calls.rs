//! Calls across the boundary: one message, and lists in pieces.

use ringostat_amocrm::ffi::Integration;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::{errors, parse};

/// Kyiv in the summer of 2026.
const CLOCK: &str = r#"{"transitions":[[1774746000,10800],[1792890000,7200]],"now":1791545500}"#;
const MESSAGE: &str = r#"{"call_id":"ua18_-1791545397.2215926","call_type":"in","caller":"0671112233","callee":"380441112233",
    "date":"2026-10-09 14:29:57","status":"ANSWERED","billsec":23,"connected_with":"SIP/Firm_Ivan","pool_name":"Сайт",
    "employee_fio":"Иван Иванов","staffid":"331851","client_id":"116.15","key":"secret"}"#;

fn integration() -> Integration {
    Integration::new(r#"{"default_country":"UA"}"#, None, None).unwrap()
}

fn read(message: &str) -> Value {
    parse(&integration().read_call(
        "application/json",
        "?utm_source=google&key=secret",
        message.as_bytes(),
        CLOCK,
    ))
}

fn codes(failure: &Value) -> Vec<&str> {
    assert_eq!(failure["type"], "failure");
    failure["errors"].as_array().unwrap().iter().map(|error| error["code"].as_str().unwrap()).collect()
}

#[wasm_bindgen_test]
fn a_message_is_accepted_whole() {
    let mut accepted = read(MESSAGE);
    let event = accepted["event"].take();
    assert_eq!(
        accepted,
        json!({
            "type": "success",
            "kind": "call",
            "phase": "completed",
            "subject": "c-1791545397.2215926",
            "call": { "client": "380671112233", "line": "380441112233", "start": 1_791_545_397, "named": true },
            "seen": {
                "line": { "number": "380441112233", "sip": "" },
                "pool": "Сайт",
                "scheme": "",
                "employee": { "staff_id": "331851", "name": "Иван Иванов", "extension": "", "sip": "firm_ivan", "number": "" },
            },
            "dedup_key": "c-1791545397.2215926-completed",
            "dedup_window_s": null,
            "identifiers": ["client:116.15", "phone:380671112233"],
            "event": null,
        })
    );
    assert_eq!(event["call"]["talk_time"], 23);
    assert_eq!(event["call"]["visit"]["utm"]["source"], "google");
    assert!(!event.to_string().contains("secret"), "{event}");
}

#[wasm_bindgen_test]
fn phases_and_calls_without_an_id() {
    let picked = read(r#"{"call_id":"1791545397.1","event":"pick_up","caller":"380671112233"}"#);
    assert_eq!(
        (&picked["phase"], &picked["dedup_key"]),
        (&json!("pick_up"), &json!("c-1791545397.1-pick_up"))
    );
    let ringing = read(r#"{"call_id":"1791545397.1","status":"CALLING"}"#);
    assert_eq!((&ringing["phase"], &ringing["identifiers"]), (&Value::Null, &json!([])));
    // The same call in another spelling of its parts: the key begins with the subject all the same.
    let unnamed =
        read(r#"{"caller":"+38 (067) 111-22-33","callee":"0441112233","call_timestamp":"1791545398000000"}"#);
    assert_eq!(
        unnamed["call"],
        json!({ "client": "380671112233", "line": "380441112233", "start": 1_791_545_398, "named": false })
    );
    let (subject, key) = (unnamed["subject"].as_str().unwrap(), unnamed["dedup_key"].as_str().unwrap());
    assert!(key.starts_with(&format!("{subject}-")), "{key}");
}

#[wasm_bindgen_test]
fn what_is_no_call_is_a_failure() {
    assert_eq!(codes(&read("{")), ["malformed"]);
    let bare =
        |query: &str, body: &[u8], clock: &str| parse(&integration().read_call("", query, body, clock));
    assert_eq!(codes(&bare("", b"", CLOCK)), ["not_a_call"]);
    assert_eq!(codes(&bare("a=b", &[b'x'; 300_000], CLOCK)), ["too_large"]);
    let failure = bare("call_id=1", b"", "nonsense");
    assert_eq!((codes(&failure), &failure["errors"][0]["path"]), (vec!["malformed"], &json!("/clock")));
}

#[wasm_bindgen_test]
fn a_project_names_parameters_its_own_way() {
    let settings = r#"{"default_country":"UA","calls":{"keys":[{"name":"who","means":"client_number"}]}}"#;
    let integration = Integration::new(settings, None, None).unwrap();
    let accepted = parse(&integration.read_call("", "call_id=1791545397.1&who=0671112233", b"", CLOCK));
    assert_eq!(accepted["identifiers"], json!(["phone:380671112233"]));
}

fn list(format: &str, document: &str, piece: usize) -> (Vec<Value>, Value) {
    let mut reader = integration().call_list_reader(format, CLOCK).unwrap();
    let mut rows = Vec::new();
    for chunk in document.as_bytes().chunks(piece) {
        rows.extend(parse(&reader.push(chunk)).as_array().unwrap().clone());
    }
    let mut end = parse(&reader.finish());
    rows.extend(end["rows"].take().as_array().unwrap().clone());
    (rows, end["problem"].take())
}

#[wasm_bindgen_test]
fn a_list_is_the_same_in_any_pieces() {
    let json = format!("[{MESSAGE},1,{{\"uniqueid\":\"1791545397.2\",\"disposition\":\"IN PROGRESS\"}}]");
    let csv = "uniqueid;caller;calldate\n1791545397.2;0671112233;2026-10-09 14:29:57\njust;two\n";
    for document in [json.as_str(), csv] {
        let whole = list("guess", document, document.len());
        assert_eq!(whole.1, Value::Null);
        for piece in [1, 7, 64] {
            assert_eq!(list("guess", document, piece), whole);
        }
    }
    let (rows, _) = list("json", &json, 100);
    let told: Vec<_> = rows.iter().map(|row| (&row["type"], &row["row"])).collect();
    assert_eq!(
        told,
        [(&json!("call"), &json!(1)), (&json!("rejected"), &json!(2)), (&json!("call"), &json!(3))]
    );
    assert_eq!(rows[1]["code"], "not_an_object");
    assert_eq!(rows[2]["accepted"]["phase"], Value::Null);
    // A row of a list and a webhook's message are one.
    assert_eq!(rows[0]["accepted"]["dedup_key"], read(MESSAGE)["dedup_key"]);
    let (rows, _) = list("csv", csv, 100);
    assert_eq!((&rows[1]["row"], &rows[1]["code"]), (&json!(2), &json!("too_few_columns")));
    assert_eq!(rows[0]["accepted"]["call"]["start"], 1_791_545_397);
}

#[wasm_bindgen_test]
fn a_list_that_breaks_off_says_so_and_keeps_its_rows() {
    let (rows, problem) = list("json", &format!("[{MESSAGE},{{\"uniqueid\""), 50);
    assert_eq!((rows[0]["type"].as_str(), rows[1]["code"].as_str()), (Some("call"), Some("truncated")));
    assert_eq!((&problem["code"], &problem["params"]["detail"]), (&json!("malformed"), &json!("truncated")));
    let mut reader = integration().call_list_reader("csv", CLOCK).unwrap();
    reader.finish();
    assert_eq!(parse(&reader.finish())["problem"]["code"], "finished");
    assert_eq!(parse(&reader.push(b"a;b\n")), json!([]));
}

#[wasm_bindgen_test]
fn a_reader_that_cannot_be_made_throws_a_failure() {
    let thrown =
        |format, clock| errors(&integration().call_list_reader(format, clock).err().expect("it throws"));
    assert_eq!(thrown("xml", CLOCK), ["unknown_value /format"]);
    assert_eq!(thrown("json", "nonsense"), ["malformed "]);
}
