//! Texts that a document leaves out are written in its language.

use serde_json::Value;

use super::texts::{TaskText, task};
use super::{Language, Matrix, Settings, TaskTemplate};

/// Puts the texts that the document leaves out into its language.
pub(super) fn fill(settings: &mut Settings, document: &Value) {
    let language = settings.language;
    let is_given = |path: &str| document.pointer(path).is_some();
    if !is_given("/forms/creates/task/text") {
        settings.forms.creates.task.text = task(language, TaskText::Form).to_owned();
    }
    if !is_given("/matrix/rows") {
        settings.matrix.rows = recommended(language);
        return;
    }
    for (index, row) in settings.matrix.rows.iter_mut().enumerate() {
        let cells =
            [("open_task", &mut row.creates.open_task), ("completed_task", &mut row.creates.completed_task)];
        for (cell, template) in cells {
            if let Some(TaskTemplate { text, .. }) = template
                && !is_given(&format!("/matrix/rows/{index}/creates/{cell}/text"))
            {
                *text = task(language, TaskText::CallBack).to_owned();
            }
        }
    }
}

fn recommended(language: Language) -> Vec<super::MatrixRow> {
    Matrix::preset("default", language).unwrap_or_default().rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_in_the_language_and_what_is_given_stays() {
        let settings = Settings::parse(r#"{"language": "en"}"#).unwrap();
        assert_eq!(settings.matrix, Matrix::preset("default", Language::En).unwrap());
        assert_eq!(settings.forms.creates.task.text, "Website form: {form_name}");
        let settings = Settings::parse(
            r#"{"language": "uk", "matrix": {"rows": [{"creates": {"open_task": {}, "completed_task": {"text": "Да"}}}]}}"#,
        )
        .unwrap();
        let creates = &settings.matrix.rows[0].creates;
        assert_eq!(creates.open_task.as_ref().unwrap().text, "Передзвонити: {client_number}");
        assert_eq!(creates.completed_task.as_ref().unwrap().text, "Да");
        assert_eq!(Settings::parse("{}").unwrap(), Settings::default());
    }
}
