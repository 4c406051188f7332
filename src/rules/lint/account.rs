//! What the settings name and the account does not have any more. Parts of the directory that could not be read say
//! nothing.

use super::mapping::{Target, fields, tabs};
use super::{Diagnostic, responsibles, tasks};
use crate::amocrm::directory::{Directory, Fields};
use crate::config::{FormResponsible, Responsible, Settings};

pub(super) fn check(settings: &Settings, directory: &Directory, found: &mut Vec<Diagnostic>) {
    if !directory.users.is_empty() {
        users(settings, directory, found);
    }
    for (tab, rows) in tabs(settings) {
        let fields = fields(directory, tab);
        for (index, row) in rows.iter().enumerate().filter(|_| !fields.is_empty()) {
            let missing = match Target::of(tab, &row.field, fields) {
                Target::Native(_) => None,
                Target::Custom(id) if Fields::by_id(fields, id).is_some() => None,
                Target::Custom(id) => Some(id.to_string()),
                Target::Code(code) => Some(code),
            };
            found.extend(missing.map(|field| {
                Diagnostic::error("field_missing", format!("/mapping/{tab}/{index}/field"))
                    .with("field", field)
            }));
        }
    }
    for task in tasks(settings).iter().filter(|_| !directory.task_types.is_empty()) {
        if !directory.task_types.iter().any(|known| known.id == task.kind) {
            found.push(
                Diagnostic::error("task_type_missing", format!("{}/type", task.path)).with("type", task.kind),
            );
        }
    }
    if !directory.pipelines.is_empty() {
        pipelines(settings, directory, found);
    }
}

fn pipelines(settings: &Settings, directory: &Directory, found: &mut Vec<Diagnostic>) {
    for (index, rule) in settings.funnel.iter().enumerate() {
        let path = format!("/funnel/{index}");
        match directory.pipelines.iter().find(|pipeline| pipeline.id == rule.pipeline) {
            None => found.push(
                Diagnostic::error("pipeline_missing", format!("{path}/pipeline"))
                    .with("pipeline", rule.pipeline),
            ),
            Some(pipeline) if pipeline.is_archive => found.push(
                Diagnostic::error("pipeline_archived", format!("{path}/pipeline"))
                    .with("pipeline", rule.pipeline)
                    .with("name", pipeline.name.as_str()),
            ),
            Some(pipeline) => {
                let gone = |status: &u64| pipeline.statuses.iter().all(|known| known.id != *status);
                found.extend(rule.status.filter(gone).map(|status| {
                    Diagnostic::error("stage_missing", format!("{path}/status"))
                        .with("pipeline", rule.pipeline)
                        .with("name", pipeline.name.as_str())
                        .with("status", status)
                }));
            }
        }
    }
}

fn users(settings: &Settings, directory: &Directory, found: &mut Vec<Diagnostic>) {
    for (path, user) in named_users(settings) {
        match directory.users.iter().find(|known| known.id == user) {
            None => found.push(Diagnostic::error("user_missing", path).with("user", user)),
            Some(known) if !known.is_active => found.push(
                Diagnostic::error("user_inactive", path).with("user", user).with("name", known.name.as_str()),
            ),
            Some(_) => {}
        }
    }
}

/// Every user of amoCRM that the settings name, with the place.
fn named_users(settings: &Settings) -> Vec<(String, u64)> {
    let mut users = Vec::new();
    match &settings.forms.responsible {
        FormResponsible::AccountDefault => {}
        FormResponsible::User { id } => users.push(("/forms/responsible/id".to_owned(), *id)),
        FormResponsible::RoundRobin { users: turn } => users.extend(
            turn.iter().enumerate().map(|(index, user)| (format!("/forms/responsible/users/{index}"), *user)),
        ),
    }
    users.extend(responsibles(settings).into_iter().filter_map(|(path, responsible)| match responsible {
        Responsible::User(user) => Some((format!("{path}/user"), user)),
        _ => None,
    }));
    users.extend(settings.matrix.senior_user.map(|user| ("/matrix/senior_user".to_owned(), user)));
    users.extend(
        settings
            .employees
            .iter()
            .enumerate()
            .map(|(index, employee)| (format!("/employees/{index}/amocrm_user"), employee.amocrm_user)),
    );
    users
}

#[cfg(test)]
mod tests {
    use super::super::tests::{brief, findings};
    use crate::amocrm::directory::{CustomField, Directory, Fields, Pipeline, Status, TaskType, User};

    fn directory() -> Directory {
        let user = |id, is_active| User { id, is_active, name: format!("user {id}"), ..User::default() };
        let pipeline = |id, is_archive| Pipeline {
            id,
            is_archive,
            statuses: vec![Status { id: id * 10, ..Status::default() }],
            ..Pipeline::default()
        };
        let field = |id, code: &str| CustomField { id, code: code.into(), ..CustomField::default() };
        Directory {
            users: vec![user(1, true), user(2, false)],
            pipelines: vec![pipeline(1, false), pipeline(2, true)],
            fields: Fields {
                contacts: vec![field(1, "PHONE"), field(2, "EMAIL")],
                leads: vec![field(11, "")],
            },
            task_types: vec![TaskType { id: 1, name: String::new() }],
            ..Directory::default()
        }
    }

    #[test]
    fn users_who_are_gone_or_switched_off() {
        let text = r#"{"forms":{"responsible":{"kind":"round_robin","users":[1,2,9]},
            "creates":{"task":{"on":true,"responsible":{"user":9}}}},
            "matrix":{"senior_user":2,"rows":[{"creates":{"contact":true,
                "open_task":{"responsible":{"user":8}}},"responsible":{"user":7}},
                {"when":{"client":"new"},"creates":{},"responsible":{"user":6}}]},
            "employees":[{"ringostat":{},"amocrm_user":2},{"ringostat":{},"amocrm_user":5}]}"#;
        let found = findings(text, Some(&directory()));
        let users: Vec<String> = brief(&found).into_iter().filter(|line| line.starts_with("user_")).collect();
        assert_eq!(
            users,
            [
                "user_inactive error /forms/responsible/users/1",
                "user_missing error /forms/responsible/users/2",
                "user_missing error /forms/creates/task/responsible/user",
                "user_missing error /matrix/rows/0/creates/open_task/responsible/user",
                "user_missing error /matrix/rows/0/responsible/user",
                "user_inactive error /matrix/senior_user",
                "user_inactive error /employees/0/amocrm_user",
                "user_missing error /employees/1/amocrm_user",
            ]
        );
        assert!(findings(text, Some(&Directory::default())).iter().all(|one| !one.code.starts_with("user_")));
        let one = r#"{"forms":{"responsible":{"kind":"user","id":9}}}"#;
        assert_eq!(brief(&findings(one, Some(&directory()))), ["user_missing error /forms/responsible/id"]);
    }

    #[test]
    fn pipelines_and_stages_that_are_gone_or_put_away() {
        let rule = |pipeline: u64, status: &str, value: &str| {
            format!(
                r#"{{"pipeline":{pipeline},"status":{status},"variable":"pool_name","equals":["{value}"]}}"#
            )
        };
        let rules = [rule(1, "10", "a"), rule(1, "20", "b"), rule(2, "null", "c"), rule(3, "null", "d")];
        let found = findings(&format!(r#"{{"funnel":[{}]}}"#, rules.join(",")), Some(&directory()));
        assert_eq!(
            brief(&found),
            [
                "stage_missing error /funnel/1/status",
                "pipeline_archived error /funnel/2/pipeline",
                "pipeline_missing error /funnel/3/pipeline",
            ]
        );
    }

    #[test]
    fn fields_and_task_types_that_are_gone() {
        let text = r#"{"mapping":{"contact":[{"field":"telephone","value":{"form_fields":["a"]}},
                {"field":"POSITION","value":{"form_fields":["a"]}}],
            "lead":[{"field":{"id":11},"value":{"form_fields":["a"]}},{"field":{"id":12},"value":{"form_fields":["a"]}},
                {"field":"price","value":{"form_fields":["a"]}}]},
            "matrix":{"rows":[{"creates":{"open_task":{"type":77}}}]}}"#;
        assert_eq!(
            brief(&findings(text, Some(&directory()))),
            [
                "field_missing error /mapping/contact/1/field",
                "field_missing error /mapping/lead/1/field",
                "task_type_missing error /matrix/rows/0/creates/open_task/type",
            ]
        );
        assert!(findings(text, Some(&Directory::default())).is_empty());
    }
}
