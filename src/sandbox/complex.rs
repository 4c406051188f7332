//! `POST /leads/complex`: a lead with its contact and company in one request.

use serde_json::{Map, Value, json};

use super::account::Account;
use super::answer::Answer;
use super::batch::{self, Call};
use super::bundle::{self, Part, Stored};
use super::draft::{self, Draft, Frame};
use super::entities::{self, Author};
use super::flaws::{Flaws, Reader};
use super::kind::Kind;
use super::unsorted::{self, Unsorted};

/// The most leads of one request.
const LEADS: usize = 50;
/// The most fields of one entity.
const FIELDS: usize = 40;

struct Checked {
    lead: Draft,
    contact: Option<Part>,
    company: Option<Part>,
    /// Category, metadata and source of what goes among the unsorted.
    incoming: Option<(String, Map<String, Value>, String)>,
}

fn check(account: &Account, item: &Map<String, Value>) -> Result<Checked, Flaws> {
    let mut flaws = Flaws::default();
    let frame = Frame { kind: Kind::Leads, prefix: "", field_limit: Some(FIELDS), links: false };
    let mut lead = draft::check(account, frame, item, None, &mut flaws);
    let mut part = |kind: Kind| {
        let mut parts = bundle::parts(account, kind, item, Some(FIELDS), &mut flaws);
        if parts.len() > 1 {
            flaws.too_many(format!("_embedded.{}", kind.plural()), 1);
        }
        parts.pop()
    };
    let (contact, company) = (part(Kind::Contacts), part(Kind::Companies));
    let embedded = item.get("_embedded").and_then(Value::as_object);
    let metadata =
        embedded.and_then(|embedded| embedded.get("metadata")).filter(|metadata| !metadata.is_null());
    let source = embedded.and_then(|embedded| embedded.get("source")?.get("external_id")?.as_str());
    let mut incoming = None;
    match metadata {
        None => {}
        Some(Value::Object(metadata)) => {
            let mut reader = Reader { map: metadata, prefix: "_embedded.metadata.", flaws: &mut flaws };
            let category = reader.required_text("category").unwrap_or_default();
            if !matches!(category, "forms" | "sip" | "") {
                reader.flaws.not_supported(reader.path("category"));
            }
            let stage = lead
                .attributes
                .get("pipeline_id")
                .and_then(Value::as_u64)
                .and_then(|id| account.pipeline(id)?.unsorted_stage());
            match stage {
                Some(stage) => {
                    lead.attributes.insert("status_id".to_owned(), stage.into());
                }
                None => flaws.not_supported("pipeline_id".to_owned()),
            }
            let mut metadata = metadata.clone();
            metadata.remove("category");
            incoming = Some((category.to_owned(), metadata, source.unwrap_or_default().to_owned()));
        }
        Some(_) => flaws.invalid_type("_embedded.metadata".to_owned(), "array"),
    }
    if flaws.is_empty() { Ok(Checked { lead, contact, company, incoming }) } else { Err(flaws) }
}

fn store(account: &mut Account, checked: Checked, author: Author) -> (u64, Option<Stored>, Option<u64>) {
    let contact = checked.contact.map(|part| bundle::store(account, Kind::Contacts, part, author));
    // A company named by id is not linked: a known complaint about the real API.
    let company = match checked.company {
        Some(part @ Part::New(..)) => Some(bundle::store(account, Kind::Companies, part, author).id),
        _ => None,
    };
    let lead = entities::create(account, Kind::Leads, checked.lead, author);
    if let Some(contact) = contact {
        account.links.link((Kind::Leads, lead), (Kind::Contacts, contact.id), Some(true));
    }
    if let Some(company) = company {
        account.links.link((Kind::Leads, lead), (Kind::Companies, company), None);
        if let Some(contact) = contact {
            account.links.link((Kind::Contacts, contact.id), (Kind::Companies, company), None);
        }
    }
    if let Some((category, metadata, source_uid)) = checked.incoming {
        let name = metadata.get("form_name").and_then(Value::as_str).unwrap_or_default().to_owned();
        let pipeline_id = account.shelf(Kind::Leads).get(lead).and_then(|lead| lead.id_of("pipeline_id"));
        let incoming = Unsorted {
            source_uid,
            source_name: name,
            category,
            pipeline_id: pipeline_id.unwrap_or_default(),
            created_at: author.now(),
            metadata,
            leads: vec![lead],
            contacts: contact.iter().map(|contact| contact.id).collect(),
            companies: company.into_iter().collect(),
            number: 0,
        };
        unsorted::put(account, None, incoming, contact.is_some_and(|contact| contact.new));
    }
    (lead, contact, company)
}

/// `POST /leads/complex`.
pub(crate) fn create(account: &mut Account, call: &Call) -> Answer {
    let author = account.author(call.now_ms);
    let made = batch::run(account, call, LEADS, check, |account, checked, request_id| {
        let (lead, contact, company) = store(account, checked, author);
        json!({
            "id": lead, "contact_id": contact.map(|contact| contact.id), "company_id": company,
            "request_id": [request_id], "merged": contact.is_some_and(|contact| contact.merged),
        })
    });
    made.map_or_else(|refusal| refusal, |leads| Answer::ok(Value::Array(leads)))
}
