//! Who is it? (seed: "Как мы определяем существует ли сущность в АМО перед созданием")
//!
//! Every hit of a search is verified on its own normalised values, all pages are walked. What was written within
//! the last hour is believed before an *empty* search: the index lags.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::ticket::Memory;
use super::{Cx, Reply, Step, Unreadable};
use crate::amocrm::directory::Directory;
use crate::amocrm::entity::{Contact, read_page};
use crate::amocrm::http::Request;
use crate::amocrm::path::{self, EntityKind};
use crate::json;
use crate::phone::{self, Country};
use crate::rules::identity::{Key, country};
use crate::trace::Entry;

/// Pages that a search reads at most.
const MOST_PAGES: u32 = 40;

/// A search for the contact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindContact {
    /// Contacts remembered for a key, asked for right after that key was searched for in vain, so that a memory never
    /// wins over the account's own word.
    remembered: Vec<(String, u64)>,
    /// Groups of keys in order: with `fall_through` several.
    groups: Vec<Vec<Key>>,
    group: usize,
    key: usize,
    page: u32,
    hits: Vec<Contact>,
    unverified: usize,
    /// The search for the current key found nobody: its memory is asked.
    recalling: bool,
}

impl FindContact {
    /// A search by these groups of keys.
    pub fn new(groups: Vec<Vec<Key>>, memory: &[Memory]) -> Self {
        let mut remembered: Vec<(String, u64)> = Vec::new();
        for key in groups.iter().flatten() {
            let identifier = key.identifier();
            for known in memory.iter().filter(|known| known.identifier == identifier) {
                let pair = (identifier.clone(), known.contact);
                if !remembered.contains(&pair) {
                    remembered.push(pair);
                }
            }
        }
        FindContact {
            remembered,
            groups,
            group: 0,
            key: 0,
            page: 1,
            hits: Vec::new(),
            unverified: 0,
            recalling: false,
        }
    }

    fn current(&self) -> Option<&Key> {
        self.groups.get(self.group)?.get(self.key)
    }

    /// The contact remembered for the current key, once the search for it was in vain.
    fn believed(&self) -> Option<&(String, u64)> {
        if !self.recalling {
            return None;
        }
        let identifier = self.current()?.identifier();
        self.remembered.iter().find(|(known, _)| *known == identifier)
    }

    /// The identifier that was searched for first, as long as no other was: what is found now is found by it.
    pub fn first_searched(&self) -> Option<String> {
        let first = self.group == 0 && self.key == 0 && !self.recalling;
        self.current().filter(|_| first).map(Key::identifier)
    }

    /// The next request, or `None` when the search is over.
    pub fn step(&self) -> Option<Step> {
        if let Some((_, contact)) = self.believed() {
            return Some(Step::Send(Request::get(path::one(EntityKind::Contacts, *contact))));
        }
        let key = self.current()?;
        Some(Step::Send(Request::get(path::search(EntityKind::Contacts, key.query(), self.page))))
    }

    /// Takes an answer; the hits when the search is over.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn receive(&mut self, reply: Reply, cx: &mut Cx) -> Result<Option<Vec<Contact>>, Unreadable> {
        let body = match reply {
            Reply::Ok(body) => body,
            // A contact that may not be read, or a 404: as good as gone.
            Reply::Refused(_) if self.believed().is_some() => b"",
            Reply::Refused(_) | Reply::Lost => return Err(Unreadable),
        };
        if let Some((identifier, id)) = self.believed().cloned() {
            let contact = match body.is_empty() {
                true => None,
                false => Some(json::from_slice::<Contact>(body)?).filter(|contact| !contact.is_deleted),
            };
            // One that lives without this key may well carry the next one.
            let gone = contact.is_none();
            self.remembered.retain(|(key, known)| *known != id || !(gone || *key == identifier));
            // Read by id it is up to date: a contact that lost the number since is not believed.
            // Without a field for the client id nothing but the memory can tell.
            let unwritten = cx.directory.ours.contacts.client_id.is_none();
            let contact = contact.filter(|contact| {
                self.groups.iter().flatten().filter(|key| key.identifier() == identifier).any(|key| {
                    carries(contact, key, cx.directory, country(cx.settings))
                        || (unwritten && matches!(key, Key::Client(_)))
                })
            });
            let known = contact.is_some();
            cx.trace.add(|| {
                Entry::new(
                    "identity",
                    "exactly_once",
                    if known { "remembered" } else { "remembered_no_more" },
                )
                .with("identifier", identifier)
                .with("contact", id)
            });
            return Ok(match contact {
                Some(contact) => Some(vec![contact]),
                None => self.go_on(),
            });
        }
        let page = read_page::<Contact>(body)?;
        let (more, empty) = (page.more, page.items.is_empty());
        if let Some(key) = self.current().cloned() {
            let country = country(cx.settings);
            for contact in page.items {
                if contact.is_deleted || !carries(&contact, &key, cx.directory, country) {
                    self.unverified += 1;
                } else if !self.hits.iter().any(|hit| hit.id == contact.id) {
                    self.hits.push(contact);
                }
            }
            if more && !empty && self.page < MOST_PAGES {
                self.page += 1;
                return Ok(None);
            }
            self.tell(&key, cx);
        }
        self.page = 1;
        self.unverified = 0;
        if !self.hits.is_empty() {
            return Ok(Some(std::mem::take(&mut self.hits)));
        }
        self.recalling = true;
        Ok(self.go_on())
    }

    /// To the memory of the current key, then to the next key; nobody when there is none.
    fn go_on(&mut self) -> Option<Vec<Contact>> {
        if self.believed().is_some() {
            return None;
        }
        self.recalling = false;
        self.key += 1;
        if self.groups.get(self.group).is_none_or(|group| self.key >= group.len()) {
            self.group += 1;
            self.key = 0;
        }
        self.current().is_none().then(Vec::new)
    }

    fn tell(&self, key: &Key, cx: &mut Cx) {
        cx.trace.add(|| {
            let hits: Vec<Json> = self.hits.iter().map(|hit| Json::from(hit.id)).collect();
            Entry::new("identity", "identity", if hits.is_empty() { "not_found" } else { "found" })
                .at("/identity")
                .with("key", key.kind())
                .with("searched", key.query())
                .with("contacts", hits)
                .with("not_verified", self.unverified)
        });
    }
}

/// Whether the contact itself carries the key: amoCRM's search looks into every field.
pub fn carries(contact: &Contact, key: &Key, directory: &Directory, country: Country) -> bool {
    let coded = |code: &'static str| {
        contact
            .custom_fields_values
            .iter()
            .filter(move |field| {
                field.field_code.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(code))
            })
            .flat_map(|field| &field.values)
    };
    match key {
        Key::Phone { digits, .. } => coded("PHONE").any(|value| {
            phone::parse_all(&value.text(), country).iter().any(|phone| phone.digits() == digits)
        }),
        Key::Email(email) => coded("EMAIL").any(|value| value.text().trim().to_lowercase() == *email),
        Key::Client(client) => directory.ours.contacts.client_id.is_some_and(|id| {
            contact
                .custom_fields_values
                .iter()
                .filter(|field| field.field_id == id)
                .flat_map(|field| &field.values)
                .any(|value| value.text().trim() == client)
        }),
    }
}
