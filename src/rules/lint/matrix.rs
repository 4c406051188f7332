//! Rows of the matrix and texts of tasks.

use std::collections::BTreeSet;

use super::{Diagnostic, responsibles, tasks};
use crate::config::{ClientState, Moment, Responsible, Settings, Variable};
use crate::event::VARIABLES;
use crate::rules::{matrix, task};

/// Rows that cannot fire, that make a lead of nobody, or that are late. Every situation is tried, so a row counts as covered
/// also when it takes several earlier ones together.
pub(super) fn rows(settings: &Settings, found: &mut Vec<Diagnostic>) {
    let rows = &settings.matrix.rows;
    for (index, row) in rows.iter().enumerate() {
        let mut covered_by = BTreeSet::new();
        let (mut fires, mut fires_for_new) = (false, false);
        for situation in matrix::situations().filter(|situation| matrix::matches(&row.when, *situation)) {
            match rows.iter().take(index).position(|earlier| matrix::matches(&earlier.when, situation)) {
                Some(earlier) => {
                    covered_by.insert(earlier);
                }
                None => {
                    fires = true;
                    fires_for_new |= situation.client == ClientState::New;
                }
            }
        }
        let path = matrix::path(index);
        if !fires && covered_by.is_empty() {
            found.push(Diagnostic::warning("row_impossible", path));
        } else if !fires {
            let covered_by: Vec<usize> = covered_by.into_iter().collect();
            found.push(Diagnostic::warning("row_never_fires", path).with("covered_by", covered_by));
        } else if fires_for_new && row.creates.lead && !row.creates.contact && !row.creates.unsorted {
            found.push(Diagnostic::warning("lead_without_contact", format!("{path}/creates")));
        }
        // An incoming lead carries the finished call: at pick-up there is none yet.
        if fires && row.creates.unsorted && row.moment == Moment::PickUp {
            found.push(Diagnostic::warning("unsorted_after_call", format!("{}/moment", matrix::path(index))));
        }
    }
}

/// A form that makes a lead and no contact.
pub(super) fn forms(settings: &Settings, found: &mut Vec<Diagnostic>) {
    let creates = &settings.forms.creates;
    if creates.lead && !creates.contact && !creates.unsorted {
        found.push(Diagnostic::warning("lead_without_contact", "/forms/creates"));
    }
}

/// The senior manager is named and nobody is one: somebody else stands in.
pub(super) fn senior(settings: &Settings, found: &mut Vec<Diagnostic>) {
    if settings.matrix.senior_user.is_some() {
        return;
    }
    let places: Vec<String> = responsibles(settings)
        .into_iter()
        .filter(|(_, responsible)| *responsible == Responsible::Senior)
        .map(|(path, _)| path)
        .collect();
    if !places.is_empty() {
        found.push(Diagnostic::warning("senior_missing", "/matrix/senior_user").with("places", places));
    }
}

/// Names in the texts of tasks that stand for nothing.
pub(super) fn placeholders(settings: &Settings, found: &mut Vec<Diagnostic>) {
    for task in tasks(settings) {
        for name in task::placeholders(task.text) {
            // A form's client is known by what was submitted.
            let special =
                if task.of_form { name == Variable::ClientNumber.name() } else { name == task::ANSWERED_BY };
            let carried = VARIABLES
                .iter()
                .find(|variable| variable.name == name)
                .map(|variable| if task.of_form { variable.forms } else { variable.calls });
            let code = match carried {
                _ if special => continue,
                Some(true) => continue,
                Some(false) => "placeholder_never_filled",
                None => "unknown_placeholder",
            };
            found.push(Diagnostic::warning(code, format!("{}/text", task.path)).with("placeholder", name));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{brief, findings};
    use crate::config::Settings;

    #[test]
    fn a_row_is_covered_by_an_earlier_one() {
        let found = findings(
            r#"{"matrix":{"rows":[
                {"when":{"call":"incoming_missed"},"creates":{"note":true}},
                {"when":{"call":"incoming_missed","client":"new"},"creates":{"note":true}},
                {"when":{"client":"new"},"creates":{"note":true}}]}}"#,
            None,
        );
        assert_eq!(brief(&found), ["row_never_fires warning /matrix/rows/1"]);
        assert_eq!(found[0].params["covered_by"], serde_json::json!([0]));
    }

    #[test]
    fn a_row_is_covered_by_several_earlier_ones_together() {
        let found = findings(
            r#"{"matrix":{"rows":[
                {"when":{"client":"new"},"creates":{"note":true}},
                {"when":{"client":"known_with_open_lead"},"creates":{"note":true}},
                {"when":{"client":"known_without_open_lead","answered_by":"other"},"creates":{"note":true}},
                {"when":{"call":"incoming_answered","answered_by":"other"},"creates":{"note":true}},
                {"when":{"call":"incoming_answered"},"creates":{"note":true}}]}}"#,
            None,
        );
        assert_eq!(brief(&found), ["row_never_fires warning /matrix/rows/3"]);
        assert_eq!(found[0].params["covered_by"], serde_json::json!([0, 1, 2]));
    }

    #[test]
    fn nobody_answers_a_missed_call_or_is_responsible_for_a_new_client() {
        let found = findings(
            r#"{"matrix":{"rows":[
                {"when":{"call":"incoming_missed","answered_by":"unknown"},"creates":{"note":true}},
                {"when":{"client":"new","answered_by":"responsible"},"creates":{"note":true}}]}}"#,
            None,
        );
        assert_eq!(
            brief(&found),
            ["row_impossible warning /matrix/rows/0", "row_impossible warning /matrix/rows/1"]
        );
    }

    #[test]
    fn a_lead_of_a_new_client_needs_a_contact() {
        let found = findings(
            r#"{"matrix":{"rows":[
                {"when":{"client":"known_without_open_lead"},"creates":{"lead":true}},
                {"when":{"call":"incoming_missed","client":"new"},"creates":{"lead":true,"unsorted":true}},
                {"creates":{"lead":true}}]}}"#,
            None,
        );
        assert_eq!(brief(&found), ["lead_without_contact warning /matrix/rows/2/creates"]);
        let found = findings(r#"{"forms":{"creates":{"contact":false}}}"#, None);
        assert_eq!(brief(&found), ["lead_without_contact warning /forms/creates"]);
    }

    #[test]
    fn an_incoming_lead_is_made_after_the_call() {
        let found = findings(
            r#"{"matrix":{"rows":[
                {"when":{"client":"new"},"moment":"pick_up","creates":{"unsorted":true}},
                {"when":{"client":"new"},"moment":"pick_up","creates":{"unsorted":true}},
                {"when":{"client":"known_with_open_lead"},"moment":"after_call","creates":{"unsorted":true}},
                {"moment":"pick_up","creates":{"lead":true,"contact":true}}]}}"#,
            None,
        );
        assert_eq!(
            brief(&found),
            ["unsorted_after_call warning /matrix/rows/0/moment", "row_never_fires warning /matrix/rows/1"]
        );
    }

    #[test]
    fn a_senior_task_needs_a_senior_manager() {
        let settings = |senior: &str| {
            let text = format!(
                r#"{{"matrix":{{"senior_user":{senior},"rows":[
                    {{"when":{{"client":"new"}},"creates":{{}},"responsible":"senior"}},
                    {{"creates":{{"contact":true,"open_task":{{"responsible":"senior"}}}},"responsible":"senior"}}]}}}}"#
            );
            Settings::parse(&text).unwrap().lint(None)
        };
        let found = settings("null");
        assert_eq!(found[0].code, "senior_missing");
        assert_eq!(
            found[0].params["places"],
            serde_json::json!(["/matrix/rows/1/creates/open_task/responsible", "/matrix/rows/1/responsible"])
        );
        assert_eq!(settings("7"), []);
    }

    #[test]
    fn placeholders_must_stand_for_something() {
        let found = findings(
            r#"{"forms":{"creates":{"task":{"on":true,"text":"{form_name} {client_number} {pool_name}"}}},
                "matrix":{"rows":[{"creates":{"contact":true,
                "open_task":{"text":"{client_number} {answered_by} {clientnumber} {form_name}"},
                "completed_task":{"text":"{ pool_name } {nobody"}}}]}}"#,
            None,
        );
        assert_eq!(
            brief(&found),
            [
                "placeholder_never_filled warning /forms/creates/task/text",
                "unknown_placeholder warning /matrix/rows/0/creates/open_task/text",
                "placeholder_never_filled warning /matrix/rows/0/creates/open_task/text",
            ]
        );
        assert_eq!(found[1].params["placeholder"], "clientnumber");
        let off = findings(r#"{"forms":{"creates":{"task":{"on":false,"text":"{x}"}}}}"#, None);
        assert!(off.is_empty());
    }
}
