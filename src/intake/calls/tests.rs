use super::*;
use crate::event::{Call, CallResult, Direction, Phase, Utm};
use serde_json::{Value, json};

const LIST: &[u8] = include_bytes!("../../../tests/samples/calls/calls-list.json");
const OUTGOING: &[u8] = include_bytes!("../../../tests/samples/calls/webhook-after-outgoing.json");

/// 2026-11-23; the project is two hours ahead, three in summer.
fn clock() -> Clock {
    Clock {
        transitions: vec![(1_761_440_400, 7200), (1_774_746_000, 10_800), (1_792_890_000, 7200)],
        now: 1_795_400_000,
    }
}

fn hook(body: impl ToString) -> ReadCall {
    read_webhook("application/json", "", body.to_string().as_bytes(), &KeyTable::default(), &clock()).unwrap()
}

fn call(body: impl ToString) -> Call {
    hook(body).call
}

fn problem(content_type: &str, query: &str, body: &[u8]) -> (String, String) {
    let mut problems = read_webhook(content_type, query, body, &KeyTable::default(), &clock()).unwrap_err();
    assert_eq!(problems.len(), 1);
    let problem = problems.remove(0);
    let detail = problem.params.get("detail").and_then(Value::as_str).unwrap_or_default();
    (problem.code.to_string(), detail.to_owned())
}

fn list(bytes: &[u8]) -> (Vec<Row>, Option<Problem>) {
    let mut reader = CallListReader::new(Format::Guess, KeyTable::default(), clock());
    let mut rows = reader.push(bytes);
    let (last, problem) = reader.finish();
    rows.extend(last);
    (rows, problem)
}

fn calls(bytes: &[u8]) -> Vec<Call> {
    let (rows, problem) = list(bytes);
    assert_eq!(problem, None);
    rows.into_iter()
        .map(|row| match row {
            Row::Call { read, .. } => read.call,
            Row::Rejected { .. } => panic!("{row:?}"),
        })
        .collect()
}

/// Codes by row, `call` for a good one, and the detail of the problem.
fn told(bytes: &[u8]) -> (Vec<(u64, String)>, String) {
    let (rows, problem) = list(bytes);
    let rows = rows
        .into_iter()
        .map(|row| match row {
            Row::Call { row, .. } => (row, "call".to_owned()),
            Row::Rejected { row, code } => (row, code.into_owned()),
        })
        .collect();
    let detail = problem.map(|problem| problem.params["detail"].as_str().unwrap().to_owned());
    (rows, detail.unwrap_or_default())
}

fn incoming(more: Value) -> Value {
    let mut body = json!({"call_id": "ua18_-1791545397.2215926", "caller_number": "380671112233",
        "dst": "380441112233", "type": "in", "status": "ANSWERED", "billsec": 5});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

// --- Samples

#[test]
fn the_sample_of_a_list() {
    let calls = calls(LIST);
    let first = Call {
        call_id: "unique_call_id".into(),
        // Both rows carry the same placeholder: they are two calls all the same.
        canonical_id: "~380441112233~380931112233~1559456023".into(),
        phase: Phase::Completed,
        direction: Direction::Incoming,
        call_type: "in".into(),
        result: CallResult::Missed,
        status: "NO ANSWER".into(),
        started_at: 1_559_456_023,
        client_number: "380441112233".into(),
        line_number: "380931112233".into(),
        pool_name: "Simple nums pool".into(),
        scheme_name: "test schema".into(),
        duration: Some(36),
        wait_time: Some(36),
        talk_time: Some(0),
        call_counter: Some(1),
        proper_flag: Some(false),
        repeated_flag: Some(false),
        category_mark: Some(0),
        category_number: None,
        employee_mark: Some(0),
        has_recording: false,
        recording: "https://app.ringostat.com/recordings/unique_call_id.ogg?token=unique_audiofile_token"
            .into(),
        call_card: "https://app.ringostat.com/project/callcards/card/unique_call_id/?project_id=11111".into(),
        visit: crate::event::Visit {
            client_id: "1169999034.15555555108".into(),
            landing: "localhost/".into(),
            referrer: "http://localhost:3000/".into(),
            remote_ip: "10.10.10.10".into(),
            utm: Utm {
                source: "(direct)".into(),
                medium: "(none)".into(),
                campaign: "(direct)".into(),
                content: "(not set)".into(),
                term: "none)".into(),
            },
            ..Default::default()
        },
        ..Call::default()
    };
    assert_eq!(calls[0], first);
    assert_eq!(calls[1].result, CallResult::Answered);
    assert_eq!(calls[1].connected_with, "380671112233");
    assert_eq!(calls[1].talk_time, Some(11));
    assert!(calls[1].has_recording);
    assert_eq!(calls[1].additional_number, "");
    assert_eq!(calls.len(), 2);
}

#[test]
fn the_sample_of_a_webhook() {
    let read = hook(std::str::from_utf8(OUTGOING).unwrap());
    let expected = Call {
        call_id: "3333333333.3333333".into(),
        canonical_id: "3333333333.3333333".into(),
        direction: Direction::Outgoing,
        call_type: "out".into(),
        result: CallResult::Answered,
        status: "ANSWERED".into(),
        // The id's second would be in 2075.
        started_at: 1_786_176_671,
        client_number: "380441112233".into(),
        line_number: "380671234567".into(),
        employee_id: "1111".into(),
        employee_name: "Иван Иванов".into(),
        department: "Отдел продаж".into(),
        duration: Some(50),
        wait_time: Some(27),
        talk_time: Some(23),
        has_recording: true,
        recording_wav: "https://app.ringostat.com/recordings/x.wav?token=abc".into(),
        ..Call::default()
    };
    assert_eq!(read.call, expected);
    assert_eq!(read.subject, "c-3333333333.3333333");
    assert_eq!(read.message.key, "c-3333333333.3333333-completed");
    assert_eq!(read.message.window_s, None);
}

// --- Ways to say it

#[test]
fn nested_and_flat_query_form_and_json_are_one() {
    let nested = json!({"uniqueid": "ua18_-1791545397.2215926", "calldate": "2026-10-09 14:29:57",
        "additional_call_data": {"userfield": "380671112233", "dst": "380441112233", "call_type": "in",
        "action": "NO ANSWER"}});
    let expected = hook(&nested);
    assert_eq!(expected.call.client_number, "380671112233");
    assert_eq!(expected.call.line_number, "380441112233");
    assert_eq!(expected.call.result, CallResult::Missed);
    let flat = "uniqueid=ua18_-1791545397.2215926&calldate=2026-10-09+14:29:57&userfield=380671112233\
                &dst=380441112233&call_type=in&action=NO+ANSWER";
    let bracketed = "uniqueid=ua18_-1791545397.2215926&calldate=2026-10-09%2014:29:57\
                     &additional_call_data[userfield]=380671112233&additional_call_data%5Bdst%5D=380441112233\
                     &additional_call_data[call_type]=in&additional_call_data[action]=NO%20ANSWER";
    let table = KeyTable::default();
    for pairs in [flat, bracketed] {
        for (content_type, query, body) in [
            ("", format!("?key=secret&{pairs}"), ""),
            ("application/x-www-form-urlencoded", "key=secret".into(), pairs),
            ("application/json", String::new(), ""),
            ("text/plain", String::new(), pairs),
        ] {
            if query.is_empty() && body.is_empty() {
                continue;
            }
            let read = read_webhook(content_type, &query, body.as_bytes(), &table, &clock()).unwrap();
            assert_eq!(read, expected, "{content_type} {query} {body}");
        }
    }
    assert_eq!(hook(json!([nested])), expected);
}

#[test]
fn static_parameters_come_after_the_body() {
    let read = read_webhook(
        "application/json",
        "status=BUSY&department=Sales&key=s",
        incoming(json!({})).to_string().as_bytes(),
        &KeyTable::default(),
        &clock(),
    )
    .unwrap();
    assert_eq!((read.call.status.as_str(), read.call.department.as_str()), ("ANSWERED", "Sales"));
    assert_eq!(read.call.visit.tracked, []);
}

#[test]
fn a_project_names_its_own_keys() {
    let own = [("nomer", Key::ClientNumber), ("data.kod", Key::CallId), ("status", Key::Ignored)];
    let own: Vec<KeyName> =
        own.map(|(name, means)| KeyName { name: name.into(), means }).into_iter().collect();
    let body = json!({"nomer": "380671112233", "data": {"kod": "1791545397.1"}, "status": "x"}).to_string();
    let read = read_webhook("", "", body.as_bytes(), &KeyTable::new(&own), &clock()).unwrap();
    assert_eq!(read.call.client_number, "380671112233");
    assert_eq!(read.call.canonical_id, "1791545397.1");
    assert_eq!(read.call.status, "");
}

#[test]
fn numbers_as_strings_minus_one_and_nulls() {
    let call =
        call(incoming(json!({"billsec": "11", "waittime": "7", "duration": null, "duration_ms": "18200",
        "employee_number": -1, "category_mark": "-1", "category_number": -1, "employee_mark": "5",
        "has_recording": "0", "recording": "https://app.ringostat.com/recordings/x.ogg", "proper_flag": "1",
        "employee_fio": null, "connected_with": "", "utm_term": "none)", "call_counter": "2"})));
    assert_eq!((call.talk_time, call.wait_time, call.duration), (Some(11), Some(7), Some(19)));
    assert_eq!((call.category_mark, call.category_number, call.employee_mark), (None, None, Some(5)));
    assert_eq!((call.employee_id.as_str(), call.employee_name.as_str()), ("", ""));
    assert_eq!((call.has_recording, call.proper_flag, call.call_counter), (false, Some(true), Some(2)));
    assert_eq!(call.visit.utm.term, "none)");
}

#[test]
fn a_blank_direction_hides_no_type() {
    for body in [json!({"direction": "", "type": "out"}), json!({"call_type": null, "type": "out"})] {
        assert_eq!(call(incoming(body)).direction, Direction::Outgoing);
    }
}

#[test]
fn types_of_calls() {
    for (kind, expected) in [
        ("in", Direction::Incoming),
        ("OUT", Direction::Outgoing),
        ("callback", Direction::Callback),
        ("transitin", Direction::Incoming),
        ("transitout", Direction::Outgoing),
        ("internal", Direction::Internal),
        ("Исходящий", Direction::Outgoing),
        ("whatever", Direction::Incoming),
    ] {
        assert_eq!(call(incoming(json!({"type": kind}))).direction, expected, "{kind}");
    }
    let call = call(incoming(json!({"insertion_type": "callback"})));
    assert_eq!(call.direction, Direction::Callback);
}

// --- Who

#[test]
fn the_client_of_an_outgoing_call_is_who_was_called() {
    for (body, connected) in [
        (
            json!({"call_type": "out", "caller": "firm_ivan", "dst": "380671112233", "uniqueid": "1"}),
            "firm_ivan",
        ),
        (json!({"caller": "firm_ivan", "dst": "380671112233", "uniqueid": "1"}), "firm_ivan"),
        (
            json!({"type": "out", "caller": "firm_ivan", "callee": "380671112233", "connected_with": "380671112233",
                   "call_id": "1", "outbound_number": "380441112233"}),
            "firm_ivan",
        ),
        (json!({"type": "out", "caller": "380441112233", "callee": "380671112233", "call_id": "1"}), ""),
        (
            json!({"call_type": "transitout", "caller_number": "380441112233", "call_destination": "380671112233",
                   "call_id": "1"}),
            "",
        ),
        (
            json!({"type": "out", "caller": "380441112233", "userfield": "0671112233", "call_id": "1",
                   "callee": "380671112233"}),
            "",
        ),
    ] {
        let call = call(&body);
        assert_eq!(call.direction, Direction::Outgoing, "{body}");
        assert!(call.client_number.ends_with("0671112233"), "{body}");
        assert_eq!(call.connected_with, connected, "{body}");
        assert!(call.line_number.is_empty() || call.line_number == "380441112233", "{body}");
    }
}

#[test]
fn our_own_end_is_never_the_client() {
    let body = json!({"call_id": "1", "type": "in", "caller": "anonymous", "E164": "380671110001",
        "dst": "380671110001", "connected_with": "380671110001"});
    assert_eq!(call(body).client_number, "");
    let body = json!({"call_id": "1", "type": "in", "caller": "&quot;A&quot; &lt;+380671112233&gt;",
        "E164": "380671110001", "dst": "380441112233", "connected_with": "+380671110001"});
    assert_eq!(call(body).client_number, "+380671112233");
}

#[test]
fn hidden_missing_and_internal_callers_are_calls() {
    for caller in ["anonymous", "", "-", "Restricted", "\"Unknown\" <unknown>"] {
        let call = call(json!({"call_id": "1", "caller": caller, "dst": "380441112233", "status": "BUSY"}));
        assert_eq!((call.client_number.as_str(), call.result), ("", CallResult::Missed), "{caller}");
        assert_eq!(call.direction, Direction::Incoming);
    }
    for body in [
        json!({"call_id": "1", "type": "in", "caller": "firm_ivan", "dst": "firm_olga"}),
        json!({"call_id": "1", "type": "out", "caller": "firm_ivan", "dst": "101"}),
        json!({"call_id": "1", "caller": "&quot;itrixcom_Kontakt&quot; &lt;itrixcom_Kontakt&gt;",
               "connected_with": "firm_olga"}),
    ] {
        assert_eq!(call(&body).direction, Direction::Internal, "{body}");
    }
    // A line that is known by its login only (SIP trunk): the client is there.
    let call = call(json!({"call_id": "1", "type": "in", "caller": "380671112233", "dst": "firm_main"}));
    assert_eq!((call.direction, call.line_alias.as_str()), (Direction::Incoming, "firm_main"));
}

#[test]
fn a_callback_may_be_told_as_a_call_to_the_client() {
    let call =
        call(json!({"call_id": "1", "type": "callback", "caller": "firm_ivan", "dst": "380671112233"}));
    assert_eq!((call.client_number.as_str(), call.line_number.as_str()), ("380671112233", ""));
    assert_eq!(call.direction, Direction::Callback);
    let call = self::call(
        json!({"call_id": "1", "type": "callback", "caller": "380671112233", "dst": "380671112233",
        "connected_with": "380671112233"}),
    );
    assert_eq!((call.client_number.as_str(), call.line_number.as_str()), ("380671112233", ""));
}

#[test]
fn names_lose_their_escapes() {
    let call =
        call(incoming(json!({"employee": "Д&#039;Артаньян", "pool_name": "A &amp; B", "staffId": 331851,
        "employee_estension": "101"})));
    assert_eq!(call.employee_name, "Д'Артаньян");
    assert_eq!(call.pool_name, "A & B");
    assert_eq!((call.employee_id.as_str(), call.employee_extension.as_str()), ("331851", "101"));
}

// --- When

#[test]
fn pick_up_and_what_comes_before() {
    let nothing = json!({"status": null, "billsec": null, "duration": null});
    for (body, phase, result) in [
        (nothing.clone(), Phase::PickUp, CallResult::Pending),
        (json!({"status": "IN_PROGRESS", "billsec": null}), Phase::PickUp, CallResult::Pending),
        (json!({"status": "CALLING", "billsec": null}), Phase::InProgress, CallResult::Pending),
        (
            json!({"event": "pick_up", "status": "ANSWERED", "billsec": 0}),
            Phase::PickUp,
            CallResult::Answered,
        ),
        (json!({"event": "before", "status": null, "billsec": null}), Phase::InProgress, CallResult::Pending),
        (json!({"event": "after", "status": null, "billsec": 4}), Phase::Completed, CallResult::Answered),
        (json!({"type": "call_pickup", "status": null, "billsec": null}), Phase::PickUp, CallResult::Pending),
        (json!({"status": "NO ANSWER", "billsec": "368"}), Phase::Completed, CallResult::Answered),
        (json!({"status": "SOMETHING NEW", "billsec": 0}), Phase::Completed, CallResult::Missed),
    ] {
        let read = hook(incoming(body.clone()));
        assert_eq!((read.call.phase, read.call.result), (phase, result), "{body}");
        assert_eq!(read.subject, "c-1791545397.2215926");
    }
    assert_eq!(hook(incoming(nothing)).message.key, "c-1791545397.2215926-pick_up");
    let rated = hook(incoming(json!({"event": "after rating menu"})));
    assert_eq!(rated.message.key, "c-1791545397.2215926-completed-rating");
}

#[test]
fn rows_in_progress_are_no_pick_up() {
    let rows = json!([{"uniqueid": "1791545397.1", "disposition": "IN PROGRESS", "billsec": 3},
        {"uniqueid": "1791545397.1", "disposition": "ANSWERED", "billsec": 30},
        {"uniqueid": "1791545397.1", "disposition": "ANSWERED", "billsec": 30},
        {"uniqueid": "1791545397.2", "caller": "380671112233"}]);
    let keys: Vec<_> = list(rows.to_string().as_bytes())
        .0
        .into_iter()
        .map(|row| match row {
            Row::Call { read, .. } => read.message.key,
            Row::Rejected { .. } => panic!("{row:?}"),
        })
        .collect();
    assert_eq!(
        keys,
        [
            "c-1791545397.1-in_progress",
            "c-1791545397.1-completed",
            "c-1791545397.1-completed",
            "c-1791545397.2-completed"
        ]
    );
}

#[test]
fn the_best_witness_of_time() {
    for body in [
        json!({"call_date": "2026-10-09 14:29:57"}),
        json!({"call_date": "2026-10-09 06:29:57", "call_timestamp": 1_791_545_397_501_605_u64}),
        json!({"date": "nonsense"}),
    ] {
        assert_eq!(call(incoming(body)).started_at, 1_791_545_397);
    }
    let call = call(json!({"call_id": "x", "caller": "380671112233", "call_date": "2024-10-08 17:47:25",
        "call_timestamp": "1728427645501605"}));
    assert_eq!(call.started_at, 1_728_427_645);
    // Nothing told: now for a webhook, unknown for a list.
    let body = json!({"call_id": "x", "caller": "380671112233"});
    assert_eq!(hook(&body).call.started_at, clock().now);
    assert_eq!(calls(json!([body]).to_string().as_bytes())[0].started_at, 0);
}

#[test]
fn calls_without_id_meet_by_their_parts() {
    let one = hook(json!({"caller": "+380671112233", "dst": "380441112233", "date": "2026-10-09 14:29:57"}));
    let other = hook(json!({"caller": "380671112233", "dst": "380441112233", "date": "2026-10-09 14:29:58"}));
    assert_eq!(one.call.canonical_id, "~380671112233~380441112233~1791545397");
    assert_eq!(one.subject, "c-~380671112233~380441112233~1791545397");
    assert_ne!(one.subject, other.subject);
    assert!(one.parts.meet(&other.parts));
    assert!(one.parts.meet(&hook(incoming(json!({}))).parts));
    let timeless = hook(json!({"caller": "380671112233", "dst": "380441112233"}));
    assert_eq!(timeless.parts.start, None);
    assert!(!timeless.parts.meet(&timeless.parts));
}

// --- The visit

#[test]
fn the_visit_behind_the_call() {
    let call = call(incoming(
        json!({"roistat_visit": "123456", "r_pd": "{\"r7k12_si\":\"x\"}", "utm": {"source": "google"},
        "landing": "https://site.example/?utm_source=bing&password=p&gclid=Cj0", "password": "p",
        "refferrer": "https://www.google.com/", "client_id": 1_169_999_034}),
    ));
    assert_eq!(call.visit.utm, Utm { source: "google".into(), ..Utm::default() });
    assert_eq!(call.visit.landing, "https://site.example/?utm_source=bing&gclid=Cj0");
    assert_eq!(call.visit.referrer, "https://www.google.com/");
    assert_eq!(call.visit.client_id, "1169999034");
    assert_eq!(call.visit.tracked("roistat_visit"), Some("123456"));
    assert_eq!(call.visit.tracked("r7k12_si"), Some("x"));
    assert_eq!(call.visit.tracked("gclid"), Some("Cj0"));
    assert_eq!(call.visit.tracked("password"), None);
    let call = self::call(incoming(json!({"landing": "https://site.example/?utm_source=bing"})));
    assert_eq!(call.visit.utm.source, "bing");
}

#[test]
fn a_recording_is_one_when_it_is_said_or_somebody_talked() {
    let url = "https://app.ringostat.com/recordings/x.ogg";
    for (body, expected) in [
        (json!({"recording": url}), true),
        (json!({"recording": url, "billsec": 0}), false),
        (json!({"recording": url, "has_recording": "0"}), false),
        (json!({"recording_presence": 1}), true),
        (json!({"record": url}), true),
        (json!({}), false),
    ] {
        assert_eq!(call(incoming(body.clone())).has_recording, expected, "{body}");
    }
}

#[test]
fn a_finished_call_that_says_nothing_of_its_end_is_missed_unless_it_was_recorded() {
    let silent = |more: Value| {
        let mut body = json!({"call_id": "1791545397.1", "caller": "380671112233", "dst": "380441112233",
            "type": "in", "call_duration": 50});
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        call(body)
    };
    for (more, expected) in [
        (json!({}), CallResult::Missed),
        (json!({"event": "after_call", "call_duration": null}), CallResult::Missed),
        (json!({"has_recording": "1"}), CallResult::Answered),
        (json!({"event": "after rating menu"}), CallResult::Pending),
        (json!({"event": "pick_up"}), CallResult::Pending),
    ] {
        assert_eq!(silent(more.clone()).result, expected, "{more}");
    }
}

#[test]
fn a_form_is_read_whatever_it_is_called() {
    let body = b"call_id=1791545397.1&caller=380671112233&type=in&status=ANSWERED";
    for content_type in ["application/json", "text/plain", "", "application/x-www-form-urlencoded"] {
        let read = read_webhook(content_type, "", body, &KeyTable::default(), &clock()).unwrap();
        assert_eq!(read.call.client_number, "380671112233", "{content_type}");
    }
}

#[test]
fn what_placed_a_call_is_told_also_when_it_was_handed_on() {
    let out = |connected: &str| {
        call(json!({"call_id": "1791545397.1", "type": "out", "caller": "firm_mob1", "dst": "380671112233",
            "connected_with": connected, "status": "ANSWERED"}))
    };
    let ends = |call: Call| (call.connected_with, call.line_alias);
    assert_eq!(ends(out("firm_ivan")), ("firm_ivan".into(), "firm_mob1".into()));
    for client in ["", "380671112233"] {
        assert_eq!(ends(out(client)), ("firm_mob1".into(), String::new()));
    }
}

// --- Bad input

#[test]
fn what_is_refused() {
    let p = |content_type, body: &[u8]| problem(content_type, "", body);
    let pair = |code: &str, detail: &str| (code.to_owned(), detail.to_owned());
    assert_eq!(p("application/json", b"{\"call_id\":"), pair("malformed", "invalid_json"));
    assert_eq!(p("application/json", b"[]"), pair("malformed", "not_an_object"));
    assert_eq!(p("application/json", b"hello"), pair("malformed", "not_an_object"));
    assert_eq!(p("multipart/form-data; boundary=b", b"--b"), pair("malformed", "unsupported_type"));
    assert_eq!(p("application/json", &vec![b' '; 300 * 1024]), pair("too_large", ""));
    let nothing = pair("not_a_call", "neither_id_nor_number_nor_time");
    assert_eq!(p("", b""), nothing);
    assert_eq!(p("application/json", b"{\"pool_name\":\"x\",\"caller\":\"anonymous\"}"), nothing);
    assert_eq!(problem("", "key=secret", b""), nothing);
    assert_eq!(
        p("", b"event=form_sent&phone=380671112233&date=2026-10-09"),
        pair("not_a_call", "other_event")
    );
    let text = |length: usize| format!("call_id=1&x={}", "a".repeat(length));
    let at_the_limit = text(256 * 1024 - text(0).len());
    assert!(read_webhook("", "", at_the_limit.as_bytes(), &KeyTable::default(), &clock()).is_ok());
}

#[test]
fn rejected_rows_are_told_and_the_others_read() {
    let long = "a".repeat(ROW_BYTES);
    let json = format!(
        r#"{{"result":{{"calls":[{{"uniqueid":"1"}}, 5,"x,]",{{"uniqueid":"{long}"}},{{"pool_name":"x"}},
        {{"uniqueid":}},{{"uniqueid":"2","a":[1,{{"b":"]}}\""}}]}}, [], null ]}}}}"#
    );
    let expected = [
        (1, "call"),
        (2, "not_an_object"),
        (3, "not_an_object"),
        (4, "row_too_long"),
        (5, "not_a_call"),
        (6, "malformed"),
        (7, "call"),
        (8, "not_an_object"),
        (9, "not_an_object"),
    ]
    .map(|(row, code)| (row, code.to_owned()));
    assert_eq!(told(json.as_bytes()), (expected.to_vec(), String::new()));

    let csv = format!(
        "\u{feff}uniqueid;caller;pool_name\r\n1;380671112233;\"a;\"\"b\"\"\nc\"\r\n\r\n2;380671112233\r\n\
         3;380671112233;x;\r\n4;380671112233;x;y\r\n{long};;\r\n;;x\r\n5;\"Support\" <380671112233>;x"
    );
    let expected = [
        (1, "call"),
        (2, "too_few_columns"),
        (3, "call"),
        (4, "too_many_columns"),
        (5, "row_too_long"),
        (6, "not_a_call"),
        (7, "call"),
    ]
    .map(|(row, code)| (row, code.to_owned()));
    assert_eq!(told(csv.as_bytes()), (expected.to_vec(), String::new()));
    let good = "uniqueid;caller;pool_name\n1;380671112233;\"a;\"\"b\"\"\nc\"\n";
    assert_eq!(calls(good.as_bytes())[0].pool_name, "a;\"b\"\nc");
}

#[test]
fn documents_that_are_no_list() {
    let rows = |rows: &[(u64, &str)], detail: &str| {
        let rows: Vec<(u64, String)> = rows.iter().map(|(row, code)| (*row, code.to_string())).collect();
        (rows, detail.to_owned())
    };
    assert_eq!(told(b""), rows(&[], "empty"));
    assert_eq!(told(b" \n"), rows(&[], "empty"));
    assert_eq!(told(b"[]"), rows(&[], ""));
    assert_eq!(told(br#"{"error":"no"}"#), rows(&[], "not_a_list"));
    assert_eq!(told(br#"[{"uniqueid":"1"},{"uniq"#), rows(&[(1, "call"), (2, "truncated")], "truncated"));
    assert_eq!(told(br#"[{"uniqueid":"1"}"#), rows(&[(1, "call")], "truncated"));
    assert_eq!(told(b"<html>oops</html>"), rows(&[], "unknown_header"));
    assert_eq!(told(b"uniqueid;caller\n"), rows(&[], ""));
    assert_eq!(told(b"uniqueid;caller\n1;\"x"), rows(&[(1, "truncated")], "truncated"));
    assert_eq!(told(b"\xff\xfe;caller\n"), rows(&[], "invalid_utf8"));
    assert_eq!(told(b"uniqueid;caller\n1;\xcf\xf0\n2;3\n"), rows(&[(1, "invalid_utf8"), (2, "call")], ""));
    assert_eq!(told(b"sep=,\nuniqueid,caller\n1,380671112233\n"), rows(&[(1, "call")], ""));
    assert_eq!(told(b"uniqueid\tcaller\n1\t380671112233\n"), rows(&[(1, "call")], ""));
}
