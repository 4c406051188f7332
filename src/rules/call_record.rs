//! The record of a call on a card of amoCRM: a note of type `call_in` or `call_out` (seed: "автоматически передаются
//! данные о звонках: их аудиозаписи, информация о том, из какого и на какой номер был совершен звонок, статус звонка").
//!
//! amoCRM refuses nulls in it (API notes §5.2): what is not known is left out.

use serde::{Deserialize, Serialize};

use crate::config::{Language, RecordingLink};
use crate::event::{Call, CallResult, Direction};
use crate::phone::{self, Country};
use crate::rules::recording;
use crate::rules::texts::{Text, text};

/// Where calls come from, as amoCRM shows it.
pub const SOURCE: &str = "Ringostat";

/// The note, but for the entity that it stands on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallRecord {
    /// Direction.
    pub note_type: NoteType,
    /// The call.
    pub params: CallParams,
}

/// Direction of a call record. A callback is incoming (reference §3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteType {
    /// The client called.
    CallIn,
    /// A manager called.
    CallOut,
}

impl NoteType {
    /// As amoCRM names it.
    pub fn as_str(self) -> &'static str {
        match self {
            NoteType::CallIn => "call_in",
            NoteType::CallOut => "call_out",
        }
    }
}

/// Params of a call record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallParams {
    /// By what the record is found again: the subject.
    pub uniq: String,
    /// Seconds of talk.
    pub duration: u32,
    /// [`SOURCE`].
    pub source: String,
    /// Recording, or the call's card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The client's number.
    pub phone: String,
    /// How the call ended, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_result: Option<String>,
    /// The same as one of amoCRM's numbers (API notes §5.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_status: Option<u8>,
    /// The user who took part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_responsible: Option<u64>,
}

/// The record of a call. `subject` is the canonical call id.
pub fn of_call(
    call: &Call,
    subject: &str,
    link: RecordingLink,
    country: Country,
    language: Language,
) -> CallRecord {
    let number = call.client_number.trim();
    CallRecord {
        note_type: if call.direction == Direction::Outgoing { NoteType::CallOut } else { NoteType::CallIn },
        params: CallParams {
            uniq: subject.to_owned(),
            duration: talk_seconds(call),
            source: SOURCE.to_owned(),
            link: recording::link(call, link).map(str::to_owned),
            phone: phone::parse(number, country).map_or_else(|| number.to_owned(), |phone| phone.e164()),
            call_result: result(call, language),
            call_status: status(call),
            call_responsible: None,
        },
    }
}

/// Seconds of talk: as told, else what is left of an answered call without the waiting.
pub fn talk_seconds(call: &Call) -> u32 {
    let rest = || match call.result {
        CallResult::Answered => {
            call.duration.unwrap_or_default().saturating_sub(call.wait_time.unwrap_or_default())
        }
        _ => 0,
    };
    call.talk_time.unwrap_or_else(rest)
}

/// The result in the project's language, with Ringostat's own word.
pub(crate) fn result(call: &Call, language: Language) -> Option<String> {
    let ending = match (call.result, call.direction) {
        (CallResult::Answered, _) => Text::Talk,
        (CallResult::Missed, Direction::Outgoing) => Text::Unanswered,
        (CallResult::Missed, _) => Text::Missed,
        (CallResult::Pending, _) => return None,
    };
    let ending = text(language, ending);
    let word = call.status.trim();
    Some(if word.is_empty() { ending.to_owned() } else { format!("{ending} ({word})") })
}

/// 1 left message, 4 talked, 5 wrong number, 6 no answer, 7 busy; nothing is said of a call that goes on.
fn status(call: &Call) -> Option<u8> {
    match call.result {
        CallResult::Pending => None,
        CallResult::Answered => Some(4),
        CallResult::Missed => Some(match words(&call.status).as_str() {
            "VOICEMAIL" | "VOICE MAIL" => 1,
            "WRONG EXTENSION" | "NO EXTENSION" => 5,
            "BUSY" => 7,
            _ => 6,
        }),
    }
}

/// A status however it is spelled: with space, `_`, `-` or `+` (reference §2.2).
fn words(status: &str) -> String {
    let words: Vec<&str> =
        status.split(['_', '-', '+', ' ']).map(str::trim).filter(|word| !word.is_empty()).collect();
    words.join(" ").to_uppercase()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record(call: &Call) -> serde_json::Value {
        let record =
            of_call(call, "1791545397.2215926", RecordingLink::Recording, Country::default(), Language::Ru);
        serde_json::to_value(record).unwrap()
    }

    fn answered() -> Call {
        Call {
            result: CallResult::Answered,
            status: "PROPER".into(),
            client_number: "0671112233".into(),
            duration: Some(50),
            wait_time: Some(27),
            ..Call::default()
        }
    }

    #[test]
    fn a_talk_with_its_recording() {
        let call = Call {
            has_recording: true,
            recording: "https://app.ringostat.com/recordings/x.ogg".into(),
            ..answered()
        };
        assert_eq!(
            record(&call),
            json!({"note_type": "call_in", "params": {
                "uniq": "1791545397.2215926", "duration": 23, "source": "Ringostat",
                "link": "https://app.ringostat.com/recordings/x.ogg", "phone": "+380671112233",
                "call_result": "Разговор (PROPER)", "call_status": 4}})
        );
    }

    #[test]
    fn what_is_not_known_is_left_out_and_nothing_is_null() {
        let call = Call { result: CallResult::Pending, ..answered() };
        let record = record(&call);
        let params = record["params"].as_object().unwrap();
        assert!(params.values().all(|value| !value.is_null()));
        let keys: Vec<&str> = params.keys().map(String::as_str).collect();
        assert_eq!(keys, ["duration", "phone", "source", "uniq"]);
        assert_eq!(params["duration"], 0);
    }

    #[test]
    fn only_a_managers_call_goes_out() {
        for (direction, note_type) in [
            (Direction::Incoming, "call_in"),
            (Direction::Callback, "call_in"),
            (Direction::Outgoing, "call_out"),
        ] {
            assert_eq!(record(&Call { direction, ..answered() })["note_type"], note_type);
        }
    }

    #[test]
    fn the_talk_time_that_is_told_counts() {
        assert_eq!(talk_seconds(&Call { talk_time: Some(20), ..answered() }), 20);
        assert_eq!(talk_seconds(&Call { wait_time: Some(60), ..answered() }), 0);
        assert_eq!(talk_seconds(&Call { result: CallResult::Missed, ..answered() }), 0);
    }

    #[test]
    fn statuses_become_amocrms_numbers_however_they_are_spelled() {
        for (word, number) in [
            ("NO ANSWER", 6),
            ("busy", 7),
            ("VOICEMAIL", 1),
            ("WRONG_EXTENSION", 5),
            ("no+extension", 5),
            ("FAILED FORBIDDEN DESTINATION", 6),
            ("something new", 6),
            ("", 6),
        ] {
            let call = Call { result: CallResult::Missed, status: word.into(), ..answered() };
            assert_eq!(record(&call)["params"]["call_status"], number, "{word}");
        }
        let inconsistent = Call { status: "NO ANSWER".into(), talk_time: Some(368), ..answered() };
        assert_eq!(record(&inconsistent)["params"]["call_status"], 4);
    }

    #[test]
    fn the_result_is_told_in_the_projects_language() {
        let missed = |direction| Call { direction, result: CallResult::Missed, ..answered() };
        let told = |call: &Call, language| {
            of_call(call, "s", RecordingLink::None, Country::default(), language).params.call_result.unwrap()
        };
        assert_eq!(told(&missed(Direction::Incoming), Language::Uk), "Пропущений дзвінок (PROPER)");
        assert_eq!(told(&missed(Direction::Outgoing), Language::En), "No answer (PROPER)");
        assert_eq!(told(&Call { status: String::new(), ..answered() }, Language::En), "Talk");
    }

    #[test]
    fn a_number_that_is_none_stays_as_it_came() {
        let call = Call { client_number: " 7788 ".into(), ..answered() };
        assert_eq!(record(&call)["params"]["phone"], "7788");
    }
}
