//! Whole journeys against the sandbox, both behind the boundary.

use ringostat_amocrm::ffi::{Integration, Journey, Sandbox, preview};
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::{assert_plain, errors, get, json as of_js, parse, text, told};

const START_MS: f64 = 1_790_000_000_000.0;
const FORM: &str =
    r#"{"name":"Иван","telephone":"+38 (067) 111-22-33","email":"ivan@example.com","city":"Киев"}"#;

/// A host as small as can be.
struct Host {
    sandbox: Sandbox,
    now_ms: f64,
    snapshot: Vec<u8>,
}

impl Host {
    fn new() -> Self {
        let mut sandbox = Sandbox::new(r#"{"seed":1,"base_url":"https://amo.example"}"#).unwrap();
        assert_eq!(sandbox.switches(r#"{"rate_per_second":0}"#), r#"{"type":"success"}"#);
        Host { sandbox, now_ms: START_MS, snapshot: Vec::new() }
    }

    fn travel(&mut self, mut journey: Journey) -> Journey {
        loop {
            let action: Value = serde_json::from_str(&journey.next(self.now_ms)).unwrap();
            match action["do"].as_str().unwrap() {
                "done" => return journey,
                "lock" => journey.granted(false, "{}", self.now_ms),
                "wait" => self.now_ms = action["until"].as_f64().unwrap(),
                _ => self.send(&mut journey, &action),
            }
        }
    }

    fn send(&mut self, journey: &mut Journey, action: &Value) {
        let request = &action["request"];
        assert_eq!(action["save"], request["method"] != "GET");
        if action["save"] == true {
            self.snapshot = journey.snapshot();
        }
        let part = |key: &str| request[key].as_str().unwrap_or_default();
        let headers = r#"{"Authorization":"Bearer sandbox"}"#;
        let reply = self.sandbox.handle(part("method"), part("path"), headers, part("body"), self.now_ms);
        let reply: Value = serde_json::from_str(&reply).unwrap();
        self.now_ms += 20.0;
        if reply["drop"].is_string() {
            journey.unanswered("lost", self.now_ms);
            return;
        }
        let content_type = reply["headers"]["content-type"].as_str().unwrap_or_default().to_owned();
        let status = u16::try_from(reply["status"].as_u64().unwrap()).unwrap();
        let body = reply["body"].as_str().unwrap().as_bytes().to_vec();
        journey.answered(status, content_type, None, body, self.now_ms);
    }

    fn integration(&mut self) -> Integration {
        let bare = Integration::new("{}", None, None).unwrap();
        let survey = self.travel(bare.survey(None).unwrap());
        let directory = parse(&survey.result());
        assert_eq!(directory["warnings"], json!([]));
        Integration::new("{}", Some(directory.to_string()), Some(r#"{"settle_ms":1000}"#.into())).unwrap()
    }

    fn state(&mut self) -> Value {
        serde_json::from_str(&self.sandbox.state(self.now_ms)).unwrap()
    }
}

fn ticket(integration: &Integration, again: bool) -> String {
    let mut reader = integration.form_reader("application/json");
    reader.push(FORM.as_bytes());
    let accepted = parse(&reader.finish("{}"));
    json!({ "id": "f-1", "subject": "f-1", "received_at": 1_790_000_000, "sequence": 1, "event": accepted["event"],
            "memory": [], "watermarks": {}, "again": again })
    .to_string()
}

fn assert_one_each(state: &Value) {
    for list in ["contacts", "leads", "notes"] {
        assert_eq!(state[list].as_array().unwrap().len(), 1, "{list}");
    }
    assert!(state["notes"][0]["params"]["text"].as_str().unwrap().contains("Киев"));
}

#[wasm_bindgen_test]
fn a_form_becomes_contact_lead_and_note() {
    let mut host = Host::new();
    let integration = host.integration();
    let journey = host.travel(integration.deliver(&ticket(&integration, false)).unwrap());
    let report = parse(&journey.report());
    assert_eq!(report["status"], "delivered");
    assert_eq!(report["reason"], Value::Null);
    assert_eq!(report["contact"]["created"], true);
    assert!(report["trace"].as_array().unwrap().iter().any(|entry| entry["path"] == "/mapping/contact/1"));
    assert_eq!(journey.result(), b"null");
    let state = host.state();
    assert_one_each(&state);
    assert_eq!(state["contacts"][0]["id"], report["contact"]["id"]);

    let query = r#"{"phone":"067 111 22 33","email":null,"client_id":null}"#;
    let lookup = host.travel(integration.lookup(query).unwrap());
    let found = parse(&lookup.result());
    assert_eq!(found["contacts"][0]["id"], report["contact"]["id"]);
    assert_eq!(found["leads"][0]["id"], report["lead"]["id"]);
    assert_eq!(found["companies"], json!([]));
}

#[wasm_bindgen_test]
fn a_lost_answer_and_a_dead_process_double_nothing() {
    let mut host = Host::new();
    let integration = host.integration();
    let fault = r#"{"faults":[{"method":"POST","path":"/api/v4/*","kind":"drop_after","count":2}]}"#;
    assert_eq!(host.sandbox.faults(fault), r#"{"type":"success"}"#);
    host.travel(integration.deliver(&ticket(&integration, false)).unwrap());
    assert_one_each(&host.state());
    // From the last snapshot, and from nothing but the ticket.
    let snapshot = host.snapshot.clone();
    let resumed = host.travel(integration.resume(&snapshot).unwrap());
    assert_eq!(parse(&resumed.report())["status"], "delivered");
    host.travel(integration.deliver(&ticket(&integration, true)).unwrap());
    assert_one_each(&host.state());
}

#[wasm_bindgen_test]
fn bad_arguments_of_an_integration_throw_failures() {
    let integration = Integration::new("{}", None, None).unwrap();
    for garbage in [&b""[..], b"garbage", b"{}", &[0xff, 0x00]] {
        let thrown = integration.resume(garbage).err().expect("it throws");
        assert_eq!(errors(&thrown), ["snapshot_version "]);
    }
    assert_eq!(errors(&integration.deliver("{").err().unwrap()), ["malformed "]);
    assert_eq!(errors(&integration.lookup("[]x").err().unwrap()), ["malformed "]);
    assert_eq!(errors(&integration.survey(Some("?".into())).err().unwrap()), ["malformed "]);
}

#[wasm_bindgen_test]
fn the_sandbox_refuses_what_it_does_not_know() {
    assert_eq!(errors(&Sandbox::new("{").err().unwrap()), ["malformed "]);
    let mut host = Host::new();
    let told = |answer: String| told(&serde_json::from_str(&answer).unwrap());
    assert_eq!(told(host.sandbox.switches(r#"{"nope":1}"#)), ["unknown_switch /nope"]);
    assert_eq!(told(host.sandbox.faults("{}")), ["missing /faults"]);
    assert_eq!(told(host.sandbox.faults("{")), ["malformed "]);
    assert_eq!(host.sandbox.reset("", START_MS), r#"{"type":"success"}"#);
    let reply = host.sandbox.handle("BREW", "/api/v4/account", "{}", "", START_MS);
    assert_eq!(serde_json::from_str::<Value>(&reply).unwrap()["status"], 405);
    let reply = host.sandbox.handle("GET", "/api/v4/account", "{}", "", START_MS);
    assert_eq!(serde_json::from_str::<Value>(&reply).unwrap()["status"], 401);
}

#[wasm_bindgen_test]
fn a_preview_shows_what_would_happen() {
    let input =
        |body: &str| json!({ "content_type": "application/json", "body": body, "now_ms": START_MS as i64 });
    let shown = preview("{}", &input(FORM).to_string()).unwrap();
    assert_plain(&shown);
    assert_eq!(text(&shown, "type"), "success");
    assert_eq!(of_js(&get(&shown, "before"))["contacts"], json!([]));
    assert_one_each(&of_js(&get(&shown, "after")));
    assert_eq!(of_js(&get(&shown, "report"))["status"], "delivered");
    let requests = of_js(&get(&shown, "requests"));
    assert_eq!(requests[0]["method"], "GET");
    assert_eq!(requests[0]["body"], Value::Null);
    assert_eq!(requests[1]["path"], "/api/v4/leads/complex");

    assert_eq!(errors(&preview("{}", &input("{").to_string()).unwrap()).len(), 1);
    assert_eq!(errors(&preview("{", &input(FORM).to_string()).unwrap()).len(), 1);
    assert_eq!(errors(&preview("{}", "{").err().unwrap()), ["malformed "]);
}
