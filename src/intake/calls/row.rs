//! Parameters of one message to a [`Call`].

use serde::{Deserialize, Serialize};

use crate::event::{Call, CallResult, Direction, Phase, Utm, Visit};
use crate::intake::fields::Fields as FormFields;
use crate::intake::message_id::MessageId;
use crate::intake::page_url;
use crate::spelling::squeeze;

use super::caller_id::{self, CallerId, digits, same};
use super::canonical_id::{self, CallParts};
use super::fields::Fields;
use super::keys::Key;
use super::status::{self, Family, Moment};
use super::time::{self, Clock, Witnesses};

/// A call, and under which names the journal knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadCall {
    /// The call.
    pub call: Call,
    /// A repeated message has the same: `c-<canonical id>-<phase>`, for ever. A webhook
    /// that calls the talk over and tells no seconds has another than one that does.
    pub message: MessageId,
    /// All messages of one call have the same: `c-<canonical id>`.
    pub subject: String,
    /// Where a message without id meets one with it.
    pub parts: CallParts,
    /// Whether the message brought an id of its own.
    pub named: bool,
}

/// Where a message came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Webhook,
    /// A log has calls that are over, but for those that it says are in progress.
    List,
}

/// Neither id nor number nor time, or an event that is none of a call.
pub(super) struct NotACall(pub &'static str);

pub(super) fn read(mut fields: Fields<'_>, clock: &Clock, source: Source) -> Result<ReadCall, NotACall> {
    let event = event(&fields);
    if event == Some(Moment::NotACall) {
        return Err(NotACall("other_event"));
    }
    let (call_id, record) = id_and_record(&fields);
    let sides = sides(&fields);
    let tail = canonical_id::tail(&call_id);
    let witnesses = Witnesses {
        id: tail.map(|(_, seconds)| seconds),
        timestamp: fields.get(Key::Timestamp),
        date: fields.get(Key::Date),
    };
    let start = time::begin(&witnesses, clock);
    if call_id.is_empty() && start.is_none() && sides.client.is_empty() && sides.line.is_empty() {
        return Err(NotACall("neither_id_nor_number_nor_time"));
    }
    let parts = CallParts {
        client: digits(&sides.client).trim_start_matches('0').to_owned(),
        line: if sides.line.is_empty() {
            sides.line_alias.to_lowercase()
        } else {
            digits(&sides.line).trim_start_matches('0').to_owned()
        },
        start,
    };
    let started_at = start.unwrap_or(if source == Source::Webhook { clock.now } else { 0 });
    // Rows of a list all tell their begin: an id without the usual tail may be a placeholder that they share.
    let placeholder = source == Source::List && tail.is_none() && start.is_some() && !parts.client.is_empty();
    let named = !call_id.is_empty() && !placeholder;
    let canonical_id = if !named {
        // A message that is late by an hour and says nothing of time is another call than one of now.
        CallParts { start: Some(started_at), ..parts.clone() }.name()
    } else {
        canonical_id::of_id(&call_id)
    };

    let status = fields.text(Key::Status);
    let family = status::family(&status);
    let duration = fields.seconds(Key::Duration, Key::DurationMs);
    let talk_time = fields.seconds(Key::TalkTime, Key::TalkTimeMs);
    let known = |seconds: Option<u32>| seconds.is_some_and(|seconds| seconds > 0);
    let phase = match (event, source) {
        (Some(Moment::Before), _) => Phase::InProgress,
        (Some(Moment::PickUp), _) => Phase::PickUp,
        (Some(_), _) => Phase::Completed,
        (None, Source::List) if family == Family::Pending => Phase::InProgress,
        (None, Source::List) => Phase::Completed,
        (None, _) if family == Family::Pending && is_ringing(&status) => Phase::InProgress,
        (None, _) if family == Family::Pending => Phase::PickUp,
        (None, _) if family == Family::Silent && !known(duration) && !known(talk_time) => Phase::PickUp,
        (None, _) => Phase::Completed,
    };

    let address = |key| Some(fields.text(key)).filter(|text| text.contains('/')).unwrap_or_default();
    let recording = Some(address(Key::Recording)).filter(|text| !text.is_empty()).unwrap_or(record);
    let recording_wav = address(Key::RecordingWav);
    // A flag that nobody chose to send: an address tells something only when somebody talked.
    let has_recording = fields
        .flag(Key::HasRecording)
        .unwrap_or_else(|| known(talk_time) && !(recording.is_empty() && recording_wav.is_empty()));

    let result = match phase {
        Phase::InProgress => CallResult::Pending,
        // The message after the call says nothing of how it ended. A later one may come before it.
        Phase::Completed if family == Family::Silent && talk_time.is_none() && !is_later(event) => {
            if has_recording {
                CallResult::Answered
            } else {
                CallResult::Missed
            }
        }
        _ => status::result(family, talk_time, phase),
    };

    let mut call = Call {
        canonical_id,
        phase,
        direction: sides.direction,
        call_type: fields.text(Key::CallType),
        result,
        status,
        started_at,
        client_number: sides.client,
        line_number: sides.line,
        line_alias: sides.line_alias,
        connected_with: sides.connected_with,
        additional_number: fields.text(Key::AdditionalNumber),
        employee_id: Some(fields.text(Key::EmployeeId)).filter(|id| id != "0").unwrap_or_default(),
        employee_extension: fields.text(Key::EmployeeExtension),
        employee_name: fields.name(Key::EmployeeName),
        department: fields.name(Key::Department),
        pool_name: fields.name(Key::PoolName),
        scheme_name: fields.name(Key::SchemeName),
        duration,
        wait_time: fields.seconds(Key::WaitTime, Key::WaitTimeMs),
        talk_time,
        call_counter: fields.number(Key::CallCounter),
        proper_flag: fields.flag(Key::ProperFlag),
        repeated_flag: fields.flag(Key::RepeatedFlag),
        category_mark: fields.number(Key::CategoryMark),
        category_number: fields.number(Key::CategoryNumber),
        employee_mark: fields.number(Key::EmployeeMark),
        has_recording,
        recording,
        recording_wav,
        call_card: address(Key::CallCard),
        call_id,
        visit: Visit::default(),
    };
    call.visit = visit(&mut fields);

    let subject = subject_of(&call.canonical_id);
    let mut key = format!("{subject}-{}", name(phase));
    if let Some(Moment::Later(what)) = event {
        key.push('-');
        key.push_str(what);
    } else if source == Source::Webhook
        && phase == Phase::Completed
        && !matches!(family, Family::Missed | Family::Voicemail)
        && duration.is_none()
        && talk_time.is_none()
    {
        // A status may come at pick-up already: it does not stand for the message that tells how long it took.
        key.push_str("-brief");
    }
    Ok(ReadCall { call, message: MessageId { key, window_s: None }, subject, parts, named })
}

/// What all messages of one call share, as a name.
pub fn subject_of(canonical_id: &str) -> String {
    format!("c-{canonical_id}")
}

fn is_later(event: Option<Moment>) -> bool {
    matches!(event, Some(Moment::Later(_)))
}

fn name(phase: Phase) -> &'static str {
    match phase {
        Phase::InProgress => "in_progress",
        Phase::PickUp => "pick_up",
        Phase::Completed => "completed",
    }
}

fn is_ringing(status: &str) -> bool {
    ["calling", "ringing"].contains(&squeeze(status).as_str())
}

/// What the message calls itself; some put it under `type`, where the direction should be.
fn event(fields: &Fields<'_>) -> Option<Moment> {
    let types = fields.all(Key::CallType).filter(|text| direction_of(text).is_none());
    fields.all(Key::Event).chain(types).find_map(status::moment)
}

/// `record` is the id in one vocabulary and an address in others.
fn id_and_record(fields: &Fields<'_>) -> (String, String) {
    let id = fields.text(Key::CallId);
    let either = fields.text(Key::CallIdOrRecord);
    if either.contains('/') {
        (id, either)
    } else if id.is_empty() {
        (either, String::new())
    } else {
        (id, String::new())
    }
}

/// Who called whom.
#[derive(Debug, Default)]
struct Sides {
    direction: Direction,
    client: String,
    line: String,
    line_alias: String,
    connected_with: String,
}

/// `transitin` and `transitout` pass through the firm's own PBX, with a client at the other end: they are incoming
/// and outgoing. Were they transfers between employees, both ends would be employees, and a rule sees that.
fn direction_of(text: &str) -> Option<Direction> {
    let text = squeeze(text);
    let begins = |any: &[&str]| any.iter().any(|begin| text.starts_with(begin));
    match text.as_str() {
        "in" | "transitin" => Some(Direction::Incoming),
        "out" | "transitout" => Some(Direction::Outgoing),
        "local" | "intercom" => Some(Direction::Internal),
        _ if begins(&["callback", "обратн", "зворотн"]) => Some(Direction::Callback),
        _ if begins(&["incoming", "inbound", "вход", "вхід"]) => Some(Direction::Incoming),
        _ if begins(&["outgoing", "outbound", "исход", "вихід"]) => Some(Direction::Outgoing),
        _ if begins(&["internal", "внутр"]) => Some(Direction::Internal),
        _ => None,
    }
}

fn direction(fields: &Fields<'_>, caller: &CallerId, callee: &CallerId) -> Direction {
    let told = fields.all(Key::CallType).chain(fields.all(Key::Event)).find_map(direction_of);
    let by_sides = || match (caller, callee) {
        (CallerId::Login(_), CallerId::Number(_)) => Direction::Outgoing,
        _ => Direction::Incoming,
    };
    let inserted = fields.all(Key::InsertionType).any(|text| direction_of(text) == Some(Direction::Callback));
    match told.unwrap_or_else(by_sides) {
        Direction::Incoming if inserted => Direction::Callback,
        direction => direction,
    }
}

/// Finds the client. A number that is called clean may be the project's own end (of incoming calls `E164` often is
/// what answered), so whatever is known to be ours is never the client.
fn sides(fields: &Fields<'_>) -> Sides {
    let side = |key| caller_id::read(fields.get(key));
    let numbers = |key| fields.all(key).filter_map(|text| caller_id::read(text).number().map(str::to_owned));
    let (caller, callee) = (side(Key::Caller), side(Key::Callee));
    let (own_line, connected) = (side(Key::LineNumber), side(Key::ConnectedWith));
    let caller_number = side(Key::CallerNumber);
    let direction = direction(fields, &caller, &callee);
    let text = |id: &CallerId| match id {
        CallerId::Number(text) | CallerId::Login(text) => text.clone(),
        CallerId::Hidden => String::new(),
    };
    let is = |id: &CallerId, number: &str| id.number().is_some_and(|own| same(own, number));

    let outgoing = direction == Direction::Outgoing;
    let client = if outgoing {
        let ours = |number: &String| is(&own_line, number) || is(&caller, number);
        numbers(Key::ClientNumber)
            .find(|number| !is(&own_line, number))
            .or_else(|| numbers(Key::Callee).find(|number| !ours(number)))
            .or_else(|| numbers(Key::E164).chain(numbers(Key::CallerNumber)).find(|number| !ours(number)))
    } else {
        // Both ends of a callback are called: the client may be what was dialled and what answered.
        let callback = direction == Direction::Callback;
        let a_line = |number: &str| callback && fields.is_line(number);
        let dialled =
            |number: &String| is(&own_line, number) || a_line(number) || (!callback && is(&callee, number));
        let ours = |number: &String| dialled(number) || (!callback && is(&connected, number));
        let found = numbers(Key::ClientNumber)
            .find(|number| !ours(number))
            .or_else(|| {
                numbers(Key::CallerNumber).chain(numbers(Key::Caller)).find(|number| !dialled(number))
            })
            .or_else(|| numbers(Key::E164).find(|number| !ours(number)));
        // The manager is called first, then the client: some tell it as a call to the client.
        found.or_else(|| {
            let ours = caller.login().is_some() || caller.number().is_some_and(a_line);
            let callee = callee.number().filter(|_| callback && ours)?;
            (!is(&own_line, callee)).then(|| callee.to_owned())
        })
    }
    .unwrap_or_default();

    let free = |id: &CallerId| id.number().filter(|number| !same(number, &client)).map(str::to_owned);
    let ends: &[&CallerId] =
        if outgoing { &[&own_line, &caller, &caller_number, &callee] } else { &[&own_line, &callee] };
    let line = ends.iter().find_map(|id| free(id)).unwrap_or_default();

    let alias = fields.text(Key::LineAlias);
    let other_end = if outgoing { caller.login() } else { callee.login() };
    let line_alias = match (alias.is_empty(), own_line.login(), other_end) {
        (false, _, _) => alias,
        (true, Some(login), _) => login.to_owned(),
        (true, None, Some(login)) if !outgoing => login.to_owned(),
        // What placed the call, when something else is told to have been connected.
        (true, None, Some(login)) if connected != CallerId::Hidden && !is(&connected, &client) => {
            login.to_owned()
        }
        _ => String::new(),
    };
    let connected_with = if connected != CallerId::Hidden && !is(&connected, &client) {
        text(&connected)
    } else if outgoing || (direction == Direction::Callback && caller.login().is_some()) {
        // The client answered, our end is who called: so are callbacks told at times.
        let ours = caller.number().is_none_or(|number| !same(number, &line) && !same(number, &client));
        if ours { text(&caller) } else { String::new() }
    } else {
        // The client's own number does not say who took his call.
        String::new()
    };

    let ends_are_ours = client.is_empty()
        && caller.login().is_some()
        && (callee.login().is_some() || (callee == CallerId::Hidden && connected.login().is_some()));
    let direction = if ends_are_ours { Direction::Internal } else { direction };
    Sides { direction, client, line, line_alias, connected_with }
}

/// The visit behind the call. The page's own marks count when the message has none at all.
fn visit(fields: &mut Fields<'_>) -> Visit {
    let utm = Utm {
        source: fields.text(Key::UtmSource),
        medium: fields.text(Key::UtmMedium),
        campaign: fields.text(Key::UtmCampaign),
        content: fields.text(Key::UtmContent),
        term: fields.text(Key::UtmTerm),
    };
    let (landing, referrer) = (fields.text(Key::Landing), fields.text(Key::Referrer));
    let mut withheld = FormFields::default();
    let landing = page_url::read(&landing, &mut fields.guard, &mut withheld);
    let referrer = page_url::read(&referrer, &mut fields.guard, &mut withheld).address;
    for (name, value) in &landing.click_ids {
        fields.track(name, value);
    }
    Visit {
        client_id: fields.text(Key::ClientId),
        landing: landing.address,
        referrer,
        remote_ip: fields.text(Key::RemoteIp),
        utm: if utm.says_nothing() && !landing.utm.says_nothing() { landing.utm } else { utm },
        tracked: std::mem::take(&mut fields.tracked),
        ..Visit::default()
    }
}
