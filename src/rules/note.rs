//! The note of a form or call: nothing submitted is ever lost. What no row maps, no field takes or the card already has
//! otherwise stands here; the last line is the marker by which the note is found again.

use crate::config::Language;
use crate::event::{Call, CallResult, Form, Visit};
use crate::rules::call_record;
use crate::rules::draft::{Leftover, Why};
use crate::rules::texts::{Text, text};
use crate::rules::{utm, value};

/// The text of the note.
pub fn of_form(form: &Form, leftovers: &[Leftover], language: Language, subject: &str) -> String {
    let say = |what| text(language, what);
    let mut note = String::with_capacity(256);
    note.push_str(say(Text::FormNote));
    let title = value::form_title(form);
    if !title.is_empty() {
        note.push_str(": ");
        note.push_str(title);
    }
    note.push('\n');
    let mut line = |label: &str, value: &str| {
        note.push_str(label);
        note.push_str(": ");
        note.push_str(value);
        note.push('\n');
    };
    let of = |why| leftovers.iter().filter(move |leftover| leftover.why == why);
    for leftover in of(Why::Unmapped) {
        let label = if leftover.label.is_empty() { say(Text::Nameless) } else { &leftover.label };
        line(label, &leftover.text);
    }
    visit(&form.visit, language, &mut line);
    if !form.files.is_empty() {
        let files: Vec<String> = form
            .files
            .iter()
            .map(|file| format!("{} ({}, {})", file.name, file.field, size(file.size)))
            .collect();
        line(say(Text::Files), &files.join(", "));
    }
    not_written(leftovers, language, &mut line);
    note.push_str(&marker(subject));
    note
}

/// The text of a call's note: what the record has no place for. `answered_by` is who took part.
pub fn of_call(
    call: &Call,
    client: &str,
    answered_by: &str,
    leftovers: &[Leftover],
    language: Language,
    subject: &str,
) -> String {
    let say = |what| text(language, what);
    let mut note = String::with_capacity(256);
    note.push_str(say(Text::CallNote));
    if let Some(result) = call_record::result(call, language) {
        note.push_str(": ");
        note.push_str(&result);
    }
    note.push('\n');
    let mut line = |label: &str, value: &str| {
        if !value.trim().is_empty() {
            note.push_str(label);
            note.push_str(": ");
            note.push_str(value.trim());
            note.push('\n');
        }
    };
    let own = [call.line_number.trim(), call.line_alias.trim()];
    let own: Vec<&str> = own.into_iter().filter(|name| !name.is_empty()).collect();
    line(say(Text::Client), client);
    line(say(Text::Line), &own.join(", "));
    line(say(Text::Pool), &call.pool_name);
    line(say(Text::Scheme), &call.scheme_name);
    line(say(Text::Employee), if answered_by.is_empty() { &call.employee_name } else { answered_by });
    if call.result == CallResult::Answered {
        line(say(Text::TalkSeconds), &call_record::talk_seconds(call).to_string());
    }
    visit(&call.visit, language, &mut line);
    not_written(leftovers, language, &mut line);
    note.push_str(&marker(subject));
    note
}

/// The page, the marks and the additional parameters.
fn visit(visit: &Visit, language: Language, line: &mut impl FnMut(&str, &str)) {
    if !visit.landing.is_empty() {
        line(text(language, Text::Page), &visit.landing);
    }
    let marks = utm::values(&visit.utm);
    let marks: Vec<String> = utm::MARKS
        .iter()
        .zip(marks)
        .filter(|(_, value)| !utm::is_empty(value))
        .map(|((key, _), value)| format!("{key}={}", value.trim()))
        .collect();
    if !marks.is_empty() {
        line(text(language, Text::Utm), &marks.join(", "));
    }
    if !visit.tracked.is_empty() {
        let tracked: Vec<String> =
            visit.tracked.iter().map(|(name, value)| format!("{name}={value}")).collect();
        line(text(language, Text::Tracked), &tracked.join(", "));
    }
}

/// What fields refused or already had otherwise.
fn not_written(leftovers: &[Leftover], language: Language, line: &mut impl FnMut(&str, &str)) {
    for (why, heading) in [(Why::Refused, Text::Refused), (Why::Kept, Text::Kept)] {
        let of_that_kind = leftovers.iter().filter(|leftover| leftover.why == why);
        let entries: Vec<String> =
            of_that_kind.map(|leftover| format!("{}: {}", leftover.label, leftover.text)).collect();
        if !entries.is_empty() {
            line(text(language, heading), &entries.join("; "));
        }
    }
}

/// The last line of a note.
pub fn marker(subject: &str) -> String {
    format!("Ringostat {subject}")
}

fn size(bytes: u64) -> String {
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let kilobytes = bytes.div_ceil(1024);
    if kilobytes < 1024 {
        format!("{kilobytes} KB")
    } else {
        format!("{}.{} MB", kilobytes / 1024, kilobytes % 1024 * 10 / 1024)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::FormFile;

    #[test]
    fn everything_that_no_field_took_is_in_it() {
        let mut form = Form { form_name: "Звонок".into(), ..Form::default() };
        form.visit.landing = "https://site.example/".into();
        form.visit.utm.source = "google".into();
        form.visit.utm.medium = "(none)".into();
        form.visit.tracked = vec![("roistat_visit".into(), "77".into())];
        form.files = vec![FormFile { field: "cv".into(), name: "cv.pdf".into(), size: 5 * 1024 * 1024 }];
        let leftover =
            |label: &str, text: &str, why| Leftover { label: label.into(), text: text.into(), why };
        let leftovers = [
            leftover("city", "Киев", Why::Unmapped),
            leftover("", "x", Why::Unmapped),
            leftover("Размер", "XXL", Why::Refused),
            leftover("name", "Анна", Why::Kept),
        ];
        assert_eq!(
            of_form(&form, &leftovers, Language::Ru, "f-1"),
            "Заявка с сайта: Звонок\ncity: Киев\nбез имени: x\nСтраница: https://site.example/\n\
             UTM-метки: utm_source=google\nДополнительные параметры: roistat_visit=77\n\
             Файлы: cv.pdf (cv, 5.0 MB)\nНе записано в поля: Размер: XXL\n\
             В карточке уже другое значение: name: Анна\nRingostat f-1"
        );
    }
}
