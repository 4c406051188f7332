//! `POST /calls`: the card is found by the last ten digits.

use serde_json::{Map, Value, json};

use super::account::Account;
use super::answer::Answer;
use super::batch::{self, Call};
use super::flaws::{Flaws, Reader};
use super::kind::Kind;
use super::notes;

struct Checked {
    phone: String,
    attributes: Map<String, Value>,
}

fn check(account: &Account, item: &Map<String, Value>) -> Result<Checked, Flaws> {
    let mut flaws = Flaws::default();
    let mut reader = Reader { map: item, prefix: "", flaws: &mut flaws };
    let note_type = match reader.required_text("direction") {
        Some("inbound") => "call_in",
        Some("outbound") => "call_out",
        Some(_) => {
            reader.flaws.not_supported("direction".to_owned());
            ""
        }
        None => "",
    };
    let phone = reader.required_text("phone").unwrap_or_default().to_owned();
    reader.required_text("source");
    reader.required_integer("duration");
    for key in ["uniq", "link", "call_result"] {
        reader.text(key);
    }
    if let Some(status) = reader.integer("call_status")
        && !(1..=8).contains(&status)
    {
        reader.flaws.not_supported("call_status".to_owned());
    }
    match reader.value("call_responsible") {
        None | Some(Value::Number(_) | Value::String(_)) => {}
        Some(_) => reader.flaws.invalid_type("call_responsible".to_owned(), "string"),
    }
    let mut attributes = Map::new();
    if let Some(user) = account.check_user(&mut reader, "responsible_user_id") {
        attributes.insert("responsible_user_id".to_owned(), user.into());
    }
    for key in ["created_by", "updated_by"] {
        if let Some(user) = account.check_author(&mut reader, key) {
            attributes.insert(key.to_owned(), user.into());
        }
    }
    for key in ["created_at", "updated_at"] {
        if let Some(seconds) = reader.integer(key) {
            attributes.insert(key.to_owned(), seconds.into());
        }
    }
    let params: Map<String, Value> =
        ["uniq", "duration", "source", "link", "phone", "call_result", "call_status", "call_responsible"]
            .iter()
            .filter_map(|key| Some(((*key).to_owned(), item.get(*key)?.clone())))
            .collect();
    attributes.insert("note_type".to_owned(), note_type.into());
    attributes.insert("params".to_owned(), Value::Object(params));
    attributes.entry("created_by").or_insert_with(|| 0.into());
    if flaws.is_empty() { Ok(Checked { phone, attributes }) } else { Err(flaws) }
}

/// The card of a number: its only open lead, else the contact or company itself.
pub(crate) fn card(account: &Account, phone: &str) -> Option<(Kind, u64)> {
    for kind in [Kind::Contacts, Kind::Companies] {
        let Some(id) = account.shelf(kind).by_phone(phone).first().copied() else { continue };
        let leads = account.links.ids(kind, id, Kind::Leads);
        let mut open = leads
            .into_iter()
            .filter(|lead| account.shelf(Kind::Leads).get(*lead).is_some_and(|lead| lead.is_open()));
        return match (open.next(), open.next()) {
            (Some(lead), None) => Some((Kind::Leads, lead)),
            _ => Some((kind, id)),
        };
    }
    None
}

/// `POST /calls`. A call without a card is told in `errors`, the answer stays 200.
pub(crate) fn create(account: &mut Account, call: &Call) -> Answer {
    let author = account.author(call.now_ms);
    let mut errors = Vec::new();
    let made = batch::run(account, call, 250, check, |account, checked, request_id| {
        let Some((kind, id)) = card(account, &checked.phone) else {
            errors.push(json!({
                "request_id": request_id, "status": 404, "title": "Entity not found",
                "detail": "No contact or company has this phone",
            }));
            return Value::Null;
        };
        let note = account.next_id("notes");
        notes::put(account, note, kind, id, checked.attributes, author);
        json!({
            "id": note, "entity_id": id, "entity_type": kind.singular(), "account_id": account.identity.id,
            "request_id": request_id,
            "_embedded": {"entity": {"id": id, "_links": account.self_link(kind.plural(), id)}},
        })
    });
    match made {
        Ok(calls) => {
            let calls: Vec<Value> = calls.into_iter().filter(|call| !call.is_null()).collect();
            Answer::ok(json!({"_total_items": calls.len(), "errors": errors, "_embedded": {"calls": calls}}))
        }
        Err(refusal) => refusal,
    }
}
