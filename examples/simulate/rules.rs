//! What must stand in the account by the rules, worked out from the input alone: an independent, short telling of
//! identity, open leads and the default matrix; and the requests that this cannot be done without.

use std::collections::{BTreeMap, BTreeSet};

use super::input::{Brings, Call, Kind, Message, What};

const SENIOR: u64 = 504_141;
/// Of a talk that completes tasks of missed calls.
const MIN_TALK_S: u64 = 10;
/// Notes and tasks of several events leave together, so many at most.
const TOGETHER: f64 = 50.0;

/// How an event must end. A pick-up whose call has nothing to make yet may be either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Delivered,
    Skipped,
    Either,
}

/// Requests without which it cannot be done.
#[derive(Debug, Clone, Copy, Default)]
pub struct Needs {
    pub searches: u64,
    pub writes: u64,
    /// Notes, tasks and call records.
    pub joined: u64,
}

impl Needs {
    pub fn requests(&self) -> f64 {
        (self.searches + self.writes) as f64 + self.joined as f64 / TOGETHER
    }

    pub fn add(&mut self, other: Needs) {
        self.searches += other.searches;
        self.writes += other.writes;
        self.joined += other.joined;
    }
}

/// One client's part of the account. Messages go by their number.
#[derive(Debug, Default)]
pub struct Expected {
    pub ends: BTreeMap<u64, End>,
    pub contacts_of: BTreeSet<u64>,
    pub leads_of: BTreeSet<u64>,
    pub records: BTreeSet<String>,
    pub notes: BTreeSet<u64>,
    pub open_tasks: usize,
    pub completed_tasks: usize,
    pub phone: bool,
    pub second_phone: bool,
    pub email: bool,
    pub needs: Needs,
}

#[derive(Debug, Default)]
struct Contact {
    phone: bool,
    second_phone: bool,
    email: bool,
    client: bool,
    responsible: u64,
    /// Whose the open lead is.
    lead: Option<u64>,
}

#[derive(Debug, Clone, Copy)]
enum Before {
    New,
    OpenLead(u64),
    NoLead(u64),
}

#[derive(Debug, Default)]
struct CallSoFar {
    before: Option<Before>,
    lead: bool,
    open_task: bool,
}

#[derive(Debug, Default, Clone, Copy)]
struct Row {
    at_pick_up: bool,
    contact: bool,
    lead: bool,
    open_task: bool,
    completed_task: bool,
    responsible: u64,
}

#[derive(Debug, Default)]
struct Telling {
    expected: Expected,
    contacts: Vec<Contact>,
    calls: BTreeMap<u64, CallSoFar>,
    missed: Vec<u64>,
    talked_at: u64,
}

/// What these messages of one client must become.
pub fn expected<'a>(messages: impl Iterator<Item = &'a Message>) -> Expected {
    let mut telling = Telling::default();
    for message in messages {
        let end = match message.what {
            What::Form { brings, .. } => telling.form(message.number, brings),
            What::Call { call, picked_up } => telling.call(message.number, &call, picked_up),
        };
        telling.expected.ends.insert(message.number, end);
    }
    telling.expected
}

impl Telling {
    /// One with an open lead first, then the oldest.
    fn find(&self, has: impl Fn(&Contact) -> bool) -> Option<usize> {
        let hits = || (0..self.contacts.len()).filter(|index| has(&self.contacts[*index]));
        hits().find(|index| self.contacts[*index].lead.is_some()).or_else(|| hits().next())
    }

    fn form(&mut self, number: u64, brings: Brings) -> End {
        // The key is chosen by presence: a phone that nobody has is a new contact, whoever has the e-mail.
        let found = if brings.phone {
            self.find(|contact| contact.phone)
        } else if brings.email {
            self.find(|contact| contact.email)
        } else {
            self.find(|contact| contact.client)
        };
        let expected = &mut self.expected;
        let new = found.is_none();
        let index = found.unwrap_or_else(|| {
            expected.contacts_of.insert(number);
            self.contacts.push(Contact { responsible: SENIOR, ..Contact::default() });
            self.contacts.len() - 1
        });
        let contact = &mut self.contacts[index];
        let adds = brings.phone && !contact.phone
            || brings.second_phone && !contact.second_phone
            || brings.email && !contact.email
            || brings.client && !contact.client;
        contact.phone |= brings.phone;
        contact.second_phone |= brings.second_phone;
        contact.email |= brings.email;
        contact.client |= brings.client;
        expected.phone |= brings.phone;
        expected.second_phone |= brings.second_phone;
        expected.email |= brings.email;
        let needs = &mut expected.needs;
        needs.searches += 1;
        needs.writes += u64::from(contact.lead.is_none()) + u64::from(adds && !new);
        needs.joined += 2;
        if contact.lead.is_none() {
            contact.lead = Some(SENIOR);
            expected.leads_of.insert(number);
        }
        expected.notes.insert(number);
        expected.open_tasks += 1;
        End::Delivered
    }

    fn call(&mut self, number: u64, call: &Call, picked_up: bool) -> End {
        if call.skip.is_some() {
            return End::Skipped;
        }
        let found = self.find(|contact| contact.phone);
        let first = !self.calls.contains_key(&call.number);
        let so_far = self.calls.entry(call.number).or_default();
        let before = so_far.before.unwrap_or_else(|| match found.map(|index| &self.contacts[index]) {
            None => Before::New,
            Some(Contact { lead: Some(user), .. }) => Before::OpenLead(*user),
            Some(Contact { responsible, .. }) => Before::NoLead(*responsible),
        });
        let expected = &mut self.expected;
        expected.needs.searches += u64::from(first);
        let Some(row) = row(call, before) else { return End::Skipped };
        let due = !picked_up || row.at_pick_up;
        let mut made = false;
        let mut writes = 0;
        let mut index = found;
        if due && row.contact && found.is_none() {
            let responsible = row.responsible;
            self.contacts.push(Contact { phone: true, responsible, ..Contact::default() });
            index = Some(self.contacts.len() - 1);
            expected.contacts_of.insert(number);
            expected.phone = true;
            (made, writes) = (true, 1);
        }
        if let (true, true, false, Some(index)) = (due, row.lead, so_far.lead, index) {
            // A form may have made one meanwhile: that is used. Contact and lead are one request.
            if self.contacts[index].lead.is_none() {
                self.contacts[index].lead = Some(row.responsible);
                expected.leads_of.insert(number);
                writes = 1;
            }
            (so_far.lead, made) = (true, true);
        }
        if due && row.open_task && !so_far.open_task {
            let missed = call.kind == Kind::InMissed;
            if !(missed && self.talked_at > call.start()) {
                expected.open_tasks += 1;
                expected.needs.joined += 1;
                if missed {
                    self.missed.push(call.start());
                }
            }
            (so_far.open_task, made) = (true, true);
        }
        if !picked_up {
            expected.completed_tasks += usize::from(row.completed_task);
            expected.needs.joined += 1 + u64::from(row.completed_task);
            expected.records.insert(call.subject());
            made = true;
        }
        if made && so_far.before.is_none() {
            so_far.before = Some(before);
        }
        expected.needs.writes += writes;
        if !picked_up && call.talk_s >= MIN_TALK_S {
            self.talked(call.start());
        }
        if made { End::Delivered } else { End::Either }
    }

    fn talked(&mut self, start: u64) {
        let before = self.missed.len();
        self.missed.retain(|missed| *missed >= start);
        let closed = before - self.missed.len();
        self.talked_at = self.talked_at.max(start);
        self.expected.open_tasks -= closed;
        self.expected.completed_tasks += closed;
        self.expected.needs.writes += closed as u64;
    }
}

/// The default matrix; nothing: nothing is made.
fn row(call: &Call, before: Before) -> Option<Row> {
    let user = call.by.and_then(|by| match by {
        "firm_ivan" => Some(504_142),
        "firm_maria" => Some(504_143),
        _ => None,
    });
    let unknown = call.by.is_some() && user.is_none();
    let record = Row { responsible: user.unwrap_or(SENIOR), ..Row::default() };
    let new = matches!(before, Before::New);
    Some(match (call.kind, before) {
        (Kind::InAnswered, Before::New) => {
            Row { at_pick_up: true, contact: true, lead: true, open_task: unknown, ..record }
        }
        (Kind::InAnswered, Before::NoLead(own)) => {
            let responsible = user.unwrap_or(own);
            Row { at_pick_up: true, lead: true, open_task: unknown, responsible, ..record }
        }
        (Kind::InAnswered, Before::OpenLead(own)) => {
            let other = !unknown && user != Some(own);
            Row { open_task: unknown || other, completed_task: other, ..record }
        }
        (Kind::InMissed, _) => Row { contact: new, lead: new, open_task: true, ..record },
        (Kind::OutAnswered, _) => Row { contact: new, ..record },
        (Kind::OutUnanswered, Before::New) => return None,
        (Kind::OutUnanswered, _) => record,
    })
}
