//! Texts of the tasks that the defaults and the presets of the matrix bring, in the project's language. The administrator edits
//! them afterwards: they are part of the settings, not of the code that runs.

use super::Language;

/// A task's text. `{name}` stands for a variable of the call, `{answered_by}` for who took part: an employee or a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TaskText {
    /// A form was sent.
    Form,
    /// A call was missed.
    CallBack,
    /// A call that the client ordered on the site did not come about.
    CallBackOrdered,
    /// Done: the talk of who answered in the place of the responsible one.
    Talked,
    /// Somebody else talked to his client.
    Review,
    /// Nobody is tied to the line that answered.
    UnknownLine,
}

/// The text in that language.
pub(super) fn task(language: Language, text: TaskText) -> &'static str {
    let [ru, uk, en] = match text {
        TaskText::Form => {
            ["Заявка с сайта: {form_name}", "Заявка з сайту: {form_name}", "Website form: {form_name}"]
        }
        TaskText::CallBack => {
            ["Перезвонить: {client_number}", "Передзвонити: {client_number}", "Call back: {client_number}"]
        }
        TaskText::CallBackOrdered => [
            "Клиент заказал звонок на сайте, разговора не было. Перезвонить: {client_number}",
            "Клієнт замовив дзвінок на сайті, розмови не було. Передзвонити: {client_number}",
            "The client ordered a call on the site and nobody talked. Call back: {client_number}",
        ],
        TaskText::Talked => [
            "Разговор с клиентом {client_number}",
            "Розмова з клієнтом {client_number}",
            "Talk with the client {client_number}",
        ],
        TaskText::Review => [
            "Вашему клиенту {client_number} ответил другой сотрудник ({answered_by}). Проверьте результат разговора",
            "Вашому клієнту {client_number} відповів інший співробітник ({answered_by}). Перевірте результат розмови",
            "Your client {client_number} was answered by somebody else ({answered_by}). Check how the talk ended",
        ],
        TaskText::UnknownLine => [
            "Звонок {client_number} принят на линии {answered_by}, которая не закреплена за сотрудником. \
             Проверьте настройки интеграции",
            "Дзвінок {client_number} прийнято на лінії {answered_by}, яку не закріплено за співробітником. \
             Перевірте налаштування інтеграції",
            "The call from {client_number} was answered on the line {answered_by}, which no employee is tied to. \
             Check the settings of the integration",
        ],
    };
    match language {
        Language::Ru => ru,
        Language::Uk => uk,
        Language::En => en,
    }
}
