//! Runs one case and tells how it differs from what was expected.

mod case;
mod compare;
mod run;
mod shape;

/// Runs a case; the error is a report for people.
pub fn check(text: &str) -> Result<(), String> {
    let case = case::read(text)?;
    let (rule, expect) = (case.rule.clone(), case.expect.clone());
    let differences = match run::run(case) {
        Ok(outcome) => compare::differences(&expect, &outcome),
        Err(broken) => vec![broken],
    };
    if differences.is_empty() {
        return Ok(());
    }
    Err(format!("rule: {}\n{}", rule, differences.join("\n")))
}
