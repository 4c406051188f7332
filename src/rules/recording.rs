//! The link that a call record carries (seed: "для передачи аудио по звонку от сотрудника"; `matrix.recording_link`).
//!
//! Rows without a recording come with an address all the same (reference §3, sample F): the flag decides, never the
//! address. A recording opens without a login (reference P13), a call's card asks for one.

use crate::config::RecordingLink;
use crate::event::Call;

/// The link, or `None` when there is no recording or no link is wanted.
pub fn link(call: &Call, which: RecordingLink) -> Option<&str> {
    if !call.has_recording {
        return None;
    }
    let candidates: [&str; 2] = match which {
        RecordingLink::Recording => [&call.recording, &call.recording_wav],
        RecordingLink::CallCard => [&call.call_card, ""],
        RecordingLink::None => return None,
    };
    candidates.into_iter().map(str::trim).find(|link| is_web(link))
}

fn is_web(link: &str) -> bool {
    link.starts_with("https://") || link.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(has_recording: bool) -> Call {
        Call {
            has_recording,
            recording: "https://app.ringostat.com/recordings/x.ogg".into(),
            recording_wav: "https://app.ringostat.com/recordings/x.wav".into(),
            call_card: "https://app.ringostat.com/project/callcards/card/x/".into(),
            ..Call::default()
        }
    }

    #[test]
    fn the_settings_choose_the_link() {
        let call = call(true);
        assert_eq!(link(&call, RecordingLink::Recording), Some(call.recording.as_str()));
        assert_eq!(link(&call, RecordingLink::CallCard), Some(call.call_card.as_str()));
        assert_eq!(link(&call, RecordingLink::None), None);
    }

    #[test]
    fn without_a_recording_there_is_no_link_whatever_the_address() {
        for which in [RecordingLink::Recording, RecordingLink::CallCard, RecordingLink::None] {
            assert_eq!(link(&call(false), which), None);
        }
    }

    #[test]
    fn the_wav_stands_in_and_a_login_is_never_gone_around() {
        let only_wav = Call { recording: String::new(), ..call(true) };
        assert_eq!(link(&only_wav, RecordingLink::Recording), Some(only_wav.recording_wav.as_str()));
        let no_card = Call { call_card: String::new(), ..call(true) };
        assert_eq!(link(&no_card, RecordingLink::CallCard), None);
        let odd = Call { recording: "(none)".into(), recording_wav: " ".into(), ..call(true) };
        assert_eq!(link(&odd, RecordingLink::Recording), None);
    }
}
