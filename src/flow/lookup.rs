//! What amoCRM knows of a client, read-only: for the preview, and for warnings that a delivery cannot afford.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::find_contact::carries;
use super::{Cx, Journey, Reply, Step, Unreadable};
use crate::amocrm::entity::{Contact, embedded};
use crate::amocrm::http::Request;
use crate::amocrm::path::{self, EntityKind};
use crate::json;
use crate::phone;
use crate::rules::identity::{Key, country, emails};

/// Pages of one search.
const MOST_PAGES: u32 = 4;
/// Leads that are read.
const MOST_LEADS: usize = 100;

/// Who is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LookupQuery {
    /// A phone number as people write it.
    pub phone: Option<String>,
    /// An e-mail.
    pub email: Option<String>,
    /// Ringostat's client id.
    pub client_id: Option<String>,
}

/// What amoCRM knows: raw API v4 objects, each verified on its own values.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct LookupResult {
    /// Contacts that carry one of the keys.
    pub contacts: Vec<Value>,
    /// Their leads.
    pub leads: Vec<Value>,
    /// Companies that carry the phone: only a warning.
    pub companies: Vec<Value>,
}

/// A look-up on its way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lookup {
    query: LookupQuery,
    started: bool,
    searches: Vec<(EntityKind, Key)>,
    page: u32,
    leads_read: bool,
    result: LookupResult,
}

impl Lookup {
    /// A look-up.
    pub fn new(query: LookupQuery) -> Self {
        Lookup {
            query,
            started: false,
            searches: Vec::new(),
            page: 1,
            leads_read: false,
            result: LookupResult::default(),
        }
    }

    /// What was found so far.
    pub fn result(&self) -> &LookupResult {
        &self.result
    }

    fn start(&mut self, cx: &Cx) {
        let text = |text: &Option<String>| text.as_deref().unwrap_or_default().trim().to_owned();
        let phones = phone::parse_all(&text(&self.query.phone), country(cx.settings));
        for phone in &phones {
            self.searches.push((EntityKind::Contacts, phone.into()));
            self.searches.push((EntityKind::Companies, phone.into()));
        }
        for email in emails(&text(&self.query.email)) {
            self.searches.push((EntityKind::Contacts, Key::Email(email)));
        }
        let client = text(&self.query.client_id);
        if !client.is_empty() {
            self.searches.push((EntityKind::Contacts, Key::Client(client)));
        }
        self.searches.reverse();
        self.started = true;
    }

    fn lead_ids(&self) -> Vec<u64> {
        let mut ids: Vec<u64> = self
            .result
            .contacts
            .iter()
            .filter_map(|contact| contact.get("_embedded")?.get("leads")?.as_array())
            .flatten()
            .filter_map(|lead| lead.get("id")?.as_u64())
            .collect();
        ids.sort_unstable_by(|left, right| right.cmp(left));
        ids.dedup();
        ids.truncate(MOST_LEADS);
        ids
    }
}

/// Items of a page as they came, and whether another page follows.
fn raw_page(body: &[u8], key: &str) -> Result<(Vec<Value>, bool), Unreadable> {
    if body.is_empty() {
        return Ok((Vec::new(), false));
    }
    match embedded(body, key)? {
        (Some(Value::Array(items)), more) => Ok((items, more)),
        _ => Ok((Vec::new(), false)),
    }
}

impl Journey for Lookup {
    fn step(&mut self, cx: &mut Cx) -> Step {
        if !self.started {
            self.start(cx);
        }
        if let Some((kind, key)) = self.searches.last() {
            return Step::Send(Request::get(path::search(*kind, key.query(), self.page)));
        }
        let ids = self.lead_ids();
        if self.leads_read || ids.is_empty() {
            return Step::Done;
        }
        Step::Send(Request::get(path::leads_by_id(&ids)))
    }

    fn receive(&mut self, reply: Reply, cx: &mut Cx) -> Result<(), Unreadable> {
        let body = match reply {
            Reply::Ok(body) => body,
            Reply::Refused(_) => b"",
            Reply::Lost => return Err(Unreadable),
        };
        let Some((kind, key)) = self.searches.last().cloned() else {
            let ids = self.lead_ids();
            let (leads, _) = raw_page(body, "leads")?;
            let wanted =
                |lead: &Value| lead.get("id").and_then(Value::as_u64).is_some_and(|id| ids.contains(&id));
            self.result.leads = leads.into_iter().filter(wanted).collect();
            self.leads_read = true;
            return Ok(());
        };
        let (items, more) = raw_page(body, kind.as_str())?;
        for item in items {
            let contact: Contact = json::from_value(&item)?;
            let list = if kind == EntityKind::Contacts {
                &mut self.result.contacts
            } else {
                &mut self.result.companies
            };
            let known = list.iter().any(|there| there.get("id") == item.get("id"));
            if !known && !contact.is_deleted && carries(&contact, &key, cx.directory, country(cx.settings)) {
                list.push(item);
            }
        }
        if more && self.page < MOST_PAGES {
            self.page += 1;
        } else {
            self.page = 1;
            self.searches.pop();
        }
        Ok(())
    }

    fn unsent(&mut self) {}

    fn interrupted(&mut self, _: &mut Cx) {}

    fn pretend(&mut self, _: &mut Cx) {}
}
