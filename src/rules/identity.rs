//! By what a client is recognised (seed: "Как мы определяем существует ли сущность в АМО").
//!
//! Phones first; only when no phone came, e-mails; only when no e-mail came, the client id. The key is chosen
//! by presence: it does not fall through on "not found" unless the settings say so.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::config::Settings;
use crate::event::Call;
use crate::phone::{self, Country, Phone};
use crate::rules::mapping::Mapped;
use crate::trace::{Entry, Trace};

/// One way to search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Key {
    /// A normalised phone: search by its national digits, verify by equality.
    Phone {
        /// International digits.
        digits: String,
        /// National significant digits: what amoCRM is asked for.
        national: String,
    },
    /// An e-mail in lower case.
    Email(String),
    /// Ringostat's client id.
    Client(String),
}

impl Key {
    /// `phone`, `email` or `client_id`.
    pub fn kind(&self) -> &'static str {
        match self {
            Key::Phone { .. } => "phone",
            Key::Email(_) => "email",
            Key::Client(_) => "client_id",
        }
    }

    /// The value people know.
    pub fn value(&self) -> &str {
        match self {
            Key::Phone { digits, .. } => digits,
            Key::Email(text) | Key::Client(text) => text,
        }
    }

    /// What amoCRM is searched for.
    pub fn query(&self) -> &str {
        match self {
            Key::Phone { national, .. } => national,
            Key::Email(text) | Key::Client(text) => text,
        }
    }

    /// The name under which it is locked and remembered: `phone:380671112233`.
    pub fn identifier(&self) -> String {
        let kind = match self {
            Key::Phone { .. } => "phone",
            Key::Email(_) => "email",
            Key::Client(_) => "client",
        };
        format!("{kind}:{}", self.value())
    }
}

impl From<&Phone> for Key {
    fn from(phone: &Phone) -> Self {
        Key::Phone { digits: phone.digits().to_owned(), national: phone.national().to_owned() }
    }
}

/// Everything that the event says of who it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Identity {
    /// Phones in the order of the candidates.
    pub phones: Vec<Key>,
    /// E-mails.
    pub emails: Vec<Key>,
    /// Client id.
    pub client: Option<Key>,
}

impl Identity {
    /// The groups of keys to search by, in order. Without `fall_through` it is one group at most.
    pub fn groups(&self, fall_through: bool) -> Vec<Vec<Key>> {
        let groups = [self.phones.clone(), self.emails.clone(), self.client.iter().cloned().collect()];
        let present = groups.into_iter().filter(|group| !group.is_empty());
        if fall_through { present.collect() } else { present.take(1).collect() }
    }

    /// All identifiers, for locks and memory.
    pub fn identifiers(&self) -> Vec<String> {
        let mut all: Vec<String> =
            self.phones.iter().chain(&self.emails).chain(&self.client).map(Key::identifier).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// The country of the settings; checked when they were read.
pub fn country(settings: &Settings) -> Country {
    Country::from_iso(&settings.default_country).unwrap_or_default()
}

/// E-mails in a text: trimmed, lower case, only what can be one.
pub fn emails(text: &str) -> impl Iterator<Item = String> {
    parts(text).filter(|part| is_email(part)).map(str::to_lowercase)
}

/// What stands beside the e-mails in a text.
pub fn beside_emails(text: &str) -> impl Iterator<Item = &str> {
    parts(text).filter(|part| !is_email(part) && part.contains(char::is_alphanumeric))
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ';', ' ', '\n', '\t']).map(str::trim).filter(|part| !part.is_empty())
}

fn is_email(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(local, host)| {
        !local.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
    }) && !text.contains(['<', '>', '"', '(', ')'])
}

/// The keys of a call: the client's number, then the client id. Nothing when the number is none.
pub fn of_call(call: &Call, settings: &Settings, trace: &mut Trace) -> Identity {
    let number = call.client_number.trim();
    let mut identity = Identity::default();
    let Some(phone) = phone::parse(number, country(settings)) else { return identity };
    trace.add(|| normalised(&phone, number));
    identity.phones.push(Key::from(&phone));
    let client_id = call.visit.client_id.trim();
    if !client_id.is_empty() {
        identity.client = Some(Key::Client(client_id.to_owned()));
    }
    identity
}

/// How a number was read.
fn normalised(phone: &Phone, value: &str) -> Entry {
    Entry::new("identity", "phone", "phone_normalised")
        .at("/default_country")
        .with("value", value)
        .with("digits", phone.digits())
        .with("search", phone.national())
}

/// Collects the keys from the rows that write PHONE and EMAIL, and from the visit.
pub fn collect(
    phones: &[&Mapped],
    emails_of: &[&Mapped],
    client_id: &str,
    settings: &Settings,
    trace: &mut Trace,
) -> Identity {
    let country = country(settings);
    let mut identity = Identity::default();
    for mapped in phones {
        for value in &mapped.values {
            let found = phone::parse_all(value, country);
            if found.is_empty() {
                trace.add(|| {
                    Entry::new("identity", "phone", "phone_unreadable")
                        .at(mapped.origin.path())
                        .with("value", *value)
                });
            }
            for phone in &found {
                let key = Key::from(phone);
                trace.add(|| normalised(phone, value));
                if !identity.phones.contains(&key) {
                    identity.phones.push(key);
                }
            }
        }
    }
    for mapped in emails_of {
        for value in &mapped.values {
            for email in emails(value) {
                let key = Key::Email(email);
                if !identity.emails.contains(&key) {
                    identity.emails.push(key);
                }
            }
        }
    }
    let client_id = client_id.trim();
    if !client_id.is_empty() {
        identity.client = Some(Key::Client(client_id.to_owned()));
    }
    trace.add(|| {
        let groups = identity.groups(settings.identity.fall_through);
        let chosen = groups.first().and_then(|group| group.first());
        let entry =
            Entry::new("identity", "identity", if chosen.is_some() { "key_chosen" } else { "no_key" })
                .at("/identity")
                .with("phones", identity.phones.len())
                .with("emails", identity.emails.len())
                .with("client_id", identity.client.is_some());
        match chosen {
            Some(key) => entry.with("key", key.kind()).with(
                "values",
                groups
                    .first()
                    .map_or(Json::Null, |group| group.iter().map(|key| Json::from(key.value())).collect()),
            ),
            None => entry,
        }
    });
    identity
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_chosen_by_presence() {
        let phone = Key::Phone { digits: "380671112233".into(), national: "671112233".into() };
        let email = Key::Email("a@b.example".into());
        let identity = Identity { phones: vec![phone.clone()], emails: vec![email.clone()], client: None };
        assert_eq!(identity.groups(false), vec![vec![phone.clone()]]);
        assert_eq!(identity.groups(true), vec![vec![phone], vec![email]]);
        assert_eq!(identity.identifiers(), ["email:a@b.example", "phone:380671112233"]);
    }

    #[test]
    fn only_what_can_be_an_email_is_one() {
        let found: Vec<String> = emails(" A@B.Example, c@d.example;nobody, @x.y, a@b ").collect();
        assert_eq!(found, ["a@b.example", "c@d.example"]);
    }
}
