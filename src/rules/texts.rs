//! Texts that are written into amoCRM, in the project's language. Texts of the interface live with the hosts.

use crate::config::Language;

/// A text of notes and created fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Text {
    /// First line of a form's note.
    FormNote,
    /// The page.
    Page,
    /// UTM marks.
    Utm,
    /// Additional parameters.
    Tracked,
    /// Files.
    Files,
    /// Values that no field could take.
    Refused,
    /// Values that the card already has otherwise.
    Kept,
    /// A field without a name.
    Nameless,
    /// Last line before the marker.
    Extension,
    /// Name of the marker field.
    MarkerField,
    /// Name of the client id field.
    ClientIdField,
    /// A task that amoCRM refused.
    Task,
    /// Name of a lead or contact of which nothing else is known.
    Unnamed,
    /// First line of a call's note.
    CallNote,
    /// The client's number.
    Client,
    /// The project's own line.
    Line,
    /// Call-tracking pool.
    Pool,
    /// Forwarding scheme.
    Scheme,
    /// Who took part.
    Employee,
    /// Seconds of talk.
    TalkSeconds,
    /// Result of a completed task.
    Done,
    /// Result of a missed call's task: the client was reached.
    Reached,
    /// Result of a call: somebody talked.
    Talk,
    /// Result of an incoming call: nobody took it.
    Missed,
    /// Result of an outgoing call: the client did not take it.
    Unanswered,
}

/// The text in that language.
pub fn text(language: Language, text: Text) -> &'static str {
    let [ru, uk, en] = match text {
        Text::FormNote => ["Заявка с сайта", "Заявка з сайту", "Website form"],
        Text::Page => ["Страница", "Сторінка", "Page"],
        Text::Utm => ["UTM-метки", "UTM-мітки", "UTM marks"],
        Text::Tracked => ["Дополнительные параметры", "Додаткові параметри", "Additional parameters"],
        Text::Files => ["Файлы", "Файли", "Files"],
        Text::Refused => ["Не записано в поля", "Не записано в поля", "Not written to fields"],
        Text::Kept => [
            "В карточке уже другое значение",
            "У картці вже інше значення",
            "The card already has another value",
        ],
        Text::Nameless => ["без имени", "без імені", "nameless"],
        Text::Extension => ["доб.", "дод.", "ext."],
        Text::MarkerField => ["Ringostat: событие", "Ringostat: подія", "Ringostat: event"],
        Text::ClientIdField => ["Ringostat: client id", "Ringostat: client id", "Ringostat: client id"],
        Text::Task => ["Задача", "Задача", "Task"],
        Text::Unnamed => ["Заявка с сайта", "Заявка з сайту", "Website form"],
        Text::CallNote => ["Звонок", "Дзвінок", "Call"],
        Text::Client => ["Клиент", "Клієнт", "Client"],
        Text::Line => ["Линия", "Лінія", "Line"],
        Text::Pool => ["Пул", "Пул", "Pool"],
        Text::Scheme => ["Схема переадресации", "Схема переадресації", "Forwarding scheme"],
        Text::Employee => ["Сотрудник", "Співробітник", "Employee"],
        Text::TalkSeconds => ["Разговор, с", "Розмова, с", "Talk, s"],
        Text::Done => ["Разговор состоялся", "Розмова відбулася", "The talk took place"],
        Text::Reached => ["С клиентом поговорили", "З клієнтом поговорили", "The client was talked to"],
        Text::Talk => ["Разговор", "Розмова", "Talk"],
        Text::Missed => ["Пропущенный звонок", "Пропущений дзвінок", "Missed call"],
        Text::Unanswered => ["Нет ответа", "Немає відповіді", "No answer"],
    };
    match language {
        Language::Ru => ru,
        Language::Uk => uk,
        Language::En => en,
    }
}

/// The text in every language: a field made in one is found in another.
pub fn all(of: Text) -> [&'static str; 3] {
    [Language::Ru, Language::Uk, Language::En].map(|language| text(language, of))
}
