//! What leaves when: one request after another as the quota allows, and creates that may join leave together.

use std::collections::VecDeque;

/// An event under way: its account and its place there.
pub type Who = (u64, usize);

/// What can still be joined lets so many others go first.
const PATIENCE: f64 = 24.0;
const MOST_TOGETHER: usize = 50;

struct Group {
    account: u64,
    path: String,
    patient_until_ms: f64,
    travellers: Vec<Who>,
}

/// The way to amoCRM.
pub struct Line {
    interval_ms: f64,
    next_ms: f64,
    singles: VecDeque<Who>,
    groups: Vec<Group>,
    /// A departure is on the clock.
    pub ticking: bool,
}

impl Line {
    pub fn new(per_second: f64) -> Self {
        let interval_ms = 1000.0 / per_second;
        Line { interval_ms, next_ms: 0.0, singles: VecDeque::new(), groups: Vec::new(), ticking: false }
    }

    pub fn wait(&mut self, who: Who) {
        self.singles.push_back(who);
    }

    /// With others of its account and path.
    pub fn join(&mut self, who: Who, path: &str, now_ms: i64) {
        let same = |group: &&mut Group| {
            group.account == who.0 && group.path == path && group.travellers.len() < MOST_TOGETHER
        };
        match self.groups.iter_mut().find(same) {
            Some(group) => group.travellers.push(who),
            None => self.groups.push(Group {
                account: who.0,
                path: path.to_owned(),
                patient_until_ms: now_ms as f64 + PATIENCE * self.interval_ms,
                travellers: vec![who],
            }),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.singles.is_empty() && self.groups.is_empty()
    }

    /// When the next one may leave.
    pub fn next_ms(&self, now_ms: i64) -> i64 {
        (self.next_ms.ceil() as i64).max(now_ms)
    }

    /// Whose turn it is.
    pub fn depart(&mut self, now_ms: i64) -> Vec<Who> {
        self.next_ms = self.next_ms.max(now_ms as f64 - self.interval_ms) + self.interval_ms;
        let patient = |group: &Group| group.patient_until_ms > now_ms as f64;
        let impatient = self.groups.iter().position(|group| !patient(group));
        if let Some(index) = impatient {
            return self.groups.remove(index).travellers;
        }
        match self.singles.pop_front() {
            Some(who) => vec![who],
            None if self.groups.is_empty() => Vec::new(),
            None => self.groups.remove(0).travellers,
        }
    }

    /// After a 429 nothing leaves for a while.
    pub fn penalize(&mut self, now_ms: i64, seconds: u32) {
        self.next_ms = self.next_ms.max(now_ms as f64 + f64::from(seconds) * 1000.0);
    }

    /// The worker died with all that waited.
    pub fn clear(&mut self) {
        self.singles.clear();
        self.groups.clear();
    }
}
