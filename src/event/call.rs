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

impl Call {
    /// What two messages of one call tell together. What is known stays: a later message completes, it never undoes.
    /// Of who took part and how it ended the message after the call is believed, of the visit the one at pick-up.
    #[must_use]
    pub fn and(self, earlier: &Call) -> Call {
        let (mut call, other) = match (self.phase, earlier.phase) {
            (Phase::Completed, Phase::PickUp | Phase::InProgress) | (Phase::PickUp, Phase::InProgress) => {
                (self, earlier.clone())
            }
            // Who tells the seconds knows how it ended.
            (Phase::Completed, Phase::Completed)
                if earlier.talk_time.is_none() && self.talk_time.is_some() =>
            {
                (self, earlier.clone())
            }
            _ => (earlier.clone(), self),
        };
        // Somebody picked up, and nothing says that nobody talked.
        if call.phase == Phase::Completed
            && other.phase == Phase::PickUp
            && call.status.is_empty()
            && call.talk_time.is_none()
        {
            call.result = CallResult::Answered;
        }
        let texts = [
            (&mut call.call_id, other.call_id),
            (&mut call.call_type, other.call_type),
            (&mut call.status, other.status),
            (&mut call.client_number, other.client_number),
            (&mut call.line_number, other.line_number),
            (&mut call.line_alias, other.line_alias),
            (&mut call.connected_with, other.connected_with),
            (&mut call.additional_number, other.additional_number),
            (&mut call.employee_id, other.employee_id),
            (&mut call.employee_extension, other.employee_extension),
            (&mut call.employee_name, other.employee_name),
            (&mut call.department, other.department),
            (&mut call.pool_name, other.pool_name),
            (&mut call.scheme_name, other.scheme_name),
            (&mut call.recording, other.recording),
            (&mut call.recording_wav, other.recording_wav),
            (&mut call.call_card, other.call_card),
        ];
        for (text, other) in texts {
            if text.is_empty() {
                *text = other;
            }
        }
        // Before the end nobody knows how long it took: what stands there is a beginning, or a zero for "unknown".
        let over = other.phase == Phase::Completed || call.phase != Phase::Completed;
        let numbers = [
            (&mut call.duration, other.duration.filter(|_| over)),
            (&mut call.wait_time, other.wait_time.filter(|wait| over || *wait > 0)),
            (&mut call.talk_time, other.talk_time.filter(|_| over)),
            (&mut call.call_counter, other.call_counter),
            (&mut call.category_mark, other.category_mark),
            (&mut call.category_number, other.category_number),
            (&mut call.employee_mark, other.employee_mark),
        ];
        for (number, other) in numbers {
            *number = number.or(other);
        }
        call.proper_flag = call.proper_flag.or(other.proper_flag);
        call.repeated_flag = call.repeated_flag.or(other.repeated_flag);
        call.has_recording |= other.has_recording;
        if call.started_at == 0 {
            call.started_at = other.started_at;
        }
        if call.result == CallResult::Pending {
            call.result = other.result;
        }
        let visit = std::mem::take(&mut call.visit);
        call.visit = match (call.phase, other.phase) {
            (Phase::Completed, Phase::PickUp) => other.visit.or(visit),
            _ => visit.or(other.visit),
        };
        call
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pick_up() -> Call {
        let mut call = Call {
            phase: Phase::PickUp,
            client_number: "380671112233".into(),
            connected_with: "firm_ivan".into(),
            ..Call::default()
        };
        call.visit.utm.source = "google".into();
        call
    }

    fn completed() -> Call {
        let mut call = Call {
            result: CallResult::Answered,
            connected_with: "firm_mary".into(),
            talk_time: Some(20),
            ..Call::default()
        };
        call.visit.utm.source = "(direct)".into();
        call.visit.landing = "https://site.example/".into();
        call
    }

    #[test]
    fn the_end_says_who_and_how_the_beginning_where_from_in_whatever_order() {
        let together = completed().and(&pick_up());
        assert_eq!(together, pick_up().and(&completed()));
        assert_eq!(together.phase, Phase::Completed);
        assert_eq!(together.connected_with, "firm_mary");
        assert_eq!((together.talk_time, together.client_number.as_str()), (Some(20), "380671112233"));
        assert_eq!(together.visit.utm.source, "google");
        assert_eq!(together.visit.landing, "https://site.example/");
    }

    #[test]
    fn of_two_ends_the_one_with_the_seconds_is_believed() {
        let brief = Call { result: CallResult::Missed, talk_time: None, ..completed() };
        let together = completed().and(&Call { client_number: "1".into(), ..brief });
        assert_eq!((together.result, together.talk_time), (CallResult::Answered, Some(20)));
        assert_eq!(together.client_number, "1");
    }

    #[test]
    fn how_long_it_took_is_known_at_the_end_only() {
        let pick_up = Call { talk_time: Some(0), duration: Some(0), wait_time: Some(0), ..pick_up() };
        let end = Call { talk_time: None, duration: Some(50), wait_time: Some(20), ..completed() };
        for together in [end.clone().and(&pick_up), pick_up.clone().and(&end)] {
            let seconds = (together.talk_time, together.duration, together.wait_time);
            assert_eq!(seconds, (None, Some(50), Some(20)));
        }
        let waited = Call { wait_time: Some(7), ..pick_up };
        let end = Call { wait_time: None, ..end };
        assert_eq!(end.and(&waited).wait_time, Some(7));
    }

    #[test]
    fn who_was_picked_up_was_answered_unless_the_end_says_otherwise() {
        let silent = Call { result: CallResult::Missed, talk_time: None, ..completed() };
        assert_eq!(silent.clone().and(&pick_up()).result, CallResult::Answered);
        assert_eq!(pick_up().and(&silent).result, CallResult::Answered);
        let told = Call { status: "NO ANSWER".into(), ..silent.clone() };
        assert_eq!(told.and(&pick_up()).result, CallResult::Missed);
        let nobody_talked = Call { talk_time: Some(0), ..silent };
        assert_eq!(nobody_talked.and(&pick_up()).result, CallResult::Missed);
    }

    #[test]
    fn a_second_message_after_the_call_adds_what_was_not_known_and_changes_nothing() {
        let later = Call {
            result: CallResult::Missed,
            talk_time: Some(0),
            employee_mark: Some(5),
            has_recording: true,
            ..Call::default()
        };
        let together = later.and(&completed());
        assert_eq!((together.result, together.talk_time), (CallResult::Answered, Some(20)));
        assert_eq!((together.employee_mark, together.has_recording), (Some(5), true));
    }
}
