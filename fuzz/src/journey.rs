//! Journeys: what amoCRM answers is an intake too, and so is the snapshot that a journey is taken up from.

use std::sync::LazyLock;

use ringostat_amocrm::amocrm::directory::Directory;
use ringostat_amocrm::amocrm::http::{Method, Request, Response};
use ringostat_amocrm::config::Settings;
use ringostat_amocrm::delivery::courier::Now;
use ringostat_amocrm::delivery::{Action, Courier, Errand, Options, Unanswered};
use ringostat_amocrm::event::Event;
use ringostat_amocrm::flow::event::EventFlow;
use ringostat_amocrm::flow::lookup::{Lookup, LookupQuery};
use ringostat_amocrm::flow::survey::Survey;
use ringostat_amocrm::flow::tell_senior::{NoticeTicket, TellSenior};
use ringostat_amocrm::flow::ticket::Ticket;
use ringostat_amocrm::intake::calls::{KeyTable, read_webhook};
use ringostat_amocrm::intake::{Context, read_form};
use ringostat_amocrm::json;
use ringostat_amocrm::rules::notice::Notice;
use serde_json::Value;

use super::calls;

const START_MS: i64 = 1_795_400_000_000;
const ROUND_TRIP_MS: i64 = 20;
/// Actions for each answer: a request, a wait after it, and what is asked in between.
const STEPS_PER_ANSWER: usize = 4;

const FORM: &str = r#"{"name":"Иван","phone":"0671112233","email":"ivan@example.com","city":"Киев","r_cu":"https://site.example/?utm_source=google"}"#;
const CALL: &str = r#"{"call_id":"1795399000.12","caller":"380671112233","callee":"380441112233","type":"in","status":"NO ANSWER","call_duration":27,"waiting":27,"dialog":0}"#;
const TALK: &str = r#"{"call_id":"1795399000.12","caller":"380671112233","callee":"380441112233","type":"in","status":"ANSWERED","call_duration":50,"dialog":23,"has_recording":"1","recording":"https://app.ringostat.com/recordings/x.mp3","staffid":"331851"}"#;

static DIRECTORY: LazyLock<Directory> =
    LazyLock::new(|| json::from_slice(include_bytes!("directory.json")).unwrap());
static SETTINGS: LazyLock<Settings> =
    LazyLock::new(|| Settings::parse(include_str!("settings.json")).unwrap());
static OPTIONS: LazyLock<Options> = LazyLock::new(Options::default);

/// An account as it was read.
pub fn directory() -> &'static Directory {
    &DIRECTORY
}

/// The first byte chooses the journey, then comes what amoCRM answers, a line for each request: its first letter is
/// the status or the failure, the rest the body.
pub fn journey(data: &[u8]) {
    let Some((&kind, answers)) = data.split_first() else { return };
    let mut carrying = Carrying {
        courier: Courier::new(errand(kind), &OPTIONS),
        now_ms: START_MS,
        answers: answers.split(|byte| *byte == b'\n'),
        doubts: Vec::new(),
    };
    let most = STEPS_PER_ANSWER * (answers.split(|byte| *byte == b'\n').count() + 1);
    for _ in 0..most {
        if !carrying.step() {
            return;
        }
    }
    panic!("the journey goes in circles");
}

/// Bytes that are taken for a snapshot.
pub fn snapshot(data: &[u8]) {
    if let Some(courier) = Courier::resume(data, now(0)) {
        same_when_taken_up(&courier);
        json::to_bytes(&courier.report());
    }
}

/// A host takes a journey up before it knows what time it is.
fn same_when_taken_up(courier: &Courier) -> Courier {
    let now = now(0);
    let once = Courier::resume(&courier.snapshot(), now).unwrap();
    let twice = Courier::resume(&once.snapshot(), now).unwrap();
    assert_same(&twice, &once, "another journey after it was taken up twice");
    once
}

fn assert_same(one: &Courier, other: &Courier, what: &str) {
    let same = one == other || !reads_back(&serde_json::json!(other));
    assert!(same, "{what}: {one:?} instead of {other:?}");
}

/// The reader of JSON is the small one: a double with many digits may come back as its neighbour. Only amoCRM's own
/// objects have any.
fn reads_back(value: &Value) -> bool {
    match value {
        Value::Number(number) => {
            json::parse(number.to_string().as_bytes()).is_ok_and(|again| again == *value)
        }
        Value::Array(items) => items.iter().all(reads_back),
        Value::Object(members) => members.values().all(reads_back),
        _ => true,
    }
}

fn errand(kind: u8) -> Errand {
    let ticket = |id: &str, event| Ticket {
        again: kind & 8 != 0,
        watermarks: DIRECTORY.watermarks.clone(),
        ..Ticket::fresh(id.into(), event, START_MS)
    };
    let call = |text: &str| {
        let clock = calls::clock(3);
        let read = read_webhook("", "", text.as_bytes(), &KeyTable::default(), &clock).unwrap();
        Ticket {
            subject: read.subject.clone(),
            ..ticket(&read.message.key, Event::Call(Box::new(read.call)))
        }
    };
    let event = |ticket| Errand::Event(Box::new(EventFlow::new(ticket)));
    match kind % 8 {
        0 | 1 => {
            let form =
                read_form("application/json", FORM.as_bytes(), Vec::new(), Context::default()).unwrap();
            event(ticket("f-1", Event::Form(Box::new(form.form))))
        }
        2 => event(call(CALL)),
        3 => event(call(TALK)),
        4 => Errand::Survey(Box::new(Survey::new(None))),
        5 => Errand::Survey(Box::new(Survey::new(Some(&DIRECTORY)))),
        6 => Errand::Lookup(Lookup::new(LookupQuery {
            phone: Some("0671112233".into()),
            email: Some("ivan@example.com".into()),
            client_id: Some("1169999034.1555555510".into()),
        })),
        _ => {
            let notice = Notice::Mended { sent: 3, expired: 1 };
            Errand::Notice(Box::new(TellSenior::new(NoticeTicket {
                notice,
                at: START_MS / 1000,
                again: kind & 8 != 0,
            })))
        }
    }
}

/// A create of which nobody knows whether it was carried out.
struct Doubt {
    request: Request,
    since_ms: i64,
    reads: usize,
}

struct Carrying<A> {
    courier: Courier,
    now_ms: i64,
    answers: A,
    doubts: Vec<Doubt>,
}

impl<'a, A: Iterator<Item = &'a [u8]>> Carrying<A> {
    /// One action; `false` at the end of the journey or of the answers.
    fn step(&mut self) -> bool {
        let now = now(self.now_ms);
        let action = self.courier.next(now);
        json::to_bytes(&action);
        match action {
            Action::Done => {
                json::to_bytes(&self.courier.report());
                assert_same(&same_when_taken_up(&self.courier), &self.courier, "over is over");
                false
            }
            Action::Wait { until, .. } => {
                assert!(until > self.now_ms, "waits for what was");
                self.now_ms = until;
                true
            }
            Action::Lock { name } => {
                assert!(name.starts_with("contact:"), "{name}");
                let taken_up = same_when_taken_up(&self.courier);
                // As if another event had been there, after an odd number of answers.
                let stale = (self.now_ms - START_MS) / ROUND_TRIP_MS % 2 == 1;
                if stale {
                    self.courier = taken_up;
                }
                self.courier.granted(stale, &DIRECTORY.watermarks, now);
                true
            }
            Action::Send { request, save, .. } => {
                self.check(&request, save);
                let Some(answer) = self.answers.next() else {
                    same_when_taken_up(&self.courier);
                    return false;
                };
                self.now_ms += ROUND_TRIP_MS;
                self.answer(request, answer);
                true
            }
        }
    }

    fn check(&mut self, request: &Request, save: bool) {
        assert!(request.path.starts_with("/api/v4/"), "{}", request.path);
        assert!(request.path.bytes().all(|byte| byte.is_ascii_graphic()), "{}", request.path);
        assert_eq!(save, request.method.writes());
        assert_eq!(request.body.is_some(), save);
        assert!(request.body.iter().all(|body| json::parse(body.as_bytes()).is_ok()));
        if !save {
            self.doubts.iter_mut().for_each(|doubt| doubt.reads += 1);
        } else if let Some(doubt) = self.doubts.iter().find(|doubt| doubt.request == *request) {
            let waited = self.now_ms - doubt.since_ms;
            // A survey looks once, after a while; creates of events are looked up at once as well.
            let looks = if request.path.contains("/custom_fields") { 1 } else { 2 };
            assert!(doubt.reads >= looks && waited >= OPTIONS.settle_ms, "sent again too early: {request:?}");
        }
        self.doubts.retain(|doubt| doubt.request != *request);
    }

    fn answer(&mut self, request: Request, answer: &[u8]) {
        let now = now(self.now_ms);
        let (kind, body) = answer.split_first().map_or((b'n', answer), |(kind, body)| (*kind, body));
        let status = match kind {
            b'o' => 200,
            b'n' => 204,
            b'b' => 400,
            b'a' => 401,
            b'p' => 402,
            b'f' => 403,
            b'm' => 404,
            b't' => 429,
            b'u' => 422,
            b's' => 500,
            b'g' => 504,
            b'l' => return self.unanswered(Unanswered::Lost, request),
            b'x' => return self.unanswered(Unanswered::NotSent, request),
            b'd' => return self.unanswered(Unanswered::Postponed, request),
            b'k' => {
                // The process died with the request on its way.
                self.courier = same_when_taken_up(&self.courier);
                self.doubt(request);
                return;
            }
            other => 200 + u16::from(other),
        };
        let content_type = if kind == b'g' { "text/html" } else { "application/hal+json" };
        let retry_after = (kind == b't').then_some(body.len() as u32);
        let response =
            Response { status, content_type: content_type.into(), retry_after, body: body.to_vec() };
        self.courier.answered(&response, now);
        if status >= 500 {
            self.doubt(request);
        }
    }

    fn unanswered(&mut self, kind: Unanswered, request: Request) {
        self.courier.unanswered(kind, now(self.now_ms));
        if kind == Unanswered::Lost {
            self.doubt(request);
        }
    }

    fn doubt(&mut self, request: Request) {
        if request.method == Method::Post {
            self.doubts.push(Doubt { request, since_ms: self.now_ms, reads: 0 });
        }
    }
}

fn now(ms: i64) -> Now<'static> {
    Now { settings: &SETTINGS, directory: &DIRECTORY, options: &OPTIONS, ms, jitter: 0.5 }
}
