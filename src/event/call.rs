//! A phone call that Ringostat tracked: one message about it, at pick-up or when it is over.

use serde::{Deserialize, Serialize};

use super::Visit;

/// A call as one message tells it. Empty strings and `None` mean "not known".
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Call {
    /// Ringostat's id, verbatim, e.g. `ua18_-1791545397.2215926`.
    pub call_id: String,
    /// The id that webhooks and lists agree on: its `<unix seconds>.<sequence>` tail (design §4.1).
    pub canonical_id: String,
    /// When in the call the message was sent.
    pub phase: Phase,
    /// Who called whom.
    pub direction: Direction,
    /// `in`, `out`, `callback`, … verbatim.
    pub call_type: String,
    /// How it ended, as far as it has.
    pub result: CallResult,
    /// `ANSWERED`, `NO ANSWER`, … verbatim.
    pub status: String,
    /// Begin, unix seconds; 0 when a list does not tell.
    pub started_at: i64,
    /// The client's number as it came: digits, `+digits`, or empty when hidden.
    pub client_number: String,
    /// The project's own line: the dialled number of an incoming call, the shown one of an outgoing call.
    pub line_number: String,
    /// The line's alias or SIP login.
    pub line_alias: String,
    /// The employee's end, a number or a SIP login: what answered an incoming call, what placed an outgoing one.
    pub connected_with: String,
    /// Dialled extension.
    pub additional_number: String,
    /// Staff id of the employee.
    pub employee_id: String,
    /// Extension of the employee, e.g. `101`.
    pub employee_extension: String,
    /// Full name of the employee.
    pub employee_name: String,
    /// Department.
    pub department: String,
    /// Call-tracking pool.
    pub pool_name: String,
    /// Forwarding scheme.
    pub scheme_name: String,
    /// Seconds in all.
    pub duration: Option<u32>,
    /// Seconds of waiting.
    pub wait_time: Option<u32>,
    /// Seconds of talk.
    pub talk_time: Option<u32>,
    /// Which call of this client it is.
    pub call_counter: Option<u32>,
    /// Target call.
    pub proper_flag: Option<bool>,
    /// Repeated call.
    pub repeated_flag: Option<bool>,
    /// Rating menu.
    pub category_mark: Option<u32>,
    /// Rating menu.
    pub category_number: Option<u32>,
    /// Rating menu.
    pub employee_mark: Option<u32>,
    /// Whether there is a recording; the address alone proves nothing.
    pub has_recording: bool,
    /// Address of the recording: opens without a login.
    pub recording: String,
    /// The same as WAV.
    pub recording_wav: String,
    /// Address of the call's card: asks for a login.
    pub call_card: String,
    /// The visit behind the call.
    pub visit: Visit,
}

/// When in the call a message was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// It rings or is talked: a log polled live, or a webhook before the call. Nobody is known to have picked up.
    InProgress,
    /// The handset was picked up: status and duration are not known yet.
    PickUp,
    /// The call is over.
    #[default]
    Completed,
}

/// Who called whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The client called.
    #[default]
    Incoming,
    /// A manager called.
    Outgoing,
    /// The client ordered the call on the site.
    Callback,
    /// Employee to employee: nothing is made of it.
    Internal,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallResult {
    /// Somebody talked.
    Answered,
    /// Nobody did.
    Missed,
    /// It goes on, or nothing is said.
    #[default]
    Pending,
}
