//! What comes in: clients who send forms and call, come back, and are known by different things each time.

use std::collections::VecDeque;

use serde_json::{Value, json};

use super::random::Random;

const FIRST_CALL_S: u64 = 1_780_000_000;
const LINE: &str = "380441112233";
const STOPPED_LINE: &str = "380441112200";
/// Operators of a client's two phones.
const CODE: &str = "67";
const SECOND_CODE: &str = "50";

/// Kinds of calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    InAnswered,
    InMissed,
    OutAnswered,
    OutUnanswered,
}

/// Calls of which nothing is made at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skip {
    StoppedLine,
    NoNumber,
}

/// A call.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Call {
    /// Of all calls: it tells them apart.
    pub number: u64,
    pub kind: Kind,
    /// SIP login of who took part.
    pub by: Option<&'static str>,
    pub talk_s: u64,
    pub skip: Option<Skip>,
}

impl Call {
    /// Unix seconds.
    pub fn start(&self) -> u64 {
        FIRST_CALL_S + self.number
    }

    /// The tail of its id, which every message of it tells.
    fn tail(&self) -> String {
        format!("{}.{}", self.start(), self.number)
    }

    pub fn subject(&self) -> String {
        format!("c-{}", self.tail())
    }
}

/// Which identifiers a form brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Brings {
    pub phone: bool,
    pub second_phone: bool,
    pub email: bool,
    pub client: bool,
}

/// What comes in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum What {
    Form { brings: Brings, upper: bool },
    Call { call: Call, picked_up: bool },
}

/// One message: an event.
#[derive(Debug, Clone)]
pub struct Message {
    /// Of all messages.
    pub number: u64,
    /// Of all clients.
    pub client: u64,
    pub what: What,
    /// How its number is spelled.
    spelling: u64,
    /// It comes once more.
    pub again: bool,
}

/// Nine digits of a client's phone.
pub fn phone(client: u64) -> String {
    format!("{CODE}{client:07}")
}

pub fn second_phone(client: u64) -> String {
    format!("{SECOND_CODE}{client:07}")
}

pub fn email(client: u64) -> String {
    format!("c{client}@mail.example")
}

pub fn client_id(client: u64) -> String {
    format!("1169999034.{}", 1_000_000_000 + client)
}

/// The messages of so many clients, in the order in which they come in. `first`: number of the first message.
pub fn stream(random: &mut Random, first: u64, clients: std::ops::Range<u64>, most: u64) -> Vec<Message> {
    // Three a client, which is how often they come back.
    let wanted = most.min((clients.end - clients.start) * 3);
    let mut messages: Vec<Message> = Vec::new();
    let mut begun: VecDeque<(u64, What)> = VecDeque::new();
    while (messages.len() as u64) < wanted {
        let number = first + messages.len() as u64;
        // A call that began is completed some messages later; meanwhile others come in, of the same client too.
        let due = if random.chance(0.3) { begun.pop_front() } else { None };
        let (client, what) = due.unwrap_or_else(|| {
            let client = clients.start + random.below(clients.end - clients.start);
            let what = if random.chance(0.55) { form(random) } else { call(random, number) };
            if let What::Call { call: Call { kind: Kind::InAnswered, .. }, picked_up: true } = what {
                begun.push_back((client, told(what, false)));
            }
            (client, what)
        });
        messages.push(Message { number, client, what, spelling: random.below(4), again: random.chance(0.1) });
    }
    late_pick_ups(random, &mut messages);
    messages
}

/// Sometimes the end is told before the beginning.
fn late_pick_ups(random: &mut Random, messages: &mut [Message]) {
    for index in 0..messages.len() {
        let What::Call { call, picked_up: true } = messages[index].what else { continue };
        let completed = (index + 1..messages.len())
            .find(|later| matches!(messages[*later].what, What::Call { call: same, .. } if same == call));
        if let Some(completed) = completed
            && random.chance(0.15)
        {
            let (beginning, end) = (messages[index].what, messages[completed].what);
            messages[index].what = end;
            messages[completed].what = beginning;
        }
    }
}

fn told(what: What, picked_up: bool) -> What {
    match what {
        What::Call { call, .. } => What::Call { call, picked_up },
        form => form,
    }
}

fn form(random: &mut Random) -> What {
    let of = |phone, second_phone, email, client| Brings { phone, second_phone, email, client };
    let brings = random.pick(&[
        (6, of(true, false, true, false)),
        (4, of(true, false, false, false)),
        (2, of(true, false, true, true)),
        (2, of(true, true, false, false)),
        (2, of(false, false, true, true)),
        (1, of(false, false, true, false)),
        (1, of(false, false, false, true)),
    ]);
    What::Form { brings, upper: random.chance(0.2) }
}

fn call(random: &mut Random, number: u64) -> What {
    let kind = random.pick(&[
        (5, Kind::InAnswered),
        (4, Kind::InMissed),
        (2, Kind::OutAnswered),
        (1, Kind::OutUnanswered),
    ]);
    let skip = random.pick(&[(20, None), (1, Some(Skip::StoppedLine)), (1, Some(Skip::NoNumber))]);
    let by = random.pick(&[(4, "firm_ivan"), (2, "firm_maria"), (1, "firm_nobody")]);
    let answered = matches!(kind, Kind::InAnswered | Kind::OutAnswered);
    let call = Call {
        number,
        kind,
        by: (kind != Kind::InMissed).then_some(by),
        talk_s: if answered { 3 + random.below(200) } else { 0 },
        skip,
    };
    What::Call { call, picked_up: kind == Kind::InAnswered && random.chance(0.8) }
}

impl Message {
    /// One number as people write it.
    fn spelled(&self, code: &str) -> String {
        let own = self.client;
        match self.spelling {
            0 => format!("+380{code}{own:07}"),
            1 => format!("0{code}{own:07}"),
            2 => format!("+38 (0{code}) {:03}-{:02}-{:02}", own / 10_000, own / 100 % 100, own % 100),
            _ => format!("00380 {code} {own:07}"),
        }
    }

    /// As it comes in.
    pub fn body(&self) -> Value {
        match self.what {
            What::Form { brings, upper } => self.form(brings, upper),
            What::Call { call, picked_up } => self.call(&call, picked_up),
        }
    }

    fn form(&self, brings: Brings, upper: bool) -> Value {
        let mut fields = json!({ "name": format!("Client {}", self.client), "comment": self.comment() });
        let mut phones = Vec::new();
        if brings.phone {
            phones.push(self.spelled(CODE));
        }
        if brings.second_phone {
            phones.push(self.spelled(SECOND_CODE));
        }
        if !phones.is_empty() {
            fields["phone"] = phones.join("; ").into();
        }
        if brings.email {
            let email = email(self.client);
            fields["email"] = if upper { email.to_uppercase() } else { email }.into();
        }
        if !brings.client {
            return fields;
        }
        let params = json!({ "formData": fields, "r_cl": client_id(self.client) });
        json!({ "jsonrpc": "2.0", "method": "saveFormData", "id": 1, "params": params })
    }

    /// What its note must say.
    pub fn comment(&self) -> String {
        format!("No. {}.", self.number)
    }

    fn call(&self, call: &Call, picked_up: bool) -> Value {
        let client = match call.skip {
            Some(Skip::NoNumber) => "anonymous".to_owned(),
            _ => format!("380{}", phone(self.client)),
        };
        let line = if call.skip == Some(Skip::StoppedLine) { STOPPED_LINE } else { LINE };
        let mut body = json!({ "uniqueid": format!("ua18_-{}", call.tail()) });
        if matches!(call.kind, Kind::InAnswered | Kind::InMissed) {
            body["call_type"] = "in".into();
            body["caller"] = client.into();
            body["dst"] = line.into();
            body["connected_with"] = call.by.unwrap_or_default().into();
        } else {
            body["call_type"] = "out".into();
            body["caller"] = call.by.unwrap_or_default().into();
            body["dst"] = client.into();
            body["outbound_number"] = line.into();
        }
        if picked_up {
            body["event"] = "pick_up".into();
        } else {
            body["disposition"] = if call.talk_s > 0 { "ANSWERED" } else { "NO ANSWER" }.into();
            body["billsec"] = call.talk_s.into();
        }
        body
    }
}

/// The project's settings.
pub fn settings() -> Value {
    json!({
        "forms": { "creates": { "task": { "on": true } } },
        "matrix": { "senior_user": 504_141 },
        "employees": [
            { "ringostat": { "staff_id": "1", "sip": ["firm_ivan"] }, "amocrm_user": 504_142 },
            { "ringostat": { "staff_id": "2", "sip": ["firm_maria"] }, "amocrm_user": 504_143 },
        ],
        "lines": [{ "number": STOPPED_LINE, "kind": "sip", "sip": "firm_stopped" }],
        "stop_list": [{ "sip": "firm_stopped" }],
    })
}
