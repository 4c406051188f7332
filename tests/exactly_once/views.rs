//! A client who was read a moment ago is not searched for again, unless something may have changed.

use ringostat_amocrm::delivery::courier::Status;

use super::summary::{items, summary};
use super::world::{START_MS, Value, World, json};

fn call(number: usize) -> Value {
    json!({
        "uniqueid": format!("ua1_-{}.{number}", START_MS / 1000 - 60), "call_type": "in",
        "caller": "380671112233", "dst": "380441112233", "disposition": "NO ANSWER", "billsec": 0,
    })
}

fn account() -> Value {
    json!({
        "leads": [{ "id": 500, "name": "Старая" }],
        "contacts": [{ "id": 101, "name": "Анна", "_embedded": { "leads": [{ "id": 500 }] },
            "custom_fields_values": [
                { "field_code": "PHONE", "values": [{ "value": "067 111 22 33", "enum_code": "MOB" }] }] }],
    })
}

fn world() -> World {
    let rows = json!([{ "creates": { "contact": true, "lead": true, "note": true } }]);
    World::with(&json!({ "matrix": { "rows": rows } }), &json!({}), Some(&account()))
}

/// Requests of each event.
fn requests(world: &mut World) -> Vec<usize> {
    world.run();
    for event in &world.events {
        assert_eq!(event.status, Some(Status::Delivered), "{}", event.form);
    }
    world.events.iter().map(|event| event.requests).collect()
}

#[test]
fn the_next_call_of_a_known_client_costs_no_search() {
    let mut world = world();
    for number in 0..4 {
        world.call(&call(number), 0);
    }
    let requests = requests(&mut world);
    // Search, leads, tags of both, note; search, leads, note; then the note alone.
    assert_eq!(requests, [5, 3, 1, 1]);
    let state = world.state();
    assert_eq!([items(&state, "contacts").len(), items(&state, "leads").len()], [1, 1]);
    assert_eq!(items(&state, "notes").len(), 4);
    assert!(items(&state, "notes").iter().all(|note| note["entity_id"] == 500), "{:#?}", summary(&state));
}

#[test]
fn what_is_older_than_seconds_is_read_again() {
    let mut world = world();
    for (number, later_ms) in [0, 0, 9_000, 11_000].into_iter().enumerate() {
        world.call(&call(number), later_ms);
    }
    assert_eq!(requests(&mut world), [5, 3, 1, 3]);
}

#[test]
fn what_was_written_since_is_read_again() {
    // A new client: his card was made and not read.
    let mut world = World::with(&json!({}), &json!({}), None);
    world.call(&call(0), 0);
    world.call(&call(1), 0);
    world.call(&call(2), 0);
    let new = requests(&mut world);
    assert!(new[2] < new[1], "{new:?}");
    // A known one whose card a form completes in between.
    let mut world = self::world();
    world.call(&call(0), 0);
    world.call(&call(1), 0);
    world.post(&json!({ "phone": "0671112233", "email": "anna@new.example", "comment": "?" }), 0);
    world.call(&call(2), 0);
    let known = requests(&mut world);
    assert_eq!((known[1], known[3]), (3, 3));
}

#[test]
fn nothing_is_handed_on_over_a_restart() {
    use super::world::{Death, Kill, Restart};
    let mut world = world();
    world.kill(&[Kill { at: 4, death: Death::Before, restart: Restart::Saved }]);
    world.call(&call(0), 0);
    world.call(&call(1), 0);
    world.run();
    let state = world.state();
    assert_eq!([items(&state, "leads").len(), items(&state, "notes").len()], [1, 2]);
}
