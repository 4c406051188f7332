//! "Неразобранное": incoming leads that nobody has accepted yet.

use serde_json::{Map, Value, json};

use super::account::Account;
use super::answer::Answer;
use super::batch::{self, Call};
use super::bundle::{self, Part};
use super::draft::{self, Draft, Frame};
use super::entities::{self, Author};
use super::flaws::{Flaws, Reader};
use super::kind::Kind;
use super::notes;

/// One incoming lead.
#[derive(Debug, Clone, Default)]
pub(crate) struct Unsorted {
    pub(crate) source_uid: String,
    pub(crate) source_name: String,
    pub(crate) category: String,
    pub(crate) pipeline_id: u64,
    pub(crate) created_at: i64,
    pub(crate) metadata: Map<String, Value>,
    pub(crate) leads: Vec<u64>,
    pub(crate) contacts: Vec<u64>,
    pub(crate) companies: Vec<u64>,
    /// In which order they came.
    pub(crate) number: u64,
}

/// Stores an incoming lead, under a fresh uid unless one is given.
pub(crate) fn put(
    account: &mut Account,
    uid: Option<String>,
    mut incoming: Unsorted,
    new_contact: bool,
) -> String {
    let uid = uid.unwrap_or_else(|| account.rng.hex(4));
    incoming.number = account.next_id("unsorted");
    if new_contact {
        for id in &incoming.contacts {
            if let Some(contact) = account.shelf_mut(Kind::Contacts).get_mut(*id) {
                contact.set("is_unsorted", true);
            }
        }
    }
    account.unsorted.insert(uid.clone(), incoming);
    uid
}

fn embedded(account: &Account, incoming: &Unsorted) -> Value {
    let list = |kind: Kind, ids: &[u64]| -> Value {
        ids.iter().map(|id| json!({"id": id, "_links": account.self_link(kind.plural(), id)})).collect()
    };
    json!({
        "contacts": list(Kind::Contacts, &incoming.contacts), "leads": list(Kind::Leads, &incoming.leads),
        "companies": list(Kind::Companies, &incoming.companies),
    })
}

/// As the API shows it.
pub(crate) fn show(account: &Account, uid: &str, incoming: &Unsorted) -> Value {
    json!({
        "uid": uid, "source_uid": incoming.source_uid, "source_name": incoming.source_name,
        "category": incoming.category, "pipeline_id": incoming.pipeline_id, "created_at": incoming.created_at,
        "metadata": incoming.metadata, "account_id": account.identity.id,
        "_links": account.self_link("leads/unsorted", uid), "_embedded": embedded(account, incoming),
    })
}

/// Everything that waits, in the order in which it came.
pub(crate) fn all(account: &Account) -> Vec<(&String, &Unsorted)> {
    let mut all: Vec<_> = account.unsorted.iter().collect();
    all.sort_by_key(|(_, incoming)| incoming.number);
    all
}

/// `GET /leads/unsorted`.
pub(crate) fn list(account: &Account, call: &Call) -> Answer {
    let query = &call.query;
    let uids = query.filter("uid");
    let categories = query.filter_commas("category");
    let pipelines = query.filter_ids("pipeline_id");
    let mut found: Vec<(&String, &Unsorted)> = all(account)
        .into_iter()
        .filter(|(uid, incoming)| {
            uids.as_ref().is_none_or(|uids| uids.contains(&uid.as_str()))
                && categories.as_ref().is_none_or(|names| names.contains(&incoming.category.as_str()))
                && pipelines.as_ref().is_none_or(|ids| ids.contains(&incoming.pipeline_id))
        })
        .collect();
    if let Some((_, descending)) = query.order() {
        found.sort_by_key(|(_, incoming)| (incoming.created_at, incoming.number));
        if descending {
            found.reverse();
        }
    }
    account.page(call, "unsorted", found.into_iter(), None, |(uid, incoming)| show(account, uid, incoming))
}

/// `GET /leads/unsorted/{uid}`.
pub(crate) fn one(account: &Account, uid: &str) -> Answer {
    account.unsorted.get(uid).map_or_else(Answer::empty, |incoming| Answer::ok(show(account, uid, incoming)))
}

/// `GET /leads/unsorted/summary`.
pub(crate) fn summary(account: &Account) -> Answer {
    let (accepted, declined) = account.sorted;
    let of = |name: &str| {
        let total = account.unsorted.values().filter(|incoming| incoming.category == name).count();
        json!({"total": total})
    };
    Answer::ok(json!({
        "total": account.unsorted.len(), "accepted": accepted, "declined": declined, "average_sort_time": 0,
        "categories": {"sip": of("sip"), "mail": of("mail"), "forms": of("forms"), "chats": of("chats")},
        "_links": {"self": {"href": account.url("/api/v4/leads/unsorted/summary")}},
    }))
}

struct Checked {
    incoming: Unsorted,
    leads: Vec<Draft>,
    contacts: Vec<Part>,
    companies: Vec<Part>,
}

fn check(account: &Account, category: &str, item: &Map<String, Value>) -> Result<Checked, Flaws> {
    let mut flaws = Flaws::default();
    let mut incoming = Unsorted { category: category.to_owned(), ..Unsorted::default() };
    let mut reader = Reader { map: item, prefix: "", flaws: &mut flaws };
    incoming.source_uid = reader.required_text("source_uid").unwrap_or_default().to_owned();
    incoming.source_name = reader.required_text("source_name").unwrap_or_default().to_owned();
    incoming.created_at = reader.integer("created_at").unwrap_or_default();
    let pipeline = if item.contains_key("pipeline_id") {
        reader.id("pipeline_id").and_then(|id| account.live_pipeline(id))
    } else {
        account.main_pipeline()
    };
    let stage = pipeline.and_then(|pipeline| Some((pipeline.id, pipeline.unsorted_stage()?)));
    if stage.is_none() && reader.flaws.0.iter().all(|flaw| flaw.path != "pipeline_id") {
        reader.flaws.not_supported("pipeline_id".to_owned());
    }
    match reader.required("metadata") {
        Some(Value::Object(metadata)) => {
            check_metadata(category, metadata, reader.flaws);
            incoming.metadata = metadata.clone();
        }
        Some(_) => reader.flaws.invalid_type("metadata".to_owned(), "array"),
        None => {}
    }
    let mut leads = Vec::new();
    if let Some(Value::Object(map)) = item.get("_embedded") {
        for (path, lead) in (Reader { map, prefix: "_embedded.", flaws: &mut flaws }).objects("leads") {
            let frame = Frame { kind: Kind::Leads, prefix: &path, field_limit: None, links: false };
            leads.push(draft::check(account, frame, lead, None, &mut flaws));
        }
    }
    if leads.is_empty() {
        leads.push(Draft::default());
    }
    if let Some((pipeline, stage)) = stage {
        incoming.pipeline_id = pipeline;
        for lead in &mut leads {
            lead.attributes.insert("pipeline_id".to_owned(), pipeline.into());
            lead.attributes.insert("status_id".to_owned(), stage.into());
        }
    }
    let contacts = bundle::parts(account, Kind::Contacts, item, None, &mut flaws);
    let companies = bundle::parts(account, Kind::Companies, item, None, &mut flaws);
    if flaws.is_empty() { Ok(Checked { incoming, leads, contacts, companies }) } else { Err(flaws) }
}

fn check_metadata(category: &str, metadata: &Map<String, Value>, flaws: &mut Flaws) {
    let mut reader = Reader { map: metadata, prefix: "metadata.", flaws };
    let (texts, integers): (&[&str], &[&str]) = if category == "forms" {
        (&["ip", "form_id", "form_name", "form_page"], &["form_sent_at"])
    } else {
        (&["phone", "from", "service_code"], &["called_at", "duration"])
    };
    for key in texts {
        reader.required_text(key);
    }
    for key in integers {
        reader.required_integer(key);
    }
    for key in ["referer", "link", "uniq"] {
        reader.text(key);
    }
    reader.boolean("is_call_event_needed");
}

/// `POST /leads/unsorted/forms` and `/sip`.
pub(crate) fn create(account: &mut Account, call: &Call, category: &str) -> Answer {
    let author = account.author(call.now_ms);
    let made = batch::run(
        account,
        call,
        250,
        |account, item| check(account, category, item),
        |account, checked, request_id| {
            let mut incoming = checked.incoming;
            if incoming.created_at == 0 {
                incoming.created_at = author.now();
            }
            let mut new_contact = false;
            for part in checked.contacts {
                let stored = bundle::store(account, Kind::Contacts, part, author);
                new_contact |= stored.new;
                incoming.contacts.push(stored.id);
            }
            for part in checked.companies {
                incoming.companies.push(bundle::store(account, Kind::Companies, part, author).id);
            }
            for lead in checked.leads {
                let id = entities::create(account, Kind::Leads, lead, author);
                incoming.leads.push(id);
                for contact in &incoming.contacts {
                    account.links.link((Kind::Leads, id), (Kind::Contacts, *contact), None);
                }
                for company in &incoming.companies {
                    account.links.link((Kind::Leads, id), (Kind::Companies, *company), None);
                }
            }
            for contact in &incoming.contacts {
                for company in &incoming.companies {
                    account.links.link((Kind::Contacts, *contact), (Kind::Companies, *company), None);
                }
            }
            let embedded = embedded(account, &incoming);
            let uid = put(account, None, incoming, new_contact);
            json!({
                "uid": uid, "account_id": account.identity.id, "request_id": request_id,
                "_links": account.self_link("leads/unsorted", &uid), "_embedded": embedded,
            })
        },
    );
    match made {
        Ok(items) => Answer::ok(json!({
            "_total_items": items.len(), "_links": {"self": {"href": account.url(call.route)}},
            "_embedded": {"unsorted": items},
        })),
        Err(refusal) => refusal,
    }
}

fn sorted(account: &Account, uid: &str, incoming: &Unsorted) -> Answer {
    Answer::ok(json!({
        "uid": uid, "category": incoming.category, "pipeline_id": incoming.pipeline_id,
        "created_at": incoming.created_at, "account_id": account.identity.id,
        "_links": account.self_link("leads/unsorted", uid), "_embedded": embedded(account, incoming),
    }))
}

fn no_longer_unsorted(account: &mut Account, incoming: &Unsorted) {
    for id in &incoming.contacts {
        if let Some(contact) = account.shelf_mut(Kind::Contacts).get_mut(*id) {
            contact.set("is_unsorted", false);
        }
    }
}

/// `POST /leads/unsorted/{uid}/accept`.
pub(crate) fn accept(account: &mut Account, call: &Call, uid: &str) -> Answer {
    let item = match call.optional_object() {
        Ok(item) => item,
        Err(refusal) => return refusal,
    };
    let Some(incoming) = account.unsorted.get(uid).cloned() else { return Answer::not_found() };
    let mut flaws = Flaws::default();
    let mut reader = Reader { map: &item, prefix: "", flaws: &mut flaws };
    let user = account.check_author(&mut reader, "user_id").filter(|user| *user > 0);
    let pipeline = account.pipeline(incoming.pipeline_id);
    let mut status = pipeline.and_then(|pipeline| pipeline.first_stage());
    if let Some(id) = reader.id("status_id") {
        status =
            pipeline.and_then(|pipeline| pipeline.status(id)).filter(|s| s.status_type == 0).map(|s| s.id);
        if status.is_none() {
            reader.flaws.not_supported("status_id".to_owned());
        }
    }
    if !flaws.is_empty() {
        return Answer::validation(&[(json!("0"), flaws)]);
    }
    account.unsorted.remove(uid);
    account.sorted.0 = account.sorted.0.saturating_add(1);
    no_longer_unsorted(account, &incoming);
    let author = account.author(call.now_ms);
    for lead in &incoming.leads {
        let mut draft = Draft::default();
        draft.attributes.insert("status_id".to_owned(), status.into());
        if let Some(user) = user {
            draft.attributes.insert("responsible_user_id".to_owned(), user.into());
        }
        entities::change(account, Kind::Leads, *lead, draft, author);
        call_note(account, &incoming, *lead, author);
    }
    sorted(account, uid, &incoming)
}

/// An accepted call that asked for it leaves its record on the lead.
fn call_note(account: &mut Account, incoming: &Unsorted, lead: u64, author: Author) {
    if incoming.metadata.get("is_call_event_needed") != Some(&Value::Bool(true)) {
        return;
    }
    let mut params = Map::new();
    for (from, to) in [
        ("uniq", "uniq"),
        ("duration", "duration"),
        ("service_code", "source"),
        ("link", "link"),
        ("from", "phone"),
    ] {
        if let Some(value) = incoming.metadata.get(from) {
            params.insert(to.to_owned(), value.clone());
        }
    }
    let mut attributes = Map::new();
    attributes.insert("note_type".to_owned(), "call_in".into());
    attributes.insert("params".to_owned(), Value::Object(params));
    let id = account.next_id("notes");
    notes::put(account, id, Kind::Leads, lead, attributes, author);
}

/// `DELETE /leads/unsorted/{uid}/decline`: the lead and its new contact go.
pub(crate) fn decline(account: &mut Account, call: &Call, uid: &str) -> Answer {
    if let Err(refusal) = call.optional_object() {
        return refusal;
    }
    let Some(incoming) = account.unsorted.remove(uid) else { return Answer::not_found() };
    account.sorted.1 = account.sorted.1.saturating_add(1);
    for lead in &incoming.leads {
        account.shelf_mut(Kind::Leads).remove(*lead);
        account.links.forget(Kind::Leads, *lead);
    }
    for contact in &incoming.contacts {
        let record = account.shelf(Kind::Contacts).get(*contact);
        let new =
            record.is_some_and(|record| record.attributes.get("is_unsorted") == Some(&Value::Bool(true)));
        if new && account.links.ids(Kind::Contacts, *contact, Kind::Leads).is_empty() {
            account.shelf_mut(Kind::Contacts).remove(*contact);
            account.links.forget(Kind::Contacts, *contact);
        }
    }
    sorted(account, uid, &incoming)
}

/// A lead that is moved out of its unsorted stage by a plain change counts as accepted.
pub(crate) fn left_by_hand(account: &mut Account, lead: u64) {
    let uid = account
        .unsorted
        .iter()
        .find(|(_, incoming)| incoming.leads.contains(&lead))
        .map(|(uid, _)| uid.clone());
    if let Some(incoming) = uid.and_then(|uid| account.unsorted.remove(&uid)) {
        account.sorted.0 = account.sorted.0.saturating_add(1);
        no_longer_unsorted(account, &incoming);
    }
}
