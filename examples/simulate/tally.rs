//! What was counted.

use std::collections::BTreeMap;

use ringostat_amocrm::amocrm::http::Request;

use super::rules::Needs;

/// Of a whole run.
#[derive(Default)]
pub struct Tally {
    pub requests: u64,
    /// The same by what they were for.
    pub by_kind: BTreeMap<&'static str, u64>,
    pub repeats: u64,
    pub accounts: u64,
    pub survived: BTreeMap<&'static str, u64>,
    pub needs: Needs,
}

impl Tally {
    pub fn sent(&mut self, request: &Request) {
        self.requests += 1;
        *self.by_kind.entry(kind_of(request)).or_default() += 1;
    }

    pub fn survived(&mut self, what: &'static str) {
        *self.survived.entry(what).or_default() += 1;
    }
}

/// What a request is for.
fn kind_of(request: &Request) -> &'static str {
    let path = request.path.split('?').next().unwrap_or_default();
    match (request.method.writes(), path.rsplit('/').next()) {
        (false, _) if request.path.contains("query=") => "searches",
        (false, _) => "other reads",
        (true, Some("notes" | "tasks")) => "notes, call records and tasks, many in one",
        (true, _) => "other writes",
    }
}
