//! Addresses of API v4, queries percent-encoded.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::directory::NewestIds;

/// Entities that the integration searches, reads and writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EntityKind {
    /// Contacts.
    Contacts,
    /// Leads.
    Leads,
    /// Companies.
    Companies,
}

impl EntityKind {
    /// `contacts`, `leads`, `companies`.
    pub fn as_str(self) -> &'static str {
        match self {
            EntityKind::Contacts => "contacts",
            EntityKind::Leads => "leads",
            EntityKind::Companies => "companies",
        }
    }
}

/// Largest page.
pub const PAGE: u32 = 250;

/// Unreserved characters stay; everything else, `+` above all, is encoded.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Entities whose filled fields contain the text.
pub fn search(kind: EntityKind, query: &str, page: u32) -> String {
    let with = if kind == EntityKind::Contacts { "&with=leads" } else { "" };
    format!(
        "/api/v4/{}?query={}{with}&limit={PAGE}&page={page}",
        kind.as_str(),
        utf8_percent_encode(query, QUERY)
    )
}

/// One entity.
pub fn one(kind: EntityKind, id: u64) -> String {
    match kind {
        EntityKind::Contacts => format!("/api/v4/contacts/{id}?with=leads"),
        EntityKind::Leads => format!("/api/v4/leads/{id}?with=contacts"),
        EntityKind::Companies => format!("/api/v4/companies/{id}"),
    }
}

/// One entity, to be changed.
pub fn entity(kind: EntityKind, id: u64) -> String {
    format!("/api/v4/{}/{id}", kind.as_str())
}

/// Leads by id.
pub fn leads_by_id(ids: &[u64]) -> String {
    let mut path = format!("/api/v4/leads?limit={PAGE}");
    for id in ids {
        path.push_str("&filter[id][]=");
        path.push_str(&id.to_string());
    }
    path
}

/// The newest of a collection, by falling id.
pub fn newest(collection: NewestIds, limit: u32, page: u32) -> String {
    let (name, with) = match collection {
        NewestIds::Contacts => ("contacts", "&with=leads"),
        NewestIds::Leads => ("leads", "&with=contacts"),
        NewestIds::Notes => ("leads/notes", ""),
        NewestIds::Tasks => ("tasks", ""),
    };
    format!("/api/v4/{name}?order[id]=desc{with}&limit={limit}&page={page}")
}

/// Notes of an entity, newest first.
pub fn notes(kind: EntityKind, id: u64, page: u32) -> String {
    format!("/api/v4/{}/{id}/notes?order[id]=desc&limit={PAGE}&page={page}", kind.as_str())
}

/// One note.
pub fn note(kind: EntityKind, id: u64) -> String {
    format!("/api/v4/{}/notes/{id}", kind.as_str())
}

/// Tasks of an entity, newest first.
pub fn tasks(kind: &str, id: u64, page: u32) -> String {
    format!(
        "/api/v4/tasks?filter[entity_type]={kind}&filter[entity_id][]={id}&order[id]=desc&limit={PAGE}&page={page}"
    )
}

/// One task.
pub fn task(id: u64) -> String {
    format!("/api/v4/tasks/{id}")
}

/// Incoming leads by category (`forms`, `sip`), newest first.
pub fn unsorted(category: &str, page: u32) -> String {
    format!(
        "/api/v4/leads/unsorted?filter[category][]={category}&order[created_at]=desc&limit={PAGE}&page={page}"
    )
}

/// Changes of one field of a contact, newest first.
pub fn field_history(contact: u64, field: u64) -> String {
    format!(
        "/api/v4/events?filter[entity]=contact&filter[entity_id][]={contact}&filter[type]=custom_field_{field}_value_changed&limit=100"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_encoded() {
        assert_eq!(
            search(EntityKind::Contacts, "a+b@c.example", 2),
            "/api/v4/contacts?query=a%2Bb%40c.example&with=leads&limit=250&page=2"
        );
    }
}
