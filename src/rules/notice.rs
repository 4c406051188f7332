//! What the senior manager is told of the integration itself, as a task.

use serde::{Deserialize, Serialize};

use crate::config::Language;

/// What happened. Nothing of it speaks of a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "snake_case", deny_unknown_fields)]
pub enum Notice {
    /// The connection works again.
    Mended {
        /// Events that waited and are sent now.
        sent: u64,
        /// Events that waited and are not sent by themselves.
        expired: u64,
    },
    /// amoCRM did not take an event: the first one of that day.
    FirstFailed {
        /// The project's day, e.g. `2026-11-23`.
        day: String,
    },
}

/// The task's text.
pub fn text_of(notice: &Notice, language: Language) -> String {
    match notice {
        Notice::Mended { sent, expired } => {
            let [works, waiting, expired_are] = match language {
                Language::Ru => [
                    "Ringostat: связь с amoCRM снова работает.",
                    "События за время без связи, которые отправляются сейчас",
                    "События, которые можно отправить только вручную",
                ],
                Language::Uk => [
                    "Ringostat: зв'язок з amoCRM знову працює.",
                    "Події за час без зв'язку, які надсилаються зараз",
                    "Події, які можна надіслати лише вручну",
                ],
                Language::En => [
                    "Ringostat: the connection to amoCRM works again.",
                    "Events of the time without it that are sent now",
                    "Events that can only be sent by hand",
                ],
            };
            let rest = if *expired > 0 { format!(" {expired_are}: {expired}.") } else { String::new() };
            format!("{works} {waiting}: {sent}.{rest}")
        }
        Notice::FirstFailed { day } => match language {
            Language::Ru => format!(
                "Ringostat: amoCRM не приняла событие, первое за {day}. Причина – в журнале интеграции."
            ),
            Language::Uk => format!(
                "Ringostat: amoCRM не прийняла подію, першу за {day}. Причина – у журналі інтеграції."
            ),
            Language::En => format!(
                "Ringostat: amoCRM did not take an event, the first of {day}. The integration's journal says why."
            ),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_sent_is_named_only_when_there_is_such() {
        let text = |expired| text_of(&Notice::Mended { sent: 2, expired }, Language::En);
        assert_eq!(
            text(0),
            "Ringostat: the connection to amoCRM works again. Events of the time without it that are sent now: 2."
        );
        assert!(text(3).ends_with("are sent now: 2. Events that can only be sent by hand: 3."));
    }

    #[test]
    fn every_language_names_the_day() {
        for language in [Language::Ru, Language::Uk, Language::En] {
            let notice = Notice::FirstFailed { day: "2026-11-23".into() };
            assert!(text_of(&notice, language).contains("2026-11-23"));
        }
    }
}
