//! Duplicate control: a new contact goes into an existing one with an equal phone or e-mail.

use serde_json::Value;

use super::account::Account;
use super::draft::Draft;
use super::entities::{self, Author};
use super::events;
use super::kind::Kind;
use super::record::{digits_of, last_ten};
use super::values::as_text;

fn field_id(account: &Account, code: &str) -> Option<u64> {
    account.fields.contacts.iter().find(|field| field.code.as_deref() == Some(code)).map(|field| field.id)
}

fn texts(account: &Account, draft: &Draft, code: &str) -> Vec<String> {
    let id = field_id(account, code);
    draft
        .values
        .iter()
        .filter(|(field, _)| Some(*field) == id)
        .flat_map(|(_, values)| values.iter().map(as_text))
        .collect()
}

fn email(text: &str) -> String {
    text.trim().to_lowercase()
}

/// The oldest contact with an equal phone, else with an equal e-mail; only when the control is on.
pub(crate) fn find(account: &Account, draft: &Draft) -> Option<u64> {
    if !account.switches.duplicate_control {
        return None;
    }
    let phones = texts(account, draft, "PHONE");
    let by_phone = phones.iter().flat_map(|phone| account.shelf(Kind::Contacts).by_phone(phone)).min();
    if by_phone.is_some() {
        return by_phone;
    }
    let wanted: Vec<String> = texts(account, draft, "EMAIL").iter().map(|text| email(text)).collect();
    if wanted.is_empty() {
        return None;
    }
    let id = field_id(account, "EMAIL")?;
    let has = |values: &Vec<Value>| values.iter().any(|value| wanted.contains(&email(&as_text(value))));
    account
        .shelf(Kind::Contacts)
        .all()
        .find(|record| record.values.get(&id).is_some_and(has))
        .map(|record| record.id)
}

/// Puts what a new contact has into an existing one: lists grow, empty fields are filled.
pub(crate) fn merge(account: &mut Account, id: u64, draft: Draft, author: Author) {
    let (phone, mail) = (field_id(account, "PHONE"), field_id(account, "EMAIL"));
    for (field, values) in draft.values {
        let Some(record) = account.shelf(Kind::Contacts).get(id) else { return };
        let mut kept = record.values.get(&field).cloned().unwrap_or_default();
        let listed = Some(field) == phone || Some(field) == mail;
        if !kept.is_empty() && !listed {
            continue;
        }
        let key = |value: &Value| {
            let text = as_text(value);
            if Some(field) == phone { last_ten(&digits_of(&text)).to_owned() } else { email(&text) }
        };
        for value in values {
            if !kept.iter().any(|old| key(old) == key(&value)) {
                kept.push(value);
            }
        }
        entities::set_values(account, Kind::Contacts, id, field, kept, author);
    }
    if let Some(record) = account.shelf_mut(Kind::Contacts).get_mut(id) {
        record.set("updated_at", author.now());
        record.set("updated_by", author.user);
    }
    events::merged(account, Kind::Contacts, id, author);
    entities::reindex(account, Kind::Contacts, id, author.now_ms);
}
