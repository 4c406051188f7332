//! What a message's bytes became, as the journal takes it in.

use serde::Serialize;

use crate::event::Event;
use crate::intake::calls::Seen;

/// An event and how it is told from others. `event` is opaque to hosts: they hand it back in a ticket.
#[derive(Serialize)]
pub(super) struct Accepted {
    pub kind: &'static str,
    pub phase: Option<&'static str>,
    /// What all messages of one call share.
    pub subject: Option<String>,
    pub call: Option<Parts>,
    pub seen: Option<Seen>,
    pub dedup_key: String,
    pub dedup_window_s: Option<u32>,
    pub identifiers: Vec<String>,
    pub event: Event,
}

/// Where a call's message without id meets one with it.
#[derive(Serialize)]
pub(super) struct Parts {
    pub client: String,
    pub line: String,
    pub start: Option<i64>,
    pub named: bool,
}
