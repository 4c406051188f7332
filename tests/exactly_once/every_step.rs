//! The process is killed at each single action of a journey, in each way, and starts again in each way: the
//! account looks as if nothing had happened.

use super::summary::summary;
use super::world::{Death, Kill, Restart, Value, World, json};

const DEATHS: [Death; 3] = [Death::Before, Death::After, Death::Late];
const RESTARTS: [Restart; 3] = [Restart::Saved, Restart::OtherRelease, Restart::Nothing];

struct Scenario {
    settings: Value,
    switches: Value,
    account: Value,
    form: Value,
    /// Contacts, leads, notes, tasks.
    expected: [usize; 4],
}

impl Default for Scenario {
    fn default() -> Self {
        Scenario {
            settings: json!({}),
            switches: json!({}),
            account: Value::Null,
            form: form(),
            expected: [1, 1, 1, 0],
        }
    }
}

fn form() -> Value {
    json!({ "name": "Иван", "phone": "+38 (067) 111-22-33", "email": "ivan@new.example", "city": "Киев" })
}

/// Somebody else's card, then Ivan's with another e-mail and this many leads, all in this stage.
fn account(leads: usize, stage: Option<u64>) -> Value {
    let ids: Vec<u64> = (0..leads as u64).map(|n| 500 + n).collect();
    let lead = |id: &u64| match stage {
        Some(stage) => {
            json!({ "id": id, "name": format!("Старая {id}"), "status_id": stage, "created_at": id })
        }
        None => json!({ "id": id, "name": format!("Старая {id}"), "created_at": id }),
    };
    let links: Vec<Value> = ids.iter().map(|id| json!({ "id": id })).collect();
    json!({
        "leads": ids.iter().map(lead).collect::<Vec<_>>(),
        "contacts": [
            { "id": 100, "name": "Пётр", "custom_fields_values": [
                { "field_code": "PHONE", "values": [{ "value": "+380671112234", "enum_code": "WORK" }] }] },
            { "id": 101, "name": "Иван Старый", "_embedded": { "leads": links }, "custom_fields_values": [
                { "field_code": "PHONE", "values": [{ "value": "067 111 22 33", "enum_code": "MOB" }] },
                { "field_code": "EMAIL", "values": [{ "value": "ivan@old.example", "enum_code": "WORK" }] }] },
        ],
    })
}

impl Scenario {
    fn world(&self) -> World {
        let account = (!self.account.is_null()).then_some(&self.account);
        let mut world = World::with(&self.settings, &self.switches, account);
        world.post(&self.form, 0);
        world
    }

    fn holds(&self) {
        survives(|| self.world(), self.expected);
    }
}

/// Every single death leaves the account as an undisturbed run does, which has so many contacts, leads, notes, tasks.
pub fn survives(begin: impl Fn() -> World, counts: [usize; 4]) {
    let mut undisturbed = begin();
    undisturbed.run();
    let state = undisturbed.state();
    let expected = summary(&state);
    let seen = ["contacts", "leads", "notes", "tasks"].map(|list| state[list].as_array().unwrap().len());
    assert_eq!(seen, counts, "undisturbed: {expected:#?}");
    for at in 0..undisturbed.actions {
        for death in DEATHS {
            for restart in RESTARTS {
                let mut world = begin();
                world.kill(&[Kill { at, death, restart }]);
                world.run();
                let seen = summary(&world.state());
                assert_eq!(seen, expected, "killed at action {at}, {death:?}, {restart:?}");
            }
        }
    }
    // Twice in a row: the second time while the first death is being sorted out.
    for at in 0..undisturbed.actions {
        for gap in 1..4 {
            for death in [Death::After, Death::Late] {
                let mut world = begin();
                let kill = |at, death| Kill { at, death, restart: Restart::Saved };
                world.kill(&[kill(at, death), kill(at + gap, Death::After)]);
                world.run();
                let seen = summary(&world.state());
                assert_eq!(seen, expected, "killed at action {at}, {death:?}, and {gap} later");
            }
        }
    }
}

#[test]
fn a_new_client() {
    Scenario::default().holds();
}

#[test]
fn a_new_client_while_the_search_lags() {
    Scenario { switches: json!({ "index_delay_ms": 600_000 }), ..Scenario::default() }.holds();
}

#[test]
fn a_new_client_named_by_first_and_last_name_without_a_marker_field() {
    let contact = json!([
        { "field": "first_name", "value": { "form_fields": ["name"] } },
        { "field": "last_name", "value": { "form_fields": ["surname"] } },
        { "field": "PHONE", "value": { "form_fields": ["phone"] } },
    ]);
    Scenario {
        settings: json!({ "mapping": { "contact": contact } }),
        switches: json!({ "admin": false, "index_delay_ms": 600_000 }),
        form: json!({ "name": "Иван", "surname": "Иванов", "phone": "0671112233" }),
        ..Scenario::default()
    }
    .holds();
}

#[test]
fn a_new_client_without_a_marker_field() {
    Scenario { switches: json!({ "admin": false }), ..Scenario::default() }.holds();
    Scenario { switches: json!({ "admin": false, "index_delay_ms": 600_000 }), ..Scenario::default() }
        .holds();
}

#[test]
fn a_known_client_with_a_new_email() {
    Scenario { account: account(0, None), expected: [2, 1, 1, 0], ..Scenario::default() }.holds();
}

#[test]
fn a_known_client_with_a_new_email_without_a_marker_field() {
    Scenario {
        account: account(1, Some(143)),
        switches: json!({ "admin": false }),
        expected: [2, 2, 1, 0],
        ..Scenario::default()
    }
    .holds();
}

#[test]
fn an_open_lead_is_used_again() {
    let settings = json!({ "mapping": {
        "contact": [{ "field": "PHONE", "value": { "form_fields": ["phone"] } }],
        "lead": [{ "field": "price", "value": { "constant": "700" } }],
    } });
    Scenario { settings, account: account(2, None), expected: [2, 2, 1, 0], ..Scenario::default() }.holds();
}

#[test]
fn an_incoming_lead() {
    let settings = json!({ "forms": { "creates": { "unsorted": true } } });
    Scenario { settings: settings.clone(), ..Scenario::default() }.holds();
    let switches = json!({ "index_delay_ms": 600_000 });
    Scenario { settings, switches, ..Scenario::default() }.holds();
}

#[test]
fn an_incoming_lead_of_a_known_client() {
    let settings = json!({ "forms": { "creates": { "unsorted": true } } });
    Scenario { settings, account: account(1, Some(142)), expected: [2, 2, 1, 0], ..Scenario::default() }
        .holds();
}

#[test]
fn a_task() {
    let settings = json!({ "forms": { "creates": { "task": { "on": true } } } });
    Scenario { settings: settings.clone(), expected: [1, 1, 1, 1], ..Scenario::default() }.holds();
    Scenario { settings, account: account(1, None), expected: [2, 1, 1, 1], ..Scenario::default() }.holds();
}

#[test]
fn a_contact_only() {
    let settings = json!({ "forms": { "creates": { "lead": false, "task": { "on": true } } } });
    Scenario { settings: settings.clone(), expected: [1, 0, 1, 1], ..Scenario::default() }.holds();
    let switches = json!({ "admin": false, "index_delay_ms": 600_000 });
    Scenario { settings, switches, expected: [1, 0, 1, 1], ..Scenario::default() }.holds();
}

#[test]
fn a_lead_without_a_contact() {
    let settings = json!({ "forms": { "creates": { "contact": false } } });
    Scenario { settings: settings.clone(), expected: [0, 1, 1, 0], ..Scenario::default() }.holds();
    Scenario { settings, switches: json!({ "admin": false }), expected: [0, 1, 1, 0], ..Scenario::default() }
        .holds();
}

#[test]
fn a_new_lead_beside_the_open_one() {
    let settings = json!({ "forms": { "open_lead": "create" } });
    Scenario {
        settings: settings.clone(),
        account: account(1, None),
        expected: [2, 2, 1, 0],
        ..Scenario::default()
    }
    .holds();
    Scenario { settings, ..Scenario::default() }.holds();
}

#[test]
fn more_fields_than_one_request_takes() {
    let rows: Vec<Value> = (0..45)
        .map(|n| json!({ "field": { "id": 900_000 + n }, "value": { "form_fields": [format!("f{n}")] } }))
        .chain([json!({ "field": "PHONE", "value": { "form_fields": ["phone"] } })])
        .collect();
    let fields: Vec<Value> = (0..45)
        .map(|n| json!({ "id": 900_000 + n, "name": format!("Поле {n}"), "type": "text", "code": null }))
        .collect();
    let mut form = json!({ "phone": "0671112233" });
    for n in 0..45 {
        form[format!("f{n}")] = format!("значение {n}").into();
    }
    Scenario {
        settings: json!({ "mapping": { "contact": rows } }),
        account: json!({ "fields": { "contacts": fields } }),
        form,
        ..Scenario::default()
    }
    .holds();
}
