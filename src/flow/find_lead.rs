//! Which lead is it? Leads come as ids with the contact; they are read by `filter[id][]`, each verified,
//! because an account may ignore filters. What the list did not bring is read one by one, at most ten.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{Cx, Reply, Step, Unreadable};
use crate::amocrm::entity::{Contact, Lead, read_page};
use crate::amocrm::http::Request;
use crate::amocrm::path::{self, EntityKind};
use crate::json;
use crate::trace::Entry;

/// Leads read one by one at most.
const MOST_SINGLE: usize = 10;
/// Leads asked for in one list.
const MOST_LISTED: usize = 100;

/// Reads the leads of the contacts that were found and chooses one of each.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindLead {
    contacts: Vec<Contact>,
    /// Lead ids still to be read, newest first.
    wanted: Vec<u64>,
    leads: Vec<Lead>,
    listed: bool,
    singles: usize,
}

/// The client as amoCRM knows him.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Client {
    /// The contact.
    pub contact: Contact,
    /// His newest open lead, but for the event's own.
    pub open_lead: Option<Lead>,
    /// The lead that this very event, or an earlier message of its call, made.
    pub own_lead: Option<Lead>,
}

impl Client {
    /// The lead that what comes next is written on.
    pub fn lead(&self) -> Option<&Lead> {
        self.own_lead.as_ref().or(self.open_lead.as_ref())
    }
}

impl FindLead {
    /// Reads the leads of these contacts (not empty).
    pub fn new(contacts: Vec<Contact>) -> Self {
        let mut wanted: Vec<u64> =
            contacts.iter().flat_map(|contact| &contact.embedded.leads).map(|lead| lead.id).collect();
        wanted.sort_unstable_by(|left, right| right.cmp(left));
        wanted.dedup();
        FindLead { contacts, wanted, leads: Vec::new(), listed: false, singles: 0 }
    }

    /// The next request, or `None` when all is known.
    pub fn step(&self) -> Option<Step> {
        let newest = self.wanted.first()?;
        let path = if self.listed {
            path::one(EntityKind::Leads, *newest)
        } else {
            let asked: Vec<u64> = self.wanted.iter().copied().take(MOST_LISTED).collect();
            path::leads_by_id(&asked)
        };
        Some(Step::Send(Request::get(path)))
    }

    /// Takes an answer.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn receive(&mut self, reply: Reply) -> Result<(), Unreadable> {
        let body = match reply {
            Reply::Ok(body) => body,
            Reply::Refused(_) => b"",
            Reply::Lost => return Err(Unreadable),
        };
        if self.listed {
            if !body.is_empty() {
                self.take(json::from_slice(body)?);
            }
            if !self.wanted.is_empty() {
                self.wanted.remove(0);
            }
            self.singles += 1;
            let one_contact_has_open = self.contacts.len() == 1 && self.leads.iter().any(Lead::is_open);
            if self.singles >= MOST_SINGLE || one_contact_has_open {
                self.wanted.clear();
            }
            return Ok(());
        }
        self.listed = true;
        let asked = self.wanted.len().min(MOST_LISTED);
        let before = self.wanted.len();
        for lead in read_page::<Lead>(body)?.items {
            if self.wanted.contains(&lead.id) {
                self.wanted.retain(|wanted| *wanted != lead.id);
                self.take(lead);
            }
        }
        // All that was asked for came: older leads than that are not worth a request each.
        if before - self.wanted.len() == asked {
            self.wanted.clear();
        }
        Ok(())
    }

    fn take(&mut self, lead: Lead) {
        if !self.leads.iter().any(|known| known.id == lead.id) {
            self.leads.push(lead);
        }
    }

    fn open_lead_of(&self, contact: &Contact) -> Option<&Lead> {
        self.open_lead_of_those(contact, |_| true)
    }

    fn open_lead_of_those(&self, contact: &Contact, which: impl Fn(&Lead) -> bool) -> Option<&Lead> {
        self.leads
            .iter()
            .filter(|lead| {
                which(lead)
                    && lead.is_open()
                    && contact.embedded.leads.iter().any(|known| known.id == lead.id)
            })
            .max_by_key(|lead| (lead.created_at, lead.id))
    }

    /// The choice: `is_own` knows the leads of the event itself; among several true hits one with an open lead first, then the oldest.
    pub fn choose(mut self, is_own: impl Fn(&Lead) -> bool, cx: &mut Cx) -> Option<Client> {
        let chosen = self
            .contacts
            .iter()
            .min_by_key(|contact| (self.open_lead_of(contact).is_none(), contact.created_at, contact.id))?;
        let chosen = chosen.clone();
        let has_open = self.open_lead_of(&chosen).is_some();
        if self.contacts.len() > 1 {
            cx.trace.add(|| {
                let ids: Vec<Json> = self.contacts.iter().map(|contact| Json::from(contact.id)).collect();
                Entry::new("identity", "identity", "several_contacts")
                    .at("/identity")
                    .with("contacts", ids)
                    .with("chosen", chosen.id)
                    .with("because", if has_open { "open_lead" } else { "oldest" })
            });
        }
        let own_lead = self.open_lead_of_those(&chosen, &is_own).cloned();
        self.leads.retain(|lead| !is_own(lead));
        let open_lead = self.open_lead_of(&chosen).cloned();
        Some(Client { contact: chosen, open_lead, own_lead })
    }
}
