//! What an earlier message of the same call made is read by id: neither the search nor the state of the lead matters.

use serde::{Deserialize, Serialize};

use super::{Reply, Step, Unreadable};
use crate::amocrm::entity::{Contact, Lead};
use crate::amocrm::http::Request;
use crate::amocrm::path::{self, EntityKind};
use crate::json;

/// Reads a contact and a lead by id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recall {
    wanted: Vec<(EntityKind, u64)>,
    /// The contact, unless it is gone.
    pub contact: Option<Contact>,
    /// The lead, unless it is gone.
    pub lead: Option<Lead>,
}

impl Recall {
    /// What to read; `None` when nothing is known.
    pub fn new(contact: Option<u64>, lead: Option<u64>) -> Option<Self> {
        let wanted: Vec<(EntityKind, u64)> = [(EntityKind::Contacts, contact), (EntityKind::Leads, lead)]
            .into_iter()
            .filter_map(|(kind, id)| Some((kind, id?)))
            .collect();
        (!wanted.is_empty()).then_some(Recall { wanted, contact: None, lead: None })
    }

    /// What was read a moment ago.
    pub fn read(contact: Contact, lead: Lead) -> Self {
        Recall { wanted: Vec::new(), contact: Some(contact), lead: Some(lead) }
    }

    /// The next request, or `None` when all is read.
    pub fn step(&self) -> Option<Step> {
        let (kind, id) = self.wanted.first()?;
        Some(Step::Send(Request::get(path::one(*kind, *id))))
    }

    /// Takes an answer. Merged or deleted entities answer nothing, or are refused.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn receive(&mut self, reply: Reply) -> Result<(), Unreadable> {
        let body = match reply {
            Reply::Ok(body) => body,
            Reply::Refused(_) => b"",
            Reply::Lost => return Err(Unreadable),
        };
        let Some((kind, _)) = self.wanted.first() else { return Ok(()) };
        if !body.is_empty() {
            match kind {
                EntityKind::Contacts => self.contact = Some(json::from_slice(body)?),
                _ => self.lead = Some(json::from_slice(body)?).filter(|lead: &Lead| !lead.is_deleted),
            }
        }
        self.wanted.remove(0);
        Ok(())
    }
}
