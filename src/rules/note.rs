//! The note of a form: nothing submitted is ever lost. What no row maps, no field takes or the card already has
//! otherwise stands here; the last line is the marker by which the note is found again.

use crate::config::Language;
use crate::event::Form;
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
    if !form.visit.landing.is_empty() {
        line(say(Text::Page), &form.visit.landing);
    }
    let marks = utm::values(&form.visit.utm);
    let marks: Vec<String> = utm::MARKS
        .iter()
        .zip(marks)
        .filter(|(_, value)| !utm::is_empty(value))
        .map(|((key, _), value)| format!("{key}={}", value.trim()))
        .collect();
    if !marks.is_empty() {
        line(say(Text::Utm), &marks.join(", "));
    }
    if !form.visit.tracked.is_empty() {
        let tracked: Vec<String> =
            form.visit.tracked.iter().map(|(name, value)| format!("{name}={value}")).collect();
        line(say(Text::Tracked), &tracked.join(", "));
    }
    if !form.files.is_empty() {
        let files: Vec<String> = form
            .files
            .iter()
            .map(|file| format!("{} ({}, {})", file.name, file.field, size(file.size)))
            .collect();
        line(say(Text::Files), &files.join(", "));
    }
    for (why, heading) in [(Why::Refused, Text::Refused), (Why::Kept, Text::Kept)] {
        let entries: Vec<String> =
            of(why).map(|leftover| format!("{}: {}", leftover.label, leftover.text)).collect();
        if !entries.is_empty() {
            line(say(heading), &entries.join("; "));
        }
    }
    note.push_str(&marker(subject));
    note
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
