//! Notes, records and tasks of many clients leave together: each still comes exactly once, whatever becomes of the
//! request that carries them.

use proptest::prelude::*;
use ringostat_amocrm::delivery::courier::Status;

use super::every_step::survives;
use super::storms::kill;
use super::summary::summary;
use super::world::{START_MS, Value, World, json};

/// amoCRM refuses this type of task.
const NO_TYPE: u64 = 777;

/// Forms and missed calls leave a task and a note, talks leave a record; the task of a call nobody took at night is
/// not acceptable as it stands.
fn settings() -> Value {
    let night = json!({ "open_task": { "text": "Ночной звонок", "type": NO_TYPE } });
    let missed = json!({ "contact": true, "lead": true, "note": true, "call_record": true, "open_task": {} });
    let talk = json!({ "contact": true, "lead": true, "call_record": true });
    let with = |creates: &Value, more: &Value| {
        let mut creates = creates.clone();
        creates.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        creates
    };
    json!({
        "forms": { "creates": { "task": { "on": true } } },
        "matrix": { "rows": [
            { "when": { "call": "incoming_missed" }, "creates": missed },
            { "when": { "call": "callback_missed" }, "creates": with(&missed, &night) },
            { "when": { "call": "incoming_answered" }, "creates": talk },
        ] },
    })
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Form,
    Missed,
    Night,
    Talk,
}

fn world(kinds: &[Kind], switches: &Value) -> World {
    let mut world = World::with(&settings(), switches, None);
    // As read before somebody removed the type.
    world.directory.task_types.clear();
    for (client, kind) in kinds.iter().enumerate() {
        let phone = format!("38067111{client:04}");
        let (way, said) = match kind {
            Kind::Form => {
                let form = json!({ "name": format!("Клиент {client}"), "phone": phone, "comment": client });
                world.post(&form, 0);
                continue;
            }
            Kind::Missed => ("in", "NO ANSWER"),
            Kind::Night => ("callback", "NO ANSWER"),
            Kind::Talk => ("in", "ANSWERED"),
        };
        let call = json!({
            "uniqueid": format!("ua1_-{}.{client}", START_MS / 1000 - 60), "call_type": way, "caller": phone,
            "dst": "380441112233", "disposition": said, "billsec": if said == "ANSWERED" { 30 } else { 0 },
        });
        world.call(&call, 0);
    }
    world
}

fn assert_delivered(world: &World) {
    for event in &world.events {
        assert_eq!(event.status, Some(Status::Delivered), "{}", event.form);
    }
}

#[test]
fn sixty_missed_calls_cost_little_more_than_a_search_and_a_lead_each() {
    let begin = || world(&[Kind::Missed; 60], &json!({}));
    let mut singly = begin();
    singly.run();
    let mut together = begin().together(true);
    together.run();
    assert_delivered(&together);
    assert_eq!(summary(&together.state()), summary(&singly.state()));
    // Search, contact with lead, task, record, note; against two and a few.
    assert_eq!(singly.sent, 60 * 5);
    assert!(together.sent <= 60 * 2 + 6, "{} requests", together.sent);
    assert!(together.batches.iter().all(|size| *size <= 60), "{:?}", together.batches);
}

#[test]
fn one_bad_item_does_not_delay_the_others() {
    let mut kinds = vec![Kind::Missed; 9];
    kinds.push(Kind::Night);
    for stores in [false, true] {
        let switches = json!({ "batch_400_stores_valid": stores });
        let mut singly = world(&kinds, &switches);
        singly.run();
        let mut together = world(&kinds, &switches).together(true);
        together.run();
        assert_delivered(&together);
        assert_eq!(summary(&together.state()), summary(&singly.state()), "stores valid ones: {stores}");
        // Nobody had to wait until a late commit would be there.
        assert!(together.now_ms - START_MS < 10_000, "{} ms", together.now_ms - START_MS);
    }
}

#[test]
fn a_batch_survives_every_death() {
    let kinds = [Kind::Missed, Kind::Form, Kind::Night];
    survives(|| world(&kinds, &json!({})).together(true), [3, 3, 5, 3]);
}

fn fault() -> impl Strategy<Value = Value> {
    let paths = prop::sample::select(vec!["/api/v4/leads/notes", "/api/v4/tasks", "/api/v4/*"]);
    let kinds = prop_oneof![
        3 => Just(json!({ "kind": "commit_then_504" })),
        3 => Just(json!({ "kind": "drop_after" })),
        2 => Just(json!({ "kind": "drop_before" })),
        3 => (1..40_000_u64).prop_map(|delay| json!({ "kind": "commit_late", "delay_ms": delay })),
        3 => prop::sample::select(vec![429, 401, 402, 500, 503])
            .prop_map(|status| json!({ "kind": "status", "status": status })),
        1 => Just(json!({ "kind": "html_403" })),
    ];
    let chances = prop::sample::select(vec![1.0, 0.5, 0.2]);
    (paths, kinds, 1..5_u64, chances).prop_map(|(path, mut fault, count, probability)| {
        fault["path"] = path.into();
        fault["method"] = "POST".into();
        fault["count"] = count.into();
        fault["probability"] = probability.into();
        fault
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(200),
        failure_persistence: None,
        max_shrink_iters: 500,
        ..ProptestConfig::default()
    })]

    #[test]
    fn each_comes_once_whatever_becomes_of_the_batch(
        kinds in prop::collection::vec(
            prop::sample::select(vec![Kind::Form, Kind::Missed, Kind::Missed, Kind::Night, Kind::Talk]),
            2..9,
        ),
        faults in prop::collection::vec(fault(), 0..5),
        kills in prop::collection::vec(kill(), 0..3),
        stores in any::<bool>(),
        seed in 1..u64::MAX,
    ) {
        let switches = json!({ "batch_400_stores_valid": stores });
        let mut undisturbed = world(&kinds, &switches);
        undisturbed.run();
        let mut storm = world(&kinds, &switches).shuffled(seed).together(true);
        storm.faults(&json!({ "seed": seed % 1000, "faults": faults }));
        storm.kill(&kills);
        storm.run();
        assert_delivered(&storm);
        prop_assert_eq!(summary(&storm.state()), summary(&undisturbed.state()));
    }
}
