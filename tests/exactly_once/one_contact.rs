//! Forms of one client whom amoCRM knows by phone and e-mail, each form with only one of them: they share no lock
//! before the contact is found. One lead, as if they had come one after another, and a task each, although two tasks
//! of the same second read the same.

use proptest::prelude::*;
use ringostat_amocrm::delivery::courier::Status;

use super::storms::{fault, kill};
use super::summary::items;
use super::world::{Kill, Restart, Value, World, json};

const PHONE: &str = "+380671112233";
const EMAIL: &str = "olha@mail.example";
const CASES: u32 = 300;

fn account() -> Value {
    let value = |code: &str, value: &str| json!({ "field_code": code, "values": [{ "value": value, "enum_code": "WORK" }] });
    let fields = [value("PHONE", PHONE), value("EMAIL", EMAIL)];
    json!({ "contacts": [{ "id": 501, "name": "Ольга", "custom_fields_values": fields }] })
}

fn form(by_phone: bool, number: usize) -> Value {
    let (key, value) = if by_phone { ("phone", PHONE) } else { ("email", EMAIL) };
    json!({ "name": "Ольга", "comment": format!("№ {number}."), key: value })
}

struct Race<'a> {
    by_phone: &'a [bool],
    open_lead: &'a str,
    switches: &'a Value,
    faults: &'a [Value],
    kills: &'a [Kill],
    seed: u64,
    together: bool,
}

impl Race<'_> {
    fn passes(&self) -> Result<(), TestCaseError> {
        let creates = json!({ "contact": true, "lead": true, "note": true, "task": { "on": true, "text": "Перезвонить", "deadline_minutes": 240 } });
        let settings = json!({ "forms": { "open_lead": self.open_lead, "creates": creates } });
        let mut world = World::with(&settings, self.switches, Some(&account()))
            .shuffled(self.seed)
            .together(self.together);
        world.faults(&json!({ "seed": self.seed % 1000, "faults": self.faults }));
        world.kill(self.kills);
        for (number, by_phone) in self.by_phone.iter().enumerate() {
            world.post(&form(*by_phone, number), 0);
        }
        world.run();
        for event in &world.events {
            prop_assert_eq!(event.status, Some(Status::Delivered), "{}", event.form);
        }
        let state = world.state();
        let forms = self.by_phone.len();
        prop_assert_eq!(items(&state, "contacts").len(), 1);
        let leads = if self.open_lead == "reuse" { 1 } else { forms };
        prop_assert_eq!(items(&state, "leads").len(), leads, "leads of {:?}", self.by_phone);
        prop_assert_eq!(items(&state, "tasks").len(), forms, "tasks of {:?}", self.by_phone);
        prop_assert_eq!(items(&state, "notes").len(), forms);
        Ok(())
    }
}

#[test]
fn known_by_different_things_they_wait_for_each_other() {
    for by_phone in [&[true, false][..], &[false, true], &[true, false, true, false]] {
        for open_lead in ["reuse", "create"] {
            for seed in 1..=32 {
                let together = seed % 2 == 0;
                let switches = json!({});
                let race = Race {
                    by_phone,
                    open_lead,
                    switches: &switches,
                    faults: &[],
                    kills: &[],
                    seed,
                    together,
                };
                race.passes().unwrap();
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(CASES),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_breaks_meanwhile(
        by_phone in prop::collection::vec(any::<bool>(), 2..6),
        open_lead in prop::sample::select(vec!["reuse", "create"]),
        lag in prop::sample::select(vec![0, 5_000]),
        faults in prop::collection::vec(fault(), 0..4),
        kills in prop::collection::vec(kill(), 0..4),
        seed in 1..u64::MAX,
        together in any::<bool>(),
    ) {
        let edits = |fault: &Value| fault["kind"] == "manager_edits";
        let faults: Vec<Value> = faults.into_iter().filter(|fault| !edits(fault)).collect();
        let switches = json!({ "index_delay_ms": lag });
        // Who lost his snapshot looks for everything that he may have made, and a task of the same second that reads
        // the same may be his as well as another's.
        let kills: Vec<Kill> = kills.into_iter().map(|kill| Kill { restart: Restart::Saved, ..kill }).collect();
        let (faults, kills, switches) = (&faults, &kills, &switches);
        Race { by_phone: &by_phone, open_lead, switches, faults, kills, seed, together }.passes()?;
    }
}
