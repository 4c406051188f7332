//! Names of parameters, employees, lines, the stop-list and funnel rules.

use std::collections::{BTreeMap, BTreeSet};

use super::Diagnostic;
use crate::config::{Employee, LineKind, Settings, StopEntry, Variable};
use crate::phone;
use crate::rules::employees::login;
use crate::rules::funnel::folded;
use crate::rules::{identity, stop_list};

/// Names that stand in the table before: the first one counts.
pub(super) fn keys(settings: &Settings, found: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    for (index, key) in settings.calls.keys.iter().enumerate() {
        let earlier = *first.entry(key.compared()).or_insert(index);
        if earlier != index {
            found.push(
                Diagnostic::warning("key_named_twice", format!("/calls/keys/{index}/name"))
                    .with("name", key.name.as_str())
                    .with("first", earlier),
            );
        }
    }
}

/// Two entries that a call could mean.
pub(super) fn employees(settings: &Settings, found: &mut Vec<Diagnostic>) {
    let country = identity::country(settings);
    let mut first: BTreeMap<(&'static str, String), usize> = BTreeMap::new();
    for (index, employee) in settings.employees.iter().enumerate() {
        for (by, value) in marks(employee, country) {
            let earlier = *first.entry((by, value.clone())).or_insert(index);
            if earlier == index {
                continue;
            }
            let path = format!("/employees/{index}");
            found.push(match by {
                "staff_id" => Diagnostic::error("staff_id_twice", format!("{path}/ringostat/staff_id"))
                    .with("staff_id", value)
                    .with("first", earlier),
                "user" => Diagnostic::info("user_linked_twice", format!("{path}/amocrm_user"))
                    .with("user", employee.amocrm_user)
                    .with("first", earlier),
                _ => Diagnostic::warning("employee_linked_twice", path)
                    .with("by", by)
                    .with("value", value)
                    .with("first", earlier),
            });
        }
    }
}

/// Everything by which an employee is recognised, and his user.
fn marks(employee: &Employee, country: phone::Country) -> Vec<(&'static str, String)> {
    let known = &employee.ringostat;
    let text = |by, text: &str| Some((by, text.trim().to_lowercase())).filter(|(_, text)| !text.is_empty());
    let number = |number: &String| {
        let phone = phone::parse(number, country);
        text("number", phone.as_ref().map_or(number.as_str(), phone::Phone::digits))
    };
    text("staff_id", &known.staff_id)
        .into_iter()
        .chain(text("extension", &known.extension))
        .chain(text("email", &known.email))
        .chain(known.sip.iter().filter_map(|sip| Some(("sip", login(sip)?))))
        .chain(known.numbers.iter().filter_map(number))
        .chain(text("user", &employee.amocrm_user.to_string()))
        .collect()
}

/// FMC numbers under one login: nothing in a call tells one from the other.
pub(super) fn lines(settings: &Settings, found: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    for (index, line) in settings.lines.iter().enumerate() {
        let Some(sip) = login(&line.sip) else { continue };
        let earlier = *first.entry(sip).or_insert(index);
        let fmc = || stop_list::sharing(&line.sip, &settings.lines).any(|line| line.kind == LineKind::Fmc);
        if earlier != index && fmc() {
            found.push(
                Diagnostic::info("fmc_lines_share_sip", format!("/lines/{index}/sip"))
                    .with("sip", line.sip.as_str())
                    .with("first", earlier),
            );
        }
    }
}

/// Entries that stop more, or less, than they say.
pub(super) fn stop_list(settings: &Settings, found: &mut Vec<Diagnostic>) {
    let country = identity::country(settings);
    let lines = &settings.lines;
    for (index, entry) in settings.stop_list.iter().enumerate() {
        let path = stop_list::path(index);
        let (value, known) = match entry {
            StopEntry::Sip(sip) => {
                let sharing: Vec<_> = stop_list::sharing(sip, lines).collect();
                if sharing.len() > 1 && sharing.iter().any(|line| line.kind == LineKind::Fmc) {
                    let numbers: Vec<&str> = sharing.iter().map(|line| line.number.as_str()).collect();
                    found.push(
                        Diagnostic::warning("shared_sip_stopped", path.clone())
                            .with("sip", sip.as_str())
                            .with("numbers", numbers),
                    );
                }
                (sip, !sharing.is_empty())
            }
            StopEntry::Number(number) => {
                let line = lines.iter().find(|line| phone::same(&line.number, number, country));
                if let Some(line) = line
                    && line.kind == LineKind::Fmc
                    && stop_list::sharing(&line.sip, lines).count() > 1
                {
                    found.push(
                        Diagnostic::warning("fmc_number_shares_sip", path.clone())
                            .with("sip", line.sip.as_str())
                            .with("number", number.as_str()),
                    );
                }
                (number, line.is_some())
            }
        };
        if !lines.is_empty() && !known {
            found.push(Diagnostic::warning("not_a_line", path).with("value", value.as_str()));
        }
    }
}

/// Rules each of whose values an earlier rule takes.
pub(super) fn funnel(settings: &Settings, found: &mut Vec<Diagnostic>) {
    let mut taken: BTreeMap<(bool, &str, String), usize> = BTreeMap::new();
    for (index, rule) in settings.funnel.iter().enumerate() {
        let values = rule.equals.iter().map(|value| folded(value.trim()).collect::<String>());
        let mut covered_by = BTreeSet::new();
        let mut fires = false;
        for value in values.filter(|value| !value.is_empty()) {
            // An additional parameter may be called like a variable.
            let tracked = matches!(rule.variable, Variable::Tracked(_));
            let earlier = *taken.entry((tracked, rule.variable.name(), value)).or_insert(index);
            if earlier == index {
                fires = true;
            } else {
                covered_by.insert(earlier);
            }
        }
        if !fires {
            let covered_by: Vec<usize> = covered_by.into_iter().collect();
            found.push(
                Diagnostic::warning("funnel_never_fires", format!("/funnel/{index}"))
                    .with("covered_by", covered_by),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{brief, findings};

    #[test]
    fn a_parameter_is_named_once() {
        let names = ["phone_of_client", "data.phone", "Phone-Of Client", "data.phone.x", "DATA.phone"];
        let keys = names.map(|name| format!(r#"{{"name":"{name}","means":"client_number"}}"#));
        let found = findings(&format!(r#"{{"calls":{{"keys":[{}]}}}}"#, keys.join(",")), None);
        assert_eq!(
            brief(&found),
            ["key_named_twice warning /calls/keys/2/name", "key_named_twice warning /calls/keys/4/name"]
        );
        assert_eq!((&found[1].params["name"], &found[1].params["first"]), (&"DATA.phone".into(), &1.into()));
    }

    #[test]
    fn an_employee_is_linked_once() {
        let found = findings(
            r#"{"employees":[
                {"ringostat":{"staff_id":"1","sip":["firm_a"],"numbers":["0671110001"],"extension":"101"},"amocrm_user":1},
                {"ringostat":{"staff_id":" 1 ","sip":["FIRM_A"]},"amocrm_user":2},
                {"ringostat":{"numbers":["+380671110001"],"extension":"102"},"amocrm_user":1}]}"#,
            None,
        );
        assert_eq!(
            brief(&found),
            [
                "staff_id_twice error /employees/1/ringostat/staff_id",
                "employee_linked_twice warning /employees/1",
                "employee_linked_twice warning /employees/2",
                "user_linked_twice info /employees/2/amocrm_user",
            ]
        );
        assert_eq!(found[2].params["by"], "number");
        assert_eq!(found[2].params["first"], 0);
    }

    const LINES: &str = r#""lines":[
        {"number":"380441112233","kind":"sip","sip":"firm_main"},
        {"number":"380501112233","kind":"fmc","sip":"firm_mob"},
        {"number":"380501112244","kind":"fmc","sip":"Firm_Mob"}]"#;

    #[test]
    fn fmc_numbers_that_share_a_login_are_stopped_together() {
        let found = findings(
            &format!(
                r#"{{{LINES},"stop_list":[{{"sip":"firm_mob"}},{{"sip":"firm_main"}},{{"number":"0501112244"}}]}}"#
            ),
            None,
        );
        assert_eq!(
            brief(&found),
            [
                "fmc_lines_share_sip info /lines/2/sip",
                "shared_sip_stopped warning /stop_list/0",
                "fmc_number_shares_sip warning /stop_list/2",
            ]
        );
        assert_eq!(found[0].params["first"], 1);
        assert_eq!(found[1].params["numbers"], json!(["380501112233", "380501112244"]));
    }

    #[test]
    fn an_entry_is_a_line_of_the_project_when_they_are_known() {
        let list = r#""stop_list":[{"sip":"firm_other"},{"number":"380441112299"},{"number":"044 1112233"}]"#;
        let found = findings(&format!("{{{LINES},{list}}}"), None);
        assert_eq!(
            brief(&found)[1..],
            ["not_a_line warning /stop_list/0", "not_a_line warning /stop_list/1"]
        );
        assert!(findings(&format!("{{{list}}}"), None).is_empty());
    }

    #[test]
    fn a_funnel_rule_is_covered_by_earlier_ones_together() {
        let rule = |variable: &str, equals: &str| {
            format!(r#"{{"pipeline":1,"variable":{variable},"equals":[{equals}]}}"#)
        };
        let rules = [
            rule(r#""pool_name""#, r#""Сайт""#),
            rule(r#""pool_name""#, r#""Реклама","Почта""#),
            rule(r#""pool_name""#, r#"" сайт","РЕКЛАМА""#),
            rule(r#""pool_name""#, r#""сайт","Выставка""#),
            rule(r#""utm_source""#, r#""Сайт""#),
            rule(r#"{"tracked":"pool_name"}"#, r#""Сайт""#),
            rule(r#""pool_name""#, r#""ΟΔΟΣ""#),
            rule(r#""pool_name""#, r#""οδοσ""#),
        ];
        let found = findings(&format!(r#"{{"funnel":[{}]}}"#, rules.join(",")), None);
        assert_eq!(
            brief(&found),
            ["funnel_never_fires warning /funnel/2", "funnel_never_fires warning /funnel/7"]
        );
        assert_eq!(found[0].params["covered_by"], json!([0, 1]));
        assert_eq!(found[1].params["covered_by"], json!([6]));
    }
}
