//! A worker in virtual time: a journal, locks by identifier, memory for an hour, snapshots kept only where the
//! core asks for it. It can be killed at any action.

use std::collections::BTreeMap;

use ringostat_amocrm::amocrm::batch::{Batch, Share};
use ringostat_amocrm::amocrm::directory::{Directory, Watermarks};
use ringostat_amocrm::amocrm::http::Request;
use ringostat_amocrm::config::Settings;
use ringostat_amocrm::delivery::courier::{Now, Status};
use ringostat_amocrm::delivery::drive::Bench;
use ringostat_amocrm::delivery::{Action, Courier, Errand, Options, Unanswered};
use ringostat_amocrm::event::Event as Happened;
use ringostat_amocrm::flow::event::EventFlow;
use ringostat_amocrm::flow::made::{Made, MissedTask};
use ringostat_amocrm::flow::plan::identity_of;
use ringostat_amocrm::flow::ticket::{Memory, Ticket};
use ringostat_amocrm::flow::view::View;
use ringostat_amocrm::intake::calls::{Clock, KeyTable, read_webhook};
use ringostat_amocrm::intake::{Context, read_form};
use ringostat_amocrm::sandbox::{Headers, Options as SandboxOptions, Reply as SandboxReply, Sandbox, TOKEN};
pub use serde_json::{Value, json};

pub const START_MS: i64 = 1_790_000_000_000;
const ROUND_TRIP_MS: i64 = 20;
const HOUR_MS: i64 = 3_600_000;
const MOST_TOGETHER: usize = 50;
/// Actions after which the worker is taken to go in circles.
const MOST_ACTIONS: usize = 100_000;

/// How the process dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Death {
    /// What was asked for is saved, but does not leave any more.
    Before,
    /// amoCRM has done it, the answer is not taken any more.
    After,
    /// amoCRM does it twenty seconds later, the process being dead already.
    Late,
}

/// What is there when it starts again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restart {
    /// The snapshots that were saved.
    Saved,
    /// Another release reads them: they are of no use.
    OtherRelease,
    /// Only the tickets.
    Nothing,
}

/// A kill at the n-th action from the beginning.
#[derive(Debug, Clone, Copy)]
pub struct Kill {
    pub at: usize,
    pub death: Death,
    pub restart: Restart,
}

pub struct Event {
    pub form: Value,
    pub subject: String,
    pub status: Option<Status>,
    pub requests: usize,
    identifiers: Vec<String>,
    ticket: Ticket,
    begun: bool,
    again: bool,
    wake_ms: i64,
    saved: Option<Vec<u8>>,
    courier: Option<Courier>,
    /// What it wants to send together with others.
    joining: Option<Request>,
    /// The lock that another event has.
    waits_for: Option<String>,
    /// What it reads it reads after so many have ended.
    since: u64,
}

pub struct World {
    pub settings: Settings,
    pub sandbox: Sandbox,
    pub directory: Directory,
    pub now_ms: i64,
    pub events: Vec<Event>,
    pub actions: usize,
    /// Requests that left.
    pub sent: usize,
    /// Sizes of those that were made of several.
    pub batches: Vec<usize>,
    options: Options,
    memory: BTreeMap<String, (u64, i64)>,
    watermarks: Watermarks,
    made: BTreeMap<String, Made>,
    missed_tasks: Vec<(Vec<String>, MissedTask)>,
    talks: BTreeMap<String, i64>,
    views: BTreeMap<String, View>,
    /// Locks taken on the way.
    holders: BTreeMap<String, usize>,
    released: BTreeMap<String, u64>,
    ended: u64,
    kills: Vec<Kill>,
    turns: u64,
    together: bool,
}

impl World {
    /// An account with these switches and entities, surveyed.
    pub fn with(settings: &Value, switches: &Value, account: Option<&Value>) -> Self {
        let settings = Settings::parse(&settings.to_string()).expect("settings");
        let base_url = "https://amo.example".into();
        let mut sandbox = Sandbox::new(SandboxOptions { seed: 1, base_url, ..Default::default() });
        sandbox.reset(account, START_MS).expect("account");
        sandbox.switches(&json!({ "rate_per_second": 0 })).unwrap();
        sandbox.switches(switches).expect("switches");
        let options = Options { trace: false, ..Options::default() };
        let bench = Bench::new(&settings, &mut sandbox, options.clone(), START_MS);
        let (directory, now_ms) = (bench.directory, bench.now_ms);
        World {
            watermarks: directory.watermarks.clone(),
            settings,
            sandbox,
            directory,
            now_ms,
            events: Vec::new(),
            actions: 0,
            sent: 0,
            batches: Vec::new(),
            options,
            memory: BTreeMap::new(),
            made: BTreeMap::new(),
            missed_tasks: Vec::new(),
            talks: BTreeMap::new(),
            views: BTreeMap::new(),
            holders: BTreeMap::new(),
            released: BTreeMap::new(),
            ended: 0,
            kills: Vec::new(),
            turns: 0,
            together: false,
        }
    }

    /// What may join waits for others, as it does for the account's quota.
    pub fn together(mut self, together: bool) -> Self {
        self.together = together;
        self
    }

    /// The order in which journeys that may go on do so.
    pub fn shuffled(mut self, seed: u64) -> Self {
        self.turns = seed;
        self
    }

    pub fn faults(&mut self, document: &Value) {
        self.sandbox.faults(document).expect("faults");
    }

    pub fn kill(&mut self, kills: &[Kill]) {
        self.kills = kills.to_vec();
        self.kills.sort_by_key(|kill| std::cmp::Reverse(kill.at));
    }

    /// A form comes in so much later.
    pub fn post(&mut self, form: &Value, later_ms: i64) {
        self.post_as(form, &format!("form {}", self.events.len()), later_ms);
    }

    /// A form with a key of its own comes in so much later.
    pub fn post_as(&mut self, form: &Value, key: &str, later_ms: i64) {
        let arrives_ms = self.now_ms + later_ms;
        let context = Context { idempotency_key: Some(key.to_owned()), ..Context::default() };
        let ignored = self.settings.forms.ignored_fields.clone();
        let accepted =
            read_form("application/json", form.to_string().as_bytes(), ignored, context).expect("a form");
        let key = accepted.message.key;
        self.accept(form, key.clone(), key, Happened::Form(Box::new(accepted.form)), arrives_ms);
    }

    /// A message of a call comes in so much later. One that repeats an earlier message is none.
    pub fn call(&mut self, message: &Value, later_ms: i64) {
        let arrives_ms = self.now_ms + later_ms;
        let body = message.to_string();
        let clock = Clock { transitions: Vec::new(), now: arrives_ms / 1000 };
        let keys = KeyTable::default();
        let read = read_webhook("application/json", "", body.as_bytes(), &keys, &clock).expect("a call");
        if self.events.iter().any(|event| event.ticket.id == read.message.key) {
            return;
        }
        let event = Happened::Call(Box::new(read.call));
        self.accept(message, read.message.key, read.subject, event, arrives_ms);
    }

    fn accept(&mut self, input: &Value, id: String, subject: String, event: Happened, arrives_ms: i64) {
        let mut identifiers = identity_of(&event, &self.settings, &self.directory).identifiers();
        if matches!(event, Happened::Call(_)) {
            identifiers.push(format!("call:{subject}"));
        }
        let sequence = self.events.len() as u64;
        self.events.push(Event {
            form: input.clone(),
            subject: subject.clone(),
            status: None,
            requests: 0,
            identifiers,
            ticket: Ticket { subject, sequence, ..Ticket::fresh(id, event, arrives_ms) },
            begun: false,
            again: false,
            wake_ms: arrives_ms,
            saved: None,
            courier: None,
            joining: None,
            waits_for: None,
            since: 0,
        });
    }

    /// Carries everything out.
    pub fn run(&mut self) {
        loop {
            assert!(self.actions < MOST_ACTIONS, "goes in circles");
            let waiting = self.joining();
            let free = self.free();
            let busy = free.iter().any(|index| self.events[*index].wake_ms <= self.now_ms);
            if !waiting.is_empty() && (!busy || self.turn() % 8 == 1) {
                self.depart(&waiting);
                continue;
            }
            match self.choose(free) {
                Some(index) => self.act(index),
                None => break,
            }
        }
    }

    /// The account long after, when every late commit has happened.
    pub fn state(&mut self) -> Value {
        self.sandbox.state(self.now_ms + HOUR_MS)
    }

    /// Events that want to send the same together.
    fn joining(&self) -> Vec<usize> {
        let path = |event: &Event| event.joining.as_ref().map(|request| request.path.clone());
        let Some(first) = self.events.iter().find_map(path) else { return Vec::new() };
        let same = |index: &usize| path(&self.events[*index]).as_ref() == Some(&first);
        (0..self.events.len()).filter(same).take(MOST_TOGETHER).collect()
    }

    /// Events that no earlier one of their client stands before, and that want nothing to be sent with others.
    fn free(&self) -> Vec<usize> {
        let open: Vec<usize> =
            (0..self.events.len()).filter(|index| self.events[*index].status.is_none()).collect();
        let free = |index: &usize| {
            let own = &self.events[*index].identifiers;
            !open
                .iter()
                .take_while(|earlier| *earlier < index)
                .any(|earlier| self.events[*earlier].identifiers.iter().any(|one| own.contains(one)))
        };
        let waits = |index: &usize| {
            let Event { joining, waits_for, .. } = &self.events[*index];
            joining.is_some() || waits_for.as_ref().is_some_and(|name| self.is_taken(name, *index))
        };
        open.iter().copied().filter(free).filter(|index| !waits(index)).collect()
    }

    fn is_taken(&self, name: &str, index: usize) -> bool {
        self.holders.get(name).is_some_and(|holder| *holder != index)
    }

    /// xorshift: any order will do, as long as it is the same one each time.
    fn turn(&mut self) -> u64 {
        self.turns ^= self.turns << 13;
        self.turns ^= self.turns >> 7;
        self.turns ^= self.turns << 17;
        self.turns
    }

    /// One of those whose time comes first.
    fn choose(&mut self, free: Vec<usize>) -> Option<usize> {
        let next = free.iter().map(|index| self.events[*index].wake_ms).min()?;
        self.now_ms = self.now_ms.max(next);
        let ready: Vec<usize> =
            free.into_iter().filter(|index| self.events[*index].wake_ms <= self.now_ms).collect();
        if self.turns == 0 {
            return ready.first().copied();
        }
        let turn = self.turn() % ready.len() as u64;
        ready.get(turn as usize).copied()
    }

    fn now<'a>(settings: &'a Settings, directory: &'a Directory, options: &'a Options, ms: i64) -> Now<'a> {
        Now { settings, directory, options, ms, jitter: 0.5 }
    }

    /// From the snapshot, else from the ticket.
    fn begin(&mut self, index: usize) -> Courier {
        let now = Self::now(&self.settings, &self.directory, &self.options, self.now_ms);
        let event = &mut self.events[index];
        event.since = self.ended;
        if let Some(saved) = &event.saved {
            if let Some(courier) = Courier::resume(saved, now) {
                return courier;
            }
            event.again = true;
        }
        let known = |identifier: &String| {
            let (contact, at) = *self.memory.get(identifier)?;
            (self.now_ms - at < HOUR_MS).then(|| Memory { identifier: identifier.clone(), contact })
        };
        if !event.begun {
            event.begun = true;
            event.ticket.watermarks = self.watermarks.clone();
        }
        let mut memory: BTreeMap<String, Memory> =
            event.ticket.memory.drain(..).map(|known| (known.identifier.clone(), known)).collect();
        memory.extend(
            event.identifiers.iter().filter_map(known).map(|known| (known.identifier.clone(), known)),
        );
        event.ticket.memory = memory.into_values().collect();
        event.ticket.made = self.made.get(&event.subject).cloned();
        let phones: Vec<&String> = event.identifiers.iter().filter(|one| one.starts_with("phone:")).collect();
        event.ticket.missed_tasks = self
            .missed_tasks
            .iter()
            .filter(|(of, _)| phones.iter().any(|phone| of.contains(phone)))
            .map(|(_, task)| *task)
            .collect();
        event.ticket.talked_at = phones.iter().filter_map(|phone| self.talks.get(*phone)).max().copied();
        let view = event.identifiers.iter().find_map(|one| self.views.get(one)).cloned();
        let ticket = Ticket { again: event.again, view, ..event.ticket.clone() };
        Courier::new(Errand::Event(Box::new(EventFlow::new(ticket))), &self.options)
    }

    fn learn(&mut self, index: usize, courier: &Courier) {
        let report = courier.report();
        let event = &self.events[index];
        if let Some(made) = report.made {
            self.made.insert(event.subject.clone(), made.clone());
        }
        let phones = || event.identifiers.iter().filter(|one| one.starts_with("phone:"));
        if let Some(task) = report.missed_task {
            self.missed_tasks.push((phones().cloned().collect(), task));
        }
        self.missed_tasks.retain(|(_, task)| !report.closed_tasks.contains(&task.task));
        for phone in phones() {
            if let Some(talked_at) = report.talked_at {
                let latest = self.talks.entry(phone.clone()).or_default();
                *latest = talked_at.max(*latest);
            }
        }
        if let (None, Some(contact)) = (&report.view, report.contact) {
            self.views.retain(|_, view| view.client.contact.id != contact.id);
        }
        for identifier in &event.identifiers {
            match &report.view {
                Some(view) => self.views.insert(identifier.clone(), view.clone()),
                None => self.views.remove(identifier),
            };
        }
        for known in &report.memory {
            self.memory.insert(known.identifier.clone(), (known.contact, self.now_ms));
        }
        for (collection, id) in report.watermarks {
            let newest = self.watermarks.entry(*collection).or_default();
            *newest = (*newest).max(*id);
        }
    }

    fn act(&mut self, index: usize) {
        let mut courier = match self.events[index].courier.take() {
            Some(courier) => courier,
            None => self.begin(index),
        };
        let action = courier.next(Self::now(&self.settings, &self.directory, &self.options, self.now_ms));
        let kill = self.kills.pop_if(|kill| kill.at <= self.actions);
        self.actions += 1;
        match action {
            Action::Done => {
                self.learn(index, &courier);
                self.events[index].status = Some(courier.status());
                self.release(index);
                if let Some(kill) = kill {
                    self.die(kill.restart);
                }
            }
            Action::Lock { name } => {
                if self.is_taken(&name, index) {
                    let event = &mut self.events[index];
                    event.saved = Some(courier.snapshot());
                    event.waits_for = Some(name);
                } else {
                    let released = self.released.get(&name).copied().unwrap_or_default();
                    let stale = self.holders.insert(name, index) != Some(index)
                        && released > self.events[index].since;
                    let now = Self::now(&self.settings, &self.directory, &self.options, self.now_ms);
                    courier.granted(stale, &self.watermarks, now);
                    self.events[index].courier = Some(courier);
                }
                if let Some(kill) = kill {
                    self.die(kill.restart);
                }
            }
            Action::Wait { until, .. } => {
                self.learn(index, &courier);
                let event = &mut self.events[index];
                event.saved = Some(courier.snapshot());
                event.wake_ms = until;
                if let Some(kill) = kill {
                    self.die(kill.restart);
                }
            }
            Action::Send { request, joins: true, .. } if self.together => {
                let event = &mut self.events[index];
                event.joining = Some(request);
                event.courier = Some(courier);
                if let Some(kill) = kill {
                    self.die(kill.restart);
                }
            }
            Action::Send { request, save, .. } => {
                if save {
                    self.events[index].saved = Some(courier.snapshot());
                }
                if kill.is_some_and(|kill| kill.death == Death::Before) {
                    return self.die(kill.unwrap().restart);
                }
                self.events[index].requests += 1;
                let reply = self.send(&request, kill);
                if let Some(kill) = kill {
                    return self.die(kill.restart);
                }
                let now = Self::now(&self.settings, &self.directory, &self.options, self.now_ms);
                match reply.dropped {
                    Some(_) => courier.unanswered(Unanswered::Lost, now),
                    None => courier.answered(&reply.response, now),
                }
                self.events[index].courier = Some(courier);
            }
        }
    }

    /// It has ended: others may have its locks.
    fn release(&mut self, index: usize) {
        self.ended += 1;
        let (holders, released, ended) = (&mut self.holders, &mut self.released, self.ended);
        holders.retain(|name, holder| {
            let keeps = *holder != index;
            if !keeps {
                released.insert(name.clone(), ended);
            }
            keeps
        });
    }

    fn send(&mut self, request: &Request, kill: Option<Kill>) -> SandboxReply {
        if kill.is_some_and(|kill| kill.death == Death::Late) {
            let fault = json!({ "path": "/api/v4/*", "kind": "commit_late", "delay_ms": 20_000, "count": 1 });
            self.faults(&json!({ "faults": [fault] }));
        }
        self.sent += 1;
        let body = request.body.as_deref().unwrap_or_default();
        let headers = Headers::bearer(TOKEN);
        let reply = self.sandbox.handle(request.method, &request.path, &headers, body, self.now_ms);
        self.now_ms += ROUND_TRIP_MS + i64::try_from(reply.delay_ms).unwrap();
        reply
    }

    /// What these events want to send leaves as one request.
    fn depart(&mut self, indices: &[usize]) {
        let kill = self.kills.pop_if(|kill| kill.at <= self.actions);
        self.actions += 1;
        let mut travellers = Vec::new();
        for index in indices {
            let event = &mut self.events[*index];
            let (mut courier, request) = (event.courier.take().unwrap(), event.joining.take().unwrap());
            courier.leaves(self.now_ms);
            event.saved = Some(courier.snapshot());
            event.requests += 1;
            travellers.push((*index, courier, request));
        }
        if kill.is_some_and(|kill| kill.death == Death::Before) {
            return self.die(kill.unwrap().restart);
        }
        let requests: Vec<Request> = travellers.iter().map(|(_, _, request)| request.clone()).collect();
        let (batch, request) = match &requests[..] {
            [alone] => (None, alone.clone()),
            _ => {
                self.batches.push(requests.len());
                let batch = Batch::of(&requests).expect("requests that join");
                let request = batch.request().clone();
                (Some(batch), request)
            }
        };
        let reply = self.send(&request, kill);
        if let Some(kill) = kill {
            return self.die(kill.restart);
        }
        let shares = match (reply.dropped, batch) {
            (Some(_), _) => vec![Share::Lost; requests.len()],
            (None, Some(batch)) => batch.split(&reply.response),
            (None, None) => vec![Share::Answered(reply.response)],
        };
        for ((index, mut courier, _), share) in travellers.into_iter().zip(shares) {
            let now = Self::now(&self.settings, &self.directory, &self.options, self.now_ms);
            match share {
                Share::Answered(response) => courier.answered(&response, now),
                Share::Lost => courier.unanswered(Unanswered::Lost, now),
                Share::Apart => courier.unanswered(Unanswered::Apart, now),
            }
            self.events[index].courier = Some(courier);
        }
    }

    /// All journeys under way are gone; what was saved stays.
    fn die(&mut self, restart: Restart) {
        self.views.clear();
        for event in self.events.iter_mut().filter(|event| event.status.is_none() && event.begun) {
            event.courier = None;
            event.joining = None;
            match restart {
                // Who has no snapshot has written nothing, and begins as if for the first time.
                Restart::Saved => {}
                Restart::Nothing => {
                    event.saved = None;
                    event.again = true;
                }
                Restart::OtherRelease => {
                    event.again |= event.saved.is_none();
                    event.saved = event.saved.take().map(|saved| of_another_release(&saved));
                }
            }
            event.wake_ms = event.wake_ms.min(self.now_ms);
        }
    }
}

pub fn of_another_release(snapshot: &[u8]) -> Vec<u8> {
    let mut snapshot: Value = serde_json::from_slice(snapshot).unwrap();
    snapshot["release"] = "0.0.0".into();
    snapshot.to_string().into_bytes()
}
