//! The worker in virtual time: a window of events under way, one line to amoCRM, and deaths.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::rc::Rc;

use ringostat_amocrm::amocrm::batch::Share;
use ringostat_amocrm::amocrm::directory::Directory;
use ringostat_amocrm::amocrm::http::Request;
use ringostat_amocrm::config::Settings;
use ringostat_amocrm::delivery::drive::Bench;
use ringostat_amocrm::delivery::{Action, Courier, Options, Unanswered};
use ringostat_amocrm::sandbox::{Options as SandboxOptions, Sandbox};
use serde_json::json;

use super::account::{Account, Project, Stale};
use super::input::{settings, stream};
use super::judge::{Verdict, judge};
use super::line::{Line, Who};
use super::random::Random;
use super::tally::Tally;

/// What the worker allows itself of amoCRM's seven.
pub const RATE_PER_SECOND: f64 = 6.0;
const START_MS: i64 = 1_790_000_000_000;
/// The search knows what was written only so much later.
const INDEX_DELAY_MS: i64 = 5_000;
/// Long after, when every late write has happened.
const LATER_MS: i64 = 3_600_000;
/// Events that are taken in and not at their end.
const WINDOW: usize = 96;
/// What an account holds in the end, and so how long its reads take, goes by its clients.
const CLIENTS: u64 = 80;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alarm {
    /// The next request may leave.
    Departure,
    /// An event goes on; of that epoch.
    Wake(Who, u32),
}

pub struct World {
    pub tally: Tally,
    pub verdict: Verdict,
    project: Project,
    /// An account that was read, with nothing in it.
    blank: (Sandbox, Rc<Directory>),
    pub random: Random,
    pub calm: bool,
    left: u64,
    messages: u64,
    clients: u64,
    ended: u64,
    under_way: usize,
    pub accounts: VecDeque<Account>,
    /// Number of the first of them.
    pub first: u64,
    clock: BinaryHeap<Reverse<(i64, u64, Alarm)>>,
    rung: u64,
    pub line: Line,
    pub now_ms: i64,
}

impl World {
    pub fn new(seed: u64, events: u64, calm: bool) -> Self {
        let settings = Settings::parse(&settings().to_string()).expect("the settings are good");
        let options = Options { trace: false, ..Options::default() };
        let base_url = "https://amo.example".into();
        let mut sandbox = Sandbox::new(SandboxOptions { seed, base_url, ..SandboxOptions::default() });
        sandbox.switches(&json!({ "index_delay_ms": INDEX_DELAY_MS })).expect("a switch");
        let directory = Bench::new(&settings, &mut sandbox, options.clone(), START_MS - LATER_MS).directory;
        World {
            tally: Tally::default(),
            verdict: Verdict::default(),
            project: Project { settings, options },
            blank: (sandbox, Rc::new(directory)),
            random: Random::new(seed),
            calm,
            left: events,
            messages: 0,
            clients: 0,
            ended: 0,
            under_way: 0,
            accounts: VecDeque::new(),
            first: 0,
            clock: BinaryHeap::new(),
            rung: 0,
            line: Line::new(RATE_PER_SECOND),
            now_ms: START_MS,
        }
    }

    pub fn ended(&self) -> u64 {
        self.ended
    }

    pub fn virtual_seconds(&self) -> f64 {
        (self.now_ms - START_MS) as f64 / 1000.0
    }

    /// One thing happens; false at the end.
    pub fn advance(&mut self) -> bool {
        while self.under_way < WINDOW && self.accept() {}
        let Some(Reverse((at_ms, _, alarm))) = self.clock.pop() else { return false };
        self.now_ms = self.now_ms.max(at_ms);
        match alarm {
            Alarm::Departure => self.depart(),
            Alarm::Wake(who, epoch) => {
                if self.account(who.0).is_some_and(|account| account.flights[who.1].epoch == epoch) {
                    self.wake(who);
                }
            }
        }
        true
    }

    pub fn account(&mut self, number: u64) -> Option<&mut Account> {
        let place = number.checked_sub(self.first)?;
        self.accounts.get_mut(place as usize)
    }

    pub fn at(&mut self, at_ms: i64, alarm: Alarm) {
        self.rung += 1;
        self.clock.push(Reverse((at_ms, self.rung, alarm)));
    }

    /// A message comes in; false when there are no more.
    fn accept(&mut self) -> bool {
        if self.accounts.back().is_none_or(Account::is_full) && !self.open_account() {
            return false;
        }
        let number = self.first + self.accounts.len() as u64 - 1;
        let Some(account) = self.accounts.back_mut() else { return false };
        let (index, doubled) = account.accept(&self.project, self.now_ms);
        self.tally.repeats += u64::from(account.messages[index].again);
        if doubled {
            self.verdict.doubled.push(account.flights[index].id.clone());
        }
        self.under_way += 1;
        if account.is_first(index) {
            account.flights[index].free = true;
            self.at(self.now_ms, Alarm::Wake((number, index), 0));
        }
        true
    }

    fn open_account(&mut self) -> bool {
        if self.left == 0 {
            return false;
        }
        let clients = self.clients..self.clients + CLIENTS;
        let messages = stream(&mut self.random, self.messages, clients, self.left);
        self.clients += CLIENTS;
        self.messages += messages.len() as u64;
        self.left -= messages.len() as u64;
        let (sandbox, directory) = &self.blank;
        self.accounts.push_back(Account::new(sandbox.clone(), directory.clone(), messages));
        true
    }

    /// An event takes what arrived, and goes on until it wants to send something, waits or ends.
    fn wake(&mut self, who: Who) {
        let (project, now_ms) = (&self.project, self.now_ms);
        let Some(place) = who.0.checked_sub(self.first) else { return };
        let account = &mut self.accounts[place as usize];
        let begun = account.flights[who.1].courier.take();
        let mut courier = match begun {
            Some(courier) => courier,
            None => account.begin(who.1, project, now_ms),
        };
        if let Some(share) = account.flights[who.1].arrived.take() {
            let wrote = account.flights[who.1].wants.take().is_some_and(|request| request.method.writes());
            let now = account.now(project, now_ms);
            match share {
                Share::Answered(response) => courier.answered(&response, now),
                Share::Lost => courier.unanswered(Unanswered::Lost, now),
                Share::Apart => courier.unanswered(Unanswered::Apart, now),
            }
            if wrote {
                account.flights[who.1].saved = Some(courier.snapshot());
            }
        }
        let action = loop {
            let action = courier.next(account.now(project, now_ms));
            let Action::Lock { name } = &action else { break action };
            let Some(Stale(stale)) = account.take(who.1, name) else { break action };
            let watermarks = account.watermarks().clone();
            courier.granted(stale, &watermarks, account.now(project, now_ms));
        };
        match action {
            // It goes on when its turn comes.
            Action::Lock { .. } => account.flights[who.1].saved = Some(courier.snapshot()),
            Action::Done => {
                account.learn(who.1, &courier, now_ms);
                let next = account.end(who.1, courier.status());
                self.done(who.0, &next);
            }
            Action::Wait { until, .. } => {
                account.learn(who.1, &courier, now_ms);
                let flight = &mut account.flights[who.1];
                flight.saved = Some(courier.snapshot());
                flight.courier = Some(courier);
                flight.until_ms = until;
                let epoch = flight.epoch;
                self.at(until, Alarm::Wake(who, epoch));
            }
            Action::Send { request, joins, .. } => self.queue(who, courier, request, joins),
        }
    }

    fn queue(&mut self, who: Who, courier: Courier, request: Request, joins: bool) {
        let now_ms = self.now_ms;
        if joins {
            self.line.join(who, &request.path, now_ms)
        } else {
            self.line.wait(who)
        }
        if let Some(account) = self.account(who.0) {
            let flight = &mut account.flights[who.1];
            (flight.courier, flight.wants) = (Some(courier), Some(request));
        }
        self.tick();
    }

    pub fn tick(&mut self) {
        if !self.line.ticking && !self.line.is_empty() {
            self.line.ticking = true;
            self.at(self.line.next_ms(self.now_ms), Alarm::Departure);
        }
    }

    fn done(&mut self, number: u64, next: &[usize]) {
        self.ended += 1;
        self.under_way -= 1;
        let now_ms = self.now_ms;
        for index in next {
            let Some(account) = self.account(number) else { continue };
            account.flights[*index].free = true;
            let epoch = account.flights[*index].epoch;
            self.at(now_ms, Alarm::Wake((number, *index), epoch));
        }
        while self
            .accounts
            .front()
            .is_some_and(|account| account.is_full() && account.ended == account.flights.len())
        {
            let Some(mut account) = self.accounts.pop_front() else { break };
            self.first += 1;
            self.tally.accounts += 1;
            let state = account.sandbox.state(self.now_ms + LATER_MS);
            self.tally.needs.add(judge(&account, &state, &mut self.verdict));
        }
    }
}
