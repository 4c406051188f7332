//! Snapshots that cannot be read: the journey begins again and doubles nothing.

use ringostat_amocrm::config::Settings;
use ringostat_amocrm::delivery::courier::{Now, Status};
use ringostat_amocrm::delivery::drive::Bench;
use ringostat_amocrm::delivery::{Action, Courier, Errand, Options};
use ringostat_amocrm::event::{Event, Form};
use ringostat_amocrm::flow::event::EventFlow;
use ringostat_amocrm::flow::ticket::Ticket;
use ringostat_amocrm::intake::{Context, read_form};
use ringostat_amocrm::sandbox::{Options as SandboxOptions, Sandbox};

use super::summary::summary;
use super::world::{START_MS, Value, json, of_another_release};

fn form() -> Form {
    let body = r#"{"name":"Иван","phone":"0671112233","email":"ivan@example.com","city":"Киев"}"#;
    read_form("application/json", body.as_bytes(), Vec::new(), Context::default()).unwrap().form
}

fn ticket(bench: &Bench) -> Ticket {
    Ticket {
        sequence: 1,
        watermarks: bench.directory.watermarks.clone(),
        ..Ticket::fresh("f-1".into(), Event::Form(Box::new(form())), START_MS)
    }
}

fn courier(ticket: Ticket) -> Courier {
    Courier::new(Errand::Event(Box::new(EventFlow::new(ticket))), &Options::default())
}

fn now<'a>(bench: &'a Bench) -> Now<'a> {
    let ms = bench.now_ms;
    Now { settings: bench.settings, directory: &bench.directory, options: &bench.options, ms, jitter: 0.5 }
}

fn on_bench<T>(run: impl FnOnce(Bench) -> T) -> T {
    let settings = Settings::parse(r#"{"forms":{"creates":{"task":{"on":true}}}}"#).unwrap();
    let base_url = "https://amo.example".into();
    let mut sandbox = Sandbox::new(SandboxOptions { seed: 1, base_url, ..Default::default() });
    sandbox.switches(&json!({ "rate_per_second": 0 })).unwrap();
    run(Bench::new(&settings, &mut sandbox, Options::default(), START_MS))
}

#[test]
fn a_snapshot_of_the_same_release_is_gone_on_from() {
    on_bench(|bench| {
        let mut courier = courier(ticket(&bench));
        assert!(matches!(courier.next(now(&bench)), Action::Send { .. }));
        let resumed = Courier::resume(&courier.snapshot(), now(&bench)).unwrap();
        assert_eq!(resumed.errand(), courier.errand());
    });
}

#[test]
fn what_is_no_snapshot_of_ours_is_none() {
    on_bench(|bench| {
        let snapshot = courier(ticket(&bench)).snapshot();
        let refused = |bytes: &[u8]| Courier::resume(bytes, now(&bench)).is_none();
        assert!(!refused(&snapshot));
        assert!(refused(&of_another_release(&snapshot)));
        let changed = |key: &str, value: Value| {
            let mut document: Value = serde_json::from_slice(&snapshot).unwrap();
            document[key] = value;
            document.to_string().into_bytes()
        };
        assert!(refused(&changed("format", 0.into())));
        assert!(refused(&changed("format", 1_000.into())));
        assert!(refused(&changed("errand", json!({ "unheard_of": {} }))));
        assert!(refused(&changed("status", Value::Null)));
        for length in [0, 1, snapshot.len() / 2, snapshot.len() - 1] {
            assert!(refused(&snapshot[..length]));
        }
        assert!(refused(b"null") && refused(b"[]") && refused(b"{}") && refused(&[0xff; 64]));
    });
}

#[test]
fn beginning_again_after_everything_was_made_doubles_nothing() {
    on_bench(|mut bench| {
        let ticket = ticket(&bench);
        let first = bench.drive(courier(ticket.clone()));
        let state = bench.sandbox.state(bench.now_ms);
        let made = summary(&state);
        // At once, after a while (nothing late can come any more), and without a word on when it was.
        for last_request_at in [None, Some(bench.now_ms), Some(bench.now_ms - 60_000)] {
            let again = Ticket { again: true, last_request_at, ..ticket.clone() };
            let again = bench.drive(courier(again));
            assert_eq!(again.status(), Status::Delivered);
            let (again, first) = (again.report(), first.report());
            assert_eq!((again.contact, again.lead), (first.contact, first.lead));
            assert_eq!((again.tasks, again.notes), (first.tasks, first.notes));
            let state = bench.sandbox.state(bench.now_ms);
            assert_eq!(summary(&state), made);
        }
    });
}
