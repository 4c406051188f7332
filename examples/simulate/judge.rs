//! The account at the end beside the input: what is not there is lost, what is there more than once is doubled.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ringostat_amocrm::delivery::courier::Status;
use serde_json::Value;

use super::account::Account;
use super::input::{Message, email, phone, second_phone};
use super::rules::{End, Needs, expected};

/// Each by the id of what it is about.
#[derive(Debug, Default)]
pub struct Verdict {
    pub lost: Vec<String>,
    pub doubled: Vec<String>,
}

impl Verdict {
    fn compare(&mut self, what: impl Fn() -> String, seen: usize, wanted: usize) {
        (seen..wanted).for_each(|_| self.lost.push(what()));
        (wanted..seen).for_each(|_| self.doubled.push(what()));
    }
}

fn items<'a>(state: &'a Value, list: &str) -> &'a [Value] {
    state[list].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn values<'a>(entity: &'a Value, code: &str) -> impl Iterator<Item = &'a str> {
    let fields = entity["custom_fields_values"].as_array().into_iter().flatten();
    fields
        .filter(move |field| field["field_code"] == code)
        .flat_map(|field| field["values"].as_array().into_iter().flatten())
        .filter_map(|value| value["value"].as_str())
}

fn last_nine(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.get(digits.len().saturating_sub(9)..).unwrap_or_default().to_owned()
}

/// What stands in the account, by what is asked for.
#[derive(Default)]
struct Seen {
    /// Kind and id by kind and marker: `contacts`, `leads`.
    marked: HashMap<(&'static str, String), Vec<u64>>,
    owners: HashMap<String, BTreeSet<u64>>,
    phones: HashMap<u64, Vec<String>>,
    emails: BTreeSet<String>,
    records: HashMap<String, usize>,
    notes: HashMap<String, Vec<String>>,
    /// Open and completed ones by kind and id of what they hang on.
    tasks: HashMap<(String, u64), (usize, usize)>,
}

impl Seen {
    fn read(state: &Value) -> Self {
        let mut seen = Seen::default();
        for kind in ["contacts", "leads"] {
            for entity in items(state, kind) {
                let id = entity["id"].as_u64().unwrap_or_default();
                for marker in values(entity, "RINGOSTAT_EVENT") {
                    seen.marked.entry((kind, marker.to_owned())).or_default().push(id);
                }
                let phones: Vec<String> = values(entity, "PHONE").map(last_nine).collect();
                for phone in &phones {
                    seen.owners.entry(phone.clone()).or_default().insert(id);
                }
                seen.emails.extend(values(entity, "EMAIL").map(str::to_lowercase));
                if kind == "contacts" {
                    seen.phones.insert(id, phones);
                }
            }
        }
        for note in items(state, "notes") {
            if let Some(uniq) = note["params"]["uniq"].as_str() {
                *seen.records.entry(uniq.to_owned()).or_default() += 1;
            }
            let text = note["params"]["text"].as_str().unwrap_or_default();
            if let Some((_, marker)) = text.rsplit_once("\nRingostat ") {
                seen.notes.entry(marker.to_owned()).or_default().push(text.to_owned());
            }
        }
        for task in items(state, "tasks") {
            let on = (
                task["entity_type"].as_str().unwrap_or_default().to_owned(),
                task["entity_id"].as_u64().unwrap_or_default(),
            );
            let (open, completed) = seen.tasks.entry(on).or_default();
            *(if task["is_completed"] == true { completed } else { open }) += 1;
        }
        seen
    }

    fn by(&self, kind: &'static str, marker: &str) -> &[u64] {
        self.marked.get(&(kind, marker.to_owned())).map(Vec::as_slice).unwrap_or_default()
    }

    fn tasks_of(&self, subjects: &BTreeSet<&str>) -> (usize, usize) {
        let mut sum = (0, 0);
        for kind in ["contacts", "leads"] {
            for id in subjects.iter().flat_map(|subject| self.by(kind, subject)) {
                let (open, completed) = self.tasks.get(&(kind.to_owned(), *id)).copied().unwrap_or_default();
                sum = (sum.0 + open, sum.1 + completed);
            }
        }
        sum
    }
}

/// Compares a whole account; what its input cannot be done without.
pub fn judge(account: &Account, state: &Value, verdict: &mut Verdict) -> Needs {
    let seen = Seen::read(state);
    let mut needs = Needs::default();
    let mut clients: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (index, message) in account.messages.iter().enumerate() {
        clients.entry(message.client).or_default().push(index);
    }
    let (mut contacts, mut leads, mut notes, mut tasks) = (0, 0, 0, 0);
    for (client, indices) in clients {
        let messages: Vec<&Message> = indices.iter().map(|index| &account.messages[*index]).collect();
        let expected = expected(messages.iter().copied());
        let first = messages[0].number;
        let subject_of = |number: u64| {
            let index = indices.iter().find(|index| account.messages[**index].number == number);
            index.map_or("", |index| account.flights[*index].subject.as_str())
        };
        for (number, end) in &expected.ends {
            let flight = indices.iter().map(|index| (&account.messages[*index], &account.flights[*index]));
            let Some((_, flight)) = flight.into_iter().find(|(message, _)| message.number == *number) else {
                continue;
            };
            let fits = match (end, flight.status) {
                (End::Delivered, status) => status == Some(Status::Delivered),
                (End::Skipped, status) => status == Some(Status::Skipped),
                (End::Either, status) => matches!(status, Some(Status::Delivered | Status::Skipped)),
            };
            if !fits {
                verdict.lost.push(format!("{}: {:?}, not {end:?}", flight.id, flight.status));
            }
        }
        let subjects: BTreeSet<&str> = messages.iter().map(|message| subject_of(message.number)).collect();
        for (kind, made) in [("contacts", &expected.contacts_of), ("leads", &expected.leads_of)] {
            let wanted: BTreeSet<&str> = made.iter().map(|number| subject_of(*number)).collect();
            for subject in &subjects {
                let (there, wanted) = (seen.by(kind, subject).len(), usize::from(wanted.contains(subject)));
                verdict.compare(|| format!("{kind} of {subject}"), there, wanted);
                *(if kind == "contacts" { &mut contacts } else { &mut leads }) += there;
            }
        }
        for uniq in &expected.records {
            let there = seen.records.get(uniq).copied().unwrap_or_default();
            verdict.compare(|| format!("record of {uniq}"), there, 1);
            notes += there;
        }
        for number in &expected.notes {
            let subject = subject_of(*number);
            let there = seen.notes.get(subject).map(Vec::as_slice).unwrap_or_default();
            verdict.compare(|| format!("note of {subject}"), there.len(), 1);
            notes += there.len();
            let comment = messages.iter().find(|message| message.number == *number).map(|own| own.comment());
            if there.first().zip(comment).is_some_and(|(text, comment)| !text.contains(&comment)) {
                verdict.lost.push(format!("content of {subject}"));
            }
        }
        for (due, phone) in [(expected.phone, phone(client)), (expected.second_phone, second_phone(client))] {
            if due {
                let owners = seen.owners.get(&phone).map_or(0, BTreeSet::len);
                verdict.compare(|| format!("phone of client {client}"), owners, 1);
            }
        }
        if expected.email && !seen.emails.contains(&email(client)) {
            verdict.lost.push(format!("e-mail of client {client}"));
        }
        let (open, completed) = seen.tasks_of(&subjects);
        verdict.compare(|| format!("open task since message {first}"), open, expected.open_tasks);
        verdict.compare(
            || format!("completed task since message {first}"),
            completed,
            expected.completed_tasks,
        );
        tasks += open + completed;
        needs.add(expected.needs);
    }
    for (list, known) in [("contacts", contacts), ("leads", leads), ("notes", notes), ("tasks", tasks)] {
        verdict.compare(|| format!("{list} of nobody"), items(state, list).len(), known);
    }
    for (id, phones) in &seen.phones {
        let once: BTreeSet<&String> = phones.iter().collect();
        verdict.compare(|| format!("a phone on contact {id}"), phones.len(), once.len());
    }
    for edit in items(state, "manager_edits") {
        let Some(phone) = edit["phone"].as_str() else { continue };
        let id = edit["id"].as_u64().unwrap_or_default();
        if !seen.phones.get(&id).is_some_and(|there| there.contains(&last_nine(phone))) {
            verdict.lost.push(format!("a manager's phone on contact {id}"));
        }
    }
    needs
}
