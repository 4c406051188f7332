//! One account with what a worker remembers of it: journal, locks by identifier, memory for an hour.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::rc::Rc;

use ringostat_amocrm::amocrm::batch::Share;
use ringostat_amocrm::amocrm::directory::{Directory, Watermarks};
use ringostat_amocrm::amocrm::http::Request;
use ringostat_amocrm::config::Settings;
use ringostat_amocrm::delivery::courier::{Now, Status};
use ringostat_amocrm::delivery::{Courier, Errand, Options};
use ringostat_amocrm::event::Event;
use ringostat_amocrm::flow::event::EventFlow;
use ringostat_amocrm::flow::made::{Made, MissedTask};
use ringostat_amocrm::flow::plan::identity_of;
use ringostat_amocrm::flow::ticket::{Memory, Ticket};
use ringostat_amocrm::intake::calls::{Clock, KeyTable, read_webhook};
use ringostat_amocrm::intake::{Context, read_form};
use ringostat_amocrm::sandbox::Sandbox;

use super::input::{Message, What};

const HOUR_MS: i64 = 3_600_000;

/// What stays the same for the whole run.
pub struct Project {
    pub settings: Settings,
    pub options: Options,
}

/// An event on its way.
pub struct Flight {
    pub subject: String,
    pub id: String,
    pub status: Option<Status>,
    pub courier: Option<Courier>,
    /// What it wants to send.
    pub wants: Option<Request>,
    /// What has come back.
    pub arrived: Option<Share>,
    pub saved: Option<Vec<u8>>,
    /// Not before that time.
    pub until_ms: i64,
    /// What was on the clock before counts no more.
    pub epoch: u32,
    pub begun: bool,
    pub free: bool,
    /// What it reads it reads after so many have ended.
    since: usize,
    identifiers: Vec<String>,
    ticket: Ticket,
}

/// Whether another event may have had the lock since this one read the client.
pub struct Stale(pub bool);

pub struct Account {
    pub sandbox: Sandbox,
    pub directory: Rc<Directory>,
    pub messages: Vec<Message>,
    pub flights: Vec<Flight>,
    pub ended: usize,
    queues: HashMap<String, VecDeque<usize>>,
    /// Locks taken on the way: who has it, and who waits.
    taken: HashMap<String, VecDeque<usize>>,
    released: HashMap<String, usize>,
    memory: BTreeMap<String, (u64, i64)>,
    watermarks: Watermarks,
    made: BTreeMap<String, Made>,
    missed_tasks: Vec<(Vec<String>, MissedTask)>,
    talks: BTreeMap<String, i64>,
}

/// The event's id, its subject, and itself.
fn read(message: &Message, settings: &Settings, now_ms: i64) -> (String, String, Event) {
    let body = message.body().to_string();
    match message.what {
        What::Form { .. } => {
            let key = Some(format!("form {}", message.number));
            let context = Context { idempotency_key: key, ..Context::default() };
            let ignored = settings.forms.ignored_fields.clone();
            let form =
                read_form("application/json", body.as_bytes(), ignored, context).expect("a form is read");
            (form.message.key.clone(), form.message.key, Event::Form(Box::new(form.form)))
        }
        What::Call { .. } => {
            let clock = Clock { transitions: Vec::new(), now: now_ms / 1000 };
            let keys = KeyTable::default();
            let call =
                read_webhook("application/json", "", body.as_bytes(), &keys, &clock).expect("a call is read");
            (call.message.key, call.subject, Event::Call(Box::new(call.call)))
        }
    }
}

impl Account {
    pub fn new(sandbox: Sandbox, directory: Rc<Directory>, messages: Vec<Message>) -> Self {
        Account {
            watermarks: directory.watermarks.clone(),
            sandbox,
            directory,
            messages,
            flights: Vec::new(),
            ended: 0,
            queues: HashMap::new(),
            taken: HashMap::new(),
            released: HashMap::new(),
            memory: BTreeMap::new(),
            made: BTreeMap::new(),
            missed_tasks: Vec::new(),
            talks: BTreeMap::new(),
        }
    }

    /// Whether all messages have come in.
    pub fn is_full(&self) -> bool {
        self.flights.len() == self.messages.len()
    }

    /// The next message comes in; whether it repeats itself under another name.
    pub fn accept(&mut self, project: &Project, now_ms: i64) -> (usize, bool) {
        let index = self.flights.len();
        let message = &self.messages[index];
        let (id, subject, event) = read(message, &project.settings, now_ms);
        let doubled = message.again && read(message, &project.settings, now_ms).0 != id;
        let mut identifiers = identity_of(&event, &project.settings, &self.directory).identifiers();
        if matches!(event, Event::Call(_)) {
            identifiers.push(format!("call:{subject}"));
        }
        for identifier in &identifiers {
            self.queues.entry(identifier.clone()).or_default().push_back(index);
        }
        let ticket = Ticket {
            subject: subject.clone(),
            sequence: message.number,
            ..Ticket::fresh(id.clone(), event, now_ms)
        };
        self.flights.push(Flight {
            subject,
            id,
            status: None,
            courier: None,
            wants: None,
            arrived: None,
            saved: None,
            until_ms: now_ms,
            epoch: 0,
            begun: false,
            free: false,
            since: 0,
            identifiers,
            ticket,
        });
        (index, doubled)
    }

    /// Whether no earlier event of its client stands before it.
    pub fn is_first(&self, index: usize) -> bool {
        let first =
            |identifier: &String| self.queues.get(identifier).and_then(VecDeque::front) == Some(&index);
        self.flights[index].identifiers.iter().all(first)
    }

    /// It takes a lock on its way, or stands in line for it. What it has read may be stale.
    pub fn take(&mut self, index: usize, name: &str) -> Option<Stale> {
        let line = self.taken.entry(name.to_owned()).or_default();
        let was_there = line.contains(&index);
        if !was_there {
            line.push_back(index);
        }
        if line.front() != Some(&index) {
            return None;
        }
        let released = self.released.get(name).copied().unwrap_or_default();
        Some(Stale(!was_there && released > self.flights[index].since))
    }

    /// Those who were waiting for a lock that it had.
    fn give_back(&mut self, index: usize) -> Vec<usize> {
        let mut next = Vec::new();
        let (released, ended) = (&mut self.released, self.ended);
        self.taken.retain(|name, line| {
            if line.front() == Some(&index) {
                line.pop_front();
                released.insert(name.clone(), ended);
                next.extend(line.front());
            }
            !line.is_empty()
        });
        next
    }

    pub fn watermarks(&self) -> &Watermarks {
        &self.watermarks
    }

    /// It has come to its end; who may begin or go on now.
    pub fn end(&mut self, index: usize, status: Status) -> Vec<usize> {
        self.ended += 1;
        let flight = &mut self.flights[index];
        flight.status = Some(status);
        (flight.courier, flight.saved) = (None, None);
        let identifiers = std::mem::take(&mut flight.identifiers);
        let mut next = Vec::new();
        for identifier in &identifiers {
            let Some(queue) = self.queues.get_mut(identifier) else { continue };
            queue.pop_front();
            match queue.front() {
                Some(first) => next.push(*first),
                None => {
                    self.queues.remove(identifier);
                }
            }
        }
        next.sort_unstable();
        next.dedup();
        next.retain(|index| !self.flights[*index].free && self.is_first(*index));
        next.extend(self.give_back(index));
        next
    }

    pub fn now<'a>(&'a self, project: &'a Project, now_ms: i64) -> Now<'a> {
        let Project { settings, options } = project;
        Now { settings, directory: &self.directory, options, ms: now_ms, jitter: 0.5 }
    }

    /// From the snapshot, else from the ticket.
    pub fn begin(&mut self, index: usize, project: &Project, now_ms: i64) -> Courier {
        self.flights[index].since = self.ended;
        if let Some(saved) = &self.flights[index].saved {
            let resumed = Courier::resume(saved, self.now(project, now_ms));
            return resumed.expect("a snapshot of this release");
        }
        // Before the first write there is a snapshot: who has none has written nothing, and begins as if for the first time.
        let flight = &mut self.flights[index];
        if !flight.begun {
            flight.begun = true;
            flight.ticket.watermarks = self.watermarks.clone();
        }
        let known = |identifier: &String| {
            let (contact, at) = *self.memory.get(identifier)?;
            (now_ms - at < HOUR_MS).then(|| Memory { identifier: identifier.clone(), contact })
        };
        let now_known: Vec<Memory> = flight.identifiers.iter().filter_map(known).collect();
        flight.ticket.memory.retain(|old| now_known.iter().all(|new| new.identifier != old.identifier));
        flight.ticket.memory.extend(now_known);
        flight.ticket.made = self.made.get(&flight.subject).cloned();
        let phones: Vec<&String> =
            flight.identifiers.iter().filter(|one| one.starts_with("phone:")).collect();
        let own = |of: &[String]| phones.iter().any(|phone| of.contains(phone));
        flight.ticket.missed_tasks =
            self.missed_tasks.iter().filter(|(of, _)| own(of)).map(|(_, task)| *task).collect();
        flight.ticket.talked_at = phones.iter().filter_map(|phone| self.talks.get(*phone)).max().copied();
        Courier::new(Errand::Event(Box::new(EventFlow::new(flight.ticket.clone()))), &project.options)
    }

    /// What a journey tells is remembered.
    pub fn learn(&mut self, index: usize, courier: &Courier, now_ms: i64) {
        let report = courier.report();
        let flight = &self.flights[index];
        if let Some(made) = report.made {
            self.made.insert(flight.subject.clone(), made.clone());
        }
        let phones = || flight.identifiers.iter().filter(|one| one.starts_with("phone:"));
        if let Some(task) = report.missed_task {
            self.missed_tasks.push((phones().cloned().collect(), task));
        }
        self.missed_tasks.retain(|(_, task)| !report.closed_tasks.contains(&task.task));
        if let Some(talked_at) = report.talked_at {
            for phone in phones() {
                let latest = self.talks.entry(phone.clone()).or_default();
                *latest = talked_at.max(*latest);
            }
        }
        for known in &report.memory {
            self.memory.insert(known.identifier.clone(), (known.contact, now_ms));
        }
        for (collection, id) in report.watermarks {
            let newest = self.watermarks.entry(*collection).or_default();
            *newest = (*newest).max(*id);
        }
    }
}
