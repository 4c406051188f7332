//! What is odd about settings that are valid (issue "lint": also in PUT's answer as warnings).
//!
//! Codes are stable and parameters are enough for a text; texts live with the hosts. An *error* is a part that cannot
//! do what it says, a *warning* one that probably does something else than meant, an *info* one worth a look.
//!
//! | code | severity | params |
//! |---|---|---|
//! | `row_impossible` | warning | – |
//! | `row_never_fires` | warning | `covered_by`: rows |
//! | `lead_without_contact` | warning | – |
//! | `unsorted_after_call` | warning | – |
//! | `senior_missing` | warning | `places`: paths that name the senior manager |
//! | `unknown_placeholder`, `placeholder_never_filled` | warning | `placeholder` |
//! | `funnel_never_fires` | warning | `covered_by`: rules |
//! | `field_written_twice` | warning; info when values add up (phones, e-mails, tags) | `field`, `first`: row |
//! | `constant_misfit` | error | `field`, `reason`, `value` |
//! | `honeypot_mapped` | error | `field`, `tab`, `row` |
//! | `fmc_lines_share_sip` | info | `sip`, `first`: line |
//! | `shared_sip_stopped` | warning | `sip`, `numbers` |
//! | `fmc_number_shares_sip` | warning | `sip`, `number` |
//! | `not_a_line` | warning | `value` |
//! | `key_named_twice` | warning | `name`, `first`: key |
//! | `staff_id_twice` | error | `staff_id`, `first`: employee |
//! | `employee_linked_twice` | warning | `by`, `value`, `first`: employee |
//! | `user_linked_twice` | info | `user`, `first`: employee |
//! | `pipeline_missing`, `pipeline_archived`, `stage_missing` | error | `pipeline`, `name`, `status` |
//! | `field_missing`, `task_type_missing` | error | `field`; `type` |
//! | `user_missing`, `user_inactive` | error | `user`, `name` |

mod account;
mod mapping;
mod matrix;
mod project;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::amocrm::directory::Directory;
use crate::config::{Responsible, Settings};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth a look.
    Info,
    /// It probably does something else than meant.
    Warning,
    /// It cannot do what it says.
    Error,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Stable code.
    pub code: Cow<'static, str>,
    /// How bad it is.
    pub severity: Severity,
    /// JSON Pointer into the settings.
    pub path: String,
    /// What a text about it needs.
    pub params: Map<String, Value>,
}

impl Diagnostic {
    fn new(code: &'static str, severity: Severity, path: impl Into<String>) -> Self {
        Diagnostic { code: code.into(), severity, path: path.into(), params: Map::new() }
    }

    fn error(code: &'static str, path: impl Into<String>) -> Self {
        Diagnostic::new(code, Severity::Error, path)
    }

    fn warning(code: &'static str, path: impl Into<String>) -> Self {
        Diagnostic::new(code, Severity::Warning, path)
    }

    fn info(code: &'static str, path: impl Into<String>) -> Self {
        Diagnostic::new(code, Severity::Info, path)
    }

    fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.params.insert(key.to_owned(), value.into());
        self
    }
}

impl Settings {
    /// What is odd, in the order of the document's parts. What only amoCRM knows is looked at when its directory
    /// is given.
    pub fn lint(&self, directory: Option<&Directory>) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        mapping::honeypot(self, &mut found);
        matrix::forms(self, &mut found);
        mapping::rows(self, directory, &mut found);
        matrix::rows(self, &mut found);
        matrix::senior(self, &mut found);
        matrix::placeholders(self, &mut found);
        project::keys(self, &mut found);
        project::employees(self, &mut found);
        project::lines(self, &mut found);
        project::stop_list(self, &mut found);
        project::funnel(self, &mut found);
        if let Some(directory) = directory {
            account::check(self, directory, &mut found);
        }
        found
    }
}

/// A task that can be made, of a form or of the matrix.
struct AnyTask<'a> {
    path: String,
    text: &'a str,
    kind: u64,
    responsible: Responsible,
    of_form: bool,
}

fn tasks(settings: &Settings) -> Vec<AnyTask<'_>> {
    let mut tasks = Vec::new();
    let form = &settings.forms.creates.task;
    if form.on {
        tasks.push(AnyTask {
            path: "/forms/creates/task".into(),
            text: &form.text,
            kind: form.kind,
            responsible: form.responsible,
            of_form: true,
        });
    }
    for (index, row) in settings.matrix.rows.iter().enumerate() {
        let both = [("open_task", &row.creates.open_task), ("completed_task", &row.creates.completed_task)];
        for (key, task) in both {
            if let Some(task) = task {
                tasks.push(AnyTask {
                    path: format!("{}/creates/{key}", super::matrix::path(index)),
                    text: &task.text,
                    kind: task.kind,
                    responsible: task.responsible,
                    of_form: false,
                });
            }
        }
    }
    tasks
}

/// Places that say who is responsible: tasks, and rows that make something.
fn responsibles(settings: &Settings) -> Vec<(String, Responsible)> {
    let tasks =
        tasks(settings).into_iter().map(|task| (format!("{}/responsible", task.path), task.responsible));
    let rows = settings.matrix.rows.iter().enumerate().filter_map(|(index, row)| {
        let creates = &row.creates;
        let makes = creates.contact || creates.lead || creates.unsorted;
        makes.then(|| (format!("{}/responsible", super::matrix::path(index)), row.responsible))
    });
    tasks.chain(rows).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Language, Matrix, PRESETS};

    /// What such settings get when they name a senior manager.
    pub(super) fn findings(settings: &str, directory: Option<&Directory>) -> Vec<Diagnostic> {
        let mut settings = Settings::parse(settings).unwrap();
        settings.matrix.senior_user.get_or_insert(1);
        settings.lint(directory)
    }

    /// `code severity path` of each.
    pub(super) fn brief(found: &[Diagnostic]) -> Vec<String> {
        found
            .iter()
            .map(|one| {
                let severity = serde_json::to_value(one.severity).unwrap();
                format!("{} {} {}", one.code, severity.as_str().unwrap(), one.path)
            })
            .collect()
    }

    #[test]
    fn the_default_settings_lack_only_the_senior_manager() {
        let found = Settings::default().lint(None);
        assert_eq!(brief(&found), ["senior_missing warning /matrix/senior_user"]);
        assert!(findings("{}", None).is_empty());
        assert!(findings("{}", Some(&Directory::default())).is_empty());
    }

    #[test]
    fn presets_are_clean_in_every_language() {
        for language in [Language::Ru, Language::Uk, Language::En] {
            for name in PRESETS {
                let mut settings =
                    Settings { matrix: Matrix::preset(name, language).unwrap(), ..Settings::default() };
                settings.matrix.senior_user = Some(1);
                assert_eq!(settings.lint(None), [], "{name}");
            }
        }
    }

    #[test]
    fn a_finding_travels_as_json() {
        let found = Diagnostic::error("user_missing", "/matrix/senior_user").with("user", 5);
        let json = serde_json::to_string(&found).unwrap();
        assert_eq!(
            json,
            r#"{"code":"user_missing","severity":"error","path":"/matrix/senior_user","params":{"user":5}}"#
        );
        assert_eq!(serde_json::from_str::<Diagnostic>(&json).unwrap(), found);
    }
}
