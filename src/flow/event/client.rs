//! Who is it? The client is searched, locked against others who found him too, and known or new from there on.

use serde::Deserialize;

use super::{EventFlow, Stage};
use crate::amocrm::entity::{Contact, Lead};
use crate::flow::Cx;
use crate::flow::contact_update::ContactUpdate;
use crate::flow::find_contact::{FindContact, carries};
use crate::flow::find_lead::{Client, FindLead};
use crate::flow::outcome::EntityLink;
use crate::flow::recall::Recall;
use crate::flow::view::Reading;
use crate::json;
use crate::rules::identity::{Key, country};
use crate::trace::Entry;

impl EventFlow {
    /// Whether the client is known from the journey before. What was begun before is read anew.
    pub(super) fn take_over(&mut self, cx: &mut Cx) -> bool {
        let Some(view) = self.ticket.view.take() else { return false };
        let Some(plan) = &self.plan else { return false };
        if self.ticket.again || !view.is_fresh(cx.now_ms) || !self.needs_leads() {
            return false;
        }
        if self.made.contact.is_some() || self.made.lead.is_some() {
            let Some(recall) = view.made_earlier(&self.made) else { return false };
            self.reading = Some(view.reading);
            self.recalled(recall, cx);
            return true;
        }
        let groups = plan.identity.groups(cx.settings.identity.fall_through);
        let Some(key) = groups.first().and_then(|keys| keys.first()).map(Key::identifier) else {
            return false;
        };
        let marker = cx.directory.ours.leads.marker;
        let is_own = |lead: &Lead| self.is_marked(marker, &lead.custom_fields_values);
        let Some(client) = view.found_by(&key, is_own) else { return false };
        cx.trace.add(|| {
            Entry::new("identity", "identity", "found_a_moment_ago")
                .at("/identity")
                .with("identifier", key)
                .with("contact", client.contact.id)
        });
        self.reading = Some(view.reading);
        self.known(Some(client), cx);
        true
    }

    /// By what an earlier message of the call made, else by what he is known by.
    pub(super) fn read_client(&mut self, cx: &mut Cx) {
        match Recall::new(self.made.contact, self.made.lead) {
            Some(recall) => self.stage = Stage::Recall(recall),
            None => self.search(cx),
        }
    }

    pub(super) fn search(&mut self, cx: &mut Cx) {
        let Some(plan) = &self.plan else { return };
        let groups = plan.identity.groups(cx.settings.identity.fall_through);
        self.stage = Stage::FindContact(FindContact::new(groups, &self.ticket.memory));
    }

    pub(super) fn found(&mut self, hits: Vec<Contact>, cx: &mut Cx) {
        if hits.is_empty() {
            return self.unknown(cx);
        }
        let key = match &self.stage {
            Stage::FindContact(find) => find.first_searched(),
            _ => None,
        };
        self.reading = None;
        if (hits.len() > 1 || self.needs_leads()) && self.recalled.is_none() {
            self.reading = key.map(|key| Reading { at_ms: cx.now_ms, key: Some(key) });
            self.stage = Stage::FindLead(FindLead::new(hits));
        } else {
            let contact = hits.into_iter().next();
            let own_lead = self.recalled.take();
            self.known(contact.map(|contact| Client { contact, open_lead: None, own_lead }), cx);
        }
    }

    pub(super) fn needs_leads(&self) -> bool {
        self.is_call() || self.plan.as_ref().is_some_and(|plan| plan.creates.lead || plan.creates.note)
    }

    pub(super) fn known(&mut self, client: Option<Client>, cx: &mut Cx) {
        let Some(client) = client else { return self.unknown(cx) };
        if !self.locked {
            self.stage = Stage::Lock { contact: client.contact.id, client: Some(Box::new(client)) };
            return;
        }
        let contact = &client.contact;
        let created = self.is_marked(cx.directory.ours.contacts.marker, &contact.custom_fields_values);
        self.outcome.contact = Some(EntityLink { id: contact.id, created });
        self.crm_responsible = Some(contact.responsible_user_id).filter(|user| *user != 0);
        cx.trace.add(|| {
            Entry::new("identity", "identity", "known_client")
                .at("/identity")
                .with("contact", contact.id)
                .with("name", contact.name.as_str())
                .with("open_lead", client.lead().map(|lead| lead.id))
        });
        self.client = Some(client);
        if !self.decide(cx) {
            return;
        }
        let (Some(client), Some(plan)) = (&self.client, &self.plan) else { return };
        let contact = &client.contact;
        let by_phone = !plan.identity.phones.is_empty();
        let new_email = plan
            .identity
            .emails
            .iter()
            .find(|email| !carries(contact, email, cx.directory, country(cx.settings)));
        // The e-mail is about to be added to this card: it may stand on another one.
        let owner = new_email.filter(|_| by_phone).map(|email| email.value().to_owned());
        match owner {
            Some(email) => self.stage = Stage::EmailOwner { email },
            None => self.begin_update(),
        }
    }

    pub(super) fn begin_update(&mut self) {
        let (Some(client), Some(plan)) = (&self.client, &self.plan) else { return };
        self.stage = if plan.update_known {
            Stage::UpdateContact(ContactUpdate::new(client.contact.clone()))
        } else {
            self.lead_stage()
        };
    }

    pub(super) fn unknown(&mut self, cx: &mut Cx) {
        self.client = None;
        self.outcome.contact = None;
        cx.trace.add(|| Entry::new("identity", "identity", "new_client").at("/identity"));
        if !self.decide(cx) {
            return;
        }
        let Some(plan) = &self.plan else { return };
        let national = plan.identity.phones.iter().find_map(|key| match key {
            Key::Phone { national, .. } => Some(national.clone()),
            _ => None,
        });
        self.stage = match national {
            Some(national) if cx.settings.identity.check_companies => Stage::Companies { national },
            _ => self.lead_stage(),
        };
    }

    /// Companies that carry the phone: only told, never used.
    pub(super) fn tell_companies(&self, body: &[u8], cx: &mut Cx) {
        #[derive(Deserialize)]
        struct Companies {
            #[serde(rename = "_embedded")]
            embedded: List,
        }
        #[derive(Deserialize)]
        struct List {
            companies: Vec<Contact>,
        }
        let Some(plan) = &self.plan else { return };
        let companies = json::from_slice::<Companies>(body).map(|page| page.embedded.companies);
        for company in companies.unwrap_or_default() {
            let carries = |key| carries(&company, key, cx.directory, country(cx.settings));
            if plan.identity.phones.iter().any(carries) {
                cx.trace.add(|| {
                    Entry::new("identity", "identity", "phone_on_company")
                        .at("/identity/check_companies")
                        .with("company", company.id)
                        .with("name", company.name.as_str())
                });
            }
        }
    }
}
