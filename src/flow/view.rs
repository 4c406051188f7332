//! The client as another journey read him seconds ago: nobody searches twice for what he has just found.
//!
//! Only what was read is handed on, and only while no journey has written on contact or lead since.

use serde::{Deserialize, Serialize};

use super::find_lead::Client;
use super::made::Made;
use super::recall::Recall;
use crate::amocrm::entity::Lead;

/// How long a reading is believed.
const FRESH_MS: i64 = 10_000;

/// How a client was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Unix milliseconds.
    pub at_ms: i64,
    /// The identifier he was searched by; none when he was read by id.
    pub key: Option<String>,
}

/// What a journey read of its client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// How and when.
    pub reading: Reading,
    /// The contact, and the leads that count.
    pub client: Client,
}

impl View {
    /// Whether it is young enough.
    pub fn is_fresh(&self, now_ms: i64) -> bool {
        (0..FRESH_MS).contains(&(now_ms - self.reading.at_ms))
    }

    fn leads(&self) -> impl Iterator<Item = &Lead> {
        self.client.own_lead.iter().chain(&self.client.open_lead)
    }

    /// What a search by this identifier would find; the lead of the journey before is an open one like any other.
    pub fn found_by(&self, key: &str, is_own: impl Fn(&Lead) -> bool) -> Option<Client> {
        if self.reading.key.as_deref() != Some(key) || self.leads().any(is_own) {
            return None;
        }
        let open_lead = self.leads().max_by_key(|lead| (lead.created_at, lead.id)).cloned();
        Some(Client { contact: self.client.contact.clone(), open_lead, own_lead: None })
    }

    /// What reading by id would bring.
    pub fn made_earlier(&self, made: &Made) -> Option<Recall> {
        let lead = self.leads().find(|lead| Some(lead.id) == made.lead)?;
        let contact = Some(&self.client.contact).filter(|contact| Some(contact.id) == made.contact)?;
        Some(Recall::read(contact.clone(), lead.clone()))
    }
}
