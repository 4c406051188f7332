//! Calls come in several messages: whatever dies, and whatever order they come in, there is one contact, one lead, one
//! record, and the tasks of the matrix.

use proptest::prelude::*;
use ringostat_amocrm::delivery::courier::Status;

use super::every_step::survives;
use super::storms::{fault, kill};
use super::summary::{items, owners, summary};
use super::world::{Kill, START_MS, Value, World, json};

const IVAN: u64 = 504_142;
const MARIA: u64 = 504_143;
const SENIOR: u64 = 504_141;

fn settings() -> Value {
    json!({
        "employees": [
            { "ringostat": { "staff_id": "1", "sip": ["firm_ivan"] }, "amocrm_user": IVAN },
            { "ringostat": { "staff_id": "2", "sip": ["firm_maria"] }, "amocrm_user": MARIA },
        ],
        "lines": [{ "number": "380441112200", "kind": "sip", "sip": "firm_stopped", "label": "Тест" }],
        "stop_list": [{ "sip": "firm_stopped" }],
        "matrix": { "senior_user": SENIOR },
        "funnel": [{ "pipeline": 6_950_552, "variable": "pool_name", "equals": ["Контекстная реклама"] }],
        "forms": { "creates": { "task": { "on": true } } },
    })
}

/// One call of a client: how it goes, and who is on the project's side.
#[derive(Debug, Clone)]
struct Call {
    number: usize,
    client: usize,
    way: Way,
    who: usize,
    marks: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Answered,
    Missed,
    Out,
    OutMissed,
    Callback,
    CallbackMissed,
    Stopped,
}

const WHO: [&str; 3] = ["firm_ivan", "firm_maria", "firm_nobody"];

impl Call {
    fn id(&self) -> String {
        format!("ua1_-{}.{}", START_MS / 1000 - 100_000 + self.number as i64 * 60, self.number)
    }

    fn base(&self) -> Value {
        let client = format!("38067111{:04}", self.client);
        let (kind, way) = match self.way {
            Way::Answered | Way::Missed | Way::Stopped => ("in", "caller"),
            Way::Callback | Way::CallbackMissed => ("callback", "caller"),
            Way::Out | Way::OutMissed => ("out", "dst"),
        };
        let line = if self.way == Way::Stopped { "380441112200" } else { "380441112233" };
        let mut message = json!({ "uniqueid": self.id(), "call_type": kind, "pool_name": "Сайт" });
        message[way] = client.into();
        if way == "dst" {
            message["caller"] = WHO[self.who].into();
            message["outbound_number"] = line.into();
        } else {
            message["dst"] = line.into();
        }
        if self.marks {
            message["utm_source"] = "google".into();
            message["pool_name"] = "Контекстная реклама".into();
        }
        message
    }

    /// At pick-up, after the call, and after the rating menu.
    fn messages(&self) -> Vec<Value> {
        let answered = matches!(self.way, Way::Answered | Way::Out | Way::Callback | Way::Stopped);
        let mut after = self.base();
        after["disposition"] = if answered { "ANSWERED" } else { "NO ANSWER" }.into();
        after["billsec"] = if answered { 30 } else { 0 }.into();
        if !answered {
            return vec![after];
        }
        let mut picked_up = self.base();
        picked_up["event"] = "pick up".into();
        for key in ["disposition", "billsec", "recording"] {
            picked_up[key] = Value::Null;
        }
        if !matches!(self.way, Way::Out) {
            after["connected_with"] = WHO[self.who].into();
            picked_up["connected_with"] = WHO[self.who].into();
        }
        let mut rated = after.clone();
        rated["event"] = "after rating menu".into();
        rated["employee_mark"] = 5.into();
        // The recording is ready only now.
        rated["has_recording"] = "1".into();
        rated["recording"] = "https://app.ringostat.com/recordings/x.ogg?token=1".into();
        vec![picked_up, after, rated]
    }
}

fn call(way: Way, who: usize) -> Call {
    Call { number: 1, client: 1, way, who, marks: true }
}

fn world(settings: &Value, switches: &Value, account: Option<&Value>, messages: &[Value]) -> World {
    let mut world = World::with(settings, switches, account);
    for message in messages {
        world.call(message, 0);
    }
    world
}

/// The client with so many open leads, all of them Maria's.
fn account(leads: u64) -> Value {
    let ids: Vec<Value> = (0..leads).map(|lead| json!({ "id": 500 + lead })).collect();
    let lead = |id: &Value| json!({ "id": id["id"], "name": "Старая", "responsible_user_id": MARIA });
    json!({
        "leads": ids.iter().map(lead).collect::<Vec<_>>(),
        "contacts": [{
            "id": 101, "name": "Анна", "responsible_user_id": MARIA, "_embedded": { "leads": ids },
            "custom_fields_values": [
                { "field_code": "PHONE", "values": [{ "value": "067 111 00 01", "enum_code": "MOB" }] }],
        }],
    })
}

#[test]
fn a_new_client_is_answered() {
    let messages = call(Way::Answered, 0).messages();
    survives(|| world(&settings(), &json!({}), None, &messages), [1, 1, 1, 0]);
    let lagging = json!({ "index_delay_ms": 600_000 });
    survives(|| world(&settings(), &lagging, None, &messages), [1, 1, 1, 0]);
}

#[test]
fn a_new_client_is_answered_on_a_line_tied_to_nobody() {
    let messages = call(Way::Answered, 2).messages();
    survives(|| world(&settings(), &json!({}), None, &messages), [1, 1, 1, 1]);
    let completed_first: Vec<Value> = messages.iter().rev().cloned().collect();
    survives(|| world(&settings(), &json!({}), None, &completed_first), [1, 1, 1, 1]);
}

#[test]
fn a_new_client_is_missed() {
    let messages = call(Way::Missed, 0).messages();
    survives(|| world(&settings(), &json!({}), None, &messages), [1, 1, 1, 1]);
}

#[test]
fn a_known_client_is_answered_by_somebody_else() {
    let messages = call(Way::Answered, 0).messages();
    survives(|| world(&settings(), &json!({}), Some(&account(1)), &messages), [1, 1, 1, 2]);
}

#[test]
fn a_known_client_without_an_open_lead() {
    let messages = call(Way::Answered, 0).messages();
    survives(|| world(&settings(), &json!({}), Some(&account(0)), &messages), [1, 1, 1, 0]);
}

#[test]
fn a_talk_completes_the_task_of_a_missed_call() {
    let missed = call(Way::Missed, 0).messages();
    let talk = Call { number: 2, ..call(Way::Out, 0) }.messages();
    let messages = [missed, talk].concat();
    survives(|| world(&settings(), &json!({}), None, &messages), [1, 1, 2, 1]);
}

#[test]
fn an_incoming_lead_by_a_call() {
    let rows = json!([{ "creates": { "unsorted": true, "contact": true, "note": true } }]);
    let settings = json!({ "matrix": { "rows": rows } });
    let messages = call(Way::Answered, 0).messages();
    survives(|| world(&settings, &json!({}), None, &messages), [1, 1, 1, 0]);
}

#[test]
fn a_task_that_hangs_on_nothing() {
    let rows = json!([{ "creates": { "open_task": { "text": "Перезвонить: {client_number}" } } }]);
    let settings = json!({ "matrix": { "rows": rows } });
    let messages = call(Way::Missed, 0).messages();
    survives(|| world(&settings, &json!({}), None, &messages), [0, 0, 0, 1]);
}

// Property: one client's events keep their order; everything else may come as it likes.

const CALLS: usize = 50;
const FORMS: usize = 20;
const CLIENTS: usize = 14;

/// What happens to one client, one thing after another.
#[derive(Debug, Clone)]
enum Subject {
    Call(Call),
    Form { number: usize, client: usize },
}

fn a_call() -> impl Strategy<Value = Call> {
    use Way::{Answered, Callback, CallbackMissed, Missed, Out, OutMissed, Stopped};
    let ways = [Answered, Answered, Missed, Missed, Out, OutMissed, Callback, CallbackMissed, Stopped];
    (0..CLIENTS, prop::sample::select(ways.to_vec()), 0..WHO.len(), any::<bool>())
        .prop_map(|(client, way, who, marks)| Call { number: 0, client, way, who, marks })
}

fn subjects() -> impl Strategy<Value = Vec<Subject>> {
    let calls = prop::collection::vec(a_call().prop_map(Subject::Call), CALLS);
    let forms =
        prop::collection::vec((0..CLIENTS).prop_map(|client| Subject::Form { number: 0, client }), FORMS);
    (calls, forms).prop_map(|(calls, forms)| [calls, forms].concat()).prop_shuffle().prop_map(numbered)
}

/// Numbers in the order of time.
fn numbered(mut all: Vec<Subject>) -> Vec<Subject> {
    for (place, subject) in all.iter_mut().enumerate() {
        match subject {
            Subject::Call(call) => call.number = place,
            Subject::Form { number, .. } => *number = place,
        }
    }
    all
}

/// One of few clients.
fn a_subject() -> impl Strategy<Value = Subject> {
    let form = (0..3_usize).prop_map(|client| Subject::Form { number: 0, client });
    let call = (a_call(), 0..3_usize).prop_map(|(call, client)| Subject::Call(Call { client, ..call }));
    prop_oneof![3 => call, 1 => form]
}

/// How the same things come in another time.
#[derive(Debug, Clone)]
struct Disorder {
    /// Orders the messages of each subject, and says which come twice.
    messages: Vec<(u8, u8)>,
    /// Orders the clients among each other.
    clients: Vec<usize>,
    /// Orders journeys that run side by side.
    seed: u64,
}

fn disorder() -> impl Strategy<Value = Disorder> {
    let messages = prop::collection::vec((0..6_u8, 0..4_u8), CALLS + FORMS);
    let clients = Just((0..CLIENTS).collect::<Vec<_>>()).prop_shuffle();
    (messages, clients, 1..u64::MAX).prop_map(|(messages, clients, seed)| Disorder {
        messages,
        clients,
        seed,
    })
}

fn client_of(subject: &Subject) -> usize {
    match subject {
        Subject::Call(call) => call.client,
        Subject::Form { client, .. } => *client,
    }
}

fn send(world: &mut World, subject: &Subject, order: (u8, u8)) {
    match subject {
        Subject::Form { number, client } => {
            let phone = format!("+38 (067) 111-{:02}-{:02}", client / 100, client % 100);
            world.post_as(
                &json!({ "name": format!("Клиент {client}"), "phone": phone, "comment": number }),
                &format!("form {number}"),
                0,
            );
        }
        Subject::Call(call) => {
            let mut messages = call.messages();
            if let [first, second, third] = messages.as_slice() {
                let places = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
                let all = [first.clone(), second.clone(), third.clone()];
                messages = places[order.0 as usize].map(|place| all[place].clone()).to_vec();
            }
            let again = messages.get(order.1 as usize).cloned();
            messages.extend(again);
            for message in messages {
                world.call(&message, 0);
            }
        }
    }
}

fn entities(subjects: &[Subject], disorder: Option<&Disorder>) -> (Vec<String>, Value) {
    let mut world = World::with(&settings(), &json!({}), None);
    match disorder {
        None => subjects.iter().for_each(|subject| send(&mut world, subject, (0, 9))),
        Some(disorder) => {
            world = world.shuffled(disorder.seed);
            // Whole clients one after another, in any order.
            for client in &disorder.clients {
                for (subject, order) in subjects.iter().zip(&disorder.messages) {
                    if client_of(subject) == *client {
                        send(&mut world, subject, *order);
                    }
                }
            }
        }
    }
    world.run();
    for event in &world.events {
        assert!(matches!(event.status, Some(Status::Delivered | Status::Skipped)), "{:?}", event.form);
    }
    let state = world.state();
    (summary(&state), state)
}

/// `PROPTEST_CASES` asks for another number.
fn config(cases: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: asked.unwrap_or(cases),
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn a_storm_changes_nothing(
        subjects in prop::collection::vec(a_subject(), 1..8),
        faults in prop::collection::vec(fault(), 0..6),
        kills in prop::collection::vec(kill(), 0..4),
        lagging in any::<bool>(),
        together in any::<bool>(),
        seed in 1..u64::MAX,
    ) {
        let subjects = numbered(subjects);
        let switches = if lagging { json!({ "index_delay_ms": 5_000 }) } else { json!({}) };
        let run = |faults: &[Value], kills: &[Kill], together: bool| {
            let mut world = World::with(&settings(), &switches, None).shuffled(seed).together(together);
            world.faults(&json!({ "seed": seed % 1000, "faults": faults }));
            world.kill(kills);
            subjects.iter().for_each(|subject| send(&mut world, subject, (0, 9)));
            world.run();
            summary(&world.state())
        };
        // What a manager adds is there in one run and not in the other.
        let faults: Vec<Value> =
            faults.into_iter().filter(|fault| fault["kind"] != "manager_edits").collect();
        prop_assert_eq!(run(&faults, &kills, together), run(&[], &[], false));
    }
}

proptest! {
    #![proptest_config(config(24))]

    #[test]
    fn fifty_calls_and_twenty_forms_in_any_order(subjects in subjects(), disorder in disorder()) {
        let (expected, state) = entities(&subjects, None);
        let (seen, _) = entities(&subjects, Some(&disorder));
        prop_assert_eq!(&seen, &expected);
        for (phone, contacts) in owners(&state) {
            prop_assert_eq!(contacts.len(), 1, "{} is on contacts {:?}", phone, contacts);
        }
        let records: Vec<&str> =
            items(&state, "notes").iter().filter_map(|note| note["params"]["uniq"].as_str()).collect();
        let mut once = records.clone();
        once.sort_unstable();
        once.dedup();
        prop_assert_eq!(once.len(), records.len(), "a call has one record");
    }
}
