//! Single troubles, each with what must come of it.

use ringostat_amocrm::delivery::courier::Status;

use super::summary::{digits, items, note_text, phones, values};
use super::world::{Value, World, json};

/// A known client: his card and his open lead.
fn known() -> Value {
    json!({
        "leads": [{ "id": 500, "name": "Старая" }],
        "contacts": [{ "id": 101, "name": "Иван", "_embedded": { "leads": [{ "id": 500 }] },
            "custom_fields_values": [
                { "field_code": "PHONE", "values": [{ "value": "+380671112233", "enum_code": "WORK" }] },
                { "field_code": "EMAIL", "values": [{ "value": "a@old.example", "enum_code": "WORK" }] }] }],
    })
}

fn form(email: &str) -> Value {
    json!({ "name": "Иван", "phone": "0671112233, +380505556677", "email": email, "comment": email })
}

fn world(settings: &Value, faults: &[Value]) -> World {
    let mut world = World::with(settings, &json!({}), Some(&known()));
    world.faults(&json!({ "seed": 7, "faults": faults }));
    world
}

/// Delivered; one contact with this many e-mails and every phone that the manager typed.
fn assert_whole(world: &mut World, emails: usize) {
    world.run();
    let state = world.state();
    for event in &world.events {
        assert_eq!(event.status, Some(Status::Delivered), "{}", event.form);
    }
    assert_eq!(items(&state, "contacts").len(), 1);
    let contact = &state["contacts"][0];
    assert_eq!(values(contact, "EMAIL").len(), emails, "{:?}", values(contact, "EMAIL"));
    for phone in ["380671112233", "380505556677"] {
        assert!(phones(contact).contains(&phone.to_owned()), "{:?}", phones(contact));
    }
    for phone in items(&state, "manager_edits").iter().filter_map(|edit| edit["phone"].as_str()) {
        assert!(
            phones(contact).contains(&digits(phone)),
            "the manager's {phone} is gone: {:?}",
            phones(contact)
        );
    }
    let notes: Vec<&str> = items(&state, "notes").iter().map(note_text).collect();
    assert_eq!(notes.len(), world.events.len(), "{notes:#?}");
}

fn on_patch(kind: &str, count: u64) -> Value {
    json!({ "method": "PATCH", "path": "/api/v4/contacts/*", "kind": kind, "count": count })
}

#[test]
fn changes_of_a_contact_survive_a_long_outage() {
    let fault =
        json!({ "method": "PATCH", "path": "/api/v4/*", "kind": "status", "status": 503, "count": 60 });
    let settings = json!({ "mapping": {
        "contact": [
            { "field": "PHONE", "value": { "form_fields": ["phone"] } },
            { "field": "EMAIL", "value": { "form_fields": ["email"] } },
        ],
        "lead": [{ "field": "price", "value": { "constant": "700" } }],
    } });
    let mut world = world(&settings, &[fault.clone(), fault]);
    world.post(&form("b@new.example"), 0);
    assert_whole(&mut world, 2);
    assert_eq!(world.state()["leads"][0]["price"], 700);
    assert!(world.events[0].requests < 400, "{} requests", world.events[0].requests);
}

#[test]
fn a_late_change_does_not_erase_what_came_after_it() {
    let late = json!({ "method": "PATCH", "path": "/api/v4/contacts/*", "kind": "commit_late", "delay_ms": 30_000, "count": 1 });
    let mut world = world(&json!({}), &[late]);
    world.post(&form("b@new.example"), 0);
    world.post(&form("c@new.example"), 1_000);
    assert_whole(&mut world, 3);
}

#[test]
fn a_managers_phone_is_put_back_even_when_that_answer_is_lost_too() {
    for kind in ["drop_before", "drop_after", "html_502", "commit_then_504"] {
        let mut world = world(&json!({}), &[on_patch("manager_edits", 1), on_patch(kind, 1)]);
        world.post(&form("b@new.example"), 0);
        assert_whole(&mut world, 2);
    }
}

#[test]
fn a_manager_who_keeps_typing_loses_nothing() {
    for times in 1..=3 {
        let mut world = world(&json!({}), &[on_patch("manager_edits", times)]);
        world.post(&form("b@new.example"), 0);
        assert_whole(&mut world, 2);
        let reads =
            json!({ "method": "GET", "path": "/api/v4/contacts/*", "kind": "manager_edits", "count": times });
        let mut world = self::world(&json!({}), &[on_patch("manager_edits", 1), reads]);
        world.post(&form("b@new.example"), 0);
        assert_whole(&mut world, 2);
    }
}

#[test]
fn what_an_existing_card_refuses_is_in_the_note() {
    let refusal = json!({ "method": "PATCH", "path": "/api/v4/*", "kind": "status", "status": 400 });
    let settings = json!({ "mapping": {
        "contact": [
            { "field": "PHONE", "value": { "form_fields": ["phone"] } },
            { "field": "EMAIL", "value": { "form_fields": ["email"] } },
        ],
        "lead": [{ "field": "price", "value": { "form_fields": ["sum"] } }],
    } });
    let mut world = world(&settings, &[refusal]);
    world.post(&json!({ "phone": "0671112233, 0505556677", "email": "b@new.example", "sum": "700" }), 0);
    world.run();
    let state = world.state();
    let note = note_text(&state["notes"][0]);
    for value in ["0505556677", "b@new.example", "700"] {
        assert!(note.contains(value), "{value} is not in {note}");
    }
}

#[test]
fn a_namesake_is_not_taken_for_the_contact_whose_answer_was_lost() {
    let mut world = World::with(&json!({}), &json!({ "admin": false }), None).shuffled(1);
    let lost =
        json!({ "method": "POST", "path": "/api/v4/leads/complex", "kind": "drop_before", "count": 1 });
    world.faults(&json!({ "faults": [lost] }));
    // Side by side: neither knows of the other.
    world.post(&json!({ "name": "Иван", "email": "ivan@one.example" }), 0);
    world.post(&json!({ "name": "Иван", "email": "ivan@two.example" }), 0);
    world.run();
    let state = world.state();
    let mut found: Vec<&str> =
        items(&state, "contacts").iter().flat_map(|one| values(one, "EMAIL")).collect();
    found.sort_unstable();
    assert_eq!(found, ["ivan@one.example", "ivan@two.example"]);
}
