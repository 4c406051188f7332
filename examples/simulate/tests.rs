use serde_json::{Value, json};

use super::account::{Account, Project};
use super::input::{What, settings, stream};
use super::judge::{Verdict, judge};
use super::random::Random;
use super::world::World;
use super::{Arguments, days};
use ringostat_amocrm::amocrm::directory::Directory;
use ringostat_amocrm::config::Settings;
use ringostat_amocrm::delivery::Options;
use ringostat_amocrm::sandbox::Sandbox;

const EVENTS: u64 = 500;

fn run(seed: u64, calm: bool) -> World {
    let mut world = World::new(seed, EVENTS, calm);
    while world.advance() {}
    world
}

#[test]
fn nothing_is_lost_and_nothing_doubled() {
    for calm in [true, false] {
        let world = run(7, calm);
        assert_eq!(world.ended(), EVENTS);
        assert_eq!(world.verdict.lost, Vec::<String>::new());
        assert_eq!(world.verdict.doubled, Vec::<String>::new());
        assert_eq!(world.tally.survived.is_empty(), calm);
        assert!(world.tally.requests as f64 > world.tally.needs.requests());
        assert!(world.virtual_seconds() * 6.0 >= world.tally.requests as f64 - 6.0, "faster than the quota");
    }
}

#[test]
fn the_same_seed_is_the_same_run() {
    let told = |world: &World| {
        let tally = &world.tally;
        (tally.requests, tally.survived.clone(), tally.repeats, world.virtual_seconds().to_bits())
    };
    let first = run(3, false);
    assert_eq!(told(&first), told(&run(3, false)));
    assert_ne!(told(&first), told(&run(4, false)));
}

/// The first form of a run, judged by that state of the account.
fn judged(state: impl FnOnce(&str) -> Value) -> Verdict {
    let project =
        Project { settings: Settings::parse(&settings().to_string()).unwrap(), options: Options::default() };
    let mut messages = stream(&mut Random::new(7), 0, 0..5, 100);
    let with_phone = |what: &What| matches!(what, What::Form { brings, .. } if brings.phone);
    messages.retain(|message| with_phone(&message.what));
    messages.truncate(1);
    let mut account = Account::new(Sandbox::new(Default::default()), Directory::default().into(), messages);
    account.accept(&project, 0);
    let mut verdict = Verdict::default();
    let state = state(&account.flights[0].subject);
    judge(&account, &state, &mut verdict);
    verdict
}

#[test]
fn what_is_not_there_is_lost() {
    let Verdict { lost, doubled } = judged(|_| json!({}));
    for what in ["contacts of ", "leads of ", "note of ", "open task ", "phone of "] {
        assert!(lost.iter().any(|one| one.starts_with(what)), "{what} is not among {lost:?}");
    }
    assert!(lost.iter().any(|one| one.ends_with("None, not Delivered")), "{lost:?}");
    assert!(doubled.is_empty());
}

#[test]
fn what_is_there_twice_is_doubled() {
    let Verdict { doubled, .. } = judged(|subject| {
        let marker = json!([{ "field_code": "RINGOSTAT_EVENT", "values": [{ "value": subject }] }]);
        let lead = |id: u64| json!({ "id": id, "custom_fields_values": marker });
        let note = json!({ "params": { "text": format!("a\nRingostat {subject}") } });
        let task = json!({ "entity_type": "leads", "entity_id": 1, "is_completed": false });
        json!({ "leads": [lead(1), lead(2), { "id": 3 }], "notes": [note, note], "tasks": [task, task] })
    });
    for what in ["leads of ", "leads of nobody", "note of ", "open task "] {
        assert!(doubled.iter().any(|one| one.starts_with(what)), "{what} is not among {doubled:?}");
    }
}

#[test]
fn the_command_line_is_read() {
    let parse = |line: &str| Arguments::parse(line.split_whitespace().map(str::to_owned));
    let read = parse("--events 12 --seed 3 --calm").unwrap();
    assert_eq!((read.events, read.seed, read.calm), (12, 3, true));
    let usual = parse("").unwrap();
    assert_eq!((usual.events, usual.seed, usual.calm), (1_000_000, 7, false));
    assert!(["--events 0", "--events", "--seed x", "more"].iter().all(|line| parse(line).is_none()));
    assert_eq!((days(7200.0), days(172_800.0)), ("2.00 h".to_owned(), "2.00 days".to_owned()));
}
