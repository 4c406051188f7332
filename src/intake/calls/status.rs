//! How a call ended, out of its status, its seconds of talk and the name of the message.

use crate::event::{CallResult, Phase};
use crate::spelling::squeeze;

/// Families of statuses (Ringostat's list).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Answered,
    /// Nobody talked; wrong and blocked destinations too.
    Missed,
    /// As missed, but seconds of talk are the machine's.
    Voicemail,
    Pending,
    Unknown,
    /// Nothing is said.
    Silent,
}

/// The family of a status, however its words are joined: `NO ANSWER`, `NO_ANSWER`, `no-answer`, `NO+ANSWER`.
pub(super) fn family(status: &str) -> Family {
    match squeeze(status).as_str() {
        "" => Family::Silent,
        "answered" | "answer" | "proper" | "repeated" => Family::Answered,
        "noanswer"
        | "busy"
        | "noforward"
        | "wrongextension"
        | "noextension"
        | "clientnoanswer"
        | "failed"
        | "failedforbiddendestination"
        | "decline"
        | "declined"
        | "missed"
        | "cancel"
        | "cancelled"
        | "congestion"
        | "chanunavail" => Family::Missed,
        "voicemail" => Family::Voicemail,
        "inprogress" | "calling" | "ringing" => Family::Pending,
        _ => Family::Unknown,
    }
}

/// How the call ended.
///
/// Seconds of talk win over the text, both ways: real rows say `NO ANSWER` beside six minutes and a recording, and
/// 0 means that nobody talked. Two texts are believed instead: a call in progress has not ended, and voicemail is
/// nobody's talk. At pick-up the talk has just begun, so 0 says nothing. A finished call of which nothing
/// is known is missed: a needless task costs less than a lost client.
pub(super) fn result(family: Family, talk: Option<u32>, phase: Phase) -> CallResult {
    let talk = talk.filter(|talk| *talk > 0 || phase == Phase::Completed);
    match (family, talk) {
        (Family::Pending, _) => CallResult::Pending,
        (Family::Voicemail, _) => CallResult::Missed,
        (_, Some(1..)) | (Family::Answered, None) => CallResult::Answered,
        (_, Some(0)) | (Family::Missed, None) => CallResult::Missed,
        (Family::Unknown, None) if phase == Phase::Completed => CallResult::Missed,
        (Family::Unknown | Family::Silent, None) => CallResult::Pending,
    }
}

/// What the name of a message says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    Before,
    PickUp,
    After,
    /// After the rating menu, or processed by AI: more about a call that was told before. Holds its name.
    Later(&'static str),
    /// A form, a dialogue, a deal: no call.
    NotACall,
}

/// Reads the name of a webhook's event: users type it as they like.
pub(super) fn moment(event: &str) -> Option<Moment> {
    let lower = event.to_lowercase();
    let words: Vec<&str> = lower.split(|one: char| !one.is_alphanumeric()).collect();
    let word = |any: &[&str]| words.iter().any(|word| any.contains(word));
    let squeezed = squeeze(event);
    let within = |any: &[&str]| any.iter().any(|part| squeezed.contains(part));
    if word(&["form", "dialog", "dialogue", "chat", "deal", "lead"]) {
        Some(Moment::NotACall)
    } else if within(&["rating"]) {
        Some(Moment::Later("rating"))
    } else if word(&["ai"]) {
        Some(Moment::Later("ai"))
    } else if within(&["pending"]) {
        Some(Moment::Before)
    } else if within(&["after", "end", "complete", "hangup", "finish"])
        || within(&["noanswer", "notanswer", "unanswer", "missed"])
    {
        Some(Moment::After)
    } else if within(&["pickup", "pickedup", "answer", "connected"]) {
        Some(Moment::PickUp)
    } else if within(&["before", "forward", "start", "ring"]) {
        Some(Moment::Before)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_status_in_every_spelling() {
        let known = [
            ("ANSWERED", Family::Answered),
            ("PROPER", Family::Answered),
            ("REPEATED", Family::Answered),
            ("NO ANSWER", Family::Missed),
            ("BUSY", Family::Missed),
            ("VOICEMAIL", Family::Voicemail),
            ("NO FORWARD", Family::Missed),
            ("WRONG EXTENSION", Family::Missed),
            ("NO EXTENSION", Family::Missed),
            ("CLIENT NO ANSWER", Family::Missed),
            ("FAILED", Family::Missed),
            ("FAILED FORBIDDEN DESTINATION", Family::Missed),
            ("DECLINE", Family::Missed),
            ("IN PROGRESS", Family::Pending),
            ("CALLING", Family::Pending),
            ("SOMETHING NEW", Family::Unknown),
            ("", Family::Silent),
        ];
        for (text, expected) in known {
            for separator in [" ", "_", "-", "+", ""] {
                let spelled = text.replace(' ', separator);
                assert_eq!(family(&spelled), expected, "{spelled}");
                assert_eq!(family(&spelled.to_lowercase()), expected, "{spelled}");
            }
        }
    }

    #[test]
    fn talk_wins_over_text() {
        use CallResult::{Answered, Missed, Pending};
        for (status, talk, expected) in [
            ("NO ANSWER", Some(368), Answered),
            ("FAILED", Some(1), Answered),
            ("SOMETHING NEW", Some(1), Answered),
            ("", Some(1), Answered),
            ("ANSWERED", Some(0), Missed),
            ("SOMETHING NEW", Some(0), Missed),
            ("SOMETHING NEW", None, Missed),
            ("ANSWERED", None, Answered),
            ("NO ANSWER", None, Missed),
            ("VOICEMAIL", Some(30), Missed),
            ("IN_PROGRESS", Some(30), Pending),
            ("", None, Pending),
        ] {
            assert_eq!(result(family(status), talk, Phase::Completed), expected, "{status} {talk:?}");
        }
        assert_eq!(result(Family::Answered, Some(0), Phase::PickUp), Answered);
        assert_eq!(result(Family::Silent, Some(0), Phase::PickUp), Pending);
        assert_eq!(result(Family::Unknown, None, Phase::PickUp), Pending);
    }

    #[test]
    fn names_of_messages() {
        for (name, expected) in [
            ("incoming_before", Some(Moment::Before)),
            ("Forwarding step", Some(Moment::Before)),
            ("pick_up", Some(Moment::PickUp)),
            ("Picked up", Some(Moment::PickUp)),
            ("call answered", Some(Moment::PickUp)),
            ("after-call", Some(Moment::After)),
            ("call_end", Some(Moment::After)),
            ("no_answer", Some(Moment::After)),
            ("call_unanswered", Some(Moment::After)),
            ("not answered", Some(Moment::After)),
            ("pending", Some(Moment::Before)),
            ("after rating menu", Some(Moment::Later("rating"))),
            ("processed by AI", Some(Moment::Later("ai"))),
            ("form sent", Some(Moment::NotACall)),
            ("deal_created", Some(Moment::NotACall)),
            ("dialogue opened", Some(Moment::NotACall)),
            ("", None),
            ("in", None),
        ] {
            assert_eq!(moment(name), expected, "{name}");
        }
    }
}
